import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSteps } from './sequence.ts';
import type { Step } from './sequence.ts';
import { keyOfInputs, parseState } from './state.ts';
import type { RunState, StateStore, StepInputs } from './state.ts';
import { stepNames } from './stepNames.ts';
import type { StepName } from './stepNames.ts';

/** Stands for the kill -9 of the process: nothing after it happens. */
class Killed extends Error {}

/** What a run leaves on the disk; survives kills. */
class Disk {
  state: string | undefined;
  /** Pieces of each step, with the key that they were made by. */
  readonly pieces = new Map<StepName, string[]>();
  /** Calls of `run` by step. */
  readonly runs: StepName[] = [];
  /** Moments until the process is killed. */
  moments = Infinity;

  /** Every place at which a process can be killed. */
  tick(): void {
    if (--this.moments < 0) throw new Killed();
  }

  get store(): StateStore {
    return {
      read: async () => {
        this.tick();
        return this.state === undefined ? undefined : parseState(this.state, 'state.json');
      },
      write: async (state) => {
        this.tick();
        this.state = JSON.stringify(state);
        this.tick();
      },
    };
  }
}

type Plan = Readonly<Record<StepName, number>>;

const piecesOfStep = 3;

/** Steps whose result is a hash of their inputs, made piece by piece; each builds on the one before. */
function stepsOn(disk: Disk, plan: Plan): readonly Step[] {
  return stepNames.map((name, i): Step => {
    const before = stepNames[i - 1];
    const pieces = (): string[] => disk.pieces.get(name) ?? [];
    let key = '';
    return {
      name,
      ...(plan[name] === 9 ? { skipped: () => 'The plan does not want it.' } : {}),
      async inputs(made) {
        disk.tick();
        const inputs = { plan: plan[name], before: before === undefined ? null : (made[before] ?? null) };
        key = keyOfInputs(inputs);
        return inputs;
      },
      isIntact: async () => pieces().length === piecesOfStep,
      async clear() {
        disk.tick();
        // What is cleared halfway is good for nothing, and does not look it.
        disk.pieces.set(
          name,
          pieces().map(() => 'half'),
        );
        disk.tick();
        disk.pieces.set(name, []);
        disk.tick();
      },
      async run(): Promise<StepInputs> {
        disk.runs.push(name);
        while (pieces().length < piecesOfStep) {
          disk.tick();
          disk.pieces.set(name, [...pieces(), key]);
        }
        disk.tick();
        return { hash: pieces().join() };
      },
    };
  });
}

async function session(
  disk: Disk,
  plan: Plan,
  moments: number,
  from?: StepName,
): Promise<RunState | undefined> {
  disk.moments = moments;
  try {
    return await runSteps(stepsOn(disk, plan), disk.store, from === undefined ? {} : { from });
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  }
}

const outputsOf = (state: RunState | undefined): unknown =>
  Object.fromEntries(
    stepNames.map((name) => [name, [state?.steps[name].status, state?.steps[name].outputs]]),
  );

const plans = fc
  .tuple(...stepNames.map(() => fc.constantFrom(0, 0, 0, 1, 9)))
  .map((values) => Object.fromEntries(stepNames.map((name, i) => [name, values[i] ?? 0])) as Plan);

