import type { ResolvedQuery } from '../../pubmed/index.ts';
import { measure } from '../../search/index.ts';
import type { Measurement, SearchEngine } from '../../search/index.ts';
import type { Flag, RewriteRequest } from '../proposal.ts';
import { reasonOf } from './asking.ts';
import type { Measured } from './entry.ts';
import type { RewriteOptions } from './options.ts';

/** Measurements that are under way at once: a service takes few, records at hand gain nothing from more. */
const atOnce = 3;

/** Measures queries, a few at once, and the whole strategy with each in its place where a block of one is rewritten. */
export class Measurer {
  readonly #engine: SearchEngine;
  readonly #request: Pick<RewriteRequest, 'seeds' | 'until'>;
  readonly #whole: RewriteOptions['whole'];
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  /** By canonical key: drafts are put together and judged again in every round. */
  readonly #known = new Map<string, Measurement>();
  #running = 0;

  constructor(
    engine: SearchEngine,
    request: Pick<RewriteRequest, 'seeds' | 'until'>,
    signal: AbortSignal,
    whole: RewriteOptions['whole'],
  ) {
    this.#engine = engine;
    this.#request = request;
    this.#signal = signal;
    this.#whole = whole;
  }

  /**
   * The measurement, or why there is none, as a sentence.
   * @throws the signal's reason
   */
  async measure(query: ResolvedQuery): Promise<Measurement | string> {
    const known = this.#known.get(query.key);
    if (known !== undefined) return known;
    await this.#turn();
    try {
      this.#signal.throwIfAborted();
      const { seeds, until } = this.#request;
      const limits = { signal: this.#signal, ...(until === undefined ? {} : { until }) };
      const measurement = await measure(this.#engine, query, seeds, limits);
      this.#signal.throwIfAborted();
      this.#known.set(query.key, measurement);
      return measurement;
    } catch (error) {
      this.#signal.throwIfAborted();
      return `It could not be measured: ${reasonOf(error)}`;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /** Both numbers of a query; why there are none, where the query itself cannot be measured. */
  async measureBoth(query: ResolvedQuery, text: string): Promise<Measured | string> {
    const measurement = await this.measure(query);
    if (typeof measurement === 'string') return measurement;
    const whole = await this.measureWhole(text);
    if (typeof whole !== 'string') return { measurement, whole, flags: [] };
    const flag: Flag = {
      kind: 'unmeasured',
      text: '',
      message: `What the whole strategy finds with it is not known. ${whole}`,
    };
    return { measurement, whole: undefined, flags: [flag] };
  }

  /** The strategy with `text` in its place; undefined where no block of a strategy is rewritten. */
  async measureWhole(text: string): Promise<Measurement | string | undefined> {
    if (this.#whole === undefined) return undefined;
    const whole = this.#whole(text);
    return whole === undefined ? 'With it the strategy cannot be searched.' : this.measure(whole);
  }

  async #turn(): Promise<void> {
    // Records at hand answer without a wait: timers and whoever cancels must have their turn all the same.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
  }
}
