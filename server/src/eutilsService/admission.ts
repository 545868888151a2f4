import { textAnswer } from './answers.ts';
import { invalidKey, rateHeaders, tooManyRequests } from './faults.ts';
import type { Parameters } from './parameters.ts';
import type { ServiceAnswer, Utility } from './protocol.ts';
import { RateLimit } from './rateLimit.ts';

/** Limits and keys; see `EutilsServiceOptions`. */
export interface AdmissionOptions {
  /** Requests a second of an address that gives no key; default 3, 0 sets no limit at all. */
  readonly rate?: number;
  /** Requests a second of a key; default 10, or `rate` where that is more. */
  readonly keyRate?: number;
  /** Requests a minute to ClinicalTrials.gov's part; default 50, 0 sets no limit. */
  readonly trialsPerMinute?: number;
  /** Keys that are valid. Without it every key of NCBI's form is: 36 hexadecimal digits. */
  readonly apiKeys?: readonly string[];
}

/**
 * A second as the limits count it: a little less, for requests of a client that keeps to the limit may arrive closer together than they left.
 * (Biopython sends them 100 ms apart with a key, and NCBI is known to refuse one now and then.)
 */
const secondMs = 950;

/** Decides who may ask now. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #rates = new RateLimit(secondMs);
  readonly #trialRates = new RateLimit(60 * secondMs);

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * The answer to a client that may not ask, or not now; else what its answer says of the limit.
   * @param at when the request came, in milliseconds of a clock that only goes forward
   */
  admit(
    utility: Utility | 'other',
    parameters: Parameters,
    { address, at }: { readonly address: string; readonly at: number },
  ): { readonly refusal?: ServiceAnswer; readonly headers?: Readonly<Record<string, string>> } {
    if (utility === 'other') return {};
    const { rate = 3, trialsPerMinute = 50 } = this.#options;
    if (utility === 'studies' || utility === 'study') {
      const { isAllowed } = this.#trialRates.enter(address, trialsPerMinute, at);
      return isAllowed ? {} : { refusal: textAnswer('Too Many Requests', { status: 429 }) };
    }
    const key = parameters.text('api_key');
    if (key !== undefined && !this.#isValid(key)) return { refusal: invalidKey(key) };
    const keyRate = rate === 0 ? 0 : (this.#options.keyRate ?? Math.max(10, rate));
    const client = key ?? address;
    const allowance = this.#rates.enter(client, key === undefined ? rate : keyRate, at);
    if (!allowance.isAllowed) return { refusal: tooManyRequests(client, allowance) };
    return allowance.limit === 0 ? {} : { headers: rateHeaders(allowance) };
  }

  #isValid(key: string): boolean {
    const { apiKeys } = this.#options;
    return apiKeys === undefined ? /^[\da-f]{36}$/i.test(key) : apiKeys.includes(key);
  }
}
