import { Command } from 'commander';
import { evidenceOf, missedSeeds } from '@querent/core/rewriting';
import type { MissedSeed } from '@querent/core/rewriting';
import { measure } from '@querent/core/search';
import type { BlockEvidence, Measurement, TermEvidence } from '@querent/core/search';
import { printResolved } from '@querent/core/strategy';
import { openEngineFor } from '../engine.ts';
import { EXIT, note, print, printJson } from '../../terminal/index.ts';
import { day, headingsAsTextOption } from '../options.ts';
import { readQueryArgument } from '../queryArgument.ts';
import { measurementInWords, numbersOf } from '../rewriteReport.ts';
import { seedsOf } from '../seeds.ts';

interface ExplainOptions {
  readonly line?: string;
  readonly corpus?: string;
  readonly live?: boolean;
  readonly headingsAsText?: boolean;
  readonly seeds?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** Longest text that is printed of a query, in characters. */
const longestQuery = 100_000;

/** `querent explain`. */
export function explainCommand(exit: (code: number) => void): Command {
  return new Command('explain')
    .description('Tell what each block and each term of a query contributes, and why seeds are missed.')
    .argument('<query>', 'a query in quotes, or a strategy in a file; - for standard input')
    .option('--line <label>', 'a line of the file instead of the strategy')
    .option('--corpus <library>', 'search this library instead of the database that the front matter names')
    .option('--live', 'search PubMed itself, over the network: each term is asked for, within a limit')
    .addOption(headingsAsTextOption())
    .option(
      '--seeds <ids>',
      "known relevant PMIDs with commas between them, or a file of them, instead of the front matter's",
    )
    .option('--until <date>', "search date, instead of the front matter's", day)
    .option(
      '--json',
      'print {query, count, recall, blocks: [{name, query, count, seeds, seedsLost, terms: [{text, count, adds, seeds, seedsAdded}]}], missedSeeds, engine}',
    )
    .addHelpText(
      'after',
      `
  found     records that the block or the term finds by itself
  adds      records that its block finds by the term alone
  seeds     seeds that it finds; +N that its block finds by it alone; of a block -N that all other blocks find and it lets fall

Exit code 1 when something of the query could not be found out; it is named.

Examples:
  querent explain '(falls[tiab] OR "Accidental Falls"[mh]) AND exercise[tiab]' --corpus library.sqlite
  querent explain strategy.pubmed --line 2
  querent explain strategy.pubmed --corpus library.sqlite --seeds 8466062,1538063 --json`,
    )
    .action(async (argument: string, options: ExplainOptions) => {
      const { query, name, document, file } = await readQueryArgument(argument, options.line);
      const seeds = await seedsOf(options.seeds, document?.frontMatter, file);
      const until = options.until ?? document?.frontMatter?.until;
      const limits = until === undefined ? {} : { until };
      const engine = await openEngineFor(document?.frontMatter, file, options);
      try {
        const measurement = await measure(engine, query, seeds, limits);
        const blocks = await evidenceOf(query, engine, seeds, limits);
        const missed = await missedSeeds(measurement.missed, blocks, engine, limits);
        if (blocks.some(({ terms }) => terms.some(({ problem }) => problem !== undefined)))
          exit(EXIT.findings);
        if (options.json === true)
          printJson({
            query: printResolved(query, { maxLength: longestQuery }),
            ...numbersOf(measurement),
            blocks,
            missedSeeds: missed,
            warnings: measurement.warnings.map(({ message }) => message),
            engine: engine.label,
          });
        else printExplanation(name, measurement, blocks, missed, seeds.length > 0);
      } finally {
        await engine.close();
      }
    });
}

function printExplanation(
  name: string,
  measurement: Measurement,
  blocks: readonly BlockEvidence[],
  missed: readonly MissedSeed[],
  withSeeds: boolean,
): void {
  for (const { message } of measurement.warnings) note(`warning: ${message}`);
  print(`${name}: ${measurementInWords(measurement)}`, '');
  print(`${column('found')}${column('adds')}${withSeeds ? column('seeds') : ''}`);
  for (const block of blocks) {
    const { count, seeds, seedsLost = [], label, query, terms, isExcluded } = block;
    const lost = seedsLost.length > 0 ? ` -${seedsLost.length}` : '';
    const title = `${label === undefined ? '' : `#${label} `}${isExcluded === true ? 'NOT ' : ''}${flat(query)}`;
    print(
      line(count, undefined, withSeeds && seeds !== undefined ? `${seeds}${lost}` : '', title, withSeeds),
    );
    if (terms.length > 1) for (const term of terms) print(termLine(term, withSeeds));
    else for (const { problem } of terms) if (problem !== undefined) print(`${' '.repeat(withSeeds ? 32 : 22)}  ${problem}`); // prettier-ignore
  }
  if (missed.length > 0) print('', 'missed seeds:');
  for (const { id, title, why } of missed) print(`  ${id}${title === undefined ? '' : ` ${title}`}: ${why}`);
  print(`in ${measurement.provenance.label}`);
}

function termLine(
  { text, count, adds, seeds, seedsAdded = 0, problem }: TermEvidence,
  withSeeds: boolean,
): string {
  const marks = seeds === undefined ? '' : `${seeds}${seedsAdded > 0 ? ` +${seedsAdded}` : ''}`;
  return `${line(count, adds, marks, `  ${flat(text)}`, withSeeds)}${problem === undefined ? '' : `  (${problem})`}`;
}

function line(
  count: number | undefined,
  adds: number | undefined,
  seeds: string,
  text: string,
  withSeeds: boolean,
): string {
  const number = (value: number | undefined): string => column(value === undefined ? '' : String(value));
  const width = Math.max(70, Math.min(process.stdout.columns ?? 110, 200));
  const full = `${column(count === undefined ? '-' : String(count))}${number(adds)}${withSeeds ? column(seeds) : ''}  ${text}`;
  return full.length <= width ? full : `${full.slice(0, width - 3)}...`;
}

function column(value: string): string {
  return value.padStart(10);
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
