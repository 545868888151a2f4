import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadItems } from './item.ts';
import { readItems } from './readItems.ts';
import type { ItemOptions } from './readItems.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-items-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function read(
  task: string,
  rows: readonly unknown[] | string,
  options: Partial<ItemOptions> = {},
): Promise<ReadItems> {
  const file = join(folder, `rows${++files}.jsonl`);
  await writeFile(file, typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n'));
  return readItems(file, builtInTasks.get(task) as Task, {
    ...{ seeds: 0, seed: 1, schemaOf: async () => 'CREATE TABLE t (a);' },
    ...options,
  });
}

const topic = (id: string, relevant: readonly unknown[], more: object = {}) => ({
  ...{ id, title: `About ${id}`, relevant_pmids: relevant },
  ...more,
});

describe('topics', () => {
  it('leaves out rows that know nothing to be relevant, and counts them', async () => {
    const { items, notes } = await read('publication', [topic('a', ['1']), topic('b', []), topic('c', [2])]);
    expect(items.map(({ question }) => question.id)).toEqual(['a', 'c']);
    expect(items.map(({ question }) => question.position)).toEqual([0, 2]);
    expect(notes).toEqual(['1 row knows nothing to be relevant and was left out (b).']);
  });

  it('reads PICO rows with their search date, packed or not', async () => {
    const row = {
      id: 'p',
      pico: { P: 'adults', intervention: 'exercise' },
      relevant: ['7'],
      until: '2003-05-06',
    };
    const file = join(folder, 'packed.jsonl.gz');
    await writeFile(file, gzipSync(JSON.stringify(row)));
    const { items } = await readItems(file, builtInTasks.get('publication') as Task, {
      ...{ seeds: 0, seed: 1, schemaOf: async () => '' },
    });
    expect(items[0]?.question).toMatchObject({
      text: undefined,
      pico: { population: 'adults', intervention: 'exercise' },
      until: '2003-05-06',
    });
    expect(items[0]).toMatchObject({ target: { relevant: ['7'] }, relevant: 1 });
  });

  it('puts near-duplicates, and theirs, into one group', async () => {
    const { items } = await read('publication', [
      topic('x/a', ['1'], { near_duplicate_of: 'y/b' }),
      topic('y/b', ['1']),
      topic('y/c', ['2'], { near_duplicate_of: ['y/b'] }),
      topic('d', ['3']),
    ]);
    expect(items.map(({ group }) => group)).toEqual(['x/a', 'x/a', 'x/a', 'd']);
    expect(items.map(({ source }) => source)).toEqual(['x', 'y', 'y', '']);
  });

  it('keeps near-duplicates together when only some are taken', async () => {
    const rows = [
      topic('a', ['1'], { near_duplicate_of: 'b' }),
      topic('b', ['1'], { near_duplicate_of: 'a' }),
    ];
    const { items } = await read('publication', rows, { only: 'b' });
    expect(items.map(({ question, group }) => [question.id, group])).toEqual([['b', 'a']]);
  });

  it.each<[string, string | readonly unknown[], RegExp]>([
    ['no JSON', '{"id": "a"', /rows\d+\.jsonl, line 1 is not JSON/],
    ['a list', '[1]', /line 1 is a list\. Each line holds one JSON object/],
    ['no id', [topic('a', ['1']), { title: 'T', relevant_pmids: ['1'] }], /line 2: .*id.* is missing/],
    [
      'the same id twice',
      [topic('a', ['1']), topic('a', ['2'])],
      /line 2: the id “a” is that of rows\d+\.jsonl, line 1 already/,
    ],
    [
      'neither title nor PICO',
      [{ id: 'a', relevant_pmids: ['1'] }],
      /line 1: “title” is missing, and so is “pico”/,
    ],
    [
      'ids that are no list',
      [{ id: 'a', title: 'T', relevant_pmids: '1' }],
      /line 1: “relevant_pmids” is a text/,
    ],
    [
      'ids of PICO rows that are no list',
      [{ id: 'a', title: 'T', relevant: {} }],
      /line 1: “relevant” is an object/,
    ],
    ['an id that is none', [topic('a', [1.5])], /line 1: entry 1 of “relevant_pmids” is a number/],
    ['no day', [topic('a', ['1'], { until: 'soon' })], /line 1: “until” is “soon”, no day/],
    ['nothing', '', /has no row to evaluate/],
    ['only rows without relevance', [topic('a', [])], /has no row to evaluate/],
  ])('refuses %s', async (_, rows, message) => {
    await expect(read('publication', rows)).rejects.toThrow(message);
    await expect(read('publication', rows)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('draws a sample by its seed, in the order of the file, then takes the first', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => topic(`t${i}`, ['1']));
    const ids = async (options: Partial<ItemOptions>): Promise<readonly number[]> =>
      (await read('publication', rows, options)).items.map(({ question }) => question.position);
    const drawn = await ids({ sample: 8 });
    expect(drawn).toHaveLength(8);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(await ids({ sample: 8, limit: 3 })).toEqual(drawn.slice(0, 3));
    expect(await ids({ sample: 8, seed: 2 })).not.toEqual(drawn);
    expect(await ids({ sample: 99, limit: 2 })).toEqual([0, 1]);
  });

  it('says when nothing is left of what was wanted', async () => {
    await expect(read('publication', [topic('a', ['1'])], { only: 'zz' })).rejects.toThrow(
      /whose id holds “zz”/,
    );
    await expect(read('publication', [topic('a', ['1'])], { subset: 'core' })).rejects.toThrow(
      /of the subset core/,
    );
  });

  it('leaves out what is not held, and topics with nothing else', async () => {
    const { items, notes } = await read('publication', [topic('a', ['1', '9']), topic('b', ['8'])], {
      holds: (id) => id === '1',
      heldOnly: true,
    });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ target: { relevant: ['1'] }, relevant: 1 });
    expect(notes.join()).toContain('1 topic has no relevant record that is held here');
  });

  it('refuses topics of which the library holds nothing at all, and counts what it lacks else', async () => {
    const topics = [topic('a', ['1', '9']), topic('b', ['8'])];
    const { items } = await read('publication', topics, { holds: (id) => id === '1' });
    expect(items.map(({ relevant }) => relevant)).toEqual([2, 1]);
    await expect(read('publication', topics, { holds: () => false })).rejects.toThrow(
      /None of the relevant records of .*Is it the library that they are from/,
    );
  });
});

