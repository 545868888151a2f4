import type { MetricsRow } from '../engines/embedded/index.ts';
import { curvesOf, figureAt } from './curves.ts';
import type { WatchedSample, WatchedTraining } from './types.ts';

/** Samples that are shown. */
const mostSamples = 5;
/** Characters of a text that are shown. */
const longestText = 1_000;

/** What is shown of a training; null while it has no metrics. */
export function trainingOf(
  kind: 'sft' | 'ppo',
  rows: readonly MetricsRow[],
  samples: readonly MetricsRow[],
  steps: number | null,
): WatchedTraining | null {
  const last = rows.at(-1);
  if (last === undefined) return null;
  return {
    kind,
    step: last.step,
    steps,
    curves: curvesOf(rows),
    last,
    secondsByPhase: phasesOf(rows),
    tokensPerSecond: paceOf(kind, rows),
    samples: samples.slice(-mostSamples).reverse().map(sampleOf),
  };
}

function phasesOf(rows: readonly MetricsRow[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const row of rows)
    for (const [phase, seconds] of Object.entries(
      (row['seconds'] ?? {}) as Readonly<Record<string, unknown>>,
    ))
      if (typeof seconds === 'number') sums[phase] = (sums[phase] ?? 0) + seconds;
  return sums;
}

/** Tokens a second over the last steps: of SFT those that it learns from, of PPO those that it writes, over the time of writing. */
function paceOf(kind: 'sft' | 'ppo', rows: readonly MetricsRow[]): number | null {
  const recent = rows.slice(-10);
  const sum = (place: string): number =>
    recent.reduce((total, row) => total + (figureAt(row, place) ?? 0), 0);
  const [tokens, seconds] =
    kind === 'sft'
      ? [sum('tokens'), sum('seconds.update')]
      : [sum('tokens.generated'), sum('seconds.rollout')];
  return seconds > 0 ? tokens / seconds : null;
}

function sampleOf(row: MetricsRow): WatchedSample {
  const text = (key: string): string => {
    const value = row[key];
    return typeof value === 'string' ? value.slice(0, longestText) : '';
  };
  const query = text('query');
  const problem = text('problem');
  return {
    step: row.step,
    ...{ id: text('id'), prompt: text('prompt'), completion: text('completion') },
    query: query === '' ? null : query,
    reward: figureAt(row, 'reward') ?? null,
    recall: figureAt(row, 'measured.recall') ?? null,
    records: figureAt(row, 'measured.records') ?? null,
    problem: problem === '' ? null : problem,
  };
}
