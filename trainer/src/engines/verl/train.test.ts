import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlan } from '../../plan/index.ts';
import type { Plan } from '../../plan/index.ts';
import { missingForVerl } from './requirements.ts';
import { chooseEngine } from './chooseEngine.ts';
import type { PythonReport } from '../../doctor/pythonProbe.ts';
import { newestVerlCheckpoint, takeModel, verlCheckpointSteps } from './checkpoints.ts';
import { writeVerlRows } from './dataFiles.ts';
import { followVerlLog } from './followLog.ts';
import { ppoMetrics, verlLineIn } from './metrics.ts';
import { runOnCluster } from './rayJob.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-verl-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = async (path: string): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Waits until something holds, for ten seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to hold');
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

describe('rows for verl', () => {
  it('hold the very prompts of the embedded engine, with the same keys and types in each', async () => {
    const prompts = [
      {
        id: 'a',
        task: 'publication',
        messages: [{ role: 'user', content: 'x' }],
        opened: '',
        target: { relevant: ['1'] },
        context: { variant: 'direct' },
        group: 'g',
      },
      {
        id: 'b',
        task: 'publication',
        text: 'Assistant: <think>',
        opened: '<think>',
        target: { relevant: [] },
        context: {},
        group: '',
      },
    ];
    const source = join(folder, 'prompts.jsonl');
    await writeFile(source, `${prompts.map((each) => JSON.stringify(each)).join('\r\n')}\n\n`);
    expect(await writeVerlRows(source, join(folder, 'train.jsonl'))).toBe(2);
    const [first, second] = await rows(join(folder, 'train.jsonl'));
    expect(first).toEqual({
      data_source: 'publication',
      prompt: [{ role: 'user', content: 'x' }],
      ability: 'publication',
      reward_model: { style: 'rule', ground_truth: '{"relevant":["1"]}' },
      extra_info: { index: 0, id: 'a', context: '{"variant":"direct"}', opened: '' },
    });
    expect(second).toMatchObject({
      prompt: [{ role: 'user', content: 'Assistant: <think>' }],
      extra_info: { index: 1, opened: '<think>' },
    });
  });

  it.each(['{', 'null', '{"id":"a"}', '{"id":"a","task":"t"}'])(
    '%s is refused with its line, and nothing half is left',
    async (bad) => {
      const source = join(folder, 'prompts.jsonl');
      await writeFile(
        source,
        `{"id":"a","task":"t","text":"x","target":1,"context":{},"opened":""}\n${bad}\n`,
      );
      await expect(writeVerlRows(source, join(folder, 'train.jsonl'))).rejects.toThrow(/prompts\.jsonl:2: /u);
      expect(existsSync(join(folder, 'train.jsonl'))).toBe(false);
      expect(existsSync(join(folder, 'train.jsonl.part'))).toBe(false);
    },
  );
});

/** A line as verl 0.9 writes it. */
const line = (step: number, score: number, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    step,
    data: {
      'critic/score/mean': score, 'critic/score/min': -1, 'critic/score/max': 1, 'critic/rewards/mean': score - 0.1,
      'actor/reward_kl_penalty': 0.02, 'actor/reward_kl_penalty_coeff': 0.001, 'actor/pg_loss': -0.1, 'critic/vf_loss': 0.3,
      'actor/entropy': 1.2, 'actor/pg_clipfrac': 0.05, 'critic/vf_clipfrac': 0.1, 'critic/vf_explained_var': 0.4,
      'actor/grad_norm': 0.7, 'critic/grad_norm': 2, 'actor/lr': 1e-6, 'response_length/mean': 50, 'response_length/max': 90,
      'response_length/clip_ratio': 0.25, 'prompt_length/mean': 200, 'timing_s/gen': 3, 'timing_s/update_actor': 2,
      'timing_s/update_critic': 1, 'timing_s/step': 7, ...more,
    },
  }); // prettier-ignore

