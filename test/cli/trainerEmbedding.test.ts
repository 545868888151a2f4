/** `--embedding` of evaluate and rewards serve, with the real runtime on a tiny model made here. Its vectors are noise, and always the same. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';

const main = join(import.meta.dirname, '../../trainer/src/cli/main.ts');
let folder: string;
let world: readonly string[];
const children: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-dense-'));
  const model = join(folder, 'tiny.gguf');
  await writeFile(model, tinyGguf());
  const corpus = join(folder, 'records.jsonl');
  const titles = ['Falls in older people', 'Desmopressin in surgery', 'Music during colonoscopy'];
  const records = titles.map((title, i) =>
    JSON.stringify({ pmid: `${i + 1}`, title, abstract: 'Invented.' }),
  );
  await writeFile(corpus, records.join('\n'));
  await writeFile(
    join(folder, 'questions.jsonl'),
    // The first is the text of its record, so it is as near as can be.
    ['{"id": "a", "question": "Falls in older people Invented.", "relevant": ["1"]}', '{"id": "b", "question": "music", "relevant": ["3"]}'].join('\n'), // prettier-ignore
  );
  world = ['--corpus', corpus, '--embedding', model];
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
  const env = { ...process.env, QUERENT_INDEX_CACHE: join(folder, 'cache') };
  const child = spawn(process.execPath, [main, ...args], { env });
  children.push(child);
  return child;
}

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...args);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

describe('an embedding model', () => {
  it('ranks the records of an evaluation by similarity', async () => {
    const questions = join(folder, 'questions.jsonl');
    const args = ['evaluate', '--task', 'ir', '--questions', questions, '--rewriter', 'original', '--json'];
    const { code, stdout, stderr } = await run(...args, ...world, '--retriever', 'dense');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { n, perTopic } = JSON.parse(stdout) as { n: number; perTopic: Record<string, unknown>[] };
    expect(n).toBe(2);
    expect(perTopic[0]).toMatchObject({ id: 'a', ndcg: 1, mrr: 1, error: null });
    const library = world.slice(0, 2);
    const refused = await Promise.all([
      run(...args, ...library, '--retriever', 'dense'),
      run(...args, ...library, '--query-prefix', 'query: '),
      run(...args, ...library, '--embedding', join(folder, 'nowhere.gguf')),
    ]);
    expect(refused).toMatchObject([
      { code: 2, stderr: expect.stringMatching(/Name both: --embedding MODEL/) },
      { code: 2, stderr: expect.stringMatching(/go with --embedding/) },
      { code: 2, stderr: expect.stringMatching(/There is no embedding model/) },
    ]);
  });

  it('pays for what a rewrite gains, and is told by the health of the service', async () => {
    const child = start('rewards', 'serve', ...world);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const health = (await (await fetch(`${url}/v1/health`)).json()) as {
      engines: { part: string; id: string }[];
    };
    expect(health.engines).toContainEqual(
      expect.objectContaining({ part: 'embedder', id: expect.stringMatching(/^Tiny Test Model#/) }),
    );
    const item = (id: string, query: string, context: object) => ({
      id,
      task: 'ir',
      completion: `<think>x</think><answer>{"query": "${query}"}</answer>`,
      target: { relevant: ['1'] },
      context: { original: 'music', ...context },
    });
    const items = [
      item('same', 'music', { reward: 'semantic-gain' }),
      item('nearer', 'Falls in older people Invented.', { reward: 'semantic-gain' }),
      item('ranked', 'Falls in older people Invented.', { retriever: 'dense' }),
    ];
    const response = await fetch(`${url}/v1/score`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ items }),
    });
    const { items: scored } = (await response.json()) as {
      items: { reward: number | null; error: string | null; measured: Record<string, number | null> }[];
    };
    expect(scored.map(({ error }) => error)).toEqual([null, null, null]);
    const [same, nearer, ranked] = scored;
    expect(nearer?.reward).toBeGreaterThan(same?.reward ?? NaN);
    expect(ranked?.measured).toMatchObject({ ndcg: 1, mrr: 1 });
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
  });
});
