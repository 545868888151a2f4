import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'trainer/src/cli/main.ts');

/** Where a small world lies. */
export interface SmallFiles {
  /** Citation library. */
  readonly library: string;
  readonly topics: string;
  readonly pairs: string;
}

/** What differs from one run to the next. */
export interface SmallOptions {
  readonly seed: number;
  /** Of a reward service in another place than the run's own. */
  readonly rewardUrl?: string;
  readonly learningRate?: number;
}

/** The Python of the trainer's tests; undefined where there is none, which is then printed as the reason for a skip. */
export function trainerPython(): string | undefined {
  const own = ['bin/python', 'Scripts/python.exe'].map((path) => join(root, '.cache/python-trainer', path));
  const { QUERENT_PYTHON: named = '' } = process.env;
  return [named, ...own].find((path) => path !== '' && existsSync(path));
}

/** As much of a plan as is written over. */
interface PlanFile {
  readonly machine: object;
  readonly sft: object;
  readonly ppo: { readonly reward: object };
}

/** The plan `tiny-cpu` on a small world: its data, its pairs and what differs are written over what the file says. */
export function smallPlan(files: SmallFiles, { seed, rewardUrl, learningRate }: SmallOptions): string {
  const { machine, sft, ppo, ...others } = parse(
    readFileSync(join(root, 'trainer/configs/tiny-cpu.yaml'), 'utf8'),
  ) as PlanFile;
  return stringify({
    ...others,
    seed,
    machine: { ...machine, threads: 1 },
    tokens: { prompt: 128, completion: 32 },
    data: { sources: [`reviews=${files.topics}`], corpus: files.library, shares: [0.75, 0.25, 0] },
    sft: { ...sft, pairs: { from: 'file', file: files.pairs } },
    ppo: {
      ...ppo,
      ...(learningRate === undefined ? {} : { learningRate }),
      reward: { ...ppo.reward, budget: 1500, ...(rewardUrl === undefined ? {} : { url: rewardUrl }) },
      // Drawn, as in training: what a policy of few weights likes best is often one word over and over.
      validation: { everySteps: 10, prompts: 100, samples: 2 },
    },
    evaluation: null,
  });
}

/** Does a run up to a step. Rejects with what it said when it does not end well. */
export async function trainerRun(folder: string, plan: string, until: 'sft' | 'ppo'): Promise<void> {
  const file = `${folder}.yaml`;
  writeFileSync(file, plan);
  const args = [main, 'run', file, '--run', folder, '--until', until];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code !== 0) throw new Error(`querent-trainer run ended with ${code}:\n${said.slice(-4000)}`);
}

/** Mean reward on held-out prompts, by PPO step. */
export function heldOutRewards(
  folder: string,
): readonly { readonly step: number; readonly reward: number }[] {
  return readFileSync(join(folder, 'ppo/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; validation: { reward: number } | null })
    .flatMap(({ step, validation }) => (validation === null ? [] : [{ step, reward: validation.reward }]));
}

/**
 * A reward service in front of another one, that deals the rewards of each request out to the wrong completions. Their mean stays.
 * @param name of the deal: the same requests are dealt alike under one name, and otherwise under another
 */
export async function shufflingService(
  target: string,
  name: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '/' } = request;
      const answer = await fetch(new URL(url, target), {
        method,
        ...(method === 'POST'
          ? { body: Buffer.concat(chunks), headers: { 'Content-Type': 'application/json' } }
          : {}),
      });
      let body = await answer.text();
      if (method === 'POST' && answer.ok)
        body = JSON.stringify({
          items: dealt(
            (JSON.parse(body) as { items: Scored[] }).items,
            `${name}\n${Buffer.concat(chunks).toString()}`,
          ),
        });
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(body);
    })().catch(() => response.writeHead(502).end('{}'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

interface Scored {
  readonly id: string | null;
}

/**
 * The ids in a random order of what was earned. The order follows from the text of the request: otherwise for every request, or a policy could
 * learn who pays for whom, and the same in every run of the test.
 */
function dealt(items: readonly Scored[], text: string): Scored[] {
  const key = items.map((_, index) => createHash('sha256').update(`${index}\n${text}`).digest('hex'));
  const order = items
    .map((_, index) => index)
    .sort((a, b) => ((key[a] as string) < (key[b] as string) ? -1 : 1));
  return items.map(({ id }, index) => ({ ...(items[order[index] as number] as Scored), id }));
}

/** The reward service over a library, as a team starts it. */
export async function rewardService(
  library: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const child = spawn(process.execPath, [main, 'rewards', 'serve', '--corpus', library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((done, fail) => {
    child.stdout
      .setEncoding('utf8')
      .once('data', (line: string) => done((JSON.parse(line) as { url: string }).url));
    child.once('close', (code) => fail(new Error(`The reward service ended with ${code}.`)));
  });
  return {
    url,
    close: () =>
      new Promise((done) => {
        child.once('close', () => done());
        child.kill('SIGTERM');
      }),
  };
}
