import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAtLeast } from './check.ts';
import type { DoctorContext } from './check.ts';
import { diagnose, formatDiagnosis } from './doctor.ts';
import { probePython } from './pythonProbe.ts';
import type { PythonReport } from './pythonProbe.ts';

const python: PythonReport = {
  python: '3.12.1',
  executable: '/venv/bin/python',
  packages: {
    ...Object.fromEntries(
      ['torch', 'transformers', 'gguf', 'peft'].map((name) => [name, { version: '9.1', error: null }]),
    ),
    verl: { version: null, error: 'not installed' },
    ray: { version: '2.1', error: null },
    vllm: { version: null, error: 'not installed' },
  },
  gpus: {
    devices: [{ name: 'H1', freeBytes: 3 * 2 ** 30, totalBytes: 4 * 2 ** 30 }],
    cuda: '13.0',
    error: null,
  },
};
const well: DoctorContext = { environment: {}, nodeVersion: '24.11.0', python, folder: tmpdir() };

async function check(name: string, context: Partial<DoctorContext>) {
  const diagnosis = await diagnose({ ...well, ...context });
  const found = diagnosis.checks.find((one) => one.name === name);
  expect(found).toBeDefined();
  return { ...found, all: diagnosis.ok };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the doctor', () => {
  it('is content when everything needed is there', async () => {
    const diagnosis = await diagnose(well);
    expect(diagnosis.ok).toBe(true);
    expect(diagnosis.checks.map(({ name }) => name)).toEqual(
      ['node', 'python', 'torch', 'transformers', 'gguf', 'peft', 'cuda', 'verl', 'ray', 'vllm', 'disk', 'data'], // prettier-ignore
    );
    for (const one of diagnosis.checks) {
      expect(one.ok, one.name).toBe(one.fix === '');
    }
    expect(formatDiagnosis(diagnosis)).toMatch(/✓ torch +torch 9\.1[\s\S]*– verl[\s\S]*Ready to train/);
  });

  const missing = {
    ...python,
    packages: { ...python.packages, gguf: { version: null, error: 'OSError: libfoo' } },
  };
  const cases: readonly [string, Partial<DoctorContext>, RegExp, RegExp, boolean][] = [
    ['node', { nodeVersion: '20.20.2' }, /Node 20\.20\.2/, /Install Node 22\.18/, false],
    [
      'python',
      { python: { failure: 'python3 is not installed' } },
      /not installed/,
      /--python or QUERENT_PYTHON/,
      false,
    ],
    [
      'python',
      { python: { ...python, python: '3.9.18' } },
      /Python 3\.9\.18/,
      /Python 3\.10 or later/,
      false,
    ],
    ['torch', { python: { failure: 'none' } }, /no Python/, /Install Python first/, false],
    ['gguf', { python: missing }, /gguf .*OSError: libfoo/, /pip install gguf, into \/venv/, false],
    [
      'cuda',
      { python: { ...python, gpus: { devices: [], cuda: null, error: 'torch sees no CUDA device' } } },
      /no CUDA/,
      /CPU/,
      true,
    ],
    ['disk', { folder: '/no/such/folder' }, /ENOENT/, /no\/such\/folder/, false],
    [
      'data',
      { environment: { QUERENT_DATA: '/no/such/data' } },
      /\/no\/such\/data has no corpus/,
      /Set QUERENT_DATA/,
      true,
    ],
  ];
  it.each(cases)('%s: names what is wrong and the way out (%#)', async (name, context, detail, fix, all) => {
    const found = await check(name, context);
    expect(found).toMatchObject({ ok: false, all });
    expect(found.detail).toMatch(detail);
    expect(found.fix).toMatch(fix);
  });

  it('finds the data where QUERENT_DATA points', async () => {
    for (const part of [
      'corpus/citations.jsonl.gz',
      'topics/reviews.jsonl',
      'mesh/mesh2024_descriptors.jsonl.gz',
    ]) {
      await mkdir(dirname(join(folder, part)), { recursive: true });
      await writeFile(join(folder, part), '');
    }
    expect(await check('data', { environment: { QUERENT_DATA: folder } })).toMatchObject({
      ok: true,
      fix: '',
    });
  });

  it('shows GPUs with their memory', async () => {
    expect((await check('cuda', {})).detail).toBe('CUDA 13.0: H1, 3.0 GiB of 4.0 GiB free');
  });
});

describe('the Python probe', () => {
  it('runs in the Python of this machine, or says that there is none', async () => {
    const report = await probePython(undefined, process.env);
    if ('failure' in report) {
      expect(report.failure).toMatch(/not installed|could not run/);
    } else {
      expect(report.python).toMatch(/^3\.\d+\./);
      expect(Object.keys(report.packages)).toEqual(expect.arrayContaining(['torch', 'vllm']));
    }
  });

  it('says what is wrong with the Python that was named', async () => {
    expect(await probePython('/no/such/python', process.env)).toEqual({
      failure: '/no/such/python is not installed',
    });
    const failing = await probePython(process.execPath, process.env); // Node is no Python
    expect(failing).toMatchObject({ failure: expect.stringContaining('could not run the probe') as string });
  });
});

describe('versions', () => {
  it.each([
    ['3.10.0', '3.10', true],
    ['3.9.99', '3.10', false],
    ['24.0.0', '22.18', true],
    ['22.17.9', '22.18', false],
    ['22.18', '22.18.0', true],
  ])('%s is at least %s: %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
