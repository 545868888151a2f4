/** `querent-trainer run` as people start it: a real plan in small, with processes that are killed on the way. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WatchDocument } from '../../trainer/src/watch/types.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'trainer/src/cli/main.ts');
const ownPython = join(root, '.cache/python-trainer/bin/python');
const python = process.env['QUERENT_PYTHON'] ?? (existsSync(ownPython) ? ownPython : undefined);
if (python === undefined)
  console.warn(
    'Skipped: the runs of a plan need Python with torch (node scripts/python-env.mjs, or QUERENT_PYTHON).',
  );
// Children are found through /proc.
const isPossible = python !== undefined && process.platform === 'linux';

const drugs = ['aspirin', 'zinc', 'iron', 'metformin', 'caffeine', 'melatonin'];
const illnesses = ['stroke', 'asthma', 'anemia', 'migraine', 'obesity', 'insomnia'];

let folder: string;
let plan: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-run-'));
  const pairs = drugs.flatMap((drug) => illnesses.map((illness) => ({ drug, illness })));
  const records = pairs.flatMap(({ drug, illness }, i) =>
    Array.from({ length: 4 }, (_, j) => ({
      pmid: String(10_000 + 10 * i + j),
      title: `Effects of ${drug} in ${illness}, trial ${j + 1}`,
      abstract: `We gave ${drug} to people with ${illness}.`,
    })),
  );
  const topics = pairs.map(({ drug, illness }, i) => ({
    id: `t/${drug}-${illness}`,
    title: `${drug} for ${illness}`,
    relevant_pmids: Array.from({ length: 4 }, (_, j) => String(10_000 + 10 * i + j)),
  }));
  // What is held out shares neither drug nor illness with what is trained on.
  const isHeldOut = (id: string): boolean => /caffeine|melatonin/.test(id) && /obesity|insomnia/.test(id);
  const isNear = (id: string): boolean => /caffeine|melatonin|obesity|insomnia/.test(id);
  await jsonl('records.jsonl', records);
  await jsonl(
    'held-out.jsonl',
    topics.filter(({ id }) => isHeldOut(id)),
  );
  await jsonl(
    'topics.jsonl',
    topics.filter(({ id }) => !isNear(id)),
  );
  await jsonl(
    'pairs.jsonl',
    topics
      .filter(({ id }) => !isNear(id))
      .map(({ title }) => ({
        title,
        query: title
          .split(' for ')
          .map((word) => `${word}[tiab]`)
          .join(' AND '),
      })),
  );
  plan = join(folder, 'plan.yaml');
  await writeFile(plan, planText());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function jsonl(name: string, rows: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function planText(steps = 5, epochs = 2): string {
  return `name: small
task: publication
engine: embedded
machine: {device: cpu, dtype: float32, threads: 1}
model: {random: {layers: 1, hidden: 32, heads: 2, kvHeads: 2, intermediate: 64, maxPositions: 512, vocabulary: ['<answer>{"query": "', '"}</answer>', '[tiab]']}}
variant: direct
tokens: {prompt: 400, completion: 24}
tensorboard: false
data:
  sources: [topics.jsonl]
  corpus: records.jsonl
  heldOut: held-out.jsonl
  shares: [0.8, 0.2, 0]
sft:
  pairs: {from: file, file: pairs.jsonl}
  epochs: ${epochs}
  batchSize: 4
  microBatchSize: 4
  learningRate: 0.003
ppo:
  steps: ${steps}
  promptsPerStep: 4
  rolloutMicroBatch: 4
  miniBatchSize: 4
  microBatchSize: 4
  learningRate: 0.001
  critic: {kind: head, learningRate: 0.001}
  reward: {retries: 60, retrySeconds: 0.5}
  save: {everySteps: 1, keep: 2}
  validation: {everySteps: 2, prompts: 2}
evaluation: {rewriters: [original, sft, ppo]}
export: {quantisations: [F16]}
`;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

function start(command: string, run: string, ...args: readonly string[]): Started {
  const child = spawn(process.execPath, [main, command, plan, '--run', join(folder, run), ...args], {
    cwd: folder,
    env: { ...process.env, QUERENT_PYTHON: python },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((done) =>
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr })),
  );
  return { child, ended };
}

async function until<T>(what: string, look: () => Promise<T | undefined>, ms = 300_000): Promise<T> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error(`Waited in vain: ${what}`);
}

type Row = Readonly<Record<string, unknown>> & { readonly step: number };

async function metrics(run: string, stage: string): Promise<readonly Row[]> {
  const text = await readFile(join(folder, run, stage, 'metrics.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}

/** Processes that one has started, with their command lines. */
async function childrenOf(pid: number): Promise<readonly { readonly pid: number; readonly line: string }[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return Promise.all(
    text
      .split(' ')
      .filter((each) => each !== '')
      .map(async (each) => ({
        pid: Number(each),
        line: (await readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
      })),
  );
}

async function childOf(pid: number | undefined, kind: RegExp): Promise<number> {
  return until(
    `a process ${kind}`,
    async () => (await childrenOf(pid ?? 0)).find(({ line }) => kind.test(line))?.pid,
  );
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** What must be the same of a run however it was disturbed: all but times. */
function learnt(rows: readonly Row[]): readonly unknown[] {
  const times = ['time', 'seconds', 'tokensPerSecond'];
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !times.includes(key))));
}

