/** `querent-trainer run` as people start it: a real plan in small, with processes that are killed on the way. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
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

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

let folder: string;
let plan: string;
/** The command that trained `whole`. */
let trained: Ended;
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
  if (!isPossible) return;
  trained = await start('ppo', 'whole').ended;
  await cp(join(folder, 'whole'), join(folder, 'disturbed'), { recursive: true });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function jsonl(name: string, rows: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function planText(): string {
  return `name: small
task: publication
engine: embedded
machine: {device: cpu, dtype: float32, threads: 1}
model: {random: {layers: 1, hidden: 32, heads: 2, kvHeads: 2, intermediate: 64, maxPositions: 512, vocabulary: ['<answer>{"query": "', '"}</answer>', '[tiab]']}, licence: MIT}
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
  epochs: 1
  batchSize: 4
  microBatchSize: 4
  learningRate: 0.003
ppo:
  steps: 5
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
export: {quantisations: [Q8_0, F16], parity: {margin: 1}}
publish: {to: channel, name: small-search, minimumTopics: 1}
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
  return startPlan(plan, command, run, ...args);
}

function startPlan(file: string, command: string, run: string, ...args: readonly string[]): Started {
  const child = spawn(process.execPath, [main, command, file, '--run', join(folder, run), ...args], {
    cwd: folder,
    env: { ...process.env, QUERENT_PYTHON: python, QUERENT_SIGNING_KEY: signingKey },
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

/** Two at a time, each with a run folder of its own: most of the time a process loads its libraries. */
describe.skipIf(!isPossible)('querent-trainer run', { concurrent: true, timeout: 600_000 }, () => {
  it('learns the same whatever is killed, goes on with the same command, and leaves no process behind', async () => {
    expect(trained.stderr).toMatch(/none shares anything with the 4 that are held out/u);
    expect(trained).toMatchObject({ code: 0 });
    const calm = await metrics('whole', 'ppo');
    expect(calm.length).toBeGreaterThanOrEqual(5);

    // The command itself, by kill -9: whom it has started must end with it.
    const killed = start('run', 'disturbed', '--from', 'ppo', '--until', 'ppo');
    const early = killed.ended.then(({ code, stderr }) => {
      throw new Error(`It ended with ${code} before it was killed:\n${stderr}`);
    });
    const first = until('the first step', async () => {
      const found = await childrenOf(killed.child.pid ?? 0);
      return found.length === 2 && (await metrics('disturbed', 'ppo')).length >= 1 ? found : undefined;
    });
    const started = await Promise.race([first, early]);
    early.catch(() => undefined);
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
    expect(ended.stderr).not.toMatch(/Pairs|SFT/u);
    expect(ended.stderr).toMatch(/The reward service ended \(SIGKILL\); it is started again/u);
    expect(ended.stderr).toMatch(/The engine was killed \(SIGKILL\); it goes on from its newest checkpoint/u);
    expect(ended).toMatchObject({ code: 0 });

    expect(learnt(await metrics('disturbed', 'ppo'))).toEqual(learnt(calm));
    const weights = await Promise.all(
      ['whole', 'disturbed'].map((run) => readFile(join(folder, run, 'ppo/model/model.safetensors'))),
    );
    expect(weights[0]?.equals(weights[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('goes the whole way to files that are served, compared and published, and then has nothing left to do', async () => {
    const whole = await start('run', 'whole', '--json').ended;
    expect(whole).toMatchObject({ code: 0 });
    const document = JSON.parse(whole.stdout) as WatchDocument;
    expect(document.run.state).toBe('done');
    expect(document.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['data', 'prompts', 'pairs', 'sft', 'ppo', 'export', 'evaluation', 'publish'].map(
        (step) => `${step} done`,
      ),
    );
    expect(document.evaluation?.systems.map(({ name }) => name)).toEqual(['original', 'sft', 'ppo']);
    expect(document.evaluation?.topics).toBe(4);
    expect(document.ppo).toMatchObject({ step: 5, steps: 5 });
    const files = ['export/model-Q8_0.gguf', 'export/model-F16.gguf', 'export/sft-Q8_0.gguf', 'report.html'];
    for (const file of files) expect(existsSync(join(folder, 'whole', file)), file).toBe(true);
    expect(existsSync(join(folder, 'whole/export/sft-F16.gguf'))).toBe(false);

    // What is published was held against the weights that it was made of.
    expect(document.release).toMatchObject({ version: '1.0.0', decision: 'first' });
    const published = JSON.parse(
      await readFile(join(folder, 'whole/publish/release.json'), 'utf8'),
    ) as unknown;
    expect(published).toMatchObject({
      status: 'published',
      release: { baseModel: { licence: 'MIT' }, files: [{ quantisation: 'Q8_0' }] },
      margin: { isWithin: true, comparison: { margin: 1, comparisons: [{ metric: 'f3', n: 4 }] } },
    });

    const again = await start('run', 'whole').ended;
    expect(again).toMatchObject({ code: 0, stderr: '' });
    // Another way of comparing concerns the comparison alone.
    const other = join(folder, 'other.yaml');
    await writeFile(other, planText().replace('[original, sft, ppo]', '[deterministic, sft, ppo]'));
    const compared = await startPlan(other, 'run', 'whole', '--until', 'evaluation').ended;
    expect(compared.code).toBe(0);
    expect(compared.stderr).toMatch(/Evaluation: plan\.rewriters\b.* changed; it begins anew/u);
    expect(compared.stderr).not.toMatch(/(?:SFT\)|PPO\)|Export) \.\.\./u);
  });
});
