import type { PythonReport } from './pythonProbe.ts';

/** One thing that was looked at. Keys are a contract with programs that read `doctor --json`. */
export interface Check {
  /** Stable: `node`, `python`, `torch` ... */
  readonly name: string;
  readonly ok: boolean;
  /** Whether training needs it at all; the rest makes it faster or adds an engine. */
  readonly required: boolean;
  /** What was found, with versions and sizes. */
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly fix: string;
}

/** What checks look at. */
export interface DoctorContext {
  readonly environment: NodeJS.ProcessEnv;
  /** Version of the running Node, `24.11.0`. */
  readonly nodeVersion: string;
  /** What the probe found in Python, or why there is none. */
  readonly python: PythonReport | { readonly failure: string };
  /** The folder that runs are written to, absolute. */
  readonly folder: string;
}

/** Looks at one thing, and never throws. */
export type Probe = (context: DoctorContext) => Promise<readonly Check[]> | readonly Check[];

/** Whether a version such as `3.11.7` is at least `minimum`, such as `3.10`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  const want = minimum.split('.').map(Number);
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return true;
}

/** Bytes for people, `12.3 GiB`. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
