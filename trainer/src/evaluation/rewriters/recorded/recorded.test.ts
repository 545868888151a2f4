import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EvaluationItem } from '../../items/item.ts';
import type { Attempt, EvaluatedRewriter } from '../rewriter.ts';
import { recordedRewriter } from './recorded.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-recorded-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const item = (id: string, position: number): EvaluationItem => ({
  question: {
    id,
    text: `About ${id}`,
    pico: undefined,
    until: undefined,
    seeds: [],
    database: undefined,
    input: {},
    position,
  },
  ...{ target: {}, source: '', group: id, relevant: 1 },
});
const items = [item('a', 0), item('b', 1), item('c', 5)];
const { signal } = new AbortController();

let files = 0;
async function open(content: string | Uint8Array, isRanked = false): Promise<EvaluatedRewriter> {
  const file = join(folder, `recorded${++files}`);
  await writeFile(file, content);
  return recordedRewriter(`recorded:${file}`, file, items, {}, isRanked);
}
const attempts = async (rewriter: EvaluatedRewriter): Promise<readonly Attempt[]> =>
  Promise.all(items.map(({ question }) => rewriter.attempt(question, 0, signal)));
const lines = (...rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

it('reads rows with queries and completions, packed or not', async () => {
  const text = lines(
    { id: 'a', query: 'x[tiab]' },
    { id: 'b', completion: '<answer>' },
    { id: 'zz', query: 'y' },
  );
  for (const content of [text, `\n${text}\n`, gzipSync(text)]) {
    const rewriter = await open(content);
    expect(rewriter).toMatchObject({
      samples: 1,
      identity: { format: 'recorded rows', sha256: expect.any(String) },
    });
    expect(await attempts(rewriter)).toEqual([
      { kind: 'query', query: 'x[tiab]' },
      { kind: 'completion', completion: '<answer>', isCut: false },
      {
        kind: 'failure',
        failure: { kind: 'missing', message: expect.stringContaining('has nothing on this topic') },
      },
    ]);
    expect(rewriter.notes?.().join(' ')).toMatch(
      /1 id is of no topic here.*\(zz\)[\s\S]*1 of 3 topics is missing.*\(c\)/,
    );
  }
});

it('takes several rows of an id for its samples, and what is missing of them for failures', async () => {
  const rewriter = await open(
    lines(
      { id: 'a', query: '1' },
      { id: 'a', query: '2' },
      { id: 'b', query: '3' },
      { id: 'c', query: null },
    ),
  );
  expect(rewriter.samples).toBe(2);
  const [a, b, c] = items.map(({ question }) => question);
  if (a === undefined || b === undefined || c === undefined) throw new Error();
  expect(await rewriter.attempt(a, 1, signal)).toMatchObject({ query: '2' });
  expect(await rewriter.attempt(b, 1, signal)).toMatchObject({
    failure: { kind: 'missing', message: expect.stringContaining('fewer samples') },
  });
  expect(await rewriter.attempt(c, 0, signal)).toMatchObject({ failure: { kind: 'no-query' } });
});

it("reads DeepRetrieval's results by the place of the topic", async () => {
  const rewriter = await open(
    JSON.stringify({
      '0': { reasoning: 'Assistant: ...', generated_query: 'first', pmid_list: ['1'], target: ['1'], recall: 1 },
      '5': { reasoning: '', generated_query: 'sixth', pmid_list: [], target: ['2'], recall: 0 },
    }, null, 4), // prettier-ignore
  );
  expect(rewriter.identity).toMatchObject({ format: 'DeepRetrieval' });
  expect(await attempts(rewriter)).toMatchObject([
    { query: 'first' },
    { failure: { kind: 'missing' } },
    { query: 'sixth' },
  ]);
});

it("reads AutoBool's responses", async () => {
  const rewriter = await open(
    lines(
      { topicid: 'a', response: '<think>x</think><answer>x[tiab]</answer>', boolean_query: 'x[tiab]' },
      { topicid: 'b', response: 'no answer', boolean_query: '' },
    ),
  );
  expect(rewriter.identity).toMatchObject({ format: 'AutoBool' });
  expect(await attempts(rewriter)).toMatchObject([
    { query: 'x[tiab]' },
    { failure: { kind: 'no-query' } },
    { failure: { kind: 'missing' } },
  ]);
});

it('reads a result of its own, of one rewriter or a list of one', async () => {
  const document = {
    task: 'publication',
    rewriter: 'r',
    perTopic: [
      { id: 'b', query: 'x', recall: 1 },
      { id: 'a', query: null },
    ],
  };
  for (const value of [document, [document]])
    expect(await attempts(await open(JSON.stringify(value)))).toMatchObject([
      { failure: { kind: 'no-query' } },
      { query: 'x' },
      { failure: {} },
    ]);
});

it('reads TREC runs as trec_eval does: by score, equal ones by descending id', async () => {
  const run = 'a Q0 7 1 0.5 me\na Q0 9 2 0.9 me\na Q0 8 3 0.5 me\nb Q0 1 1 1 me\n';
  const rewriter = await open(run, true);
  const [a] = await attempts(rewriter);
  if (a?.kind !== 'query' || a.world?.ranking === undefined) throw new Error('no ranking');
  const { hits, count } = await a.world.ranking.rank(a.query, { limit: 2, offset: 1 });
  expect(hits.map(({ id }) => id)).toEqual(['8', '7']);
  expect(count).toBe(3);
  // Whatever is asked to rank, it is this ranking.
  expect(a.world.dense).toBe(a.world.ranking);
  await expect(open(run, false)).rejects.toThrow(/TREC run, which has rankings and no queries/);
});

it.each<[string, string, RegExp]>([
  ['nothing', '\n \n', /is empty/],
  ['another form', 'a\tb\tc\n', /none of the forms that are read: JSONL/],
  ['a row without an id', lines({ query: 'x' }), /line 1: "id" is missing/],
  ['a row without a query', lines({ id: 'a', text: 'x' }), /line 1 has neither "query" nor "completion"/],
  ['a query that is no text', lines({ id: 'a', query: 7 }), /line 1: "query" is a number/],
  [
    'a completion that is no text',
    lines({ id: 'a', completion: [] }),
    /line 1: "completion" is an empty list/,
  ],
  ['broken JSON', `${lines({ id: 'a', query: 'x' })}\n{"id": `, /line 2 is not JSON/],
  [
    'ids of another file',
    lines({ id: 'zz', query: 'x' }),
    /has nothing on any of the 3 topics\. Its ids look like "zz", those of the topics like "a"/,
  ],
  ['a broken run', 'a Q0 7 1 0.5 me\na 7 1 0.5\n', /line 2 is no line of a TREC run/],
  ['a run with a score that is none', 'a Q0 7 1 high me\n', /line 1: the score “high” is no number/],
  ['a run with a record twice', 'a Q0 7 1 0.5 me\na Q0 7 2 0.4 me\n', /line 2: the record 7 is listed twice/],
  ["another's entry without a query", '{"0": {"recall": 1}}', /entry "0": "generated_query" is missing/],
])('refuses %s', async (_, content, message) => {
  await expect(open(content, true)).rejects.toThrow(message);
  await expect(open(content, true)).rejects.toMatchObject({ exitCode: 2 });
});

it('says what is wrong with the bytes', async () => {
  await expect(open(Buffer.from([0x7b, 0xff, 0xfe]))).rejects.toThrow(/is not UTF-8/);
  await expect(open(gzipSync('{"id": "a"}').subarray(0, 12))).rejects.toThrow(/damaged gzip/);
});
