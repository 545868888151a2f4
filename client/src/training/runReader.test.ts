import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingFile, type RunFiles } from './growingFile.ts';
import { evaluatedOf, linesOf, seriesOf } from './metrics.ts';
import { isFromPage, savedPage, type StepView } from './messages.ts';
import { RunReader, standing } from './runReader.ts';

/** Files in memory; each change gets a later time. */
function memory(): RunFiles & {
  write(name: string, content: string | Uint8Array): void;
  remove(name: string): void;
} {
  const files = new Map<string, { bytes: Buffer; mtime: number }>();
  let clock = 1000;
  return {
    write: (name, content) => void files.set(name, { bytes: Buffer.from(content), mtime: (clock += 1) }),
    remove: (name) => void files.delete(name),
    stat: async (name) => {
      const file = files.get(name);
      return file && { size: file.bytes.length, mtime: file.mtime };
    },
    read: async (name, from) => files.get(name)?.bytes.subarray(from) ?? Buffer.alloc(0),
  };
}

const line = (step: number, more: object = {}): string =>
  `${JSON.stringify({ kind: 'ppo', step, ...more })}\n`;

describe('a metrics file', () => {
  it('becomes columns, with nested figures by names with dots, and null where one was not measured', () => {
    const series = seriesOf([
      { step: 1, time: 1_700_000_000, reward: { mean: 0.1, std: 0.5 }, validation: null, kl: 0 },
      {
        step: 2,
        time: '2023-11-14T22:13:30Z',
        reward: { mean: 0.2 },
        validation: { recall: 0.4 },
        note: 'text',
      },
    ]);
    expect(series).toMatchObject({
      steps: [1, 2],
      times: [1_700_000_000, 1_700_000_010],
      columns: {
        'reward.mean': [0.1, 0.2],
        'reward.std': [0.5, null],
        'validation.recall': [null, 0.4],
        kl: [0, null],
      },
      total: 2,
    });
  });

  it('that goes on from a checkpoint has each step once, as it was done last', () => {
    const series = seriesOf([1, 2, 3, 4, 3, 4, 5].map((step, i) => ({ step, kl: i })));
    expect(series?.steps).toEqual([1, 2, 3, 4, 5]);
    expect(series?.columns.kl).toEqual([0, 1, 4, 5, 6]);
  });

  it('of thousands of steps keeps the last one and all validations', () => {
    const all = Array.from({ length: 5000 }, (_, i) => ({
      step: i + 1,
      validation: i % 333 === 7 ? { reward: i } : null,
    }));
    const series = seriesOf(all);
    expect(series?.total).toBe(5000);
    expect(series?.steps.length).toBeLessThan(900);
    expect(series?.steps.at(-1)).toBe(5000);
    expect(series?.columns['validation.reward']?.filter((value) => value !== null)).toHaveLength(15);
  });

  it('is none where no line has a step', () => {
    expect(seriesOf([{ event: 'started' }, { step: 'one' }])).toBeUndefined();
  });

  it('may be cut anywhere: what is whole is read, nothing throws', () => {
    const text = [1, 2, 3, 4]
      .map((step) => line(step, { reward: { mean: step / 10 }, text: 'ä€😀' }))
      .join('');
    fc.assert(
      fc.property(fc.nat(text.length), fc.string(), (cut, noise) => {
        const whole = linesOf(text.slice(0, cut));
        expect(whole.unreadable).toBe(0);
        expect(whole.lines.length).toBe(text.slice(0, cut).split('\n').length - 1);
        linesOf(text.slice(0, cut) + noise);
      }),
    );
  });
});

describe('a file that grows', () => {
  it('is read on where it was left, whatever pieces it comes in', async () => {
    const text = Array.from({ length: 30 }, (_, i) => line(i, { text: '€'.repeat(i % 5) })).join('');
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const files = memory();
        const file = new GrowingFile(files, 'm');
        for (const cut of [...cuts].sort((a, b) => a - b)) {
          files.write('m', bytes.subarray(0, cut).toString('latin1') && '');
          // Bytes, not characters, are what a kill leaves.
          (files as unknown as { write(name: string, text: Buffer): void }).write(
            'm',
            bytes.subarray(0, cut),
          );
          await file.update();
        }
        files.write('m', text);
        await file.update();
        expect(file.lines.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i));
        expect(file.unreadable).toBe(0);
      }),
    );
  });

  it('is read anew when it was cut and written on, also where it is longer than before', async () => {
    const files = memory();
    const file = new GrowingFile(files, 'm');
    files.write('m', line(1) + line(2) + line(3, { kl: 1 }));
    await file.update();
    files.write('m', line(1) + line(2) + line(3, { kl: 2 }) + line(4));
    expect(await file.update()).toBe(true);
    expect(file.lines).toMatchObject([{ step: 1 }, { step: 2 }, { step: 3, kl: 2 }, { step: 4 }]);
    expect(await file.update()).toBe(false);
  });

  it('that is gone is empty, and one line that is no JSON is counted and left out', async () => {
    const files = memory();
    const file = new GrowingFile(files, 'm');
    files.write('m', `${line(1)}{"step": 2, "kl\n${line(3)}`);
    await file.update();
    expect([file.lines.length, file.unreadable]).toEqual([2, 1]);
    files.remove('m');
    await file.update();
    expect(file.lines).toEqual([]);
  });
});

