import type { Clock } from '@querent/core/connectors';
import type { z } from 'zod';
import type { AnswerStore } from './answerStore.ts';
import { Freshness } from './freshness.ts';
import { monotonicClock } from './monotonicClock.ts';
import { Outage } from './outage.ts';
import { cancelled, SharedQuestions } from './sharedQuestions.ts';

export interface RememberOptions {
  /** The time of day, for what holds today. */
  readonly now?: () => Date;
  readonly clock?: Clock;
  /** Told, once for each day and reason, that answers of an earlier day are given: for fronts that show no provenance beside each number. */
  readonly onOlder?: (message: string) => void;
}

/** An answer, and why it is an older one. */
export interface Answer<T> {
  readonly kept: T;
  readonly offline?: string;
}

/** How often it is looked whether another process was told what is asked. */
const LISTEN_MS = 250;

/** What is known of answers: those on disk, which of them hold, what is on its way, and whether the service can be reached. */
export class Answers {
  readonly fresh: Freshness;
  readonly outage: Outage;
  readonly shared = new SharedQuestions();
  readonly #store: AnswerStore;
  readonly #onOlder: RememberOptions['onOlder'];
  readonly #told = new Set<string>();

  constructor(store: AnswerStore, options: RememberOptions) {
    this.#store = store;
    this.fresh = new Freshness(options.now ?? (() => new Date()));
    this.outage = new Outage(options.clock ?? monotonicClock);
    this.#onOlder = options.onOlder;
  }

  /** What is kept under `key` in this form, of whatever day. */
  async read<T>(key: string, form: z.ZodType<T>): Promise<T | undefined> {
    return form.safeParse(await this.#store.get(key)).data;
  }

  async keep(key: string, at: string, value: unknown): Promise<void> {
    this.fresh.answered(key, at);
    await this.#store.put(key, value);
  }

  /** What is kept when it holds, else what `ask` says, else what is kept. */
  async get<T extends { readonly at: string }>(
    key: string,
    form: z.ZodType<T>,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answer<T>> {
    const held = this.#held(key, form);
    if (held !== undefined) return held;
    const kept = await this.read(key, form);
    if (kept !== undefined) {
      if (this.fresh.holds(key, kept.at)) return { kept };
      const { reason } = this.outage;
      if (reason !== undefined) return this.#older(kept, reason);
    }
    // Who asked may have gone while the disk was read.
    if (signal.aborted) throw cancelled();
    try {
      const { answer, isHeard } = await this.#askOrHear(key, form, signal, ask);
      this.outage.over();
      if (isHeard) this.fresh.answered(key, answer.at);
      else await this.keep(key, answer.at, answer);
      return this.#held(key, form) ?? { kept: answer };
    } catch (error) {
      if (!this.outage.note(error) || kept === undefined) throw error;
      return this.#older(kept, error.message);
    }
  }

  /**
   * What `ask` says, or what another process was told meanwhile: windows with the same strategy ask for the same line at the same time, and
   * the question of one of them may wait at the gate for seconds.
   */
  async #askOrHear<T extends { readonly at: string }>(
    key: string,
    form: z.ZodType<T>,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly isHeard: boolean }> {
    const controller = new AbortController();
    const giveUp = (): void => controller.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<{ answer: T; isHeard: boolean }>((resolve) => {
      const listen = async (): Promise<void> => {
        const answer = await this.read(key, form);
        if (answer !== undefined && this.fresh.holds(key, answer.at)) resolve({ answer, isHeard: true });
      };
      timer = setInterval(() => void listen(), LISTEN_MS);
      timer.unref();
    });
    try {
      const asked = ask(controller.signal).then((answer) => ({ answer, isHeard: false }));
      const first = await Promise.race([asked, heard]);
      if (first.isHeard) giveUp();
      return first;
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  #held<T extends { readonly at: string }>(key: string, form: z.ZodType<T>): Answer<T> | undefined {
    const held = this.outage.held(key);
    const { data } = form.safeParse(held?.answer);
    return held === undefined || data === undefined ? undefined : this.#older(data, held.reason);
  }

  #older<T extends { readonly at: string }>(kept: T, offline: string): Answer<T> {
    const day = new Date(kept.at).toLocaleDateString('sv'); // yyyy-mm-dd, of the machine's time zone
    const message = `${offline} Numbers of ${day} are shown.`;
    if (!this.#told.has(message)) this.#onOlder?.(message);
    this.#told.add(message);
    return { kept, offline };
  }
}
