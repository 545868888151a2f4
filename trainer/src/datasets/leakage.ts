import { grouped } from '../grouped.ts';
import { labelSetOf, labelsOf } from './labels.ts';
import { linksOf } from './links.ts';
import { normalised, partsOf } from './similarText.ts';
import type { Topic } from './topic.ts';

/** How much of a test was to be seen in training. Numbers of topics of the test, and shares of all of them, 0..1. */
interface LeakageFigures {
  /** Topics in the test. */
  readonly topics: number;
  /** At least one relevant record is relevant to a topic of train; all of them are, to one or several. */
  readonly sharesRecord: number;
  readonly sharesAllRecords: number;
  /** A topic of train has the same set of relevant records (or, for SQL, the same statement on the same database). */
  readonly sameLabels: number;
  /** A topic of train asks the same, but for case, accents and punctuation: the whole input. */
  readonly sameInput: number;
  /** A topic of train asks nearly the same: a part of the input is the same, its words agree by 80 % (Jaccard), or the source says so. */
  readonly nearInput: number;
  /** Any of these. */
  readonly leaking: number;
}

/** What a leakage report says of one pair of parts. */
export interface LeakageReport {
  readonly train: { readonly name: string; readonly topics: number };
  readonly test: { readonly name: string; readonly topics: number };
  readonly isLeaking: boolean;
  readonly all: LeakageFigures;
  /** By source of the test's topics. */
  readonly bySource: Readonly<Record<string, LeakageFigures>>;
  /** Distinct relevant records of the test, and how many of them are relevant in train too. */
  readonly records: { readonly test: number; readonly shared: number };
  /** The first topics of the test that leak, each with what it shares. */
  readonly examples: readonly { readonly id: string; readonly shares: string }[];
}

type Kind = Exclude<keyof LeakageFigures, 'topics'>;
const kinds: readonly Kind[] = [
  'sharesRecord',
  'sharesAllRecords',
  'sameLabels',
  'sameInput',
  'nearInput',
  'leaking',
];
const MOST_EXAMPLES = 20;

/** Compares what is trained on with what is tested on. Nothing in common is what a split promises. */
export function leakage(
  train: { readonly name: string; readonly topics: readonly Topic[] },
  test: { readonly name: string; readonly topics: readonly Topic[] },
): LeakageReport {
  const found = judge(train.topics, test.topics);
  const bySource = grouped(test.topics.keys(), (i) => test.topics[i]?.source ?? '');
  const all = figures(found);
  const records = new Set(test.topics.flatMap(labelsOf));
  const trained = new Set(train.topics.flatMap(labelsOf));
  return {
    train: { name: train.name, topics: train.topics.length },
    test: { name: test.name, topics: test.topics.length },
    isLeaking: all.leaking > 0,
    all,
    bySource: Object.fromEntries(
      [...bySource].map(([source, places]) => [source, figures(places.map((i) => found[i] ?? new Set()))]),
    ),
    records: { test: records.size, shared: [...records].filter((id) => trained.has(id)).length },
    examples: examples(test.topics, found),
  };
}

function judge(train: readonly Topic[], test: readonly Topic[]): readonly Set<Kind>[] {
  const key = (task: string, what: string | undefined): string => `${task} ${what}`;
  const records = new Set(train.flatMap(labelsOf));
  const sets = new Set(train.map((topic) => key(topic.task, labelSetOf(topic))));
  const inputs = new Set(train.map(({ task, input }) => key(task, wholeInput(input))));
  const parts = new Set(train.flatMap(({ task, input }) => partsOf(input).map((part) => key(task, part))));
  const { pairs } = linksOf([...train, ...test]);
  const near = new Set<number>();
  const border = train.length;
  for (const [a, b] of pairs) if (a < border !== b < border) near.add(Math.max(a, b) - border);
  return test.map((topic, i) => {
    const labels = labelsOf(topic);
    const set = labelSetOf(topic);
    const shared = labels.filter((id) => records.has(id)).length;
    const is: Record<Kind, boolean> = {
      sharesRecord: shared > 0,
      sharesAllRecords: shared > 0 && shared === labels.length,
      sameLabels: set !== undefined && sets.has(key(topic.task, set)),
      sameInput: inputs.has(key(topic.task, wholeInput(topic.input))),
      nearInput: near.has(i) || partsOf(topic.input).some((part) => parts.has(key(topic.task, part))),
      leaking: false,
    };
    is.leaking = kinds.some((kind) => is[kind]);
    return new Set(kinds.filter((kind) => is[kind]));
  });
}

function wholeInput(input: Readonly<Record<string, unknown>>): string {
  return normalised(partsOf(input).join(' '));
}

function figures(judged: readonly ReadonlySet<Kind>[]): LeakageFigures {
  const count = (kind: Kind): number => judged.filter((each) => each.has(kind)).length;
  return {
    topics: judged.length,
    ...(Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) as Record<Kind, number>),
  };
}

const words: readonly (readonly [Kind, string])[] = [
  ['sameInput', 'the same input'],
  ['nearInput', 'a near-duplicate input'],
  ['sameLabels', 'the same set of relevant records'],
  ['sharesAllRecords', 'all its relevant records'],
  ['sharesRecord', 'a relevant record'],
];

function examples(topics: readonly Topic[], found: readonly ReadonlySet<Kind>[]): LeakageReport['examples'] {
  const leaking: { readonly id: string; readonly shares: string }[] = [];
  for (const [i, { id }] of topics.entries()) {
    const kind = words.find(([each]) => found[i]?.has(each) === true);
    if (kind !== undefined) leaking.push({ id, shares: kind[1] });
    if (leaking.length >= MOST_EXAMPLES) break;
  }
  return leaking;
}

/** The report in words. */
export function leakageText(report: LeakageReport): string {
  const { train, test, all, bySource, records } = report;
  const lines = [`${test.name} (${test.topics} topics) against ${train.name} (${train.topics} topics)`];
  const row = (label: string, count: number, of: number): string =>
    `  ${label.padEnd(46)} ${String(count).padStart(7)}  ${of === 0 ? '-' : `${((100 * count) / of).toFixed(1)} %`}`;
  lines.push(
    row('topics with a relevant record of train', all.sharesRecord, all.topics),
    row('topics all of whose relevant records are there', all.sharesAllRecords, all.topics),
    row('topics with an identical set of labels', all.sameLabels, all.topics),
    row('topics with an identical input', all.sameInput, all.topics),
    row('topics with a near-duplicate input', all.nearInput, all.topics),
    row('relevant records that are relevant in train', records.shared, records.test),
  );
  const sources = Object.entries(bySource);
  if (sources.length > 1)
    for (const [source, each] of sources)
      lines.push(row(`leaking topics of ${source}`, each.leaking, each.topics));
  for (const { id, shares } of report.examples.slice(0, 5)) lines.push(`  ${id} shares ${shares}`);
  lines.push(report.isLeaking ? `Leaking: ${all.leaking} of ${all.topics} topics.` : 'No leakage.');
  return `${lines.join('\n')}\n`;
}
