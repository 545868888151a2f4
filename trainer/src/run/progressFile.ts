import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import type { RunProgress } from '../watch/types.ts';
import { machineMeter } from './machineUse.ts';
import type { NamedProcesses } from './machineUse.ts';
import type { RunPaths } from './paths.ts';
import type { StepName } from './stepNames.ts';

/** Tells whoever watches how far a run is. */
export interface ProgressFile {
  step(name: StepName | null): void;
  /** @param doneBefore what was done when this process took the step up */
  progress(done: number, total: number, unit: string, doneBefore?: number): void;
  /** One sentence: into the log with its time, and to whoever watches. */
  say(message: string): void;
  /** Processes that are measured. */
  watch(name: string, pid: number | undefined): void;
  close(): void;
}

/** It is written at most so often, and the machine measured so often. */
const writeEveryMs = 500;
const measureEveryMs = 5_000;

/** Keeps `progress.json` and `run.log` of a run folder. A full disk does not stop a run here: what must be kept is kept elsewhere. */
export function progressFile(paths: RunPaths, command: string): ProgressFile {
  const meter = machineMeter();
  const processes = new Map<string, number>([['run', process.pid]]);
  let state: RunProgress = {
    ...{
      pid: process.pid,
      host: hostname(),
      time: new Date().toISOString(),
      step: null,
      stepStartedAt: null,
    },
    ...{ progress: null, doneBefore: 0, message: null, machine: null, command },
  };
  let pending: NodeJS.Timeout | undefined;
  const write = (): void => {
    pending = undefined;
    try {
      // Not synced: it is of no use after a crash of the machine.
      writeFileSync(
        `${paths.progress}.part`,
        `${JSON.stringify({ ...state, time: new Date().toISOString() })}\n`,
      );
      renameSync(`${paths.progress}.part`, paths.progress);
    } catch {
      // See above.
    }
  };
  const change = (part: Partial<RunProgress>): void => {
    state = { ...state, ...part };
    pending ??= setTimeout(write, writeEveryMs).unref();
  };
  const measure = async (): Promise<void> => {
    const named: NamedProcesses = [...processes].map(([name, pid]) => ({ name, pid }));
    change({ machine: await meter.measure(named) });
  };
  void measure();
  const measuring = setInterval(() => void measure(), measureEveryMs).unref();
  return {
    step(step) {
      const stepStartedAt = step === null ? null : new Date().toISOString();
      change({ step, stepStartedAt, progress: null, doneBefore: 0, message: null });
    },
    progress: (done, total, unit, doneBefore = state.doneBefore) =>
      change({ progress: { done, total, unit }, doneBefore }),
    say(message) {
      const line = JSON.stringify({ time: new Date().toISOString(), step: state.step, message });
      try {
        appendFileSync(paths.log, `${line}\n`);
      } catch {
        // See above.
      }
      change({ message });
    },
    watch(name, pid) {
      if (pid === undefined) processes.delete(name);
      else processes.set(name, pid);
    },
    close() {
      clearInterval(measuring);
      clearTimeout(pending);
      write();
    },
  };
}