describe('a run that is killed at any moment', () => {
  it('gives, with the same call, what it would have given undisturbed, whatever plans were tried between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            plan: plans,
            moments: fc.nat(120),
            from: fc.option(fc.constantFrom(...stepNames), { nil: undefined }),
          }),
          { maxLength: 6 },
        ),
        plans,
        async (sessions, last) => {
          const calm = new Disk();
          const undisturbed = outputsOf(await session(calm, last, Infinity));
          const disk = new Disk();
          for (const { plan, moments, from } of sessions) await session(disk, plan, moments, from);
          expect(outputsOf(await session(disk, last, Infinity))).toEqual(undisturbed);
          for (const [name, pieces] of calm.pieces) expect(disk.pieces.get(name)).toEqual(pieces);
          // And then there is nothing left to do.
          disk.runs.length = 0;
          expect(outputsOf(await session(disk, last, Infinity))).toEqual(undisturbed);
          expect(disk.runs).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('goes on to the end when it is killed at each single moment in turn', async () => {
    const plan = Object.fromEntries(stepNames.map((name) => [name, 0])) as Plan;
    const undisturbed = outputsOf(await session(new Disk(), plan, Infinity));
    for (let moment = 0; moment < 80; moment++) {
      const disk = new Disk();
      await session(disk, plan, moment);
      expect(outputsOf(await session(disk, plan, Infinity))).toEqual(undisturbed);
      // What was whole and said so was not made twice; only the step that was under way is taken up again.
      const twice = disk.runs.filter((name, i) => disk.runs.indexOf(name) !== i);
      expect(twice.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('a plan that was tried for a moment, and taken back', () => {
  it('leaves nothing behind, whatever the moment', async () => {
    const plan = Object.fromEntries(stepNames.map((name) => [name, 0])) as Plan;
    const calm = new Disk();
    const undisturbed = outputsOf(await session(calm, plan, Infinity));
    for (let moment = 0; moment < 120; moment++) {
      const disk = new Disk();
      await session(disk, plan, Infinity);
      await session(disk, { ...plan, sft: 1, export: 9 }, moment);
      expect(outputsOf(await session(disk, plan, Infinity))).toEqual(undisturbed);
      expect(disk.pieces).toEqual(calm.pieces);
    }
  });
});

describe('a changed plan', () => {
  const same = Object.fromEntries(stepNames.map((name) => [name, 0])) as Plan;

  it('does anew what it concerns and what builds on it, and says what has changed', async () => {
    const disk = new Disk();
    await session(disk, same, Infinity);
    disk.runs.length = 0;
    const said: string[] = [];
    await runSteps(stepsOn(disk, { ...same, sft: 1 }), disk.store, { onMessage: (text) => said.push(text) });
    expect(disk.runs).toEqual(['sft', 'ppo', 'export', 'evaluation', 'publish']);
    expect(said[0]).toBe('Supervised start (SFT): plan changed; it begins anew.');
    expect(said[1]).toBe('Reinforcement learning (PPO): before.hash changed; it begins anew.');
  });

  it('keeps what a step may go on with', async () => {
    const disk = new Disk();
    await session(disk, same, Infinity);
    disk.runs.length = 0;
    const cleared: string[] = [];
    const steps = stepsOn(disk, { ...same, ppo: 1 }).map((step) => ({
      ...step,
      canGoOn: (differing: readonly string[]) => step.name === 'ppo' && differing.join() === 'plan',
      clear: async () => void cleared.push(step.name),
    }));
    const said: string[] = [];
    await runSteps(steps, disk.store, { onMessage: (text) => said.push(text), until: 'ppo' });
    expect(cleared).toEqual([]);
    expect(said).toContain('Reinforcement learning (PPO): plan changed; it goes on from what it has.');
  });

  it('with --from does that step and those after it anew, and with --until goes no further', async () => {
    const disk = new Disk();
    await session(disk, same, Infinity);
    disk.runs.length = 0;
    await runSteps(stepsOn(disk, same), disk.store, { from: 'ppo', until: 'export' });
    expect(disk.runs).toEqual(['ppo', 'export']);
    disk.runs.length = 0;
    await runSteps(stepsOn(disk, same), disk.store, {});
    expect(disk.runs).toEqual(['evaluation', 'publish']);
  });

  it('finds out that something was taken away', async () => {
    const disk = new Disk();
    await session(disk, same, Infinity);
    disk.pieces.set('pairs', []);
    disk.runs.length = 0;
    const said: string[] = [];
    await runSteps(stepsOn(disk, same), disk.store, { onMessage: (text) => said.push(text) });
    // It gives the same again, so nothing else is done.
    expect(disk.runs).toEqual(['pairs']);
    expect(said[0]).toMatch(/^Pairs: what it made is not there any more/u);
  });
});

describe('a step that fails', () => {
  it('is told with its message, and done again by the next call', async () => {
    const disk = new Disk();
    const plan = Object.fromEntries(stepNames.map((name) => [name, 0])) as Plan;
    const failing = stepsOn(disk, plan).map((step) =>
      step.name === 'sft' ? { ...step, run: () => Promise.reject(new Error('the disk is full')) } : step,
    );
    await expect(runSteps(failing, disk.store)).rejects.toThrow('the disk is full');
    const state = parseState(disk.state ?? '', 'state.json');
    expect(state.steps.sft).toMatchObject({ status: 'failed', message: 'the disk is full', attempts: 1 });
    expect(state.steps.ppo.status).toBe('pending');
    const ended = await runSteps(stepsOn(disk, plan), disk.store);
    expect(ended.steps.sft).toMatchObject({ status: 'done', attempts: 2 });
  });
});

describe('state.json', () => {
  it.each([
    ['{', /is not JSON/u],
    ['[]', /is no state of a run/u],
    ['{"schema": 2, "steps": {}}', /another version of Querent \(schema 2\)/u],
  ])('%s is refused', (text, message) => {
    expect(() => parseState(text, 'state.json')).toThrow(message);
  });

  it('of an older version lacks steps, which are pending then', () => {
    const state = parseState(
      '{"schema": 1, "steps": {"data": {"status": "done", "key": "k"}}}',
      'state.json',
    );
    expect(state.steps.data).toMatchObject({ status: 'done', key: 'k', attempts: 0 });
    expect(state.steps.publish.status).toBe('pending');
  });

  it('knows a key whatever the order of what it is made of', () => {
    expect(keyOfInputs({ a: 1, b: { c: [2], d: undefined } })).toBe(keyOfInputs({ b: { c: [2] }, a: 1 }));
    expect(keyOfInputs({ a: 1 })).not.toBe(keyOfInputs({ a: '1' }));
  });
});
