import { Command } from 'commander';
import { measureAll, SearchError } from '@querent/core/search';
import type { Measurement, SearchEngine, SearchOptions, SearchQuery } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import { documentQuery, type DocumentQuery } from '../../measuring/documentQuery.ts';
import { openEngineFor, openTrialsFor } from '../engine.ts';
import { badInput, EXIT, note, print, printJson } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { languageOf } from '../language.ts';
import { day, headingsAsTextOption } from '../options.ts';
import { noteErrors } from '../problems.ts';
import { countedProgress } from '../progress.ts';
import { registeredSeeds } from '../../measuring/seeds.ts';
import { noteUnknownSeeds, seedsOf } from '../seeds.ts';

interface CountOptions {
  readonly corpus?: string;
  readonly live?: boolean;
  readonly headingsAsText?: boolean;
  readonly seeds?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** A line with its numbers, as the JSON contract has it; counts are null where `error` says why there are none. */
interface CountedLine {
  readonly label: string;
  readonly query: string;
  readonly count: number | null;
  readonly seedsFound: number | null;
  readonly seedsTotal: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly nnr: number | null;
  readonly missed: readonly string[];
  readonly warnings: readonly string[];
  readonly error: string | null;
}

/** `querent count`. */
export function countCommand(exit: (code: number) => void): Command {
  return new Command('count')
    .description(
      'Count what every line of a strategy finds, and how many of the known relevant records (seeds).',
    )
    .argument(
      '<file>',
      'a strategy (.pubmed), or a search of ClinicalTrials.gov (.ctgov); - for standard input',
    )
    .option('--corpus <library>', 'count in this library instead of the database that the front matter names')
    .option('--live', 'count in PubMed itself, or in ClinicalTrials.gov, over the network')
    .addOption(headingsAsTextOption())
    .option(
      '--seeds <ids>',
      "PMIDs or NCT numbers with commas between them, or a file of them, instead of the front matter's",
    )
    .option('--until <date>', "search date, instead of the front matter's", day)
    .option(
      '--json',
      'print {lines: [{label, query, count, seedsFound, seedsTotal, error}], strategy} on stdout',
    )
    .addHelpText(
      'after',
      `
Exit code 1 when a line cannot be searched (a missing reference, say), 3 when the engine failed. A failed search is never a 0.

Examples:
  querent count strategy.pubmed                               # in the database of the front matter
  querent count strategy.pubmed --corpus library.sqlite
  querent count strategy.pubmed --live --json
  querent count asthma.ctgov --live                           # in ClinicalTrials.gov
  querent count asthma.ctgov --corpus trials.sqlite           # in a library of trial records, as far as it can tell`,
    )
    .action(async (file: string, options: CountOptions) => {
      const { text, name } = await readUtf8(file);
      const document = parseStrategy(text);
      if (document.lines.length === 0) throw badInput(`${name} holds no query.`);
      const language = languageOf(file, document);
      noteErrors(name, document, language);
      const given = await seedsOf(options.seeds, document.frontMatter, file);
      const until = options.until ?? document.frontMatter?.until;
      const { frontMatter } = document;
      const engine: SearchEngine<SearchQuery> =
        language === 'ctgov'
          ? await openTrialsFor(frontMatter, file, options)
          : await openEngineFor(frontMatter, file, options);
      try {
        const { ids: seeds, problem } = engine.id.startsWith('ctgov')
          ? registeredSeeds({ ids: given })
          : { ids: given };
        if (problem !== undefined) note(`warning: seeds: ${problem}`);
        const { lines, code } = await countLines(document, language, engine, seeds, {
          ...(until === undefined ? {} : { until }),
        });
        if (code !== EXIT.fine) exit(code);
        const missed = lines.flatMap((line) => (line.count === null ? [] : [line.missed]));
        await noteUnknownSeeds(engine, seeds, missed);
        const root = document.root?.label ?? document.lines.at(-1)?.label;
        const strategy = lines.find((line) => line.label === root);
        if (options.json === true) printJson({ lines, strategy: strategy ?? null, engine: engine.label });
        else printTable(lines, engine.label, seeds.length);
      } finally {
        await engine.close();
      }
    });
}

/** All lines, in the fewest requests; the code is that of the worst fault. */
async function countLines(
  document: StrategyDocument,
  language: 'pubmed' | 'ctgov',
  engine: SearchEngine<SearchQuery>,
  seeds: readonly string[],
  options: SearchOptions,
): Promise<{ lines: readonly CountedLine[]; code: number }> {
  const resolved = document.lines.map(({ label }) => documentQuery({ strategy: document, language }, label));
  const queries = resolved.filter((one): one is DocumentQuery => !('problem' in one));
  const progress = countedProgress('lines');
  let counted = 0;
  const onCount = (): void => progress.update({ done: ++counted, total: queries.length });
  const measured = await measureAll<SearchQuery>(engine, queries, seeds, { ...options, onCount }).finally(
    () => progress.done(),
  );
  const outcomes = new Map(queries.map((query, at) => [query, measured[at]]));
  let code: number = EXIT.fine;
  const lines = document.lines.map(({ label, queryRange }, at): CountedLine => {
    const query = document.text.slice(queryRange.start, queryRange.end);
    const own = resolved[at];
    const outcome =
      own === undefined || 'problem' in own
        ? new SearchError('rejected', own?.problem ?? '')
        : outcomes.get(own);
    if (!(outcome instanceof SearchError)) return { ...numbers(outcome, seeds), label, query, error: null };
    const isTheQuery = outcome.code === 'rejected' || outcome.code === 'unsupported';
    if (!isTheQuery) code = EXIT.engineFailed;
    else if (code === EXIT.fine) code = EXIT.findings;
    return { ...numbers(undefined, seeds), label, query, error: outcome.message };
  });
  return { lines, code };
}

function numbers(measurement: Measurement | undefined, seeds: readonly string[]) {
  return {
    count: measurement?.count ?? null,
    seedsFound: measurement?.found.length ?? null,
    seedsTotal: seeds.length,
    recall: measurement?.recall ?? null,
    precision: measurement?.precision ?? null,
    nnr: measurement?.nnr ?? null,
    missed: measurement?.missed ?? [],
    translation: measurement?.translation ?? null,
    at: measurement?.provenance.at ?? null,
    /** Why the numbers are of an earlier day. */
    offline: measurement?.provenance.offline ?? null,
    warnings: measurement?.warnings.map((warning) => warning.message) ?? [],
  };
}

function printTable(lines: readonly CountedLine[], label: string, seeds: number): void {
  const width = Math.max(60, Math.min(process.stdout.columns ?? 110, 200));
  print(`${'line'.padEnd(6)}${'records'.padStart(10)}${seeds > 0 ? 'seeds'.padStart(10) : ''}  query`);
  const cut = new Set<CountedLine>();
  for (const line of lines) {
    const found = line.count === null ? 'error' : String(line.count);
    const caught =
      seeds > 0 ? (line.count === null ? '' : `${line.seedsFound}/${line.seedsTotal}`).padStart(10) : '';
    const start = `${`#${line.label}`.padEnd(6)}${found.padStart(10)}${caught}  `;
    const text = line.error ?? line.query;
    const shown = shorten(text, width - start.length);
    if (shown.endsWith('...')) cut.add(line);
    print(start + shown);
  }
  print(`in ${label}`);
  // What is said about many lines is said once, and errors whole.
  const said = new Map<string, Set<string>>();
  for (const line of lines)
    for (const text of [...(cut.has(line) && line.error !== null ? [line.error] : []), ...line.warnings])
      said.set(text, (said.get(text) ?? new Set()).add(`#${line.label}`));
  for (const [text, those] of said) {
    const labels = [...those];
    const where =
      labels.length > 5
        ? `${labels.slice(0, 4).join(', ')} and ${labels.length - 4} more`
        : labels.join(', ');
    note(`${where}: ${text}`);
  }
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
