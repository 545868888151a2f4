import type { RewritePartial, RewriteResult } from '../../protocol.ts';
import type { Report } from '../progress.ts';

/** How a rewrite is watched and stopped. */
export interface RewriteWatch {
  readonly signal: AbortSignal;
  readonly report: Report;
  /** Where what is known so far goes, each time all of it; undefined where nobody wants to see it. */
  readonly partial?: (partial: RewritePartial) => void;
}

type Writing = NonNullable<RewritePartial['writing']>;

/** The shortest time between two partial results: nobody reads faster, and a token a millisecond would fill the connection. */
const pauseMs = 100;
/** Tokens of the last so many milliseconds are the speed, once they are as many as a short word's time. */
const speedWindowMs = 3_000;
const leastWindowMs = 200;
/** What is shown of an answer in the making, in characters: its end is what changes. */
const longestShown = 4_000;
/** An answer that has not grown for so long is no longer in the making. */
const restMs = 1_000;

/** Gathers what happens in a rewrite, and tells it at a bearable pace. */
export class RewriteProgress {
  readonly #watch: RewriteWatch;
  #stage = '';
  #result: (() => RewriteResult) | undefined;
  #writing: Writing = [];
  /** When how many tokens were there, over all answers. */
  #counts: { readonly at: number; readonly tokens: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sentAt = -Infinity;
  #isOver = false;

  constructor(watch: RewriteWatch) {
    this.#watch = watch;
    // Who cancels keeps what is measured already: the request itself fails, as LSP wants it.
    watch.signal.addEventListener('abort', () => this.finish(), { once: true });
  }

  /** A line for people: what is done now. */
  stage(message: string): void {
    this.#stage = message;
    this.#watch.report(message);
    this.#soon();
  }

  /** What is measured so far; written only when it is sent. */
  result(write: () => RewriteResult): void {
    this.#result = write;
    this.#soon();
  }

  /** What the model has written so far, an entry an answer. */
  writing(answers: Writing): void {
    if (this.#isOver) return;
    const tokens = answers.reduce((sum, one) => sum + one.tokens, 0);
    const at = performance.now();
    // Asked anew, the model begins from nothing.
    if (tokens < (this.#counts.at(-1)?.tokens ?? 0)) this.#counts = [];
    this.#counts = [...this.#counts.filter((one) => one.at > at - speedWindowMs), { at, tokens }];
    this.#writing = answers;
    this.#soon();
  }

  /** Sends what has not been sent, and nothing after it. */
  finish(): void {
    if (this.#isOver) return;
    if (this.#timer !== undefined) this.#send();
    this.#isOver = true;
  }

  #soon(): void {
    if (this.#isOver || this.#timer !== undefined || this.#watch.partial === undefined) return;
    const wait = Math.max(0, this.#sentAt + pauseMs - performance.now());
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    this.#sentAt = now;
    const last = this.#counts.at(-1);
    const isWriting = last !== undefined && last.tokens > 0 && last.at > now - restMs;
    const speed = isWriting ? this.#speed() : undefined;
    this.#watch.partial?.({
      stage: this.#stage,
      ...(isWriting ? { writing: this.#writing.map(shown) } : {}),
      ...(speed === undefined ? {} : { tokensPerSecond: speed }),
      ...(this.#result === undefined ? {} : { result: this.#result() }),
    });
  }

  #speed(): number | undefined {
    const first = this.#counts[0];
    const last = this.#counts.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < leastWindowMs) return undefined;
    return Number(((1_000 * (last.tokens - first.tokens)) / (last.at - first.at)).toPrecision(3));
  }
}

function shown({ text, tokens }: Writing[number]): Writing[number] {
  return { text: text.slice(-longestShown).replace(/^[\udc00-\udfff]/, ''), tokens };
}
