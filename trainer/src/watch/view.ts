import { duration, gibibytes, harmless, percent, short } from './format.ts';
import { plotLines, sparkline } from './sparkline.ts';
import type { Curve, WatchDocument, WatchedStep, WatchedTraining } from './types.ts';

/** The terminal that a run is shown on. */
export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
  /** Whether colours may be used (NO_COLOR). */
  readonly color: boolean;
}

type Paint = (text: string) => string;

/**
 * The screen of a run, a line an entry, never more lines or columns than there are: steps, what goes on, curves, time by phase, samples, the machine. What
 * has no room is left out, the least important first.
 */
export function viewOf(document: WatchDocument, size: ViewSize): readonly string[] {
  const paint = painter(size.color);
  const training = document.ppo ?? document.sft;
  const sections: (readonly string[])[] = [
    head(document, paint),
    document.steps.map((step) => stepLine(step, paint)),
    ...(training === null ? [] : [trainingLines(training, size, paint)]),
    evaluationLines(document, paint),
    machineLines(document, paint),
    ...(training === null ? [] : [phaseLines(training, paint), sampleLines(training, size, paint)]),
    messageLines(document, paint),
  ];
  const lines: string[] = [];
  for (const section of sections) {
    if (section.length === 0) continue;
    const room = size.rows - lines.length - (lines.length > 0 ? 1 : 0);
    if (room <= 0) break;
    if (lines.length > 0) lines.push('');
    lines.push(...section.slice(0, room));
  }
  return lines.slice(0, size.rows).map((line) => clipped(line, size.columns));
}

function head({ run }: WatchDocument, { bold, faint, red, green }: Painter): readonly string[] {
  const state = { running: green, done: green, failed: red, stopped: faint }[run.state];
  return [
    `${bold(`${harmless(run.name)}`)}  ${state(run.state)}  ${faint(`${run.task}, ${harmless(run.model)}, ${duration(run.seconds)} of work`)}`,
    ...(run.problem === null ? [] : [red(harmless(run.problem))]),
    ...(run.state === 'stopped' || run.state === 'failed'
      ? [faint(`Goes on with: ${harmless(run.command)}`)]
      : []),
  ];
}

