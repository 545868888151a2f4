import { hostname } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { memoryGate } from '@querent/core/connectors';
import type { Gate, GateOptions } from '@querent/core/connectors';
import { hex, reasonOf } from '../library/cacheFiles.ts';
import { monotonicClock } from './monotonicClock.ts';
import type { MonotonicClock } from './monotonicClock.ts';
import { SlotFolder } from './slotFolder.ts';
import type { Slot, TakenSlot } from './slotFolder.ts';

/** Whose limit it is, and what it is. */
export interface MachineGateOptions {
  /** Whom requests go to, for instance an address. Gates of the same service, key and limit share one. */
  readonly service: string;
  /** What the service counts by besides the machine, such as an API key. Only a hash of it is written down. */
  readonly key?: string;
  /** Most requests in any `windowMs` milliseconds. */
  readonly limit: number;
  /** Default 1,100: a little more than a second, since requests that left in time may arrive closer together. */
  readonly windowMs?: number;
  /** Where processes of this machine meet; see `liveFolder`. */
  readonly folder: string;
  /** Told, once in a process, when the folder cannot be written and every process therefore keeps to the limit by itself. */
  readonly warn?: (message: string) => void;
  readonly clock?: MonotonicClock;
}

const WINDOW_MS = 1_100;
/** How late a request may leave after its time, as a share of the window: of 1,100 ms 22, so that they hold any second all the same. */
const LATE_SHARE = 0.02;

/** Where the folder cannot be written, gates of this process share one limit at least. */
const inMemory = new Map<string, Gate>();

/**
 * A gate that all processes of this machine go through together: windows, commands, training runs. At most `limit` requests leave in any
 * window, whatever the clock on the wall does. Processes take turns in the order in which they come; within a process, who waits with the
 * highest priority goes first, and who gives up costs nobody's turn.
 */
export function machineGate(options: MachineGateOptions): Gate {
  return options.limit === Infinity ? { enter: async () => undefined } : new MachineGate(options);
}

class MachineGate implements Gate {
  readonly #options: MachineGateOptions;
  readonly #clock: MonotonicClock;
  readonly #path: string;
  readonly #slots: SlotFolder;
  /** One at a time: who goes next is decided when it may go, not when it came. */
  readonly #queue = new PQueue({ concurrency: 1, autoStart: false });
  readonly #windowUs: number;
  #isPumping = false;
  /** Fires when nobody waits any more. */
  #deserted = new AbortController();

  constructor(options: MachineGateOptions) {
    const { service, key = '', limit, windowMs = WINDOW_MS, folder, clock = monotonicClock } = options;
    this.#options = options;
    this.#clock = clock;
    // Machines that share a home folder have different addresses for the service, and different clocks.
    this.#path = join(folder, hex([service, key, limit, windowMs, hostname()].join('\n')));
    this.#windowUs = windowMs * 1_000;
    this.#slots = new SlotFolder(this.#path, limit, this.#windowUs);
  }

  async enter({ signal, priority = 0 }: GateOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (!inMemory.has(this.#path)) {
      const goOn = (): void => {
        if (!inMemory.has(this.#path)) this.#queue.pause();
      };
      const turn = this.#queue.add(goOn, { priority, ...(signal === undefined ? {} : { signal }) });
      void this.#pump();
      try {
        await turn;
      } finally {
        if (this.#queue.size === 0) this.#deserted.abort();
      }
    }
    await inMemory.get(this.#path)?.enter({ signal, priority });
  }

  /** Takes a slot for each who waits, one after the other, and lets one through when its time has come. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#queue.size > 0) {
        this.#deserted = new AbortController();
        const slot = await this.#slots.take(() => this.#nowUs());
        if (await this.#reaches(slot, this.#deserted.signal)) this.#queue.start();
      }
    } catch (error) {
      this.#fallBack(error);
    } finally {
      this.#isPumping = false;
    }
  }

  /** Waits for the time of a slot; false where it was not used. */
  async #reaches(slot: TakenSlot, deserted: AbortSignal): Promise<boolean> {
    try {
      // Looked at again: a timer may fire early.
      for (let wait = slot.at - this.#nowUs(); wait > 0; wait = slot.at - this.#nowUs())
        await this.#clock.sleep(Math.ceil(wait / 1_000), deserted);
    } catch {
      // All have given up; who came since takes a slot anew.
    }
    if (deserted.aborted || this.#queue.size === 0) {
      await this.#slots.giveBack(slot);
      return false;
    }
    // A process that was busy would leave later than it said, and too close to who comes next: it uses the slot at another time, unless
    // that is taken, and else queues again.
    let used: Slot = slot;
    for (let now = this.#nowUs(); now - used.at > LATE_SHARE * this.#windowUs; now = this.#nowUs()) {
      const later = { index: slot.index, at: Math.ceil(now) };
      if (!(await this.#slots.move(used, later))) return false;
      used = later;
    }
    return true;
  }

  #fallBack(error: unknown): void {
    const { limit, windowMs = WINDOW_MS, service, folder, warn } = this.#options;
    if (!inMemory.has(this.#path)) {
      inMemory.set(this.#path, memoryGate({ limit, windowMs }));
      warn?.(
        `The limit of requests to ${service} cannot be shared with other windows and commands: ${reasonOf(error, folder)} Each keeps to it by itself.`,
      );
    }
    // All who wait go on to that one.
    this.#queue.start();
  }

  #nowUs(): number {
    return this.#clock.now() * 1_000;
  }
}