describe('figures of verl', () => {
  const given = verlLineIn(
    line(3, 0.5, {
      'val-core/publication/reward/mean@1': 0.4,
      'val-aux/publication/recall/mean@1': 0.6,
      'val-aux/publication/f3/mean@1': null,
      'val-aux/publication/recall/std@2': 9,
      'val-aux/num_turns/mean': 2,
    }),
  );

  it('have the names of ours', () => {
    if (given === undefined) throw new Error('no line');
    expect(ppoMetrics(given, 8, 100)).toMatchObject({
      ...{
        kind: 'ppo',
        step: 3,
        time: 100,
        kl: 0.02,
        klCoefficient: 0.001,
        policyLoss: -0.1,
        valueLoss: 0.3,
        entropy: 1.2,
      },
      ...{
        clipFraction: 0.05,
        valueClipFraction: 0.1,
        explainedVariance: 0.4,
        gradNorm: 0.7,
        criticGradNorm: 2,
        learningRate: 1e-6,
      },
      reward: { mean: 0.5, min: -1, max: 1, std: null },
      completionTokens: { mean: 50, max: 90 },
      truncatedRate: 0.25,
      tokens: { generated: 400, trained: 400 },
      seconds: { rollout: 3, update: 3, total: 7, save: null },
      validation: { reward: 0.4, recall: 0.6, f3: null, validRate: null },
    });
  });

  it('are null where verl does not say, with the keys that the embedded engine writes', async () => {
    const empty = ppoMetrics({ step: 1, data: {} }, 8, 100);
    const report = await readFile(
      new URL('../../../python/querent_engine/ppo_report.py', import.meta.url),
      'utf8',
    );
    for (const key of [
      'explainedVariance',
      'valueClipFraction',
      'criticGradNorm',
      'formatErrorRate',
      'rewardErrors',
      'truncatedRate',
      'completionTokens',
      'advantageMean',
      'ratioMax',
    ]) {
      expect(report, key).toContain(`"${key}"`);
      expect(empty).toHaveProperty(key);
    }
    expect(empty).toMatchObject({
      kl: null,
      reward: { mean: null },
      validation: null,
      seconds: { total: null },
    });
    expect(JSON.stringify(ppoMetrics({ step: 1, data: { 'actor/pg_loss': NaN } }, 8, 1))).toContain(
      '"policyLoss":null',
    );
  });

  it.each(['', '{', 'null', '{"step":1}', '{"step":"1","data":{}}', '[]'])('%j is no line', (text) => {
    expect(verlLineIn(text)).toBeUndefined();
  });
});

