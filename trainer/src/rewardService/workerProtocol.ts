import type { ScoredItem, ScoreItem } from '@querent/core/tasks';
import type { SearchError } from '@querent/core/search';
import type { SharedIndexes, WorldOptions, WorldPart } from '../world/openWorld.ts';
import type { TaskInfo } from './protocol.ts';

/** What a worker of the service is started with. */
export interface RewardWorkerSettings {
  readonly world: WorldOptions;
  readonly taskFolders: readonly string[];
  /** See `Limits.itemMs`. */
  readonly itemMs: number;
}

/** An item with its target as JSON: the rollouts of a prompt have one target, which is read once. */
export interface WrittenItem extends Omit<ScoreItem, 'target'> {
  readonly target: string;
}

/** Items that a worker is to score, one after the other. */
export interface Chunk {
  readonly kind: 'chunk';
  readonly chunk: number;
  readonly items: readonly WrittenItem[];
  /** Two 32-bit numbers an item: how far it is ({@link progress}, set by the worker), and 1 when nobody waits for it any more. */
  readonly flags: SharedArrayBuffer;
}

/** How far an item is. */
export const progress = { waiting: 0, running: 1, done: 2 } as const;

/** Some items of a chunk are not waited for any more: for a worker that waits rather than computes. Their flags are set already. */
export interface CancelChunk {
  readonly kind: 'cancel';
  readonly chunk: number;
}

/** An item that was scored. */
export interface WorkerResult {
  /** Place in the chunk. */
  readonly index: number;
  /** The `ScoredItem` without its id, as JSON: written in the worker, so that the thread of the connections only hands it on. */
  readonly json: string;
  readonly outcome: 'paid' | 'problem' | 'error';
  /** Seconds that it took. */
  readonly seconds: number;
}

/** What a worker opened. */
export interface WorkerIdentity {
  readonly parts: readonly WorldPart[];
  readonly tasks: readonly TaskInfo[];
  readonly measured: readonly string[];
}

/** Why a worker could not open its world. */
export interface OpenFault {
  /** `input`: what the person named cannot be used. */
  readonly kind: SearchError['code'] | 'input';
  readonly message: string;
}

/** What a worker says. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly identity: WorkerIdentity; readonly shared: SharedIndexes }
  | { readonly kind: 'failed'; readonly fault: OpenFault }
  | {
      readonly kind: 'results';
      readonly chunk: number;
      readonly results: readonly WorkerResult[];
      /** These were the last ones. */
      readonly isDone: boolean;
    };

/** A scored item as JSON, without its id. */
export function withoutId(scored: ScoredItem): string {
  return JSON.stringify({ ...scored, id: undefined });
}