describe.skipIf(!isPossible)('querent-trainer run', () => {
  it('learns the same whatever is killed, goes on with the same command, and leaves no process behind', async () => {
    const first = await start('sft', 'calm').ended;
    expect(first.stderr).toMatch(/none shares anything with the 4 that are held out/u);
    expect(first).toMatchObject({ code: 0 });
    await cp(join(folder, 'calm'), join(folder, 'disturbed'), { recursive: true });
    const calm = await start('ppo', 'calm').ended;
    expect(calm).toMatchObject({ code: 0 });
    expect(calm.stderr).not.toMatch(/Pairs|SFT/u);

    // The command itself, by kill -9: whom it has started must end with it.
    const killed = start('ppo', 'disturbed');
    await until('the first step', async () =>
      (await metrics('disturbed', 'ppo')).length >= 1 ? true : undefined,
    );
    const started = await childrenOf(killed.child.pid ?? 0);
    expect(started.map(({ line }) => /querent_engine|rewards serve/u.exec(line)?.[0]).sort()).toEqual([
      'querent_engine',
      'rewards serve',
    ]);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    for (const { pid, line } of started)
      await until(`the end of ${line}`, async () => (isGone(pid) ? true : undefined), 15_000);

    // Then the engine and the reward service under it.
    const again = start('ppo', 'disturbed');
    const engine = await childOf(again.child.pid, /querent_engine/u);
    const before = (await metrics('disturbed', 'ppo')).length;
    await until('another step', async () =>
      (await metrics('disturbed', 'ppo')).length > before || isGone(engine) ? true : undefined,
    );
    process.kill(await childOf(again.child.pid, /rewards serve/u), 'SIGKILL');
    if (!isGone(engine)) process.kill(engine, 'SIGKILL');
    const ended = await again.ended;
    expect(ended.stderr).toMatch(/goes on where it was/u);
    expect(ended.stderr).toMatch(/The reward service ended \(SIGKILL\); it is started again/u);
    expect(ended.stderr).toMatch(/The engine was killed \(SIGKILL\); it goes on from its newest checkpoint/u);
    expect(ended).toMatchObject({ code: 0 });

    expect(learnt(await metrics('disturbed', 'ppo'))).toEqual(learnt(await metrics('calm', 'ppo')));
    const weights = await Promise.all(
      ['calm', 'disturbed'].map((run) => readFile(join(folder, run, 'ppo/model/model.safetensors'))),
    );
    expect(weights[0]?.equals(weights[1] ?? Buffer.alloc(0))).toBe(true);
  }, 600_000);

  it('goes the whole way to files that are served and compared, and then has nothing left to do', async () => {
    const whole = await start('run', 'whole', '--json').ended;
    expect(whole).toMatchObject({ code: 0 });
    const document = JSON.parse(whole.stdout) as WatchDocument;
    expect(document.run.state).toBe('done');
    expect(document.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'data done',
      'prompts done',
      'pairs done',
      'sft done',
      'ppo done',
      'export done',
      'evaluation done',
      'publish skipped',
    ]);
    expect(document.evaluation?.systems.map(({ name }) => name)).toEqual(['original', 'sft', 'ppo']);
    expect(document.evaluation?.topics).toBe(4);
    expect(document.ppo).toMatchObject({ step: 5, steps: 5 });
    for (const file of ['export/model-F16.gguf', 'export/sft-F16.gguf', 'report.html'])
      expect(existsSync(join(folder, 'whole', file))).toBe(true);

    const again = await start('run', 'whole').ended;
    expect(again).toMatchObject({ code: 0, stderr: '' });
    // Another way of comparing concerns the comparison alone.
    await writeFile(
      plan,
      planText().replace('rewriters: [original, sft, ppo]', 'rewriters: [original, ppo]'),
    );
    const other = await start('run', 'whole').ended;
    expect(other.code).toBe(0);
    expect(other.stderr).toMatch(/Evaluation: plan\.rewriters\b.* changed; it begins anew/u);
    expect(other.stderr).not.toMatch(/(?:SFT|PPO)\) \.\.\./u);
  }, 600_000);
});
