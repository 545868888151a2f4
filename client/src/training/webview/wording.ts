/** Numbers and durations of a run in words. Pure, so that it can be tested without a page. */
import type { RunView, Series, StepView } from '../messages.ts';

/** Three digits that count, without an exponent where that can be read: `0.412`, `12.3`, `1,204`, `3e-6`. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size < 0.001) return value.toExponential(1).replace('.0e', 'e');
  return String(Number(value.toPrecision(3)));
}

/** `61.2 %` */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** `48 s`, `12 min`, `3 h 20 min`, `2 d 4 h` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const phaseTexts: Readonly<Record<RunView['phase'], string>> = {
  running: 'Running',
  silent: 'No news',
  done: 'Done',
  failed: 'Failed',
  paused: 'Not going on',
  empty: 'Nothing here yet',
};

export const phaseText = ({ phase }: Pick<RunView, 'phase'>): string => phaseTexts[phase];

/** The last value of a column that was measured, and its step. */
export function latest(
  series: Series | undefined,
  column: string,
): { step: number; value: number } | undefined {
  const values = series?.columns[column] ?? [];
  for (let i = values.length - 1; i >= 0; i -= 1) {
    const [value, step] = [values[i], series?.steps[i]];
    if (value !== undefined && value !== null && step !== undefined) return { step, value };
  }
  return undefined;
}

/** How far training is: steps done, wanted where that is known, and the seconds that the rest will take at the pace of the last steps. */
export function progressOf({
  plan,
  ppo,
}: RunView): { done: number; wanted?: number; secondsLeft?: number } | undefined {
  const done = ppo?.steps.at(-1);
  if (ppo === undefined || done === undefined) return undefined;
  const { ppoSteps: wanted } = plan;
  if (wanted === undefined) return { done };
  const pace = meanOfLast(ppo.columns['seconds.total'] ?? [], 10);
  return {
    done,
    wanted,
    ...(pace === undefined || done >= wanted ? {} : { secondsLeft: (wanted - done) * pace }),
  };
}

/** Mean of the last so many values that were measured. */
function meanOfLast(values: readonly (number | null)[], count: number): number | undefined {
  const measured = values.slice(-count).filter((value) => value !== null);
  return measured.length === 0
    ? undefined
    : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

/** `Data: done, 12 s` */
export function stepText({ title, status, seconds, attempts, message }: StepView): string {
  return [
    `${title}: ${status}`,
    seconds > 0 ? duration(seconds) : undefined,
    attempts > 1 ? `begun ${attempts} times` : undefined,
    message,
  ]
    .filter(Boolean)
    .join(', ');
}

const phaseNames: Readonly<Record<string, string>> = {
  rollout: 'rollout',
  rewardWait: 'waiting for rewards',
  logProbs: 'log-probabilities',
  reference: 'reference',
  values: 'values',
  update: 'update',
  validate: 'validation',
  save: 'saving',
  data: 'data',
};

/** Mean seconds of each part of a step over the last so many steps, longest first; what is not told of the total is `other`. */
export function phasesOf(
  series: Series,
  count = 20,
): readonly { name: string; column: string; seconds: number; share: number }[] {
  const parts = Object.keys(series.columns).filter(
    (name) => name.startsWith('seconds.') && name !== 'seconds.total',
  );
  const means = parts.flatMap((column) => {
    const seconds = meanOfLast(series.columns[column] ?? [], count);
    const name = column.slice('seconds.'.length);
    return seconds === undefined || seconds <= 0 ? [] : [{ name: phaseNames[name] ?? name, column, seconds }];
  });
  const told = means.reduce((sum, { seconds }) => sum + seconds, 0);
  const total = Math.max(told, meanOfLast(series.columns['seconds.total'] ?? [], count) ?? 0);
  const rest = total - told;
  const all =
    rest > 0.01 * total ? [...means, { name: 'other', column: 'seconds.total', seconds: rest }] : means;
  return all
    .map((part) => ({ ...part, share: total === 0 ? 0 : part.seconds / total }))
    .sort((a, b) => b.seconds - a.seconds);
}

/** `Reward: 0.12 at step 1, 0.45 at step 40; highest 0.47 at step 38.` */
export function spokenCurve(
  title: string,
  steps: readonly number[],
  values: readonly (number | null)[],
): string {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ value, step: steps[i] ?? 0 }]));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${title}: not measured yet.`;
  const highest = points.reduce((best, point) => (point.value > best.value ? point : best), first);
  return `${title}: ${figure(first.value)} at step ${first.step}, ${figure(last.value)} at step ${last.step}; highest ${figure(highest.value)} at step ${highest.step}.`;
}
