import { Command } from 'commander';
import { describing } from '@querent/core/search';
import type { Overlap } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import { openEngineFor } from '../engine.ts';
import { badInput, note, print, printJson } from '../../terminal/index.ts';
import { day } from '../options.ts';
import { lineOf, readQueryArgument, readStrategy } from '../queryArgument.ts';
import type { QueryArgument } from '../queryArgument.ts';
import { seedsOf } from '../seeds.ts';

interface OverlapOptions {
  readonly corpus?: string;
  readonly lines?: string;
  readonly seeds?: string;
  readonly until?: string;
  readonly json?: boolean;
}

const names = ['A', 'B', 'C', 'D'];

/** `querent overlap`. */
export function overlapCommand(): Command {
  return new Command('overlap')
    .description('Compare what two, three or four queries find: in common, and each alone.')
    .argument('<queries...>', 'queries, in quotes, or strategies in files; with --lines, numbers of lines')
    .option('--lines <file>', 'the queries are lines of this strategy')
    .option('--corpus <library>', 'search this library instead of the database that the front matter names')
    .option(
      '--seeds <ids>',
      "PMIDs with commas between them, or a file of them, instead of the front matter's",
    )
    .option('--until <date>', "search date, instead of the front matter's", day)
    .option(
      '--json',
      'print {queries: [{query, count, seeds}], union, parts: [{foundBy, count, seeds}], pairs, missed} on stdout',
    )
    .addHelpText(
      'after',
      `
"Jaccard" is the share of the records that both find among those that at least one finds. Only libraries and citation files can be
compared in; PubMed itself cannot.

Examples:
  querent overlap 'falls[tiab]' '"Accidental Falls"[mh]' --corpus library.sqlite
  querent overlap draft.pubmed final.pubmed --corpus library.sqlite --seeds seeds.txt
  querent overlap 1 2 3 --lines strategy.pubmed --json`,
    )
    .action(async (given: readonly string[], options: OverlapOptions) => {
      if (given.length < 2 || given.length > names.length)
        throw badInput(`Give two to ${names.length} queries to compare, not ${given.length}.`);
      const queries = await queriesOf(given, options.lines);
      const [first] = queries;
      const frontMatter = first?.document?.frontMatter;
      const file = first?.file ?? '-';
      const seeds = await seedsOf(options.seeds, frontMatter, file);
      const engine = await openEngineFor(frontMatter, file, options);
      try {
        const told = await describing(engine).overlap(
          queries.map(({ query }) => query),
          seeds,
          { until: options.until ?? frontMatter?.until },
        );
        if (options.json === true) {
          const { warnings, provenance, ...rest } = told;
          printJson({
            ...rest,
            queries: told.queries.map((numbers, i) => ({ query: queries[i]?.name ?? '', ...numbers })),
            warnings: warnings.map(({ message }) => message),
            engine: provenance.label,
          });
          return;
        }
        for (const { message } of told.warnings) note(`warning: ${message}`);
        printOverlap(told, queries, seeds.length);
      } finally {
        await engine.close();
      }
    });
}

async function queriesOf(
  given: readonly string[],
  lines: string | undefined,
): Promise<readonly QueryArgument[]> {
  if (lines === undefined) {
    const queries: QueryArgument[] = [];
    for (const one of given) queries.push(await readQueryArgument(one));
    return queries;
  }
  const { document, name } = await readStrategy(lines);
  return given.map((label) => ({ ...lineOf(document, name, label), document, file: lines }));
}

function printOverlap(told: Overlap, queries: readonly QueryArgument[], seeds: number): void {
  const column = (count: number, caught: number): string =>
    `${formatCount(count).padStart(10)}${seeds > 0 ? `${caught}/${seeds}`.padStart(10) : ''}  `;
  print(`${'records'.padStart(10)}${seeds > 0 ? 'seeds'.padStart(10) : ''}`);
  told.queries.forEach(({ count, seeds: caught }, i) =>
    print(
      `${column(count, caught.length)}${names[i]}  ${queries[i]?.name.replace(/\s+/g, ' ').slice(0, 120)}`,
    ),
  );
  const found = told.queries.length;
  for (const { foundBy, count, seeds: caught } of told.parts) {
    const which = foundBy.map((at) => names[at]).join(' and ');
    print(`${column(count, caught.length)}${foundBy.length === found ? `all: ${which}` : `only ${which}`}`);
  }
  print(`${column(told.union, seeds - told.missed.length)}at least one`);
  for (const { first, second, jaccard } of told.pairs)
    if (jaccard !== undefined)
      print(`Jaccard of ${names[first]} and ${names[second]}: ${jaccard.toFixed(3)}`);
  print(`in ${told.provenance.label}`);
}
