import { bootstrapInterval } from '@querent/core/metrics';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationItem } from '../items/item.ts';
import type { SampleResult, TopicResult } from '../result.ts';
import { intervalsOf, metricsOf, microOf } from './aggregate.ts';
import { clusterInterval } from './clusterBootstrap.ts';
import { compareSystems } from './compare.ts';
import { failuresOf } from './failures.ts';
import { topicResult } from './topics.ts';

const task = builtInTasks.get('publication') as Task;

function sample(figures: Record<string, number | null>, more: Partial<SampleResult> = {}): SampleResult {
  return {
    ...{ rewriter: 'r', id: 'a', sample: 0, query: 'x[tiab]', completion: null, figures },
    ...{ reward: null, components: null, failure: null, seconds: 0.5, judgingSeconds: 0, tokens: null },
    ...more,
  };
}

function topic(id: string, relevant: number, samples: readonly SampleResult[], group = id): TopicResult {
  const item: EvaluationItem = {
    question: {
      id,
      text: id,
      pico: undefined,
      until: undefined,
      seeds: [],
      database: undefined,
      input: {},
      position: 0,
    },
    ...{ target: {}, source: 's', group, relevant },
  };
  return topicResult(item, samples);
}

const found = (recall: number, precision: number, records: number): SampleResult =>
  sample({
    recall,
    precision,
    f3: 0,
    nnr: precision === 0 ? null : 1 / precision,
    records,
    valid: 1,
    success: 1,
    unknown: 0,
  });
const failure = (message: string): SampleResult =>
  sample(
    { recall: 0, precision: 0, f3: 0, nnr: null, records: null, valid: 0, success: 0, unknown: null },
    { query: null, failure: { kind: 'unreadable', message } },
  );

describe('figures over topics', () => {
  const topics = [
    topic('a', 10, [found(0.5, 0.1, 50)]),
    topic('b', 2, [found(1, 0.5, 4)]),
    topic('c', 4, [failure('The answer has no “x”.')]),
    topic('d', 4, [failure('The answer has no “y”.')]),
  ];

  it('count failures as 0 in means, and leave them out where nothing can be said', () => {
    expect(metricsOf(topics, task)).toMatchObject({
      ...{ recall: 0.375, precision: 0.15, nnr: 6, medianRecords: 27, meanRecords: 27 },
      ...{ validRate: 0.5, successRate: 0.5, medianQueryLength: 7, medianSeconds: 0.5 },
    });
    expect(metricsOf(topics, task)).not.toHaveProperty('meanReward');
    expect(metricsOf([topics[2] as TopicResult], task)).toMatchObject({
      recall: 0,
      medianRecords: null,
      nnr: null,
    });
  });

  it('pool over topics (micro)', () => {
    expect(microOf(topics)).toEqual({
      relevant: 20,
      found: 7,
      records: 54,
      recall: 0.35,
      precision: 7 / 54,
      nnr: 54 / 7,
    });
    expect(microOf([topics[2] as TopicResult])).toMatchObject({
      found: 0,
      recall: 0,
      precision: null,
      nnr: null,
    });
  });

  it('have intervals that hold them', () => {
    const metrics = metricsOf(topics, task);
    const intervals = intervalsOf(topics, task);
    for (const [name, [low, high]] of Object.entries(intervals))
      expect(low <= (metrics[name] ?? NaN) && (metrics[name] ?? NaN) <= high, name).toBe(true);
    expect(Object.keys(intervals)).not.toContain('medianSeconds');
  });

  it('are means over samples first', () => {
    const [one] = [
      topic('a', 4, [
        { ...found(1, 0.5, 8), reward: 3 },
        { ...failure('No.'), reward: -1 },
      ]),
    ];
    expect(one?.figures).toMatchObject({ recall: 0.5, records: 8 });
    expect(one?.valid).toBe(0.5);
    expect(metricsOf([one], task)).toMatchObject({ meanReward: 1, validRate: 0.5 });
  });

  it('name reasons without what differs from topic to topic', () => {
    expect(failuresOf(topics)).toEqual({
      ...{ attempts: 4, count: 2, byKind: { unreadable: 2 } },
      byReason: [{ reason: 'The answer has no “…”.', count: 2 }],
    });
  });
});

