import { formatCount } from '../text/index.ts';
import type { EvaluationFigure, GateRecord, ParityRecord, ReleaseFile } from './channel.ts';

/** Figures as people call them, and how their numbers are written. */
const figures: Readonly<
  Record<string, { readonly title: string; readonly as: 'share' | 'count' | 'ratio' }>
> = {
  recall: { title: 'Recall', as: 'share' },
  precision: { title: 'Precision', as: 'share' },
  f3: { title: 'F3', as: 'share' },
  validRate: { title: 'Valid queries', as: 'share' },
  executionAccuracy: { title: 'Execution accuracy', as: 'share' },
  ndcg10: { title: 'NDCG@10', as: 'ratio' },
  recall100: { title: 'Recall@100', as: 'share' },
  hits5: { title: 'Hits@5', as: 'share' },
  hits20: { title: 'Hits@20', as: 'share' },
  nnr: { title: 'Number needed to read', as: 'ratio' },
  medianRecords: { title: 'Median records', as: 'count' },
  records: { title: 'Records', as: 'count' },
};

/** The name of a figure for people; one that is not known keeps its own. */
export function figureTitle(name: string): string {
  return figures[name]?.title ?? name;
}

/** `62.1 % [54.0, 70.3]`, `1,204 [890, 1,500]`: a figure's number with its 95 % interval. */
export function figureNumber({
  name,
  value,
  interval,
}: Pick<EvaluationFigure, 'name' | 'value' | 'interval'>): string {
  const as = figures[name]?.as ?? 'ratio';
  const unit = as === 'share' ? ' %' : '';
  const plain = (number: number): string => {
    if (as === 'count') return formatCount(number);
    return as === 'share' ? (number * 100).toFixed(1) : number.toFixed(2);
  };
  const range = interval === null ? '' : ` [${plain(interval[0])}, ${plain(interval[1])}]`;
  return `${plain(value)}${unit}${range}`;
}

/** `Recall 62.1 % [54.0, 70.3] (32 topics; review topics, at most 1,500 records)` */
export function describeFigure(figure: EvaluationFigure): string {
  const topics = `${formatCount(figure.n)} topic${figure.n === 1 ? '' : 's'}`;
  return `${figureTitle(figure.name)} ${figureNumber(figure)} (${topics}; ${figure.on})`;
}

/** How a release came through the promotion gate, one or two sentences. */
export function describeGate({ decision, reason, against, difference, pValue }: GateRecord): string {
  const numbers = [
    ...(difference === null ? [] : [`difference ${signed(difference)}`]),
    ...(pValue === null ? [] : [`one-sided p ${pText(pValue)}`]),
  ].join(', ');
  const measured = numbers === '' ? '' : ` (${numbers})`;
  const sentence = reason === '' ? '' : ` ${ended(reason)}`;
  switch (decision) {
    case 'passed':
      return `Better than ${against ?? 'the release before'} on the held-out topics${measured}.${sentence}`;
    case 'forced':
      return `Published although it did not pass the gate${against === null ? '' : ` against ${against}`}${measured}. Reason given:${sentence}`;
    case 'first':
      return `First release${against === null ? ', not compared with another' : `, compared with ${against}`}${measured}.${sentence}`;
  }
}

/** How well a file agrees with the model that it was made from, one sentence. */
export function describeParity({
  maxLogProbDifference,
  limit,
  positions,
  tokenIdsEqual,
}: ParityRecord): string {
  const tokens = tokenIdsEqual ? 'Token ids agree' : 'Token ids differ';
  return `${tokens}; log-probabilities differ by at most ${maxLogProbDifference.toPrecision(2)} nats (limit ${limit}) at ${formatCount(positions)} positions.`;
}

/** `Q8_0, 145 MB` */
export function describeFile({ kind, quantisation, bytes }: ReleaseFile): string {
  return `${kind === 'lora' ? 'adapter, ' : ''}${quantisation}, ${byteText(bytes)}`;
}

/** `1.9 GB`, `145 MB`: decimal units, as disks and downloads are told. */
export function byteText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes, 0];
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${at === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[at] ?? ''}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function ended(sentence: string): string {
  return /[.!?]$/u.test(sentence) ? sentence : `${sentence}.`;
}
