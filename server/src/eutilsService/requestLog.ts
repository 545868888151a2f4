import type { Utility } from './protocol.ts';

/** A request that came in. */
export interface LoggedRequest {
  /** Milliseconds of the machine's monotonic clock (`performance.now()`) at which it came. */
  readonly at: number;
  /** `other` for paths that are none of the utilities. */
  readonly utility: Utility | 'other';
  readonly method: string;
  /** 499 for a client that went away. */
  readonly status: number;
  readonly hasKey: boolean;
}

/** What has come in so far. */
export interface RequestStatistics {
  /** Requests that were answered, or whose client went away. */
  readonly requests: number;
  /** Requests that came and are not answered yet. */
  readonly inFlight: number;
  /** Requests that were answered with 429. */
  readonly refused: number;
  readonly byUtility: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  /** The most requests to the E-utilities that came within one second, refused ones among them. */
  readonly mostPerSecond: number;
  /** The same for ClinicalTrials.gov, within one minute. */
  readonly mostTrialsPerMinute: number;
}

/** As many as are remembered one by one: an hour at full speed. */
const mostRemembered = 50_000;

/** Remembers requests, so that tests and people see what a client did. Holds no parameters: they may be confidential. */
export class RequestLog {
  #requests: LoggedRequest[] = [];
  #count = 0;
  #arrived = 0;
  readonly #byUtility = new Map<string, number>();
  readonly #byStatus = new Map<string, number>();
  readonly #mostPerSecond = new Peak(1_000);
  readonly #mostTrialsPerMinute = new Peak(60_000);

  add(request: LoggedRequest): void {
    this.#count++;
    this.#byUtility.set(request.utility, (this.#byUtility.get(request.utility) ?? 0) + 1);
    this.#byStatus.set(String(request.status), (this.#byStatus.get(String(request.status)) ?? 0) + 1);
    this.#requests.push(request);
    if (this.#requests.length > mostRemembered) this.#requests = this.#requests.slice(mostRemembered / 2);
  }

  /** Counts an arrival, before it is known what becomes of it. */
  arrive(utility: Utility | 'other', at: number): void {
    this.#arrived++;
    if (utility === 'studies' || utility === 'study') this.#mostTrialsPerMinute.add(at);
    else if (utility !== 'other') this.#mostPerSecond.add(at);
  }

  /** Those that were answered, in the order of their answers; at least the last 25,000. */
  get requests(): readonly LoggedRequest[] {
    return this.#requests;
  }

  statistics(): RequestStatistics {
    return {
      requests: this.#count,
      inFlight: this.#arrived - this.#count,
      refused: this.#byStatus.get('429') ?? 0,
      byUtility: Object.fromEntries(this.#byUtility),
      byStatus: Object.fromEntries(this.#byStatus),
      mostPerSecond: this.#mostPerSecond.most,
      mostTrialsPerMinute: this.#mostTrialsPerMinute.most,
    };
  }
}

/** The most events within a window. */
class Peak {
  readonly #windowMs: number;
  #times: number[] = [];
  most = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(at: number): void {
    this.#times = this.#times.filter((time) => at - time < this.#windowMs);
    this.#times.push(at);
    this.most = Math.max(this.most, this.#times.length);
  }
}
