import { checkpointsFolder } from './storeFolder.ts';
import type { DownloadProgress } from './download.ts';
import { defaultRun } from './selfTest.ts';
import type { RunOptions } from './selfTest.ts';

/** The checkpoints of this user, and how they are handled here. */
export interface Store {
  readonly folder: string;
  /** Version of Querent: of the extension, or of the command. */
  readonly version: string;
  /** How models are run in self-tests. */
  readonly run: RunOptions;
}

/** @param version of Querent */
export function openStore(version: string, options: { folder?: string; run?: RunOptions } = {}): Store {
  return { version, folder: options.folder ?? checkpointsFolder(), run: options.run ?? defaultRun };
}

/** How far pulling, importing or activating is. */
export interface Progress {
  /** `waiting`: another process does the same, and its progress is told. `checking`: what is here already is read. */
  readonly phase: 'reading' | DownloadProgress['phase'] | 'testing';
  /** Of the file; 0 where it is not about bytes. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What every lengthy action takes. */
export interface ActionOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** What people should know meanwhile, one sentence. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Called before a self-test: frees memory that a model holds. */
  readonly beforeTest?: (() => Promise<void>) | undefined;
  /** Of the self-test, milliseconds and bytes; see SelfTestOptions. */
  readonly testLimitMs?: number | undefined;
  readonly testMemoryBytes?: number | undefined;
}

/** What an action has changed. */
export interface Change {
  readonly active?: string;
  readonly previous?: string;
  /** One or two sentences for people. */
  readonly message: string;
}
