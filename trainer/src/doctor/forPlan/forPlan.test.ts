import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../engines/verl/index.ts';
import { estimate, parsePlan } from '../../plan/index.ts';
import { diagnosePlan } from '../diagnosePlan.ts';
import type { PythonReport } from '../pythonProbe.ts';

const names = ['torch', 'transformers', 'gguf', 'peft', 'tensorboard'];
const python: PythonReport = {
  ...{ python: '3.12.1', executable: '/venv/bin/python' },
  packages: Object.fromEntries(names.map((name) => [name, { version: '5.9', error: null }])),
  gpus: {
    devices: [{ name: 'NVIDIA H100', freeBytes: 79 * 2 ** 30, totalBytes: 80 * 2 ** 30 }],
    cuda: '13.0',
    error: null,
  },
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-plan-'));
  for (const name of ['library.sqlite', 'topics.jsonl']) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function diagnosis(
  text: string,
  report: PythonReport | { readonly failure: string } = python,
  environment: NodeJS.ProcessEnv = {},
  model = '',
) {
  const { plan, problems } = parsePlan(
    `name: x\nmodel: { path: hf:x/smollm2-135m, licence: MIT${model} }\ndata: { sources: [library.sqlite], corpus: library.sqlite, heldOut: topics.jsonl }\n${text}`,
    { folder, environment: {} },
  );
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  const choice = chooseEngine(plan, report);
  const gpus = 'failure' in report ? [] : report.gpus.devices;
  const taken = await estimate(plan, { gpus, cores: 2 }, choice.engine);
  return diagnosePlan({
    ...{ environment, nodeVersion: '24.11.0', folder, plan, choice, estimate: taken },
    python: report,
  });
}

describe('the doctor for a plan', () => {
  it('is content where the machine has what the plan needs', async () => {
    const { ok, checks } = await diagnosis('ppo: {}\nexport: { quantisations: [Q8_0] }');
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(ok).toBe(true);
  });

  const noGpu: PythonReport = {
    ...python,
    gpus: { devices: [], cuda: null, error: 'torch sees no CUDA device' },
  };
  const lacking: PythonReport = {
    ...python,
    packages: { ...python.packages, peft: { version: null, error: 'OSError: libfoo' } },
  };
  const cases: readonly [string, string, PythonReport | { readonly failure: string }, RegExp, RegExp][] = [
    [
      'files',
      'ppo: {}\ntaskFolders: [nowhere]',
      python,
      /taskFolders\[0\]: .*nowhere/u,
      /relative to the plan/u,
    ],
    ['packages', 'ppo: {}', { failure: 'python3 is not installed' }, /not installed/u, /QUERENT_PYTHON/u],
    [
      'gpus',
      'ppo: {}\nmachine: { device: cuda }',
      noGpu,
      /no GPU that torch sees; the plan wants 1/u,
      /machine with 1/u,
    ],
    ['gpus', 'ppo: {}\nengine: verl\nverl: { gpusPerNode: 8 }', python, /the plan wants 8/u, /gpusPerNode/u],
    ['vllm', 'ppo: {}\nengine: verl', python, /vllm is not installed/u, /requirements\/verl\.txt/u],
    [
      'memory ppo',
      'ppo: { microBatchSize: 16, miniBatchSize: 16, rolloutMicroBatch: 64 }\ntokens: { prompt: 8000, completion: 100000 }',
      python,
      /GiB of a GPU’s memory by estimate/u,
      /micro-batches/u,
    ],
    [
      'rewards',
      'ppo: {}\nengine: verl\nverl: { nodes: 2, gpusPerNode: 8 }',
      python,
      /other machines/u,
      /--host 0\.0\.0\.0/u,
    ],
    [
      'rewards',
      'ppo: { reward: { url: "http://127.0.0.1:9" } }',
      python,
      /does not answer/u,
      /rewards serve/u,
    ],
    ['QUERENT_SIGNING_KEY', 'ppo: {}\npublish: { to: c, name: y }', python, /not set/u, /publish keys/u],
    ['HF_TOKEN', 'ppo: {}\npublish: { to: hf:a/b, name: y }', python, /not set/u, /token/u],
  ];
  it.each(cases)(
    '%s: names what is missing and the way out (%#)',
    async (name, text, report, detail, fix) => {
      const { ok, checks } = await diagnosis(text, report);
      const check = checks.find((each) => each.name === name && !each.ok);
      expect(check?.detail).toMatch(detail);
      expect(check?.fix).toMatch(fix);
      expect(ok).toBe(false);
    },
  );

  it('wants the package of adapters only for a plan with one', async () => {
    expect((await diagnosis('ppo: {}', lacking)).ok).toBe(true);
    const withAdapter = await diagnosis('ppo: { critic: { kind: head } }', lacking, {}, ', lora: {}');
    expect(withAdapter.checks.find(({ name }) => name === 'packages')?.detail).toMatch(
      /lacks peft \(OSError: libfoo\)/u,
    );
  });

  it('shows nothing of a secret, only that it is there', async () => {
    const text = JSON.stringify(
      await diagnosis('ppo: {}\npublish: { to: hf:a/b, name: y }', python, {
        QUERENT_SIGNING_KEY: 'SECRET1',
        HF_TOKEN: 'SECRET2',
      }),
    );
    expect(text).toContain('HF_TOKEN');
    expect(text).not.toContain('SECRET');
  });

  it('asks a reward service that runs already', async () => {
    let status = 200;
    const server = createServer((_, response) => response.writeHead(status).end('{}'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const text = `ppo: { reward: { url: "http://127.0.0.1:${(server.address() as AddressInfo).port}" } }`;
      const find = async () => (await diagnosis(text)).checks.find(({ name }) => name === 'rewards');
      expect(await find()).toMatchObject({ ok: true });
      status = 503;
      expect(await find()).toMatchObject({ ok: false, detail: expect.stringContaining('503') as string });
    } finally {
      server.close();
    }
  });
});
