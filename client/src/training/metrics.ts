/** Reading what a run writes: JSON lines that may be half written, doubled by a run that went on, or of a later version. Pure. */
import type { Evaluated, Sample, Series } from './messages.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Steps that are drawn at most; with more, some are left out evenly. */
const mostSteps = 800;

/** Numbers of an object and of those within it, by names with dots; what is null is kept as not measured. */
function flattened(value: Json, prefix = ''): Map<string, number | null> {
  const found = new Map<string, number | null>();
  for (const [key, one] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (one === null || (typeof one === 'number' && Number.isFinite(one))) found.set(name, one);
    else if (isPlain(one)) for (const [inner, number] of flattened(one, name)) found.set(inner, number);
  }
  return found;
}

/**
 * The columns of a metrics file. Where a step stands there twice the later line counts: a run that goes on from a checkpoint does steps again. Steps
 * that come after a later line with a lower step are forgotten with it.
 */
export function seriesOf(lines: readonly Json[]): Series | undefined {
  const kept: {
    readonly step: number;
    readonly time: number | null;
    readonly numbers: Map<string, number | null>;
  }[] = [];
  for (const line of lines) {
    const { step, time } = line;
    if (typeof step !== 'number' || !Number.isFinite(step)) continue;
    while ((kept.at(-1)?.step ?? -Infinity) >= step) kept.pop();
    kept.push({ step, time: timeOf(time), numbers: flattened(line) });
  }
  if (kept.length === 0) return undefined;
  const shown = thinned(kept, ({ numbers }) => hasValidation(numbers));
  const names = new Set(shown.flatMap(({ numbers }) => [...numbers.keys()]));
  names.delete('step');
  names.delete('time');
  return {
    steps: shown.map(({ step }) => step),
    times: shown.map(({ time }) => time),
    columns: Object.fromEntries(
      [...names].map((name) => [name, shown.map(({ numbers }) => numbers.get(name) ?? null)]),
    ),
    total: kept.length,
  };
}

/** Seconds since 1970, whether written so, in milliseconds, or as ISO 8601. */
function timeOf(time: unknown): number | null {
  if (typeof time === 'number' && Number.isFinite(time)) return time > 1e11 ? time / 1000 : time;
  const parsed = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isFinite(parsed) ? parsed / 1000 : null;
}

const hasValidation = (numbers: ReadonlyMap<string, number | null>): boolean =>
  [...numbers].some(([name, value]) => /^validation/.test(name) && value !== null);

/** Not more than can be drawn: every so-manieth, the last, and those that must not be missing. */
function thinned<T>(all: readonly T[], isNeeded: (one: T) => boolean): readonly T[] {
  if (all.length <= mostSteps) return all;
  const stride = Math.ceil(all.length / mostSteps);
  return all.filter((one, i) => i % stride === 0 || i === all.length - 1 || isNeeded(one));
}

/** A line of samples; undefined where it is none. */
export function sampleOf(line: Json): Sample | undefined {
  const { step, id, prompt, completion, reward, components, measured, problem, query } = line;
  if (typeof step !== 'number' || typeof completion !== 'string') return undefined;
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  return {
    step,
    id: text(id),
    prompt: text(prompt),
    completion,
    reward: typeof reward === 'number' && Number.isFinite(reward) ? reward : null,
    components: numbersOf(components),
    measured: numbersOf(measured),
    ...(problem === undefined || problem === null || problem === '' ? {} : { problem: text(problem) }),
    ...(query === undefined || query === null || query === '' ? {} : { query: text(query) }),
  };
}

/** The systems of a summary, wherever in it they stand: our evaluations write a list of documents, or one. */
export function evaluatedOf(value: unknown): readonly Evaluated[] {
  if (Array.isArray(value)) return value.flatMap((one) => evaluatedOf(one));
  if (!isPlain(value)) return [];
  const { metrics, rewriter, name, n, intervals } = value;
  const title = typeof rewriter === 'string' ? rewriter : typeof name === 'string' ? name : undefined;
  if (isPlain(metrics) && title !== undefined)
    return [
      {
        name: title,
        n: typeof n === 'number' ? n : 0,
        metrics: numbersOf(metrics),
        intervals: intervalsOf(intervals),
      },
    ];
  return Object.values(value).flatMap((one) => (Array.isArray(one) || isPlain(one) ? evaluatedOf(one) : []));
}

function intervalsOf(value: unknown): Record<string, readonly [number, number]> {
  if (!isPlain(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, pair]): [string, readonly [number, number]][] => {
      const [low, high] = Array.isArray(pair) ? (pair as unknown[]) : [];
      return typeof low === 'number' && typeof high === 'number' ? [[name, [low, high]]] : [];
    }),
  );
}

function numbersOf(value: unknown): Record<string, number> {
  if (!isPlain(value)) return {};
  return Object.fromEntries(
    [...flattened(value)].flatMap(([name, number]): [string, number][] =>
      number === null ? [] : [[name, number]],
    ),
  );
}

export function isPlain(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JSON lines hold, and how many lines are none. A last line without its end is being written: it is left for the next time. */
export function linesOf(text: string): {
  readonly lines: readonly Json[];
  readonly rest: string;
  readonly unreadable: number;
} {
  const end = text.lastIndexOf('\n') + 1;
  let unreadable = 0;
  const lines = text
    .slice(0, end)
    .split('\n')
    .flatMap((line): Json[] => {
      if (line.trim() === '') return [];
      try {
        const value: unknown = JSON.parse(line);
        if (isPlain(value)) return [value];
      } catch {
        // A line that a killed process left unfinished, with another behind it.
      }
      unreadable += 1;
      return [];
    });
  return { lines, rest: text.slice(end), unreadable };
}
