import { z } from 'zod';
import { measure, SearchError } from '@querent/core/search';
import type { Measurement, SearchEngine, SearchQuery } from '@querent/core/search';
import type { StrategyLine } from '@querent/core/strategy';
import {
  lineArgument,
  measuredIn,
  measuringArguments,
  notes,
  numbers,
  strategyArguments,
} from './arguments.ts';
import { documentQuery } from '../measuring/documentQuery.ts';
import { defineTool } from './defineTool.ts';
import { engineFor, seedsFor, untilOf } from './database.ts';
import { inWords, numbersOf, searchFailure, whereAndWhen } from './numbers.ts';
import { neededSource, searchOf } from './source.ts';
import { olderNotes, oneLine, quoted } from './wording.ts';

/** Lines that are counted in one call; of a live database, which somebody else runs, fewer. */
const mostLines = 300;
const mostLiveLines = 40;
/** Ids of missed seeds that are listed. */
const mostMissed = 50;

const countedLine = z.object({
  label: z.string(),
  query: z.string().describe('As it is written; shortened.'),
  ...numbers,
  count: numbers.count.nullable().describe('Records found; null where "error" says why there is no number.'),
  error: z.string().nullable(),
});

/** Records and seeds that lines find. */
export const count = defineTool({
  name: 'querent_count',
  title: 'Count what a search strategy finds',
  referenceName: 'querentCount',
  icon: '$(symbol-number)',
  userDescription:
    'Counts the records that each line of a search strategy finds, and the known relevant ones among them.',
  description:
    'Counts how many records each line of a PubMed strategy (or a single query, or of ClinicalTrials.gov expressions in a .ctgov file) finds in a citation library, or in the database itself where that is allowed, and how many of the known ' +
    'relevant records (seeds) are among them: recall, number needed to read, and the seeds that the strategy misses. Every number says where and when it was obtained; ' +
    'a line that cannot be searched has an error instead of a number, never a zero. Counts in a library do not carry over to PubMed. ' +
    `At most ${mostLines} lines are counted in one call. Use it to compare versions of a query; querent_explain tells which terms matter. Changes nothing.`,
  asksDatabase: true,
  input: z.strictObject({ ...strategyArguments, line: lineArgument, ...measuringArguments }),
  output: z.object({
    strategy: countedLine.nullable().describe('The strategy itself, or the line that was asked for.'),
    lines: z.array(countedLine),
    linesLeftOut: z.number().int(),
    seedsTotal: z.number().int(),
    missed: z.array(z.string()).describe('Ids of seeds that the strategy does not find; the first of them.'),
    missedTotal: z.number().int().nullable(),
    measured: measuredIn,
    notes,
  }),
  async run(input, context, signal) {
    const source = await neededSource(input, context);
    // Told before a library is opened for nothing.
    if (input.line !== undefined) searchOf(source, input.line);
    const seeds = await seedsFor(input, source, context);
    const chosen = await engineFor(input, source, context);
    signal.throwIfAborted();
    const { isLive } = chosen;
    const engine: SearchEngine<SearchQuery> = chosen.engine;
    const until = untilOf(input, source);
    const { document } = source;
    const wanted = (input.line ?? document.root?.label ?? document.lines.at(-1)?.label ?? '')
      .trim()
      .replace(/^#/, '');
    const main = document.line(wanted);
    const all = input.line === undefined ? document.lines : main === undefined ? [] : [main];
    // Where there are too many, the last ones stay: they are what the others lead to.
    const lines = all.slice(-(isLive ? mostLiveLines : mostLines));
    if (main !== undefined && !lines.includes(main)) lines.unshift(main);
    const warnings = new Set<string>();
    const older = new Set<string>();
    const told: z.infer<typeof countedLine>[] = [];
    let at: string | null = null;
    /** Why the database does not answer any more; then it is not asked on and on. */
    let silent: string | undefined;
    let whole: Measurement | undefined;
    for (const line of lines) {
      context.onProgress?.(`Counting line ${told.length + 1} of ${lines.length}`);
      const query = oneLine(document.text.slice(line.queryRange.start, line.queryRange.end), 300);
      const measured = await tryMeasure(line);
      signal.throwIfAborted();
      if (typeof measured === 'string') {
        told.push({
          label: line.label,
          query,
          count: null,
          seedsFound: null,
          recall: null,
          nnr: null,
          error: measured,
        });
        continue;
      }
      for (const { message } of measured.warnings) warnings.add(`#${line.label}: ${oneLine(message, 300)}`);
      ({ at } = measured.provenance);
      for (const note of olderNotes(measured.provenance)) older.add(note);
      if (line === main) whole = measured;
      told.push({ label: line.label, query, ...numbersOf(measured), error: null });
    }
    const said = [...source.notes, ...chosen.notes, ...seeds.notes, ...older, ...[...warnings].slice(0, 10)];
    if (warnings.size > 10) said.push(`${warnings.size - 10} more warnings are left out.`);
    const missed = whole?.missed ?? [];
    const data = {
      strategy: told.find(({ label }) => label === main?.label) ?? null,
      lines: told,
      linesLeftOut: all.length - told.length,
      seedsTotal: seeds.ids.length,
      missed: missed.slice(0, mostMissed),
      missedTotal: whole === undefined ? null : missed.length,
      measured: { engine: engine.label, at, until: until ?? null },
      notes: said,
    };
    return {
      data,
      text: inText(
        data,
        whole,
        at === null
          ? `Nothing was measured in ${oneLine(engine.label)}.`
          : whereAndWhen({ label: engine.label, at }, until, isLive),
      ),
    };

    async function tryMeasure(line: StrategyLine): Promise<Measurement | string> {
      const resolved = documentQuery({ strategy: document, language: source.language }, line.label);
      if ('problem' in resolved) return oneLine(resolved.problem, 300);
      if (silent !== undefined)
        return `It was not asked, since the database did not answer before: ${silent}`;
      try {
        return await measure<SearchQuery>(engine, resolved, seeds.ids, {
          signal,
          ...(until === undefined ? {} : { until }),
        });
      } catch (error) {
        const message = searchFailure(error, signal);
        if (error instanceof SearchError && error.code !== 'rejected' && error.code !== 'unsupported')
          silent = message;
        return message;
      }
    }
  },
});

interface Told {
  readonly strategy: z.infer<typeof countedLine> | null;
  readonly lines: readonly z.infer<typeof countedLine>[];
  readonly linesLeftOut: number;
  readonly seedsTotal: number;
  readonly missed: readonly string[];
  readonly missedTotal: number | null;
  readonly notes: readonly string[];
}

function inText(told: Told, whole: Measurement | undefined, where: string): string {
  const { strategy, lines, linesLeftOut, seedsTotal, missed, missedTotal } = told;
  const name = lines.length > 1 && strategy !== null ? `The strategy (#${strategy.label})` : 'The query';
  const head =
    whole === undefined
      ? `${name} could not be counted: ${strategy?.error ?? 'it holds no query.'}`
      : `${name} finds **${inWords(whole)}**.`;
  const seeds = seedsTotal > 0;
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table =
    lines.length < 2
      ? []
      : [
          '',
          row(['line', 'records', ...(seeds ? ['seeds'] : []), 'query']),
          row(['---', '---:', ...(seeds ? ['---:'] : []), '---']),
          ...lines.map((line) =>
            row([
              `#${line.label}`,
              line.count === null ? 'error' : String(line.count),
              ...(seeds ? [line.seedsFound === null ? '' : `${line.seedsFound}/${seedsTotal}`] : []),
              cell(line.error === null ? quoted(line.query, 120) : line.error),
            ]),
          ),
        ];
  return [
    head,
    ...table,
    ...(linesLeftOut > 0 ? ['', `${linesLeftOut} lines before these were not counted.`] : []),
    ...(missed.length > 0
      ? ['', `Seeds missed: ${missed.join(', ')}${(missedTotal ?? 0) > missed.length ? ' and more' : ''}.`]
      : []),
    ...(seeds ? [] : ['', 'No seeds were given, so nothing is known of recall.']),
    ...told.notes.map((note) => `\n${note}`),
    '',
    where,
  ].join('\n');
}

/** A cell of a table ends at a bar. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
