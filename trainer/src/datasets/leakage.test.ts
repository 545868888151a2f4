import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leakageOf } from './build.ts';
import { leakage, leakageText } from './leakage.ts';
import { linksOf } from './links.ts';
import { loadParts } from './loadParts.ts';
import { splitTopics } from './splits.ts';
import { data, hasData } from './testing/dataFolder.ts';
import { topic } from './testing/topics.ts';
import type { Topic } from './topic.ts';

const report = (train: readonly Topic[], test: readonly Topic[]) =>
  leakage({ name: 'train', topics: train }, { name: 'test', topics: test });

describe('leakage', () => {
  it('counts each way in which a test was seen', () => {
    const train = [
      topic('a', ['1', '2']),
      topic('b', ['3'], { input: { title: 'Aspirin after stroke' } }),
      topic('c', ['4'], { input: { title: 'Zinc supplements for colds in young children at school' } }),
    ];
    const test = [
      topic('one', ['2', '99']),
      topic('all', ['1', '3']),
      topic('set', ['2', '1']),
      topic('input', ['90'], { input: { title: 'Aspirin AFTER stroke.' } }),
      topic('near', ['91'], {
        input: { title: 'Zinc supplements for colds in young children at the school' },
      }),
      topic('named', ['92'], { nearDuplicateOf: ['a'] }),
      topic('clean', ['93'], { source: 'other' }),
    ];
    const found = report(train, test);
    expect(found.isLeaking).toBe(true);
    expect(found.all).toEqual({
      topics: 7,
      sharesRecord: 3,
      sharesAllRecords: 2,
      sameLabels: 1,
      sameInput: 1,
      nearInput: 3,
      leaking: 6,
    });
    expect(found.bySource['other']).toMatchObject({ topics: 1, leaking: 0 });
    expect(found.records).toEqual({ test: 8, shared: 3 });
    expect(found.examples.map(({ id }) => id)).toEqual(['one', 'all', 'set', 'input', 'near', 'named']);
    expect(leakageText(found)).toMatch(/topics with a relevant record of train +3 +42.9 %/);
  });

  it('does not mistake the same id in another collection, or a shared answer in words, for the same record', () => {
    const ir = (id: string, source: string) =>
      topic(id, [], {
        task: 'ir',
        source,
        target: { relevant: { d1: 1, d2: 0 } },
        input: { question: `${id}?` },
      });
    const qa = (id: string) =>
      topic(id, [], { task: 'qa', target: { answers: ['1998'] }, input: { question: `${id}?` } });
    expect(report([ir('a', 'nq')], [ir('b', 'fever')]).all.leaking).toBe(0);
    expect(report([ir('a', 'nq')], [ir('b', 'nq')]).all).toMatchObject({ sharesRecord: 1, sameLabels: 1 });
    expect(report([qa('a')], [qa('b')]).all.leaking).toBe(0);
  });

  it('knows a statement of SQL again, on the same database only', () => {
    const sql = (id: string, db: string, gold: string) =>
      topic(id, [], { task: 'sql', input: { question: `${id}?`, db, schema: 'x' }, target: { db, gold } });
    const train = [sql('a', 'shop', 'SELECT 1')];
    expect(report(train, [sql('b', 'shop', 'select  1;')]).all.sameLabels).toBe(1);
    expect(report(train, [sql('c', 'club', 'SELECT 1')]).all.leaking).toBe(0);
    expect(report(train, [sql('a', 'shop', 'SELECT 2')]).all.sameInput).toBe(1);
  });

  it('of nothing is nothing', () => {
    expect(report([], [topic('a', ['1'])]).isLeaking).toBe(false);
    expect(leakageText(report([topic('a', ['1'])], []))).toContain('No leakage.');
  });
});

const trials = (name: string): string => `benchmarks/deepretrieval_trials_${name}.jsonl.gz`;

describe.skipIf(!hasData(trials('train'), 'the published leakage'))('the published trial files', () => {
  const topicsOf = async (name: string): Promise<readonly Topic[]> =>
    (await loadParts(join(data, trials(name)))).flatMap(({ topics }) => topics.map((each) => each.topic));

  it('leak as reference/deepretrieval.md says: 70.6 %, 42.3 %, 14.1 %, 11 inputs; dealt out anew they do not', async () => {
    const [train, test] = [await topicsOf('train'), await topicsOf('test')];
    expect([train.length, test.length]).toEqual([5074, 1591]);
    const { all, records } = report(train, test);
    const percent = (count: number): string => ((100 * count) / all.topics).toFixed(1);
    expect([all.sharesRecord, all.sharesAllRecords, all.sameLabels].map(percent)).toEqual([
      '70.6',
      '42.3',
      '14.1',
    ]);
    expect(all.sameInput).toBe(11);
    expect(records).toEqual({ test: 2869, shared: 1550 });

    const both = [...train, ...test];
    for (const [chains, fewest] of [
      ['cut', 6000],
      ['whole', 6665],
    ] as const) {
      const { parts } = splitTopics(both, linksOf(both), {
        split: 'overlap',
        shares: [0.8, 0.1, 0.1],
        seed: 1,
        chains,
      });
      const part = (name: string) => both.filter((_, i) => parts[i] === name);
      const dealt = { train: part('train'), validation: part('validation'), test: part('test') };
      for (const each of leakageOf(dealt)) expect(each.isLeaking).toBe(false);
      expect(dealt.train.length + dealt.validation.length + dealt.test.length).toBeGreaterThanOrEqual(fewest);
      expect(dealt.test.length).toBeGreaterThan(600);
    }
  });
});
