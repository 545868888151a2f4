import { Command } from 'commander';
import { measure, SearchError } from '@querent/core/search';
import type { Measurement, SearchEngine } from '@querent/core/search';
import { isUnresolvable, parseStrategy, resolveLine } from '@querent/core/strategy';
import type { StrategyDocument, StrategyLine } from '@querent/core/strategy';
import { openEngineFor } from '../engine.ts';
import { badInput, EXIT, note, print, printJson } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { onlyPubMed } from '../language.ts';
import { day, headingsAsTextOption } from '../options.ts';
import { noteErrors } from '../problems.ts';
import { seedsOf } from '../seeds.ts';

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
    .argument('<file>', 'a strategy; - for standard input')
    .option('--corpus <library>', 'count in this library instead of the database that the front matter names')
    .option('--live', 'count in PubMed itself, over the network')
    .addOption(headingsAsTextOption())
    .option(
      '--seeds <ids>',
      "PMIDs with commas between them, or a file of them, instead of the front matter's",
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
  querent count strategy.pubmed --live --json`,
    )
    .action(async (file: string, options: CountOptions) => {
      onlyPubMed(file, 'counted');
      const { text, name } = await readUtf8(file);
      const document = parseStrategy(text);
      if (document.lines.length === 0) throw badInput(`${name} holds no query.`);
      noteErrors(name, document);
      const seeds = await seedsOf(options.seeds, document.frontMatter, file);
      const until = options.until ?? document.frontMatter?.until;
      const engine = await openEngineFor(document.frontMatter, file, options);
      try {
        let failed = false;
        const lines: CountedLine[] = [];
        for (const line of document.lines) {
          const { counted, code } = await countLine(document, line, engine, seeds, { until });
          lines.push(counted);
          failed ||= code === EXIT.engineFailed;
          if (code !== EXIT.fine) exit(failed ? EXIT.engineFailed : code);
        }
        const root = document.root?.label ?? document.lines.at(-1)?.label;
        const strategy = lines.find((line) => line.label === root);
        if (options.json === true) printJson({ lines, strategy: strategy ?? null, engine: engine.label });
        else printTable(lines, engine.label, seeds.length);
      } finally {
        await engine.close();
      }
    });
}

async function countLine(
  document: StrategyDocument,
  line: StrategyLine,
  engine: SearchEngine,
  seeds: readonly string[],
  options: { until?: string },
): Promise<{ counted: CountedLine; code: number }> {
  const query = document.text.slice(line.queryRange.start, line.queryRange.end);
  const resolved = resolveLine(document, line.label);
  const failed = (error: string): CountedLine => ({
    ...numbers(undefined, seeds),
    label: line.label,
    query,
    error,
  });
  if (isUnresolvable(resolved)) return { counted: failed(resolved.problem), code: EXIT.findings };
  try {
    const measurement = await measure(engine, resolved, seeds, options);
    return {
      counted: { ...numbers(measurement, seeds), label: line.label, query, error: null },
      code: EXIT.fine,
    };
  } catch (error) {
    if (!(error instanceof SearchError) || error.code === 'aborted') throw error;
    const isTheQuery = error.code === 'rejected' || error.code === 'unsupported';
    return { counted: failed(error.message), code: isTheQuery ? EXIT.findings : EXIT.engineFailed };
  }
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
    warnings: measurement?.warnings.map((warning) => warning.message) ?? [],
  };
}

function printTable(lines: readonly CountedLine[], label: string, seeds: number): void {
  const width = Math.max(60, Math.min(process.stdout.columns ?? 110, 200));
  print(`${'line'.padEnd(6)}${'records'.padStart(10)}${seeds > 0 ? 'seeds'.padStart(10) : ''}  query`);
  for (const line of lines) {
    const found = line.count === null ? 'error' : String(line.count);
    const caught =
      seeds > 0 ? (line.count === null ? '' : `${line.seedsFound}/${line.seedsTotal}`).padStart(10) : '';
    const start = `${`#${line.label}`.padEnd(6)}${found.padStart(10)}${caught}  `;
    print(start + shorten(line.error ?? line.query, width - start.length));
  }
  print(`in ${label}`);
  // What is said about many lines is said once.
  for (const warning of new Set(lines.flatMap((line) => line.warnings))) {
    const labels = lines.filter((line) => line.warnings.includes(warning)).map((line) => `#${line.label}`);
    const where =
      labels.length > 5
        ? `${labels.slice(0, 4).join(', ')} and ${labels.length - 4} more`
        : labels.join(', ');
    note(`${where}: ${warning}`);
  }
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