describe('following verl’s log', () => {
  it('carries lines over as they are ended, and cuts those that come again', async () => {
    const source = join(folder, 'log.jsonl');
    const target = join(folder, 'metrics.jsonl');
    await writeFile(target, '{"step":1,"old":true}\n{"step":2,"old":true}\n{"step":3,"old":true}\n{"st');
    const steps: number[] = [];
    const follower = followVerlLog(source, target, {
      sequences: 4,
      from: 2,
      onStep: (step) => steps.push(step),
      everyMs: 5,
    });
    await until(async () => (await rows(target).catch(() => [])).length === 2);
    const text = `${line(3, 0.1)}\n${line(4, 0.2)}\n`;
    await writeFile(source, text.slice(0, -20));
    await until(() => steps.length === 1);
    await writeFile(source, text);
    await until(() => steps.length === 2);
    await writeFile(source, `${text}not json\n${line(5, 0.3)}\n${line(6, 0.4)}`);
    await follower.close();
    expect(steps).toEqual([3, 4, 5]);
    expect((await rows(target)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('checkpoints of verl', () => {
  const checkpoint = async (step: number, weights: boolean): Promise<void> => {
    const saved = join(folder, `global_step_${step}/actor/huggingface`);
    await mkdir(saved, { recursive: true });
    await writeFile(join(saved, 'config.json'), '{}');
    if (weights) await writeFile(join(saved, 'model.safetensors'), `weights ${step}`);
  };
  const python = { command: join('/', 'no', 'python'), packages: '/x', from: '--python' } as const;

  it('are known by the file that is written last', async () => {
    expect(await newestVerlCheckpoint(folder)).toBeUndefined();
    await checkpoint(10, true);
    await checkpoint(20, true);
    expect(await newestVerlCheckpoint(folder)).toBeUndefined();
    await writeFile(join(folder, 'latest_checkpointed_iteration.txt'), '10');
    expect(await newestVerlCheckpoint(folder)).toMatchObject({ step: 10 });
    expect(await verlCheckpointSteps(folder)).toEqual([10, 20]);
    await writeFile(join(folder, 'latest_checkpointed_iteration.txt'), '30');
    expect(await newestVerlCheckpoint(folder)).toBeUndefined();
  });

  it('give the model that was saved with them, in place of one that was there', async () => {
    await checkpoint(10, true);
    await mkdir(join(folder, 'model'));
    await writeFile(join(folder, 'model/old'), '');
    await takeModel({ step: 10, folder: join(folder, 'global_step_10') }, join(folder, 'model'), python, {
      isAdapter: false,
      environment: {},
    });
    expect(await readFile(join(folder, 'model/model.safetensors'), 'utf8')).toBe('weights 10');
    expect(existsSync(join(folder, 'model/old'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'are merged by verl where no model was saved; a merger that fails is told, and what was there stays',
    async () => {
      await checkpoint(10, false);
      await mkdir(join(folder, 'model'));
      const program = join(folder, 'python');
      const merger = async (script: string): Promise<void> => {
        await writeFile(program, `#!/bin/sh\n${script}\n`);
        await chmod(program, 0o755);
      };
      const take = (isAdapter: boolean): Promise<void> =>
        takeModel(
          { step: 10, folder: join(folder, 'global_step_10') },
          join(folder, 'model'),
          { ...python, command: program },
          { isAdapter, environment: process.env },
        );
      await merger('echo "CUDA is out of memory" >&2; exit 1');
      await expect(take(false)).rejects.toThrow(/could not merge .*CUDA is out of memory/u);
      expect(existsSync(join(folder, 'model'))).toBe(true);
      // The arguments of the reference page: merge --backend fsdp --local_dir ACTOR --target_dir OUT.
      await merger(
        'test "$2 $3 $4 $5 $6" = "verl.model_merger merge --backend fsdp --local_dir" || exit 2\nmkdir -p "$9/lora_adapter"; echo "$7" > "$9/from"; echo adapter > "$9/lora_adapter/adapter_config.json"',
      );
      await take(false);
      expect((await readFile(join(folder, 'model/from'), 'utf8')).trim()).toBe(
        join(folder, 'global_step_10/actor'),
      );
      await take(true);
      expect(existsSync(join(folder, 'model/adapter_config.json'))).toBe(true);
      expect(existsSync(join(folder, 'model.merged'))).toBe(false);
    },
  );
});

describe.skipIf(process.platform === 'win32')('a job of a ray cluster', () => {
  /** A program in ray's place: keeps what it was told in calls, and a job's state in state. */
  async function fakeRay(): Promise<string> {
    const program = join(folder, 'ray');
    await writeFile(
      program,
      `#!/bin/sh
echo "$@" >> "${folder}/calls"
case "$2" in
  submit) echo RUNNING > "${folder}/state" ;;
  status) echo "Status for job '$5': $(cat "${folder}/state")" ;;
  stop) echo STOPPED > "${folder}/state" ;;
  logs) echo "a line of verl" ;;
esac
`,
    );
    await chmod(program, 0o755);
    return program;
  }
  const options = async (signal: AbortSignal, lines: string[]) => ({
    ...{
      address: 'http://head:8265',
      folder,
      environment: process.env,
      signal,
      ray: await fakeRay(),
      everyMs: 5,
    },
    say: (text: string) => void lines.push(text),
    command: {
      command: [
        'ray',
        'job',
        'submit',
        '--address',
        'http://head:8265',
        '--no-wait',
        '--submission-id',
        'x',
        '--',
        'python3',
        '-m',
        'verl.trainer.main_ppo',
      ],
      arguments: ['a=1'],
      environment: {},
      log: '',
      paths: {
        out: folder,
        start: null,
        train: '',
        validation: null,
        rewardUrl: '',
        rewardModule: '',
        opened: '' as const,
        isRaw: false,
      },
    },
  });
  const calls = async (): Promise<string> => readFile(join(folder, 'calls'), 'utf8').catch(() => '');

  it('is sent, followed and met again by a run that was killed', async () => {
    const lines: string[] = [];
    const first = runOnCluster(await options(new AbortController().signal, lines));
    await until(() => lines.includes('a line of verl'));
    // A second process of the same run finds the job at work.
    const second = runOnCluster(await options(new AbortController().signal, lines));
    await until(() => lines.some((text) => text.includes('still at work')));
    await writeFile(join(folder, 'state'), 'SUCCEEDED');
    expect([await first, await second]).toEqual(['done', 'done']);
    const submits = (await calls()).split('\n').filter((text) => text.startsWith('job submit'));
    expect(submits).toHaveLength(1);
    expect(submits[0]).toMatch(/--submission-id querent-\S+ -- python3 -m verl\.trainer\.main_ppo a=1$/u);
  });

  it('is stopped with the run', async () => {
    const stopping = new AbortController();
    const lines: string[] = [];
    const end = runOnCluster(await options(stopping.signal, lines));
    await until(() => lines.length > 0);
    stopping.abort();
    expect(await end).toBe('stopped');
    expect(await calls()).toContain('job stop --address http://head:8265 querent-');
  });

  it('that fails is told', async () => {
    const end = runOnCluster(await options(new AbortController().signal, []));
    await until(async () => (await calls()).includes('job submit'));
    await writeFile(join(folder, 'state'), 'FAILED');
    await expect(end).rejects.toThrow(/failed\. engine\.log and ray job logs/u);
  });

  it('needs ray', async () => {
    const given = await options(new AbortController().signal, []);
    await expect(runOnCluster({ ...given, ray: '/no/such/ray' })).rejects.toThrow(/ray is not on the PATH/u);
  });
});

describe('the choice of an engine', () => {
  const versions = {
    verl: '0.9.0',
    ray: '2.60.0',
    vllm: '0.24.0',
    transformers: '5.9.1',
    tensordict: '0.10.0',
    flash_attn: '2.8.3',
    transfer_queue: '0.1.8',
    orjson: '3.1',
  };
  const report = (change: Readonly<Record<string, string | null>> = {}, gpus = 1): PythonReport => ({
    ...{ python: '3.12.1', executable: '/python' },
    packages: Object.fromEntries(
      Object.entries({ ...versions, ...change }).map(([name, version]) => [
        name,
        { version, error: version === null ? 'not installed' : null },
      ]),
    ),
    gpus: {
      devices: Array.from({ length: gpus }, () => ({ name: 'H100', freeBytes: 1, totalBytes: 1 })),
      cuda: '13.0',
      error: gpus === 0 ? 'torch sees no CUDA device' : null,
    },
  });
  function planWith(rest: string): Plan {
    const { plan } = parsePlan(`name: x\nmodel: { path: m }\ndata: { sources: [s], corpus: c }\n${rest}`, {
      folder,
      environment: {},
    });
    if (plan === undefined) throw new Error(rest);
    return plan;
  }

  it.each([
    ['ppo: {}', report(), 'verl', /are there/u],
    ['ppo: {}', report({ vllm: null }), 'embedded', /vllm is not installed/u],
    ['ppo: {}', report({ transformers: '5.17.0' }), 'embedded', /too new: it must be below 5\.11/u],
    ['ppo: {}', report({ verl: '0.8.1' }), 'embedded', /older than 0\.9\.0/u],
    ['ppo: {}', report({ tensordict: '0.10.1' }), 'embedded', /tensordict/u],
    ['ppo: {}', report({ vllm: '0.24.0+cu130', ray: '3.0.0rc1' }), 'verl', /are there/u],
    ['ppo: {}', report({}, 0), 'embedded', /no CUDA device/u],
    ['ppo: {}', { failure: 'python3 is not installed' }, 'embedded', /python3 is not installed/u],
    ['ppo: { critic: { kind: head } }', report(), 'embedded', /ppo\.critic\.kind/u],
    ['ppo: {}\nengine: embedded', report(), 'embedded', /names it/u],
    ['ppo: {}\nengine: verl', report({ vllm: null }), 'verl', /names it/u],
    ['sft: {}', report(), 'embedded', /cold start/u],
  ] as const)('%s: %#', (text, python, engine, why) => {
    const choice = chooseEngine(planWith(text), python);
    expect(choice.engine).toBe(engine);
    expect(choice.why).toMatch(why);
  });

  it('looks at the rollout engine that the plan wants', () => {
    expect(missingForVerl(report({ vllm: null }), 'sglang')).toEqual(['sglang is not installed']);
    expect(missingForVerl(report({ vllm: null, sglang: '0.5.8' }), 'sglang')).toEqual([]);
  });
});
