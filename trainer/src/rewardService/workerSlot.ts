import { Worker } from 'node:worker_threads';
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
import { workerPath } from './workerPath.ts';

/** What becomes of a worker, for whoever runs it. */
export interface SlotEvents {
  onReady(identity: WorkerIdentity, shared: SharedIndexes): void;
  /** It could not open its world; it is gone. */
  onFailed(fault: OpenFault): void;
  /** Results of the chunk that it has. */
  onResults(results: readonly WorkerResult[], isDone: boolean): void;
  /** It ended by itself, or by a fault. */
  onCrash(reason: string): void;
}

/** A worker thread and the chunk of items that it works on. */
export class WorkerSlot {
  readonly #worker: Worker;
  readonly #events: SlotEvents;
  #flags: Int32Array = new Int32Array(0);
  /** When each item of the chunk was first seen to be running, in milliseconds; undefined before. */
  #seenAt: (number | undefined)[] = [];
  #chunk = 0;
  #isEnded = false;

  constructor(settings: RewardWorkerSettings, events: SlotEvents) {
    this.#events = events;
    this.#worker = new Worker(workerPath(), { workerData: settings });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error: Error) => this.#crashed(error.message));
    this.#worker.on('exit', (code) => this.#crashed(`exit code ${code}`));
  }

  /** Gives it items; it must have none. @throws what cannot be sent to a thread */
  start(items: readonly WrittenItem[]): void {
    const shared = new SharedArrayBuffer(8 * items.length);
    const chunk: Chunk = { kind: 'chunk', chunk: ++this.#chunk, items, flags: shared };
    this.#flags = new Int32Array(shared);
    this.#seenAt = [];
    this.#worker.postMessage(chunk);
  }

  /** Nobody waits for this item any more: it is not begun, or stopped. */
  cancel(index: number): void {
    Atomics.store(this.#flags, 2 * index + 1, 1);
    this.#worker.postMessage({ kind: 'cancel', chunk: this.#chunk } satisfies CancelChunk);
  }

  /** Items that are being scored right now. */
  running(): readonly number[] {
    return this.#items().filter((index) => Atomics.load(this.#flags, 2 * index) === progress.running);
  }

  /** Items that were running at a look `ms` milliseconds ago, or before, and are still. To be called every now and then. */
  overdue(ms: number): readonly number[] {
    const now = performance.now();
    return this.running().filter((index) => now - (this.#seenAt[index] ??= now) > ms);
  }

  /** Ends the thread, whatever it does; no event follows. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  #items(): readonly number[] {
    return Array.from({ length: this.#flags.length / 2 }, (_, index) => index);
  }

  #receive(message: WorkerMessage): void {
    if (this.#isEnded) return;
    switch (message.kind) {
      case 'ready':
        return this.#events.onReady(message.identity, message.shared);
      case 'failed':
        void this.end();
        return this.#events.onFailed(message.fault);
      case 'results':
        if (message.chunk !== this.#chunk) return;
        if (message.isDone) this.#flags = new Int32Array(0);
        return this.#events.onResults(message.results, message.isDone);
    }
  }

  #crashed(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#events.onCrash(reason);
  }
}
