import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followRows } from '../engines/embedded/index.ts';
import { gpusIn } from '../run/machineUse.ts';
import { thinned } from './curves.ts';
import { duration, short } from './format.ts';
import { etaOf, runReader } from './readRun.ts';
import { plotLines, sparkline } from './sparkline.ts';
import { madeRun } from './testing/madeRun.ts';
import type { RunProgress } from './types.ts';
import { viewOf } from './view.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-watch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a run that is read', () => {
  it('says how it stands, from its files', async () => {
    await madeRun(folder);
    const { run, steps, ppo, sft, evaluation } = await runReader(folder).read();
    expect(run).toMatchObject({ name: 'made', model: 'small', state: 'stopped', pid: null });
    // What nobody works on is to be gone on with.
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toContain('ppo pending');
    expect(ppo).toMatchObject({ step: 40, steps: 100, tokensPerSecond: 200 });
    expect(ppo?.secondsByPhase).toMatchObject({ rollout: 200, total: 340 });
    expect(ppo?.samples.map(({ step }) => step)).toEqual([40, 1]);
    expect(sft?.steps).toBe(10);
    expect(evaluation?.systems.map(({ name }) => name)).toEqual(['sft', 'ppo']);
    // Each pair once, though both systems tell it.
    expect(evaluation?.comparisons).toHaveLength(1);
  });

  it('is running while its process is there, with its progress and the time that is left', async () => {
    await madeRun(folder);
    const now = new Date();
    const progress = {
      ...{
        pid: process.pid,
        host: hostname(),
        time: now.toISOString(),
        step: 'ppo',
        message: null,
        machine: null,
      },
      ...{ stepStartedAt: new Date(now.getTime() - 60_000).toISOString(), command: 'c' },
      ...{ progress: { done: 40, total: 100, unit: 'steps' }, doneBefore: 20 },
    };
    await writeFile(join(folder, 'progress.json'), JSON.stringify(progress));
    await writeFile(join(folder, 'run.lock'), '{}');
    const { run, steps } = await runReader(folder).read(now);
    expect(run).toMatchObject({ state: 'running', pid: process.pid });
    const ppo = steps.find(({ name }) => name === 'ppo');
    expect(ppo).toMatchObject({ state: 'running', progress: { done: 40 } });
    // 20 steps took a minute, 60 are left.
    expect(ppo?.etaSeconds).toBeCloseTo(180, 0);
  });

  it('is refused where there is none', async () => {
    await expect(runReader(folder).read()).rejects.toThrow(/holds no run/u);
  });

  it.each([
    [{ progress: null }, null],
    [{ progress: { done: 5, total: 10, unit: 'x' }, doneBefore: 5 }, null],
    [{ progress: { done: 10, total: 10, unit: 'x' }, doneBefore: 0 }, 0],
  ])('has a time that is left only where there is a pace: %j', (part, eta) => {
    const progress = {
      stepStartedAt: '2026-01-01T00:00:00Z',
      doneBefore: 0,
      ...part,
    } as unknown as RunProgress;
    expect(etaOf(progress, new Date('2026-01-01T00:01:00Z'))).toBe(eta);
  });
});

describe('a file that grows', () => {
  it('is read as it is, however it was cut and written again', async () => {
    const path = join(folder, 'metrics.jsonl');
    const line = (step: number, more = ''): string => `${JSON.stringify({ step, text: `é€😀${more}` })}\n`;
    const follower = followRows(path);
    const steps = async (): Promise<readonly number[]> => (await follower.rows()).map(({ step }) => step);
    expect(await steps()).toEqual([]);
    const bytes = Buffer.from(line(1) + line(2));
    await writeFile(path, bytes.subarray(0, bytes.length - 3));
    expect(await steps()).toEqual([1]);
    await appendFile(path, bytes.subarray(bytes.length - 3));
    expect(await steps()).toEqual([1, 2]);
    await appendFile(path, `no json\n${line(3)}${line(4)}`);
    expect(await steps()).toEqual([1, 2, 3, 4]);
    // A run that goes back to its checkpoint writes the file anew.
    await writeFile(`${path}.part`, line(1) + line(2));
    await rename(`${path}.part`, path);
    expect(await steps()).toEqual([1, 2]);
    await appendFile(path, line(3, 'again'));
    expect((await follower.rows()).at(-1)).toMatchObject({ step: 3, text: 'é€😀again' });
    // Or goes on without cutting it.
    await appendFile(path, line(2, 'twice'));
    expect(await steps()).toEqual([1, 2]);
  });
});

