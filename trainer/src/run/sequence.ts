import { differingInputs, freshState, keyOfInputs, pendingStep, withStep } from './state.ts';
import type { RunState, StateStore, StepInputs, StepState } from './state.ts';
import { stepNames, stepTitles } from './stepNames.ts';
import type { StepName } from './stepNames.ts';

/** What earlier steps made, by their names; a step that was skipped made nothing. */
export type MadeBefore = Readonly<Partial<Record<StepName, StepInputs>>>;

/** One step of a run. */
export interface Step {
  readonly name: StepName;
  /** Why the plan wants nothing of it, in a sentence; undefined when it is to be done. */
  skipped?(): string | undefined;
  /** All that decides its result. */
  inputs(made: MadeBefore): Promise<StepInputs>;
  /** Whether what it made is still there and whole. */
  isIntact(outputs: StepInputs): Promise<boolean>;
  /**
   * Whether work that was begun, or done, with other inputs can be gone on with: more steps of the same training.
   * @param differing names of the inputs that differ, as {@link differingInputs} tells them
   */
  canGoOn?(differing: readonly string[]): boolean;
  /** Takes away what it has made, whole or half. */
  clear(): Promise<void>;
  /**
   * Does the work, or what is left of it: it may have been killed at any point before.
   * @returns what later steps build on
   */
  run(made: MadeBefore): Promise<StepInputs>;
}

/** What the sequence tells while it goes on. */
interface SequenceEvents {
  readonly onState?: (state: RunState) => void;
  /** One sentence for people. */
  readonly onMessage?: (message: string) => void;
}

export interface SequenceOptions extends SequenceEvents {
  /** This step and those after it are done anew. */
  readonly from?: StepName;
  /** The last step that is done. */
  readonly until?: StepName;
  /** Looked at before every step. */
  readonly signal?: AbortSignal;
  /** Sentence that the state keeps of an error: secrets and stacks are not for it. */
  readonly describe?: (error: unknown) => string;
  readonly now?: () => Date;
}

/**
 * Does the steps in their order. Each is keyed by a hash of its inputs: what is done with the same key is not done again, what was begun
 * with it is gone on with, and what was made with another key is taken away and made anew, which is said with the names of the inputs that differ.
 * State is written before a step begins and after it has ended, so that whatever is killed goes on with the same call.
 * @returns the state at the end
 * @throws what a step throws; the state says so then
 */
export async function runSteps(
  steps: readonly Step[],
  store: StateStore,
  options: SequenceOptions = {},
): Promise<RunState> {
  const { from, until, signal, onMessage, now = () => new Date() } = options;
  let state = (await store.read()) ?? freshState(now());
  const write = async (name: StepName, change: Partial<StepState>): Promise<void> => {
    state = withStep(state, name, change);
    await store.write(state);
    options.onState?.(state);
  };
  // What is to be done anew is forgotten in one write: a kill between two steps must not leave the later ones as they were.
  if (from !== undefined) {
    for (const { name } of steps.filter(
      (step) => !isBefore(step.name, from) && state.steps[step.name].key !== null,
    ))
      state = withStep(state, name, { ...pendingStep, message: 'To be done anew (--from).', key: 'anew' });
    await store.write(state);
  }
  options.onState?.(state);
  const made: Partial<Record<StepName, StepInputs>> = {};
  for (const step of steps) {
    const { name } = step;
    signal?.throwIfAborted();
    const why = step.skipped?.();
    if (why !== undefined) {
      if (state.steps[name].status !== 'skipped' || state.steps[name].message !== why)
        await write(name, { ...pendingStep, status: 'skipped', message: why });
      if (name === until) break;
      continue;
    }
    const inputs = await step.inputs(made);
    const key = keyOfInputs(inputs);
    const before = state.steps[name];
    const isSame = before.key === key;
    if (isSame && before.status === 'done' && before.outputs !== null) {
      if (await step.isIntact(before.outputs)) {
        made[name] = before.outputs;
        if (name === until) break;
        continue;
      }
      onMessage?.(
        `${stepTitles[name]}: what it made is not there any more, or has been changed; it is done again.`,
      );
    }
    const differing = isSame || before.inputs === null ? [] : differingInputs(before.inputs, inputs);
    const goesOn =
      isSame || (before.key !== null && differing.length > 0 && step.canGoOn?.(differing) === true);
    if (before.key !== null && !isSame) onMessage?.(changed(name, differing, goesOn));
    else if (isSame && before.attempts > 0 && before.status !== 'done')
      onMessage?.(`${stepTitles[name]}: goes on where it was.`);
    if (!goesOn) {
      // Said before anything is taken away: what is killed in the middle of it, and gone on with by another plan, must not take the rest for whole.
      if (before.key !== null) await write(name, { ...pendingStep, key: 'anew' });
      await step.clear();
    }
    const startedAt = now();
    await write(name, {
      ...{ status: 'running', key, inputs, outputs: null, endedAt: null, message: null },
      startedAt: startedAt.toISOString(),
      seconds: goesOn ? before.seconds : 0,
      attempts: goesOn ? before.attempts + 1 : 1,
    });
    const spent = (): { readonly endedAt: string; readonly seconds: number } => {
      const ended = now();
      return {
        endedAt: ended.toISOString(),
        seconds: state.steps[name].seconds + (ended.getTime() - startedAt.getTime()) / 1000,
      };
    };
    try {
      const outputs = await step.run(made);
      made[name] = outputs;
      await write(name, { status: 'done', outputs, ...spent() });
    } catch (error) {
      const message = options.describe?.(error) ?? (error instanceof Error ? error.message : String(error));
      // What was stopped is no failure: it stays as begun.
      const status = signal?.aborted === true ? 'running' : 'failed';
      await write(name, { status, message, ...spent() });
      throw error;
    }
    if (name === until) break;
  }
  return state;
}

function isBefore(a: StepName, b: StepName): boolean {
  return stepNames.indexOf(a) < stepNames.indexOf(b);
}

function changed(name: StepName, differing: readonly string[], goesOn: boolean): string {
  const title = stepTitles[name];
  if (differing.length === 0) return `${title}: done anew.`;
  const what = `${differing.slice(0, 6).join(', ')}${differing.length > 6 ? ' and others' : ''} changed`;
  return goesOn ? `${title}: ${what}; it goes on from what it has.` : `${title}: ${what}; it begins anew.`;
}