const step = (name: string, status: StepView['status'], message?: string): StepView => ({
  ...{ name, title: name, status, seconds: 1, attempts: 1 },
  ...(message === undefined ? {} : { message }),
});

describe('how a run stands', () => {
  const fresh = { hasNumbers: true, written: 990, now: 1000, patience: 100 };
  const old = { ...fresh, written: 10 };
  it.each([
    [[], { ...old, hasNumbers: false }, 'empty'],
    [[step('data', 'done'), step('ppo', 'running')], fresh, 'running'],
    [[step('data', 'done'), step('ppo', 'running')], old, 'silent'],
    [[step('data', 'done'), step('ppo', 'failed', 'NaN in the loss.')], fresh, 'failed'],
    [[step('data', 'done'), step('publish', 'skipped')], old, 'done'],
    [[step('data', 'done'), step('ppo', 'pending')], old, 'paused'],
    [[], fresh, 'running'],
    [[], old, 'silent'],
  ] as const)('%j, %j: %s', (steps, facts, phase) => {
    const found = standing(steps, facts);
    expect(found.phase).toBe(phase);
    if (['silent', 'failed', 'paused', 'empty'].includes(phase)) expect(found.problem).toMatch(/\.$/);
  });
});

describe('a run folder', () => {
  it('is shown while it is half there, and while it is replaced', async () => {
    const files = memory();
    const reader = new RunReader(files, '/runs/one');
    expect(await reader.read(2000)).toMatchObject({ phase: 'empty', steps: [], samples: [], evaluation: [] });
    files.write(
      'plan.json',
      JSON.stringify({
        name: 'first',
        engine: 'embedded',
        model: { path: '/m/SmolLM2' },
        ppo: { steps: 40, algorithm: 'ppo', kl: { controller: 'adaptive', target: 0.1 } },
      }),
    );
    files.write(
      'state.json',
      JSON.stringify({
        schema: 1,
        steps: {
          data: { status: 'done', seconds: 4 },
          ppo: { status: 'running', attempts: 2 },
          later: { status: 'unheard' },
        },
      }),
    );
    files.write('ppo/metrics.jsonl', line(1, { reward: { mean: 0.1 }, seconds: { total: 3 } }));
    files.write(
      'ppo/samples.jsonl',
      `${JSON.stringify({ step: 1, id: 'a', prompt: 'Falls', completion: 'x', reward: 0.5, measured: { recall: 0.25 }, query: null })}\n{"step":2`,
    );
    const run = await reader.read(2000);
    expect(run).toMatchObject({
      phase: 'running',
      plan: { name: 'first', model: 'SmolLM2', ppoSteps: 40, klTarget: 0.1 },
      steps: [
        { name: 'data', title: 'Data' },
        { title: 'Reinforcement learning (PPO)', attempts: 2 },
        { name: 'later', status: 'pending' },
      ],
      samples: [{ id: 'a', reward: 0.5, measured: { recall: 0.25 } }],
    });
    files.write('state.json', '{"schema": 1, "ste');
    expect((await reader.read(2000)).steps).toHaveLength(3);
    files.write(
      'evaluation/summary.json',
      JSON.stringify([
        { rewriter: 'ppo', n: 32, metrics: { recall: 0.6 }, intervals: { recall: [0.5, 0.7] } },
      ]),
    );
    expect((await reader.read(2000)).evaluation).toMatchObject([{ name: 'ppo', n: 32 }]);
    expect((await reader.read(10_000_000)).phase).toBe('silent');
  });

  it('takes any JSON for a document, and finds nothing in what is none of a run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), async (state, plan, metrics) => {
        const files = memory();
        files.write('state.json', JSON.stringify(state));
        files.write('plan.json', JSON.stringify(plan));
        files.write('evaluation/summary.json', JSON.stringify(metrics));
        files.write('ppo/metrics.jsonl', `${JSON.stringify(metrics)}\n`);
        files.write('ppo/samples.jsonl', `${JSON.stringify(plan)}\n`);
        await new RunReader(files, '/x').read(2000);
      }),
    );
  });
});

it('systems are found in a list, in one document, and within other documents', () => {
  const one = {
    rewriter: 'original',
    n: 3,
    metrics: { recall: 0.5, bad: 'x' },
    intervals: { recall: [0.1, 0.9], odd: [1] },
  };
  const found = [{ name: 'original', n: 3, metrics: { recall: 0.5 }, intervals: { recall: [0.1, 0.9] } }];
  for (const value of [one, [one], { systems: [one], task: 'publication' }])
    expect(evaluatedOf(value)).toEqual(found);
  expect(evaluatedOf('nothing')).toEqual([]);
});

it('messages and what pages kept are known by their form', () => {
  expect([{ type: 'ready' }, { type: 'reveal' }].map(isFromPage)).toEqual([true, true]);
  expect([undefined, 'ready', { type: 'toString' }, {}].map(isFromPage)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(savedPage({ format: 1, uri: 'file:///runs/one' })).toEqual({ format: 1, uri: 'file:///runs/one' });
  expect([undefined, { format: 0, uri: 'x' }, { format: 1 }].map(savedPage)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
