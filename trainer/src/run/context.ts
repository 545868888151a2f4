import type { Template } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';
import type { Python } from '../engines/python.ts';
import type { Plan } from '../plan/index.ts';
import type { FileHashes } from './fileHashes.ts';
import type { RunPaths } from './paths.ts';
import type { ProgressFile } from './progressFile.ts';

/** What the steps of a run share. */
export interface RunContext {
  readonly plan: Plan;
  readonly paths: RunPaths;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly task: Task;
  /** The wording that is trained on. */
  readonly template: Template;
  readonly python: () => Python;
  readonly environment: NodeJS.ProcessEnv;
  readonly hashes: FileHashes;
  readonly progress: ProgressFile;
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
  /** A release that does not beat the current one is published all the same, for this reason. */
  readonly forced?: { readonly reason: string };
}
