import type { EvaluationDocument } from '../document.ts';
import type { Intervals, Metrics } from '../figures/aggregate.ts';

/** A table of texts; the first column names the row. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Figures in the order in which people look for them; others follow in their own order. */
const order = [
  'recall',
  'precision',
  'f1',
  'f3',
  'nnr',
  'medianRecords',
  'executionAccuracy',
  'ndcg10',
  'hits1',
  'hits5',
  'hits20',
  'hits100',
  'validRate',
  'meanReward',
  'medianQueryLength',
  'medianSeconds',
];
/** In the JSON, but too much for a table. */
const untold = new Set(['meanRecords', 'f1', 'successRate', 'ndcg']);

/** All figures with their intervals, a row a rewriter. */
export function figuresTable(documents: readonly EvaluationDocument[]): Table {
  return metricsTable(documents.map(({ rewriter, metrics, intervals }) => [rewriter, metrics, intervals]));
}

/** The same without the topics whose labels are doubtful. */
export function withoutDoubtfulTable(documents: readonly EvaluationDocument[]): Table {
  return metricsTable(
    documents.flatMap(({ rewriter, withoutDoubtful }) =>
      withoutDoubtful === null
        ? []
        : [[rewriter, withoutDoubtful.metrics, withoutDoubtful.intervals] as const],
    ),
  );
}

function metricsTable(rows: readonly (readonly [string, Metrics, Intervals])[]): Table {
  const names = metricNames(rows.map(([, metrics]) => metrics));
  return {
    columns: ['rewriter', ...names.map(inWords)],
    rows: rows.map(([rewriter, metrics, intervals]) => [
      rewriter,
      ...names.map((name) => withInterval(name, metrics[name] ?? null, intervals[name])),
    ]),
  };
}

/** Means by source or by database, a row a rewriter and one of them. */
export function groupTable(documents: readonly EvaluationDocument[], by: 'source' | 'database'): Table {
  const names = metricNames(documents.map(({ metrics }) => metrics)).filter(
    (name) => name !== 'medianSeconds',
  );
  return {
    columns: ['rewriter', by, 'topics', ...names.map(inWords)],
    rows: documents.flatMap(({ rewriter, perSource, perDatabase = {} }) =>
      Object.entries(by === 'source' ? perSource : perDatabase).map(([group, { n, metrics }]) => [
        rewriter,
        group === '' ? '(none)' : group,
        String(n),
        ...names.map((name) => figure(name, metrics[name] ?? null)),
      ]),
    ),
  };
}

/** Every pair once. */
export function comparisonTable(documents: readonly EvaluationDocument[]): Table {
  const told = new Set<string>();
  const rows = documents.flatMap(({ comparisons }) =>
    comparisons.flatMap(({ a, b, metric, n, difference, interval, wins, losses, ties, p, pHolm }) => {
      if (told.has(JSON.stringify([b, a, metric]))) return [];
      told.add(JSON.stringify([a, b, metric]));
      const span = interval === null ? '' : ` (${signed(interval[0])} to ${signed(interval[1])})`;
      return [
        [
          a,
          b,
          inWords(metric),
          String(n),
          `${signed(difference)}${span}`,
          `${wins} / ${losses} / ${ties}`,
          pValue(p),
          pValue(pHolm),
        ],
      ];
    }),
  );
  return {
    columns: [
      'first',
      'second',
      'figure',
      'topics',
      'first - second',
      'better / worse / same',
      'p',
      'p (Holm)',
    ],
    rows,
  };
}

/** Failures by kind and the most frequent reasons. */
export function failureTable(documents: readonly EvaluationDocument[]): Table {
  return {
    columns: ['rewriter', 'reason', 'attempts', 'of'],
    rows: documents.flatMap(({ rewriter, failures: { attempts, byReason } }) =>
      byReason.map(({ reason, count }) => [rewriter, reason, String(count), String(attempts)]),
    ),
  };
}

/** A row a topic; of every rewriter the figures that tell most. */
export function topicTable(documents: readonly EvaluationDocument[]): Table {
  const [first] = documents;
  const shown = ['recall', 'precision', 'records', 'executionAccuracy', 'ndcg10', 'hits20'].filter((name) =>
    documents.some(({ perTopic }) => perTopic.some((row) => typeof row[name] === 'number')),
  );
  const rows = new Map(
    documents.map(({ rewriter, perTopic }) => [rewriter, new Map(perTopic.map((row) => [row.id, row]))]),
  );
  return {
    columns: ['topic', ...documents.map(({ rewriter }) => `${rewriter} (${shown.map(inWords).join(' / ')})`)],
    rows: (first?.perTopic ?? []).map(({ id }) => [
      id,
      ...documents.map(({ rewriter }) => {
        const row = rows.get(rewriter)?.get(id);
        if (row === undefined) return '';
        const figures = shown
          .map((name) => figure(name, typeof row[name] === 'number' ? row[name] : null, 2))
          .join(' / ');
        return row.error === null ? figures : `${figures} (failed)`;
      }),
    ]),
  };
}

function metricNames(all: readonly Metrics[]): readonly string[] {
  const names = [...new Set(all.flatMap((metrics) => Object.keys(metrics)))].filter(
    (name) =>
      !untold.has(name) && all.some((metrics) => metrics[name] !== null && metrics[name] !== undefined),
  );
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length - 4.5);
  return names.sort((a, b) => place(a) - place(b));
}

const words: Readonly<Record<string, string>> = {
  f3: 'F3',
  f1: 'F1',
  nnr: 'NNR',
  medianRecords: 'median records',
  executionAccuracy: 'execution accuracy',
  validRate: 'valid',
  meanReward: 'reward',
  medianQueryLength: 'query length',
  medianSeconds: 's a topic',
};

/** The name of a figure for people. */
export function inWords(name: string): string {
  return (
    words[name] ??
    name
      .replace(/^ndcg(\d+)$/, 'NDCG@$1')
      .replace(/^hits(\d+)$/, 'Hits@$1')
      .replace(/^recall(\d+)$/, 'recall@$1')
      .replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  );
}

const counts = new Set(['records', 'medianRecords', 'medianQueryLength', 'nnr']);

/** A figure for people: shares with three digits, counts with none or one. */
export function figure(name: string, value: number | null, digits = 3): string {
  if (value === null) return '–';
  if (counts.has(name))
    return Number.isInteger(value)
      ? value.toLocaleString('en-US')
      : value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  if (name === 'medianSeconds') return value < 0.01 ? '< 0.01' : value.toFixed(2);
  return value.toFixed(digits);
}

function withInterval(
  name: string,
  value: number | null,
  interval: readonly [number, number] | undefined,
): string {
  const text = figure(name, value);
  return value === null || interval === undefined
    ? text
    : `${text} (${figure(name, interval[0])} to ${figure(name, interval[1])})`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function pValue(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}
