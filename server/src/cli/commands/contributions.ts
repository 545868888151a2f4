import { Command } from 'commander';
import { partsOf } from '@querent/core/pubmed';
import type { QueryPart } from '@querent/core/pubmed';
import { describing, SearchError } from '@querent/core/search';
import type { DescribingEngine, PartContribution } from '@querent/core/search';
import { isUnresolvable, resolveLine } from '@querent/core/strategy';
import type { StrategyDocument, StrategyLine } from '@querent/core/strategy';
import { openEngineFor } from '../engine.ts';
import { EXIT, note, print, printJson } from '../../terminal/index.ts';
import { day } from '../options.ts';
import { readStrategy } from '../queryArgument.ts';
import { seedsOf } from '../seeds.ts';

interface ContributionsOptions {
  readonly corpus?: string;
  readonly seeds?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** A part of a line, as the JSON contract has it. */
interface ToldPart extends PartContribution {
  readonly text: string;
  readonly kind: 'term' | 'range' | 'reference' | 'block' | 'nothing';
  readonly role: QueryPart['role'];
  readonly depth: number;
  readonly range: { readonly start: number; readonly end: number };
}

interface ToldLine {
  readonly label: string;
  readonly query: string;
  readonly count: number | null;
  readonly seeds: number | null;
  readonly parts: readonly ToldPart[];
  readonly error: string | null;
}

/** `querent contributions`. */
export function contributionsCommand(exit: (code: number) => void): Command {
  return new Command('contributions')
    .description('Tell which terms and blocks of a strategy contribute which records, and which seeds.')
    .argument('<file>', 'a strategy; - for standard input')
    .option('--corpus <library>', 'search this library instead of the database that the front matter names')
    .option(
      '--seeds <ids>',
      "PMIDs with commas between them, or a file of them, instead of the front matter's",
    )
    .option('--until <date>', "search date, instead of the front matter's", day)
    .option('--json', 'print {lines: [{label, query, count, seeds, parts, error}], engine} on stdout')
    .addHelpText(
      'after',
      `
  found     records that the term or block finds by itself
  only      of terms joined by OR: records that nothing else in the block finds
  excluded  of blocks joined by AND or NOT: records that all others let pass and this one does not
  seeds     seeds that it finds; +N that it alone finds, -N that are missed and would be found without it
  spare     the block finds the same without all terms so marked

Exit code 1 when a line cannot be searched. Only libraries and citation files can be asked; PubMed itself cannot.

Examples:
  querent contributions strategy.pubmed
  querent contributions strategy.pubmed --corpus library.sqlite --seeds 8466062,1538063
  querent contributions strategy.pubmed --json`,
    )
    .action(async (file: string, options: ContributionsOptions) => {
      const { document } = await readStrategy(file);
      const seeds = await seedsOf(options.seeds, document.frontMatter, file);
      const until = options.until ?? document.frontMatter?.until;
      const engine = await openEngineFor(document.frontMatter, file, options);
      try {
        const lines = await allLines(document, describing(engine), seeds, until, (message) =>
          note(`warning: ${message}`),
        );
        if (lines.some(({ error }) => error !== null)) exit(EXIT.findings);
        if (options.json === true) printJson({ lines, seedsTotal: seeds.length, engine: engine.label });
        else printLines(lines, seeds.length, engine.label);
      } finally {
        await engine.close();
      }
    });
}

/** Every line once. A line that others use is told with the last line that reaches it, so that most strategies are asked once. */
async function allLines(
  document: StrategyDocument,
  engine: DescribingEngine,
  seeds: readonly string[],
  until: string | undefined,
  warn: (message: string) => void,
): Promise<readonly ToldLine[]> {
  const told = new Map<string, ToldLine>();
  const warned = new Set<string>();
  for (const line of document.lines.toReversed()) {
    const query = document.text.slice(line.queryRange.start, line.queryRange.end);
    const failed = (error: string): ToldLine => ({
      label: line.label,
      query,
      count: null,
      seeds: null,
      parts: [],
      error,
    });
    if (told.has(line.label)) continue;
    const resolved = resolveLine(document, line.label);
    if (isUnresolvable(resolved)) {
      told.set(line.label, failed(resolved.problem));
      continue;
    }
    try {
      const answer = await engine.contributions(resolved, seeds, { until });
      for (const { message } of answer.warnings) if (!warned.has(message)) warn(message);
      for (const { message } of answer.warnings) warned.add(message);
      const byKey = new Map(answer.lines.map((one) => [one.key, one]));
      for (const one of document.lines) {
        const its = resolveLine(document, one.label);
        const numbers = isUnresolvable(its) ? undefined : byKey.get(its.key);
        if (numbers === undefined || told.has(one.label)) continue;
        told.set(one.label, {
          label: one.label,
          query: document.text.slice(one.queryRange.start, one.queryRange.end),
          count: numbers.count ?? null,
          seeds: numbers.seeds,
          parts: placed(document, one, numbers.parts),
          error:
            numbers.count === undefined ? 'Nothing of this line can be searched in local records.' : null,
        });
      }
    } catch (error) {
      if (!(error instanceof SearchError) || (error.code !== 'rejected' && error.code !== 'unsupported'))
        throw error;
      told.set(line.label, failed(error.message));
    }
  }
  return document.lines.flatMap(({ label }) => told.get(label) ?? []);
}

function placed(
  document: StrategyDocument,
  line: StrategyLine,
  numbers: readonly PartContribution[],
): readonly ToldPart[] {
  const { root } = line.query;
  const parts = root === undefined ? [] : partsOf(root);
  return parts.flatMap((part, at) => {
    const its = numbers[at];
    if (its === undefined) return [];
    const { range, role, depth } = part;
    const kind = part.kind === 'block' ? 'block' : (part.node?.kind ?? 'nothing');
    return [{ text: document.text.slice(range.start, range.end), kind, role, depth, range, ...its }];
  });
}

function printLines(lines: readonly ToldLine[], seeds: number, label: string): void {
  const width = Math.max(70, Math.min(process.stdout.columns ?? 110, 200));
  const column = (value: string): string => value.padStart(10);
  print(`${column('found')}${column('only')}${column('excluded')}${seeds > 0 ? column('seeds') : ''}`);
  for (const line of lines) {
    const numbers = `${column(line.count === null ? 'error' : String(line.count))}${column('')}${column('')}`;
    const caught = seeds > 0 ? column(line.seeds === null ? '' : `${line.seeds}/${seeds}`) : '';
    print(cut(`${numbers}${caught}  #${line.label} ${flat(line.error ?? line.query)}`, width));
    for (const part of line.parts) if (part.role !== 'ALONE') print(cut(partLine(part, seeds > 0), width));
  }
  print(`in ${label}`);
}

function partLine(part: ToldPart, withSeeds: boolean): string {
  const { count, role, only, excluded, onlySeeds, seeds, redundant, ofWhole } = part;
  const lostSeeds = ofWhole?.lostSeeds ?? part.lostSeeds;
  const column = (value: string): string => value.padStart(10);
  const marks = [
    String(seeds),
    ...(onlySeeds.length > 0 ? [`+${onlySeeds.length}`] : []),
    ...(lostSeeds.length > 0 ? [`-${lostSeeds.length}`] : []),
  ];
  const isSearched = count !== undefined;
  return (
    column(isSearched ? String(count) : '-') +
    column(isSearched && role === 'OR' ? String(only) : '') +
    column(isSearched && (role === 'AND' || role === 'NOT') ? String(excluded) : '') +
    (withSeeds ? column(isSearched ? marks.join(' ') : '') : '') +
    `  ${'  '.repeat(part.depth)}${role === 'NOT' ? 'NOT ' : ''}${flat(part.text)}${redundant ? '  (spare)' : ''}`
  );
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}
