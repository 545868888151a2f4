import { Worker } from 'node:worker_threads';
import { workerModule } from '../workerModule.ts';
import type { SharedIndexes } from '../world/openWorld.ts';
import { progress } from './workerProtocol.ts';
import type {
  CancelChunk,
  Chunk,
  OpenFault,
  RewardWorkerSettings,
  WorkerIdentity,
  WorkerMessage,
  WorkerResult,
  WrittenItem,
} from './workerProtocol.ts';

/** What becomes of a worker, for whoever runs it. */
export interface SlotEvents {
  onReady(identity: WorkerIdentity, shared: SharedIndexes): void;
  /** It could not open its world; it is gone. */
  onFailed(fault: OpenFault): void;
  /** Results of a chunk. */
  onResults(chunk: number, results: readonly WorkerResult[], isDone: boolean): void;
  /** It ended by itself, or by a fault. */
  onCrash(reason: string): void;
}

/** An item of a chunk. */
export interface ItemPlace {
  readonly chunk: number;
  readonly index: number;
}

/** A chunk that a worker has. */
interface Given {
  /** See `Chunk.flags`. */
  readonly flags: Int32Array;
  /** When each item was first seen to be running, in milliseconds; undefined before. */
  readonly seenAt: (number | undefined)[];
}

/** A worker thread and the chunks of items that it works on. */
export class WorkerSlot {
  readonly #worker: Worker;
  readonly #events: SlotEvents;
  readonly #given = new Map<number, Given>();
  #lastChunk = 0;
  #isEnded = false;

  constructor(settings: RewardWorkerSettings, events: SlotEvents) {
    this.#events = events;
    this.#worker = new Worker(workerModule(import.meta.url, 'rewardWorker.cjs'), { workerData: settings });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error: Error) => this.#crashed(error.message));
    this.#worker.on('exit', (code) => this.#crashed(`exit code ${code}`));
  }

  /** Gives it items to score one after the other. @returns their chunk. @throws what cannot be sent to a thread */
  start(items: readonly WrittenItem[]): number {
    const shared = new SharedArrayBuffer(8 * items.length);
    const chunk: Chunk = { kind: 'chunk', chunk: ++this.#lastChunk, items, flags: shared };
    this.#worker.postMessage(chunk);
    this.#given.set(chunk.chunk, { flags: new Int32Array(shared), seenAt: [] });
    return chunk.chunk;
  }

  /** Nobody waits for this item any more: it is not begun, or stopped. */
  cancel({ chunk, index }: ItemPlace): void {
    const given = this.#given.get(chunk);
    if (given === undefined) return;
    Atomics.store(given.flags, 2 * index + 1, 1);
    this.#worker.postMessage({ kind: 'cancel', chunk } satisfies CancelChunk);
  }

  /** Items that are being scored right now. */
  running(): readonly ItemPlace[] {
    return [...this.#given].flatMap(([chunk, { flags }]) =>
      Array.from({ length: flags.length / 2 }, (_, index) => ({ chunk, index })).filter(
        ({ index }) => Atomics.load(flags, 2 * index) === progress.running,
      ),
    );
  }

  /** Items that were running at a look `ms` milliseconds ago, or before, and are still. To be called every now and then. */
  overdue(ms: number): readonly ItemPlace[] {
    const now = performance.now();
    return this.running().filter(({ chunk, index }) => {
      const seenAt = this.#given.get(chunk)?.seenAt ?? [];
      return now - (seenAt[index] ??= now) > ms;
    });
  }

  /** Ends the thread, whatever it does; no event follows. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if (this.#isEnded) return;
    switch (message.kind) {
      case 'ready':
        return this.#events.onReady(message.identity, message.shared);
      case 'failed':
        void this.end();
        return this.#events.onFailed(message.fault);
      case 'results': {
        const { chunk, results, isDone } = message;
        if (isDone) this.#given.delete(chunk);
        return this.#events.onResults(chunk, results, isDone);
      }
    }
  }

  #crashed(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#events.onCrash(reason);
  }
}
