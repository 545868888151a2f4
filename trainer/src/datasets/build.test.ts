import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInTasks } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDataset } from './build.ts';
import type { BuildOptions, BuiltDataset } from './build.ts';
import { cardOf, cardPage, splitLines } from './card.ts';
import type { DatasetCard } from './card.ts';
import { readRows } from './readRows.ts';
import { findSource } from './sources/openSource.ts';
import type { Source } from './sources/openSource.ts';
import { madeLibrary } from './testing/madeLibrary.ts';
import type { SplitName } from './topic.ts';
import { splitNames } from './topic.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-build-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const library = madeLibrary(2000);
const base: BuildOptions = {
  tasks: builtInTasks,
  variant: 'reasoning',
  openLibrary: async () => library,
  made: { count: 40, relevant: [5, 60], overlap: 0.1 },
  heldOut: [],
  overlap: 0.1,
  split: 'overlap',
  shares: [0.6, 0.2, 0.2],
  chains: 'cut',
  seed: 1,
  minKnown: 0,
  databasesApart: false,
  onProgress: () => undefined,
};

async function source(name: string, rows: readonly unknown[], split?: SplitName): Promise<Source> {
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return findSource(path, split);
}
const reviews = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${from + i}`,
    title: `Review number ${from + i}`,
    relevant_pmids: [String(1000 + 3 * (from + i)), String(1001 + 3 * (from + i))],
    until: '2012-01-01',
  }));
const all = ({ rows }: BuiltDataset) => splitNames.flatMap((name) => rows[name]);

describe('a dataset', () => {
  it('ties near-duplicates of a source together, also where another source has the same ids', async () => {
    const updated = (from: number) =>
      reviews(2, from).map((row, i) => ({ ...row, id: `r${i}`, near_duplicate_of: `r${1 - i}` }));
    const built = await buildDataset(
      [await source('first.jsonl', updated(0)), await source('second.jsonl', updated(50))],
      base,
    );
    const groups = all(built).map(({ extra_info: { id, group } }) => [id, group]);
    expect(Object.fromEntries(groups)).toEqual({
      r0: 'r0',
      r1: 'r0',
      'second/r0': 'second/r0',
      'second/r1': 'second/r0',
    });
  });

  it('has rows of one schema, with prompts of the task, that read back as the topics they were', async () => {
    const built = await buildDataset(
      [
        await source('mixed-reviews.jsonl', reviews(10)),
        await source(
          'mixed-qa.jsonl',
          Array.from({ length: 10 }, (_, i) => ({ question: `Who is ${i}?`, answers: ['x'] })),
        ),
      ],
      { ...base, variant: 'direct' },
    );
    const rows = all(built);
    expect(rows).toHaveLength(20);
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]))
          : typeof value;
    expect(new Set(rows.map((row) => JSON.stringify(shape(row)))).size).toBe(1);
    const row = rows.find(({ extra_info: { id } }) => id === 'r3');
    const task = builtInTasks.get('publication');
    const prompt = task?.prompt({ title: 'Review number 3' }, 'direct');
    expect(row).toMatchObject({
      data_source: 'publication',
      prompt: [
        { role: 'system', content: prompt?.system },
        { role: 'user', content: prompt?.user },
      ],
      ability: 'literature_mining',
      reward_model: { style: 'rule', ground_truth: '{"relevant":["1009","1010"]}' },
      extra_info: {
        source: 'mixed-reviews',
        group: 'r3',
        until: '2012-01-01',
        flags: 'january-1',
        template: prompt?.template,
        context: '{"variant":"direct","until":"2012-01-01"}',
      },
      input: '{"title":"Review number 3"}',
    });
    const path = join(folder, 'back.jsonl');
    await writeFile(path, [...splitLines(built.rows.train)].join(''));
    const back = await readRows(path);
    expect(back.map((each) => each.row)).toEqual(built.rows.train);
    expect(back.map(({ topic: { id } }) => id)).toEqual(built.rows.train.map((each) => each.extra_info.id));
  });

  it('counts what is left out, with the reasons', async () => {
    const built = await buildDataset(
      [
        await source('counted.jsonl', [
          ...reviews(6),
          { id: 'r1', title: 'again', relevant_pmids: ['5000'] },
          { id: 'empty', title: 'nothing', relevant_pmids: [] },
          { id: 'unknown', title: 'unknown', relevant_pmids: ['77', '78', '1500'] },
          { id: 'held', title: 'held out', relevant_pmids: ['9001', '9002'] },
          // One of twenty, but all of the smaller one.
          { id: 'holds', title: 'holds one', relevant_pmids: Array.from({ length: 20 }, (_, i) => 8000 + i) },
        ]),
      ],
      { ...base, library, minKnown: 0.5, heldOut: [['9001', '9002', '9003'], ['8000']] },
    );
    const [tally] = built.tallies;
    expect(tally?.rows).toBe(11);
    expect(tally?.excluded).toEqual({
      'duplicate-id': 1,
      'no-relevant': 1,
      'few-known-ids': 1,
      'overlaps-held-out': 2,
    });
    expect(tally?.examples.map(({ message }) => message)).toContain(
      'counted.jsonl, line 7: the id r1 is that of a row before. Give every row an id of its own.',
    );
    expect(all(built)).toHaveLength(6);
    expect([...built.unknown.values()]).toEqual([2]);
  });

  it('leaves out of train what shares anything with topics that are given to the test', async () => {
    const built = await buildDataset(
      [
        await source('train.jsonl', reviews(10)),
        await source(
          'test.jsonl',
          [{ id: 'r0', title: 'Held out', relevant_pmids: ['1000', '1009'] }],
          'test',
        ),
      ],
      { ...base, shares: [1, 0, 0] },
    );
    expect(built.rows.test.map(({ extra_info: { id } }) => id)).toEqual(['test/r0']);
    expect(built.rows.train).toHaveLength(8);
    expect(built.tallies[0]?.excluded).toEqual({ 'shares-with-test': 2 });
    expect(built.leakage.map(({ isLeaking }) => isLeaking)).toEqual([false]);
  });

  it('keeps the parts of a source only when they are asked for, and the strict rule even then', async () => {
    await mkdir(join(folder, 'beir/qrels'), { recursive: true });
    const ids = Array.from({ length: 10 }, (_, i) => i);
    await writeFile(
      join(folder, 'beir/queries.jsonl'),
      ids.map((i) => JSON.stringify({ _id: `q${i}`, text: `What is ${i}?` })).join('\n'),
    );
    const qrels = (some: readonly number[]) =>
      ['query-id\tcorpus-id\tscore', ...some.map((i) => `q${i}\td${i >> 1}\t1`)].join('\n');
    await writeFile(join(folder, 'beir/qrels/train.tsv'), qrels(ids.slice(0, 5)));
    await writeFile(join(folder, 'beir/qrels/test.tsv'), qrels(ids.slice(4)));
    const beir = await findSource(join(folder, 'beir'));
    const given = await buildDataset([beir], { ...base, split: 'given' });
    expect(given.rows.test).toHaveLength(6);
    // q4 is in both; of train only the pair of q0 and q1 and that of q2 and q3 share nothing with the test.
    expect(given.rows.train.map(({ input }) => input)).toEqual(
      [0, 1, 2, 3].map((i) => `{"question":"What is ${i}?"}`),
    );
    const dealt = await buildDataset([beir], base);
    expect(all(dealt).length).toBeGreaterThanOrEqual(9);
    expect(dealt.leakage.some(({ isLeaking }) => isLeaking)).toBe(false);
  });

  it('keeps topics that are neither too easy nor too hard for the three rarest words', async () => {
    const named = (title: string, relevant_pmids: readonly string[], id: string) => ({
      id,
      title,
      relevant_pmids,
    });
    const [doc] = [library.records(['1005'])[0]];
    const marker = /marker\d+/.exec(doc?.title ?? '')?.[0] ?? '';
    const built = await buildDataset(
      [
        await source('difficulty.jsonl', [
          named(`${marker} study`, ['1005'], 'easy'),
          named('xylophone', ['1006'], 'hard'),
          named(`${marker} trial`, ['1005', '999999'], 'half'),
        ]),
      ],
      { ...base, library, difficulty: [0.2, 0.8], shares: [1, 0, 0] },
    );
    expect(built.rows.train.map(({ extra_info: { id } }) => id)).toEqual(['half']);
    expect(built.difficulty).toEqual({ measured: 3, notMeasured: 0, kept: 1, tooHard: 1, tooEasy: 1 });
  });

  it('of a library and reviews shares nothing with the reviews; its card says where everything comes from', async () => {
    const held = await source('library-test.jsonl', reviews(20), 'test');
    const built = await buildDataset([{ kind: 'library', path: 'lib', name: 'lib' }, held], {
      ...base,
      shares: [0.9, 0.1, 0],
      made: { ...base.made, shares: [0.9, 0.1, 0] },
    });
    expect(built.rows.test).toHaveLength(20);
    expect(built.rows.train.length).toBeGreaterThan(20);
    expect(built.leakage.length).toBeGreaterThan(1);
    expect(built.leakage.every(({ isLeaking }) => !isLeaking)).toBe(true);
    const facts = {
      command: 'querent-trainer dataset build | x',
      querent: '0.0.0',
      node: 'v0',
      builtAt: '2026-01-01T00:00:00.000Z',
      seed: 1,
      rule: 'overlap' as const,
      shares: [0.9, 0.1, 0],
      chains: 'cut' as const,
      variant: 'reasoning' as const,
      tasks: builtInTasks,
      files: new Map([[held.path, [{ name: 'library-test.jsonl', bytes: 7, sha256: 'abc' }]]]),
    };
    const card: DatasetCard = cardOf(built, facts, { train: 'a', validation: 'b', test: 'c' });
    expect(card.templates.map(({ task }) => task)).toEqual(['publication']);
    expect(card.sources.map(({ name, kept, unknownIds }) => [name, kept, unknownIds])).toEqual([
      ['library-test', 20, null],
      ['lib', built.rows.train.length + built.rows.validation.length, null],
    ]);
    const page = cardPage(card);
    expect(page).toContain('| train.jsonl |');
    expect(page).toMatch(/test against train: none of 20 topics shares/);
    expect(page).toContain('SHA-256 `abc`');
  });
});

describe('rows that are no rows', () => {
  it.each([
    [{}, /line 1: “reward_model” is missing/],
    [{ reward_model: {}, extra_info: 1 }, /line 1: “extra_info” is a number/],
    [{ reward_model: {}, extra_info: {}, prompt: 'x' }, /line 1: “prompt” is a text/],
    [
      { reward_model: {}, extra_info: { split: 'dev' }, prompt: [{ role: 'user', content: 'x' }] },
      /“extra_info.split” is “dev”/,
    ],
  ])('are refused with file, line and field', async (row, message) => {
    const path = join(folder, 'rows.jsonl');
    await writeFile(path, JSON.stringify(row));
    await expect(readRows(path)).rejects.toThrow(message);
  });
});