describe('seeds', () => {
  const ids = ['1', '2', '3', '4', '5', '6'];

  it('are taken out of what is to be found, and nothing else of it is told', async () => {
    const { items, notes } = await read('publication', [topic('a', ids), topic('b', ['1', '2'])], {
      seeds: 2,
    });
    expect(items).toHaveLength(1);
    const [{ question, target, relevant } = {}] = items;
    const rest = (target as { relevant: string[] }).relevant;
    expect(question?.seeds).toHaveLength(2);
    expect(relevant).toBe(4);
    expect([...rest, ...(question?.seeds ?? [])].sort()).toEqual(ids);
    for (const id of rest) expect(JSON.stringify({ ...question, seeds: [] })).not.toContain(`"${id}"`);
    expect(notes.join(' ')).toMatch(/1 topic has no more than 2 relevant records.*\(b\)/);
    expect(notes.join(' ')).toMatch(/figures are about the rest/);
  });

  it('are the same again, whatever the order, and others with another seed', async () => {
    const drawn = async (relevant: readonly string[], seed: number): Promise<string> => {
      const { items } = await read('publication', [topic('a', relevant)], { seeds: 3, seed });
      return [...(items[0]?.question.seeds ?? [])].sort().join();
    };
    const first = await drawn(ids, 1);
    expect(await drawn([...ids].reverse(), 1)).toBe(first);
    const others = await Promise.all([2, 3, 4, 5].map((seed) => drawn(ids, seed)));
    expect(others.some((other) => other !== first)).toBe(true);
  });

  it('keep the grades of what is left', async () => {
    const row = { id: 'q', question: 'Which?', relevant: { '1': 2, '2': 1, '3': 0 } };
    const { items } = await read('ir', [row], { seeds: 1 });
    const { relevant } = items[0]?.target as { relevant: Record<string, number> };
    expect(Object.keys(relevant)).toHaveLength(1);
    expect(relevant).toEqual(items[0]?.question.seeds[0] === '1' ? { '2': 1 } : { '1': 2 });
  });

  it('are refused where nothing can be given away', async () => {
    const row = { id: 'q', question: 'Which?', answers: ['x'] };
    await expect(read('qa', [row], { seeds: 1 })).rejects.toThrow(
      /“q” has no list of relevant records.*Leave out --seeds/,
    );
  });
});

describe('other tasks', () => {
  it('reads questions with answers, judgements, review topics, SQL, and rows of any task', async () => {
    const qa = await read('qa', [
      { id: 'q', question: 'Who?', answers: ['Ada', 'Ada'] },
      { id: 'r', question: 'Who?', answers: [] },
    ]);
    expect(qa.items[0]).toMatchObject({ question: { text: 'Who?' }, target: { answers: ['Ada'] } });
    expect(qa.notes).toHaveLength(1);
    const ir = await read('ir', [
      topic('s/a', ['1', '2']),
      { id: 'b', question: 'Which?', relevant: { '1': 0, '5': 3 } },
    ]);
    expect(ir.items[0]).toMatchObject({
      question: { text: 'About s/a' },
      target: { relevant: ['1', '2'] },
      relevant: 2,
    });
    expect(ir.items[1]).toMatchObject({ relevant: 1, target: { relevant: { '1': 0, '5': 3 } } });
    const sql = await read('sql', [
      { id: 'd/1', db: 'shop', question: 'How many?', gold_sql: 'SELECT 1', core: true },
      { id: 'd/2', db: 'shop', question: 'Which?', gold_sql: 'SELECT 2' },
    ], { subset: 'core' }); // prettier-ignore
    expect(sql.items).toHaveLength(1);
    expect(sql.items[0]).toMatchObject({
      question: { text: 'How many?', database: 'shop', input: { schema: 'CREATE TABLE t (a);' } },
      target: { db: 'shop', gold: 'SELECT 1' },
      source: 'd',
    });
    const any = await read('publication', [
      { id: 'x', input: { title: 'T' }, target: { relevant: ['1'] }, until: '2020' },
    ]);
    expect(any.items[0]).toMatchObject({ question: { text: 'T', until: '2020-12-31' }, relevant: 1 });
  });

  it.each<[string, unknown, RegExp]>([
    ['ir', { id: 'a', question: 'Q', relevant: { '1': 'high' } }, /the grade of 1 in “relevant” is a text/],
    ['ir', { id: 'a', relevant: ['1'] }, /“question” is missing/],
    ['sql', { id: 'a', db: 'shop', question: 'Q' }, /“gold_sql” is missing/],
    ['qa', { id: 'a', question: 'Q', answers: 7 }, /“answers” is a number/],
    ['publication', { id: 'a', input: 'T', target: {} }, /“input” is a text/],
    ['publication', { id: 'a', input: { title: 'T' }, target: { relevant: 'x' } }, /relevant must be a list/],
  ])('%s refuses %j', async (task, row, message) => {
    await expect(read(task, [row])).rejects.toThrow(message);
  });
});
