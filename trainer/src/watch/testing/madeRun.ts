import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshState, withStep } from '../../run/state.ts';
import { stepNames } from '../../run/stepNames.ts';

const at = '2026-01-02T03:04:05.000Z';

/** Writes the folder of a run in the middle of PPO, as a run writes it. */
export async function madeRun(folder: string, steps = 40): Promise<void> {
  for (const name of ['sft', 'ppo', 'evaluation', 'publish'])
    await mkdir(join(folder, name), { recursive: true });
  let state = { ...freshState(new Date(at)), id: 'run-1' };
  for (const name of stepNames.slice(0, 4))
    state = withStep(state, name, {
      ...{
        status: 'done',
        key: 'k',
        inputs: {},
        outputs: { steps: 10 },
        startedAt: at,
        endedAt: at,
        seconds: 60,
        attempts: 1,
      },
    });
  state = withStep(state, 'ppo', {
    ...{ status: 'running', key: 'k', inputs: {}, startedAt: at, attempts: 2, seconds: 30 },
  });
  await json(folder, 'state.json', state);
  await json(folder, 'plan.json', {
    plan: {
      ...{ name: 'made', task: 'publication', engine: 'embedded', seed: 1 },
      ...{
        model: { path: '/models/small', name: null, random: null },
        ppo: { steps: 100 },
        data: { dataset: null },
      },
    },
    file: '/plans/made.yaml',
    versions: { querent: '0.1.0' },
  });
  await json(folder, 'progress.json', {
    ...{ pid: 999_999_999, host: 'elsewhere', time: at, step: 'ppo', stepStartedAt: at },
    ...{
      progress: { done: 40, total: 100, unit: 'steps' },
      doneBefore: 20,
      message: null,
      command: 'querent-trainer run made.yaml',
    },
    machine: {
      ...{ time: at, cpu: 0.5, cores: 2, memoryBytes: 2 ** 31, memoryTotalBytes: 2 ** 33 },
      processes: [{ name: 'engine', pid: 2, bytes: 2 ** 30 }],
      gpus: [{ name: 'H', use: 0.9, memoryBytes: 2 ** 35, memoryTotalBytes: 2 ** 37 }],
    },
  });
  await lines(
    folder,
    'sft/metrics.jsonl',
    Array.from({ length: 10 }, (_, i) => sftRow(i + 1)),
  );
  await lines(
    folder,
    'ppo/metrics.jsonl',
    Array.from({ length: steps }, (_, i) => ppoRow(i + 1)),
  );
  await lines(
    folder,
    'ppo/samples.jsonl',
    [1, steps].map((step) => ({
      ...{
        step,
        id: `t/${step}`,
        prompt: 'Question: falls',
        query: 'falls[tiab]',
        problem: null,
        reward: step / steps,
      },
      completion: `<answer>{"query": "falls[tiab]"}</answer>\u001b[31m<script>alert(1)</script>`,
      measured: { recall: 0.5, records: 120 },
    })),
  );
  await lines(folder, 'run.log', [{ time: at, step: 'ppo', message: 'Goes on from step 20.' }]);
  await json(folder, 'evaluation/summary.json', {
    topics: 2,
    on: '2 held-out topics, at most 1,500 records',
    systems: ['sft', 'ppo'].map(system),
  });
}

function sftRow(step: number): object {
  return { kind: 'sft', step, loss: 3 / step, tokens: 500, seconds: { update: 2, total: 2.5 } };
}

function ppoRow(step: number): object {
  return {
    ...{ kind: 'ppo', step, kl: 0.001 * step, entropy: 3, validRate: 0.9 },
    reward: { mean: step / 100, std: 0.1 },
    recall: { mean: step / 200 },
    tokens: { generated: 1000, trained: 1000 },
    seconds: { rollout: 5, update: 3, rewardWait: 0.1, total: 8.5 },
    validation: step % 10 === 0 ? { reward: step / 120, recall: step / 250 } : null,
  };
}

function system(rewriter: string, index: number): object {
  const other = rewriter === 'sft' ? 'ppo' : 'sft';
  const recall = [0.3, 0.6][index] ?? 0;
  return {
    ...{
      task: 'publication',
      rewriter,
      n: 2,
      notes: [],
      micro: null,
      bestOf: null,
      withoutDoubtful: null,
      perSource: {},
    },
    metrics: { recall, precision: 0.1, f3: recall / 2, medianRecords: 900, validRate: 1 },
    intervals: { recall: [recall - 0.1, recall + 0.1] },
    failures: { attempts: 2, count: 0, byReason: [] },
    perTopic: ['a', 'b'].map((id, i) => ({
      ...{
        id,
        query: `${rewriter}-${id}[tiab]`,
        recall: recall + i / 10,
        precision: 0.1,
        records: 900,
        error: null,
      },
    })),
    comparisons: [
      {
        ...{
          a: rewriter,
          b: other,
          metric: 'recall',
          n: 2,
          difference: index === 0 ? -0.3 : 0.3,
          interval: null,
        },
        ...{ wins: 1, losses: 1, ties: 0, p: 0.5, pHolm: 0.5, isExact: true },
      },
    ],
  };
}

async function json(folder: string, name: string, value: unknown): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(value));
}

async function lines(folder: string, name: string, rows: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
