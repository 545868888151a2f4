/** `querent-trainer evaluate` as people start it, on the invented records of samples/ and a database of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvaluateOptions } from '../../trainer/src/evaluation/options.ts';
import { runEvaluation } from '../../trainer/src/evaluation/runEvaluation.ts';
import { makeDatabase } from '../../server/src/databases/testing/makeDatabase.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'trainer/src/cli/main.ts');
const corpus = join(root, 'samples/citations.jsonl');
let folder: string;

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Result> } {
  const child = spawn(process.execPath, [main, 'evaluate', ...args], {
    env: { ...process.env, QUERENT_MODEL_KEY: 'a-secret-key', XDG_CACHE_HOME: join(folder, 'cache') },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
  return { child, ended };
}

const evaluate = (...args: string[]): Promise<Result> => start(args).ended;

async function json<T = Document>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await evaluate(...args, '--json');
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as T;
}

interface Document {
  readonly task: string;
  readonly rewriter: string;
  readonly n: number;
  readonly metrics: Record<string, number | null>;
  readonly intervals: Record<string, [number, number]>;
  readonly perTopic: {
    id: string;
    query: string | null;
    recall: number | null;
    error: string | null;
    [key: string]: unknown;
  }[];
  readonly failures: { count: number; byKind: Record<string, number> };
  readonly comparisons: { a: string; b: string; metric: string; p: number }[];
  readonly notes: string[];
}

/** A model behind an OpenAI-compatible address. Its answers are what the test says; some it does not give. */
interface FakeModel {
  readonly server: Server;
  readonly url: string;
  readonly asked: { readonly body: Record<string, unknown>; readonly authorization: string | undefined }[];
  answer: (user: string, count: number) => string | number | undefined;
}

async function fakeModel(): Promise<FakeModel> {
  const model: { -readonly [K in keyof FakeModel]: FakeModel[K] } = {
    server: createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (chunk: Buffer) => parts.push(chunk));
      request.on('end', () => {
        const send = (status: number, body: unknown): void => {
          response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
        };
        if (request.method === 'GET') return send(200, { data: [{ id: 'invented-7b' }] });
        const body = JSON.parse(Buffer.concat(parts).toString()) as { messages: { content: string }[] };
        model.asked.push({ body, authorization: request.headers.authorization });
        const content = model.answer(body.messages.at(-1)?.content ?? '', model.asked.length);
        if (content === undefined) return; // never answers
        if (typeof content === 'number') return send(content, { error: { message: 'out of order' } });
        return send(200, {
          choices: [{ message: { content }, finish_reason: content.includes('CUT') ? 'length' : 'stop' }],
          usage: { prompt_tokens: 9, completion_tokens: 5 },
        });
      });
    }),
    url: '',
    asked: [],
    answer: () => '',
  };
  await new Promise<void>((listening) => model.server.listen(0, '127.0.0.1', listening));
  model.url = `http://127.0.0.1:${(model.server.address() as AddressInfo).port}`;
  return model;
}

let model: FakeModel;
let topics: string;
let questions: string;
let judged: string;
let databases: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-evaluate-'));
  model = await fakeModel();
  const records = (await readFile(corpus, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { pmid: string; title: string });
  const about = (word: RegExp): string[] =>
    records.filter(({ title }) => word.test(title)).map(({ pmid }) => pmid);
  const rows = [
    { id: 'made/falls', title: 'Tai ji quan for preventing falls', pico: { intervention: 'tai ji quan' }, relevant_pmids: about(/tai ji/i) },
    { id: 'made/exercise', title: 'Exercise programme for older women', relevant_pmids: about(/exercise programme/i), near_duplicate_of: 'made/falls' },
    { id: 'other/home', title: 'Home exercise <b>& more</b>', relevant_pmids: [...about(/home exercise/i), '99999999'] },
    { id: 'other/empty', title: 'Nothing is known', relevant_pmids: [] },
  ]; // prettier-ignore
  topics = join(folder, 'topics.jsonl');
  await writeFile(topics, rows.map((row) => JSON.stringify(row)).join('\n'));
  judged = join(folder, 'judged.jsonl');
  await writeFile(judged, rows.slice(0, 3).map(({ id, title, relevant_pmids }) => JSON.stringify({ id, question: title, relevant: relevant_pmids })).join('\n')); // prettier-ignore
  databases = join(folder, 'databases');
  await mkdir(databases);
  await makeDatabase(
    join(databases, 'shop.sqlite'),
    'CREATE TABLE item (name TEXT, price INTEGER)',
    "INSERT INTO item VALUES ('pen', 2), ('book', 9)",
  );
  questions = join(folder, 'questions.jsonl');
  await writeFile(
    questions,
    [
      { id: 'made/1', db: 'shop', question: 'How many items are there?', gold_sql: 'SELECT count(*) FROM item', core: true },
      { id: 'made/2', db: 'shop', question: 'Which items cost more than 5?', gold_sql: 'SELECT name FROM item WHERE price > 5', core: true },
      { id: 'made/3', db: 'shop', question: 'What is the cheapest item?', gold_sql: 'SELECT name FROM item ORDER BY price LIMIT 1' },
    ].map((row) => JSON.stringify(row)).join('\n'), // prettier-ignore
  );
}, 60_000);

