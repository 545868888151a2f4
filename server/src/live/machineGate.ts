import { hostname } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { memoryGate } from '@querent/core/connectors';
import type { Clock, Arrived, Gate, GateOptions } from '@querent/core/connectors';
import { hex, reasonOf } from '../library/cacheFiles.ts';
import { monotonicClock } from './monotonicClock.ts';
import { SlotFolder } from './slotFolder.ts';
import type { TakenSlot } from './slotFolder.ts';

/** Whose limit it is, and what it is. */
export interface MachineGateOptions {
  /** Whom requests go to, for instance an address. Gates of the same service, key and limit share one. */
  readonly service: string;
  /** What the service counts by besides the machine, such as an API key. Only a hash of it is written down. */
  readonly key?: string;
  /** Most requests that arrive in any `windowMs` milliseconds, as far as that can be told. */
  readonly limit: number;
  /** Default 1,100: a little more than a second, since requests that left in time may arrive closer together. */
  readonly windowMs?: number;
  /** Where processes of this machine meet; see `liveFolder`. */
  readonly folder: string;
  /** Told, once in a process, when the folder cannot be written and every process therefore keeps to the limit by itself. */
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
}

const WINDOW_MS = 1_100;
/** How often, as a share of the window, it is looked whether a slot is free earlier than it seemed. */
const LOOK_SHARE = 0.05;
const LONGEST_LOOK_MS = 250;
/** As a share of the window: how long a process that has to wait, and went last, lets others go first. */
const YIELD_SHARE = 0.01;
const LEAST_YIELD_MS = 5;

/** Where the folder cannot be written, gates of this process share one limit at least. */
const inMemory = new Map<string, Gate>();

/**
 * A gate that all processes of this machine go through together: windows, commands, training runs. At most `limit` requests leave in any
 * window, whatever the clock on the wall does. Processes that wait get their turns alike; within a process, who waits with the
 * highest priority goes first, and who gives up costs nobody's turn.
 */
export function machineGate(options: MachineGateOptions): Gate {
  return options.limit === Infinity ? { enter: async () => undefined } : new MachineGate(options);
}

class MachineGate implements Gate {
  readonly #options: MachineGateOptions;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #windowMs: number;
  readonly #slots: SlotFolder;
  /** One at a time: who goes next is decided when it may go, not when it came. */
  readonly #queue = new PQueue({ concurrency: 1, autoStart: false });
  #isPumping = false;
  /** For who goes next. */
  #granted: TakenSlot | undefined;

  constructor(options: MachineGateOptions) {
    const { service, key = '', limit, windowMs = WINDOW_MS, folder, clock = monotonicClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#windowMs = windowMs;
    // Machines that share a home folder have different addresses for the service, and different clocks.
    this.#path = join(folder, hex([service, key, limit, windowMs, hostname()].join('\n')));
    this.#slots = new SlotFolder(this.#path, limit, windowMs * 1_000);
  }

  async enter({ signal, priority = 0 }: GateOptions = {}): Promise<Arrived | undefined> {
    signal?.throwIfAborted();
    if (!inMemory.has(this.#path)) {
      const goOn = (): TakenSlot | undefined => {
        if (inMemory.has(this.#path)) return undefined;
        this.#queue.pause();
        return this.#granted;
      };
      const turn = this.#queue.add(goOn, { priority, ...(signal === undefined ? {} : { signal }) });
      void this.#pump();
      const slot = await turn;
      if (slot !== undefined)
        return () => void this.#slots.arrived(slot, this.#nowUs()).catch(() => undefined);
    }
    return inMemory.get(this.#path)?.enter({ signal, priority });
  }

  /** Takes a slot for each who waits, one after the other, and lets one through with it. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let hasWaited = false; this.#queue.size > 0;) {
        const slot = await this.#slots.take(() => this.#nowUs());
        if (typeof slot === 'number') {
          hasWaited = true;
          await this.#wait(slot / 1_000);
        } else if (this.#queue.size === 0) await this.#slots.giveBack(slot);
        else {
          this.#granted = slot;
          this.#queue.start();
          // Somebody of another process may be waiting for the same moment.
          if (hasWaited) await this.#clock.sleep(Math.max(LEAST_YIELD_MS, YIELD_SHARE * this.#windowMs));
          hasWaited = false;
        }
      }
    } catch (error) {
      this.#fallBack(error);
    } finally {
      this.#isPumping = false;
    }
  }

  /** Waits for a slot to be free, but looks again before, since requests of other processes arrive. */
  async #wait(ms: number): Promise<void> {
    const look = Math.min(LONGEST_LOOK_MS, LOOK_SHARE * this.#windowMs);
    await this.#clock.sleep(Math.ceil(Math.min(ms, look)));
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