describe('curves in a terminal', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    [[1, 1, 1], '▄▄▄'],
    [[], ''],
  ])('%j is %s', (values, line) => {
    expect(
      sparkline(
        values.map((value, i) => [i, value] as const),
        20,
      ),
    ).toBe(line);
  });

  it('are drawn as lines of dots, as wide and high as was wanted', () => {
    const points = Array.from({ length: 200 }, (_, i) => [i, i] as const);
    const lines = plotLines(points, 30, 3);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect([...line]).toHaveLength(30);
    // Up to the right: the last column is at the top, the first at the bottom.
    expect([...(lines[0] ?? '')].at(-1)).not.toBe('⠀');
    expect([...(lines[2] ?? '')].at(-1)).toBe('⠀');
    expect([...(lines[2] ?? '')][9]).not.toBe('⠀');
  });

  it('are thinned to the mean of each stretch, and end where they end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 100 }),
        (values, most) => {
          const points = values.map((value, i) => [i + 1, value] as const);
          const thin = thinned(points, most);
          expect(thin.length).toBe(Math.min(points.length, most));
          expect(thin.at(-1)?.[0]).toBe(values.length);
          for (const [, value] of thin) {
            expect(value).toBeGreaterThanOrEqual(Math.min(...values));
            expect(value).toBeLessThanOrEqual(Math.max(...values));
          }
        },
      ),
    );
  });
});

describe('the view', () => {
  it('of a run in the middle', async () => {
    await madeRun(folder);
    const document = await runReader(folder).read();
    const shown = { ...document, run: { ...document.run, folder: 'RUN' } };
    expect(viewOf(shown, { columns: 110, rows: 60, color: false }).join('\n')).toMatchSnapshot();
  });

  it('never has more lines or columns than the terminal, nor codes without colours, whatever a model wrote', async () => {
    await madeRun(folder);
    const document = await runReader(folder).read();
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 5, max: 80 }),
        fc.boolean(),
        fc.string({ unit: 'binary', maxLength: 100 }),
        (columns, rows, color, text) => {
          const ppo = document.ppo && {
            ...document.ppo,
            samples: document.ppo.samples.map((sample) => ({
              ...sample,
              completion: text,
              problem: text,
              id: text,
            })),
          };
          const lines = viewOf({ ...document, ppo }, { columns, rows, color });
          expect(lines.length).toBeLessThanOrEqual(rows);
          const bad = lines
            .map((line) => line.replaceAll(/\u001b\[(?:1|2|22|31|32|39)m/gu, color ? '' : '?'))
            .filter((line) => [...line].length > columns || /[\u0000-\u001f\u007f-\u009f]/u.test(line));
          expect(bad).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('figures for people', () => {
  it.each([
    [4, '4 s'],
    [59.6, '1:00'],
    [3723, '1:02:03'],
    [-1, '0 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.12345, '0.123'],
    [-1310.9, '-1311'],
    [12.34, '12.3'],
    [0.0000123, '1.2e-5'],
  ])('%d is %s', (value, text) => {
    expect(short(value)).toBe(text);
  });

  it('of GPUs are read from what nvidia-smi prints', () => {
    expect(gpusIn('NVIDIA H200, 97, 1024, 143771\n\n[N/A]\n')).toEqual([
      { name: 'NVIDIA H200', use: 0.97, memoryBytes: 2 ** 30, memoryTotalBytes: 143771 * 2 ** 20 },
    ]);
  });
});