afterAll(async () => {
  model.server.closeAllConnections();
  model.server.close();
  await rm(folder, { recursive: true, force: true });
});

const publication = (): string[] => ['--task', 'publication', '--topics', topics, '--corpus', corpus];

describe('publication search', () => {
  it('prints the contract for one rewriter, a list for several, and keeps a run folder', async () => {
    const out = join(folder, 'run');
    const rewriters = ['--rewriter', 'original', 'rarest', '--rewriter', 'deterministic'];
    const documents = await json<Document[]>(
      ...publication(),
      ...rewriters,
      '--out',
      out,
      '--report',
      join(folder, 'r.html'),
    );
    expect(documents.map(({ rewriter }) => rewriter)).toEqual(['original', 'rarest', 'deterministic']);
    const [original, rarest, deterministic] = documents;
    expect(Object.keys(original ?? {}).slice(0, 6)).toEqual([
      'task',
      'rewriter',
      'n',
      'metrics',
      'intervals',
      'perTopic',
    ]);
    expect(original).toMatchObject({ task: 'publication', n: 3 });
    for (const name of ['recall', 'precision', 'f3', 'nnr', 'medianRecords', 'validRate'])
      expect(Object.keys(deterministic?.metrics ?? {}), name).toContain(name);
    for (const [low, high] of Object.values(deterministic?.intervals ?? {}))
      expect(low).toBeLessThanOrEqual(high);
    for (const row of original?.perTopic ?? [])
      expect(row).toMatchObject({
        id: expect.any(String),
        query: expect.any(String),
        recall: expect.any(Number),
        precision: expect.any(Number),
        records: expect.any(Number),
        error: null,
      });
    expect(original?.perTopic[0]?.query).toContain(' AND ');
    expect(deterministic?.metrics['recall']).toBeGreaterThan(original?.metrics['recall'] ?? 1);
    expect(rarest?.notes.join('\n')).toMatch(/1 row knows nothing to be relevant.*\(other\/empty\)/);
    expect(rarest?.notes.join('\n')).toMatch(/1 of \d+ relevant records are not held/);
    expect(original?.comparisons.map(({ b, metric }) => `${b} ${metric}`)).toContain('deterministic recall');
    // The folder: everything is in it, the report is safe to open.
    const plan = JSON.parse(await readFile(join(out, 'plan.json'), 'utf8')) as {
      settings: Record<string, unknown>;
    };
    expect(plan.settings).toMatchObject({ task: 'publication', items: { count: 3 }, seed: 1 });
    expect((await readFile(join(out, 'results.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(9);
    expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toEqual(documents);
    expect(await readFile(join(out, 'report.md'), 'utf8')).toContain('| made/falls |');
    expect(await readFile(join(folder, 'r.html'), 'utf8')).toMatch(/<svg role="img"[\s\S]*other\/home/);
  });

  it('counts what a model cannot do as its failures, and keeps its key to itself', async () => {
    model.asked.length = 0;
    model.answer = (user) =>
      user.includes('Tai ji')
        ? '<think>Tai ji.</think><answer>{"query": "\\"tai ji\\"[tiab]"}</answer>'
        : user.includes('older women')
          ? '<answer>{"query": "(exercise[tiab]"}</answer>'
          : 'I would search for CUT';
    const out = join(folder, 'model-run');
    const document = await json(...publication(), '--rewriter', `model:${model.url}`, '--out', out);
    expect(document).toMatchObject({ n: 3, failures: { count: 2, byKind: { 'cut-off': 1, 'not-run': 1 } } });
    const [falls, exercise, home] = document.perTopic;
    expect(falls).toMatchObject({
      query: '"tai ji"[tiab]',
      recall: 1,
      error: null,
      reward: expect.any(Number),
    });
    expect(exercise).toMatchObject({ query: '(exercise[tiab]', recall: 0, precision: 0, records: null });
    expect(exercise?.error).toMatch(/error/);
    expect(home).toMatchObject({
      query: null,
      recall: 0,
      error: expect.stringContaining('cut off at the limit'),
    });
    expect(document.metrics).toMatchObject({
      recall: 1 / 3,
      validRate: 1 / 3,
      meanReward: expect.any(Number),
    });
    expect(model.asked[0]).toMatchObject({
      authorization: 'Bearer a-secret-key',
      body: { temperature: 0, max_tokens: 500 },
    });
    for (const name of ['plan.json', 'results.jsonl', 'summary.json', 'report.md', 'report.html'])
      expect(await readFile(join(out, name), 'utf8')).not.toContain('a-secret-key');
    // What was recorded measures the same again, and so does the result itself.
    const recorded = await json(
      ...publication(),
      '--rewriter',
      `recorded:${join(out, 'results.jsonl')}`,
      '--compare',
      out,
    );
    expect(recorded.metrics['recall']).toBe(document.metrics['recall']);
    expect(recorded.metrics['meanReward']).toBe(document.metrics['meanReward']);
    expect(recorded.comparisons[0]).toMatchObject({ metric: 'recall', n: 3, difference: 0, p: 1 });
  });

  it('a server that fails is no failure of the rewriter: exit code 3, and the same command goes on', async () => {
    model.asked.length = 0;
    model.answer = (_, count) => (count === 1 ? '<answer>{"query": "exercise[tiab]"}</answer>' : 500);
    const out = join(folder, 'broken-run');
    const args = [...publication(), '--rewriter', `model:${model.url}`, '--variant', 'direct', '--out', out];
    const failed = await evaluate(...args, '--json');
    expect(failed).toMatchObject({ code: 3, stdout: '' });
    expect(failed.stderr).toMatch(
      /refused \(HTTP 500: out of order\).*What is done is kept in .*broken-run; the same command goes on/,
    );
    expect(existsSync(join(out, 'summary.json'))).toBe(false);
    model.asked.length = 0;
    model.answer = () => '<answer>{"query": "exercise[tiab]"}</answer>';
    const document = await json(...args);
    expect(document.n).toBe(3);
    expect(model.asked).toHaveLength(2);
    expect(document.perTopic.every(({ query }) => query === 'exercise[tiab]')).toBe(true);
  });

  it('holds a model to the form, and chooses between it and the method by seeds', async () => {
    model.asked.length = 0;
    // A query for two of its answers: nothing of the topic, and everything in the library that has a title.
    model.answer = (user) =>
      JSON.stringify({ query: user.includes('Tai ji') ? '"tai ji"[tiab]' : 'nothing[tiab]' });
    const documents = await json<Document[]>(
      ...publication(),
      ...['--rewriter', `grammar:${model.url}`, '--rewriter', `combined:${model.url}`],
      ...['--seeds', '2', '--only', 'made/', '--budget', '60'],
    );
    const [held, combined] = documents;
    expect(model.asked[0]?.body).toMatchObject({
      response_format: { json_schema: { schema: { required: ['query'] } } },
    });
    expect(held?.perTopic.map(({ query }) => query)).toEqual(['"tai ji"[tiab]', 'nothing[tiab]']);
    // The method finds as many seeds: then it goes by the form that is wanted, which a model's query has none of.
    expect(combined?.perTopic[0]?.query).toMatch(/^"tai ji"\[tiab\] OR /);
    expect(combined?.perTopic[1]?.query).not.toBe('nothing[tiab]');
    expect(combined?.metrics['recall']).toBeGreaterThan(held?.metrics['recall'] ?? 1);
    expect(combined?.notes.join(' ')).toMatch(
      /2 relevant records a topic were given to the rewriters.*about the rest/,
    );
    expect(combined?.notes.join(' ')).toMatch(
      /chosen were 2 drafts of the method, 0 of the model and 0 of both/,
    );
  });

  it('Ctrl-C leaves a folder that is gone on with', async () => {
    model.asked.length = 0;
    model.answer = (_, count) => (count === 1 ? '<answer>{"query": "exercise[tiab]"}</answer>' : undefined);
    const out = join(folder, 'interrupted-run');
    const args = [...publication(), '--rewriter', `model:${model.url}`, '--out', out];
    const { child, ended } = start([...args, '--json']);
    await expect.poll(() => model.asked.length, { timeout: 20_000 }).toBe(2);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Interrupted\. What is done is kept in/);
    expect((await readFile(join(out, 'results.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(1);
  });
});

it('ranks: questions, feedback, and runs of others judged by the same code', async () => {
  const run = join(folder, 'others.run');
  const [first] = (await readFile(judged, 'utf8'))
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; relevant: string[] });
  await writeFile(run, `${first?.id} Q0 ${first?.relevant[0]} 1 9.5 tag\n${first?.id} Q0 1 2 9.1 tag\n`);
  const documents = await json<Document[]>(
    ...['--task', 'ir', '--topics', judged, '--corpus', corpus],
    ...['--rewriter', 'original', '--rewriter', 'deterministic', '--rewriter', `recorded:${run}`],
  );
  expect(documents.map(({ n }) => n)).toEqual([3, 3, 3]);
  expect(documents[0]?.metrics['ndcg10']).toBeGreaterThan(0.1);
  expect(documents[2]).toMatchObject({ failures: { count: 2, byKind: { missing: 2 } } });
  expect(documents[2]?.perTopic[0]).toMatchObject({ hits1: 1, mrr: 1, recall: null });
  expect(documents[2]?.metrics['hits1']).toBeCloseTo(1 / 3, 12);
  expect(documents[2]?.notes.join(' ')).toMatch(/2 of 3 topics are missing in it and count as failures/);
});

it('SQL: a question is no statement, a statement is run and compared', async () => {
  model.answer = (user) =>
    `<think>x</think><answer>${JSON.stringify({ sql: user.includes('How many') ? 'SELECT 2' : 'SELECT name FROM item WHERE price = 9' })}</answer>`;
  const documents = await json<Document[]>(
    ...['--task', 'sql', '--questions', questions, '--databases', databases, '--subset', 'core'],
    ...['--rewriter', 'original', '--rewriter', `model:${model.url}`],
  );
  expect(documents.map(({ n, metrics }) => [n, metrics['executionAccuracy'], metrics['validRate']])).toEqual([
    [2, 0, 0],
    [2, 0.5, 1],
  ]);
  expect(documents[0]).toMatchObject({ failures: { count: 2, byKind: { 'no-query': 2 } } });
  expect(JSON.stringify(model.asked.at(-1)?.body)).toContain('CREATE TABLE item');
});

it('SQL: the method alone, and with a model whose statements are tried and outvoted', async () => {
  model.answer = () => JSON.stringify({ sql: 'SELECT nothing FROM item' });
  const documents = await json<Document[]>(
    ...['--task', 'sql', '--questions', questions, '--databases', databases, '--subset', 'core'],
    ...['--rewriter', 'deterministic', '--rewriter', `combined:${model.url}`],
  );
  expect(documents.map(({ n, metrics }) => [n, metrics['executionAccuracy'], metrics['validRate']])).toEqual([
    [2, 1, 1],
    [2, 1, 1],
  ]);
  expect(documents[1]?.notes.join(' ')).toMatch(/chosen were 2 statements of the method and 0 of the model/);
});

describe('refuses with exit code 2 and the way out', () => {
  it('a model that is not there, with nothing on stdout', async () => {
    const { code, stdout, stderr } = await evaluate(
      ...publication(),
      '--rewriter',
      'model:/no/such.gguf',
      '--json',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('/no/such.gguf');
  });

  const defaults: EvaluateOptions = {
    ...{
      task: 'publication',
      seeds: 0,
      budget: 1500,
      form: 'recall',
      samples: 1,
      seed: 1,
      maxTokens: 9,
      template: 'auto',
      variant: 'reasoning',
    },
    concurrency: 1,
  };
  it.each<[string, () => Partial<EvaluateOptions>, RegExp]>([
    ['no rewriter', () => ({ topics, corpus }), /--rewriter original/],
    ['a rewriter that is none', () => ({ topics, corpus, rewriter: ['magic'] }), /no rewriter magic\. There are original/],
    ['a rewriter named twice', () => ({ topics, corpus, rewriter: ['rarest', 'rarest'] }), /rarest is named twice/],
    ['a form that is none', () => ({ topics, corpus, rewriter: ['deterministic:short'] }), /“short” is neither a form/],
    ['a model without a place', () => ({ topics, corpus, rewriter: ['model:'] }), /Write model:PATH_OR_URL/],
    ['a rewriter without meaning', () => ({ task: 'sql', questions, databases, rewriter: ['rarest'] }), /rarest has no meaning for the task sql: words/],
    ['a choice of drafts without a library', () => ({ task: 'ir', topics: judged, corpus, rewriter: ['combined:m'] }), /combined:m has no meaning for the task ir/],
    ['no place to search', () => ({ topics, rewriter: ['original'] }), /Say where queries of the task publication are run: --corpus/],
    ['no databases', () => ({ task: 'sql', questions, rewriter: ['original'] }), /--databases FOLDER/],
    ['no file of topics', () => ({ corpus, rewriter: ['original'] }), /--topics FILE/],
    ['a run for a task that does not rank', () => ({ topics, corpus, rewriter: [`recorded:${join(folder, 'others.run')}`] }), /is a TREC run, which has rankings/],
    ['a folder of questions', () => ({ topics: folder, corpus, rewriter: ['original'] }), /is a folder\. Name a file/],
    ['a folder of outputs', () => ({ topics, corpus, rewriter: [`recorded:${folder}`] }), /is a folder\. Name a file/],
    ['a model that is not there', () => ({ topics, corpus, rewriter: ['model:no.gguf'] }), /^(?!.*querent\.model\.path).*no\.gguf does not exist/],
    ['no task', () => ({ task: 'magic', topics, rewriter: ['original'] }), /no task magic\. There are publication/],
    ['the same completion many times', () => ({ topics, corpus, rewriter: ['original'], samples: 3, temperature: 0 }), /--samples with --temperature 0/],
    ['a report of another kind', () => ({ topics, corpus, rewriter: ['original'], report: ['r.pdf'] }), /r\.pdf is neither \.md nor \.html/],
    ['a report in a folder that is not there', () => ({ topics, corpus, rewriter: ['original'], report: ['/no/such/r.md'] }), /r\.md cannot be written/],
    ['a comparison with what is no result', () => ({ topics, corpus, rewriter: ['original'], compare: [topics] }), /is no result of an evaluation/],
  ])('%s', async (_, options, message) => {
    const running = runEvaluation({ ...defaults, ...options() });
    await expect(running).rejects.toThrow(message);
    await expect(running).rejects.toMatchObject({ exitCode: 2 });
  }); // prettier-ignore
});

it('a task in a folder that breaks ends with exit code 3 and its stack, not with that of findings', async () => {
  const home = join(folder, 'broken');
  await mkdir(home);
  await writeFile(
    join(home, 'index.mjs'),
    `export default ({ rewards, tasks }) => tasks.defineTask({
      id: 'broken', title: 'Broken', ability: 'none', answerKey: 'query',
      templates: tasks.queryTemplates('broken', 1, 'You search.', 'Write a query.'),
      readInput: (row) => row, readTarget: (row) => row, prompt: () => { throw new Error('no prompt'); },
      run() { throw new TypeError('this task is broken'); },
      rewards: { none: () => rewards.rewardOf({}) }, metricNames: ['recall'], metrics: () => ({ recall: 0 }), failure: () => undefined,
    });`,
  );
  const questions = join(home, 'items.jsonl');
  await writeFile(questions, JSON.stringify({ id: 'a', input: { question: 'falls' }, target: {} }));
  const recorded = join(home, 'recorded.jsonl');
  await writeFile(recorded, JSON.stringify({ id: 'a', query: 'falls[tiab]' }));
  const { code, stderr } = await evaluate(
    ...['--task', 'broken', '--task-folder', home, '--questions', questions, '--corpus', corpus],
    ...['--rewriter', `recorded:${recorded}`],
  );
  expect(stderr).toMatch(
    /A fault of the program, or of a task in a folder: TypeError: this task is broken\n +at Object\.run/,
  );
  expect(code).toBe(3);
});