describe('intervals with near-duplicates', () => {
  it('are those of core where there are none', () => {
    const values = [0.1, 0.9, 0.4, 0.7, 0.2];
    expect(clusterInterval(values.map((value, i) => ({ value, group: String(i) })))).toEqual(
      bootstrapInterval(values),
    );
  });

  it('get wider when every topic is there twice in one group, and not when it is counted as new evidence', () => {
    const values = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
    const width = (interval: readonly [number, number] | undefined): number =>
      (interval?.[1] ?? 0) - (interval?.[0] ?? 0);
    const once = width(clusterInterval(values.map((value, i) => ({ value, group: String(i) }))));
    const doubled = [...values, ...values].map((value, i) => ({ value, i }));
    const grouped = width(clusterInterval(doubled.map(({ value, i }) => ({ value, group: String(i % 20) }))));
    const naive = width(clusterInterval(doubled.map(({ value, i }) => ({ value, group: String(i) }))));
    expect(grouped).toBeGreaterThan(0.9 * once);
    expect(naive).toBeLessThan(0.8 * once);
  });

  it('hold the mean and lie within the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3)), {
          minLength: 1,
          maxLength: 12,
        }),
        (pairs) => {
          const values = pairs.map(([value, group]) => ({ value, group: String(group) }));
          const interval = clusterInterval(values, 'mean', 3);
          // Of one group alone nothing is known of others: an interval without width would feign certainty.
          expect(interval === undefined).toBe(new Set(values.map(({ group }) => group)).size < 2);
          const [low, high] = interval ?? [0, 0];
          if (interval === undefined) return;
          const all = values.map(({ value }) => value);
          expect(low >= Math.min(...all) - 1e-9 && high <= Math.max(...all) + 1e-9 && low <= high).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
    expect(clusterInterval([])).toBeUndefined();
  });
});

describe('comparing systems', () => {
  const system = (name: string, recalls: readonly number[], groups = recalls.map((_, i) => String(i))) => ({
    name,
    topics: recalls.map((recall, i) => ({ id: String(i), group: groups[i] ?? '', figures: { recall } })),
  });

  it('pairs by topic and corrects over all pairs', () => {
    const good = system(
      'good',
      Array.from({ length: 12 }, () => 0.9),
    );
    const bad = system(
      'bad',
      Array.from({ length: 12 }, (_, i) => 0.1 + i / 100),
    );
    const other = system(
      'other',
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 0.8 : 0.95)),
    );
    const [first, second, third] = compareSystems([good, bad], [other], ['recall']);
    expect(first).toMatchObject({ a: 'good', b: 'bad', n: 12, wins: 12, losses: 0, ties: 0, isExact: true });
    // All of the 2^12 sign patterns but two are less far from 0.
    expect(first?.p).toBeCloseTo(2 / 2 ** 12, 12);
    expect(first?.pHolm).toBeGreaterThan(first?.p ?? 1);
    expect([second?.b, third?.a, third?.b]).toEqual(['other', 'bad', 'other']);
  });

  it('exchanges near-duplicates together', () => {
    const alone = compareSystems([system('a', [1, 1, 1, 1]), system('b', [0, 0, 0, 0])], [], ['recall']);
    const grouped = compareSystems(
      [system('a', [1, 1, 1, 1], ['x', 'x', 'y', 'y']), system('b', [0, 0, 0, 0])],
      [],
      ['recall'],
    );
    expect(alone[0]?.p).toBe(2 / 16);
    expect(grouped[0]).toMatchObject({ p: 2 / 4, difference: 1, n: 4, wins: 4 });
    // The sums of the groups: 0 - 2, 2 - 0, 1 - 0, of which no signs give less than 1; and 1 - 1, 2 - 0, 1 - 0, of which half do.
    const mixed = compareSystems(
      [system('a', [0, 0, 1, 1, 1], ['x', 'x', 'y', 'y', 'z']), system('b', [1, 1, 0, 0, 0])],
      [],
      ['recall'],
    );
    const uneven = compareSystems(
      [system('a', [0, 1, 1, 1, 1], ['x', 'x', 'y', 'y', 'z']), system('b', [0, 1, 0, 0, 0])],
      [],
      ['recall'],
    );
    expect([mixed[0]?.p, uneven[0]?.p]).toEqual([1, 0.5]);
  });

  it('leaves out topics that only one has, and says nothing without any', () => {
    const few = system('few', [1, 1]);
    expect(compareSystems([system('all', [0, 0, 0]), few], [], ['recall'])[0]).toMatchObject({
      n: 2,
      difference: -1,
    });
    expect(compareSystems([system('all', [0]), few], [], ['ndcg10'])).toEqual([]);
  });
});