const marks: Readonly<Record<WatchedStep['state'], string>> = {
  ...{ pending: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' },
};

function stepLine(step: WatchedStep, { faint, red, green, bold }: Painter): string {
  const { state, title, seconds, progress, etaSeconds, attempts } = step;
  const paint = { ...{ pending: faint, running: bold, done: green, failed: red, skipped: faint } }[state];
  const time = attempts === 0 ? '' : duration(seconds).padStart(8);
  const far =
    progress === null
      ? ''
      : `  ${bar(progress.done, progress.total)} ${progress.done}/${progress.total} ${harmless(progress.unit)}${etaSeconds === null ? '' : `, ${duration(etaSeconds)} left`}`;
  const note = state === 'failed' && step.message !== null ? `  ${harmless(step.message)}` : '';
  return `${paint(`${marks[state]} ${title.padEnd(30)}`)}${time}${far}${red(note)}`;
}

function bar(done: number, total: number): string {
  const width = 20;
  const full = total <= 0 ? 0 : Math.min(width, Math.round((width * done) / total));
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** Curves that are drawn large, and those of which a line is shown. */
const large = ['reward', 'recall', 'loss'];
const small = ['validationReward', 'validationRecall', 'validationLoss', 'validRate', 'kl', 'entropy', 'clipFraction', 'explainedVariance', 'completionTokens', 'records']; // prettier-ignore

function trainingLines(
  training: WatchedTraining,
  { columns, rows }: ViewSize,
  paint: Painter,
): readonly string[] {
  const { faint, bold } = paint;
  const named = (names: readonly string[]): readonly Curve[] =>
    names.flatMap((name) => training.curves.filter((curve) => curve.name === name));
  const pace = training.tokensPerSecond === null ? '' : `, ${short(training.tokensPerSecond)} tokens/s`;
  const lines = [
    bold(
      `${training.kind === 'sft' ? 'SFT' : 'PPO'}, step ${training.step}${training.steps === null ? '' : ` of ${training.steps}`}${pace}`,
    ),
  ];
  const [first, second] = named(large);
  const height = rows >= 40 ? 5 : rows >= 28 ? 4 : 2;
  // Two plots side by side where there is room for both.
  if (first !== undefined && second !== undefined && columns >= 100) {
    const width = Math.floor(columns / 2) - 2;
    const [left, right] = [plotOf(first, width, height), plotOf(second, width, height)];
    left.forEach((line, i) => lines.push(`${line.padEnd(width)}  ${right[i] ?? ''}`));
  } else
    for (const curve of [first, second])
      if (curve !== undefined) lines.push(...plotOf(curve, columns, height));
  const width = Math.max(10, Math.min(40, columns - 52));
  for (const curve of named(small))
    lines.push(
      `${faint(curve.label.padEnd(34))} ${sparkline(curve.points, width)} ${short(curve.points.at(-1)?.[1] ?? 0)}`,
    );
  return lines;
}

function plotOf(curve: Curve, width: number, height: number): readonly string[] {
  return [
    `${curve.label}: ${short(curve.points.at(-1)?.[1] ?? 0)}`,
    ...plotLines(curve.points, width, height),
  ];
}

function evaluationLines({ evaluation }: WatchDocument, { bold, faint }: Painter): readonly string[] {
  if (evaluation === null) return [];
  const shown = [
    'recall',
    'f3',
    'precision',
    'ndcg10',
    'executionAccuracy',
    'medianRecords',
    'validRate',
  ].filter((name) => evaluation.systems.some(({ metrics }) => typeof metrics[name] === 'number'));
  return [
    bold(`Evaluation: ${harmless(evaluation.on)}`),
    faint(`${''.padEnd(16)}${shown.map((name) => name.padStart(18)).join('')}`),
    ...evaluation.systems.map(
      ({ name, metrics }) =>
        `${harmless(name).padEnd(16)}${shown.map((metric) => numberOf(metrics[metric]).padStart(18)).join('')}`,
    ),
  ];
}

function numberOf(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : short(value);
}

function machineLines({ machine, run }: WatchDocument, { faint }: Painter): readonly string[] {
  if (machine === null || run.state !== 'running') return [];
  const processes = machine.processes.map(({ name, bytes }) => `${name} ${gibibytes(bytes)}`).join(', ');
  return [
    faint(
      `CPU ${percent(machine.cpu)} of ${machine.cores} cores, memory ${gibibytes(machine.memoryBytes)} of ${gibibytes(machine.memoryTotalBytes)} (${processes})`,
    ),
    ...machine.gpus.map(({ name, use, memoryBytes, memoryTotalBytes }, i) =>
      faint(
        `GPU ${i} ${harmless(name)}: ${percent(use)}, ${gibibytes(memoryBytes)} of ${gibibytes(memoryTotalBytes)}`,
      ),
    ),
  ];
}

function phaseLines({ secondsByPhase }: WatchedTraining, { faint }: Painter): readonly string[] {
  const { total = 0, ...phases } = secondsByPhase;
  const parts = Object.entries(phases)
    .filter(([, seconds]) => total > 0 && seconds / total >= 0.005)
    .sort(([, a], [, b]) => b - a)
    .map(([name, seconds]) => `${name} ${percent(seconds / total)}`);
  return parts.length === 0 ? [] : [faint(`Time: ${parts.join(', ')}`)];
}

function sampleLines(
  { samples }: WatchedTraining,
  { columns }: ViewSize,
  { bold, faint }: Painter,
): readonly string[] {
  if (samples.length === 0) return [];
  return [
    bold('Last samples'),
    ...samples.slice(0, 3).flatMap(({ id, reward, recall, records, completion, problem }) => [
      faint(
        `${harmless(id).slice(0, 60)}: reward ${reward === null ? '–' : short(reward)}, recall ${recall === null ? '–' : recall.toFixed(2)}, ${records ?? '–'} records${problem === null ? '' : `; ${harmless(problem)}`}`,
      ),
      `  ${harmless(completion)
        .trim()
        .slice(0, Math.max(10, columns - 4))}`,
    ]),
  ];
}

function messageLines({ messages }: WatchDocument, { faint }: Painter): readonly string[] {
  return messages.slice(-4).map(({ time, text }) => faint(`${time.slice(11, 19)} ${harmless(text)}`));
}

interface Painter {
  readonly bold: Paint;
  readonly faint: Paint;
  readonly red: Paint;
  readonly green: Paint;
}

function painter(color: boolean): Painter {
  const code =
    (on: number, off: number): Paint =>
    (text) =>
      color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: code(1, 22), faint: code(2, 22), red: code(31, 39), green: code(32, 39) };
}

/** At most so many columns; codes for colours take none, and are ended. */
function clipped(line: string, columns: number): string {
  let width = 0;
  let text = '';
  for (const [part] of line.matchAll(/\u001b\[\d+m|./gsu)) {
    if (part.startsWith('\u001b')) text += part;
    else if (width < columns) {
      text += part;
      width++;
    }
  }
  return text;
}
