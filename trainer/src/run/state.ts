import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { stepNames } from './stepNames.ts';
import type { StepName } from './stepNames.ts';

/** What decides the result of a step, as JSON: its part of the plan, what earlier steps made, versions. */
export type StepInputs = Readonly<Record<string, unknown>>;

/** What is known of a step. */
export interface StepState {
  readonly status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  /** SHA-256 of {@link inputs}; null while it has not been begun. */
  readonly key: string | null;
  readonly inputs: StepInputs | null;
  /** What it made, for the steps after it: hashes, counts, file names relative to the run folder. Null until it is done. */
  readonly outputs: StepInputs | null;
  /** ISO 8601; of the last attempt. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Seconds of all attempts together. */
  readonly seconds: number;
  /** Times that it was begun with this key. */
  readonly attempts: number;
  /** Why it failed, was stopped, or is skipped, in a sentence for people. */
  readonly message: string | null;
}

/** `state.json` of a run folder. */
export interface RunState {
  readonly schema: 1;
  readonly id: string;
  readonly startedAt: string;
  readonly steps: Readonly<Record<StepName, StepState>>;
}

/** Where a state is kept; tests keep it in memory. */
export interface StateStore {
  read(): Promise<RunState | undefined>;
  write(state: RunState): Promise<void>;
}

const nothing: StepState = {
  status: 'pending',
  key: null,
  inputs: null,
  outputs: null,
  startedAt: null,
  endedAt: null,
  seconds: 0,
  attempts: 0,
  message: null,
};

/** The state of a step of which nothing is known. */
export const pendingStep: StepState = nothing;

/** The state of a run in which nothing has been done. */
export function freshState(now: Date = new Date()): RunState {
  return {
    schema: 1,
    id: randomUUID(),
    startedAt: now.toISOString(),
    steps: Object.fromEntries(stepNames.map((name) => [name, nothing])) as RunState['steps'],
  };
}

/** A state in which one step is another. */
export function withStep(state: RunState, name: StepName, change: Partial<StepState>): RunState {
  return { ...state, steps: { ...state.steps, [name]: { ...state.steps[name], ...change } } };
}

/** SHA-256 of inputs, whatever the order of their keys. */
export function keyOfInputs(inputs: StepInputs): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(inputs)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** Names of what differs between two inputs, nested ones with dots: `plan.epochs`. */
export function differingInputs(before: unknown, now: unknown, path = ''): readonly string[] {
  if (isPlain(before) && isPlain(now))
    return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((key) =>
      differingInputs(before[key], now[key], path === '' ? key : `${path}.${key}`),
    );
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(now)) ? [] : [path];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The state in `RUN/state.json`. */
export function stateFile(folder: string): StateStore {
  const path = join(folder, 'state.json');
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : parseState(text, path);
    },
    write: (state) => writeSafely(path, `${JSON.stringify(state, null, 1)}\n`),
  };
}

/**
 * Reads a state. A step that a version before knew and this one does not is left out; one that is missing is pending.
 * @throws CliError (exit code 2) when it is no state of a run, or of a later version
 */
export function parseState(text: string, path: string): RunState {
  let value: Partial<RunState>;
  try {
    value = JSON.parse(text) as Partial<RunState>;
  } catch (error) {
    throw badInput(
      `${path} is not JSON. Name another run folder, or remove the file: steps are then done again.`,
      error,
    );
  }
  if (!isPlain(value) || !isPlain(value.steps))
    throw badInput(`${path} is no state of a run. Name another run folder.`);
  if (value.schema !== 1)
    throw badInput(
      `${path} was written by another version of Querent (schema ${String(value.schema)}). Go on with that version, or name another run folder.`,
    );
  const steps = value.steps as Partial<Record<StepName, Partial<StepState>>>;
  return {
    schema: 1,
    id: value.id ?? randomUUID(),
    startedAt: value.startedAt ?? new Date().toISOString(),
    steps: Object.fromEntries(
      stepNames.map((name) => [name, { ...nothing, ...steps[name] }]),
    ) as RunState['steps'],
  };
}

/** Writes a file beside its place, syncs it and renames it: whatever happens, there is the old text or the new one. @throws CliError when the disk is full */
export async function writeSafely(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new CliError(
        EXIT.engineFailed,
        `The disk is full (${path}). Make room and run the same command again: it goes on where it was.`,
        error,
      );
    throw error;
  }
}
