/** Whether a request is let through, and what its answer says of the limit. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** Requests within the window, this one among them. */
  readonly count: number;
  readonly limit: number;
}

/**
 * A limit on requests within a sliding window, for each client on its own. A request that is refused does not count: who is over the limit
 * gets through as soon as the window allows.
 */
export class RateLimit {
  readonly #windowMs: number;
  readonly #times = new Map<string, number[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /**
   * @param client an address or a key
   * @param limit requests within the window; 0 sets none
   * @param now when the request came, by a clock in milliseconds that only goes forward
   */
  enter(client: string, limit: number, now: number): Allowance {
    if (this.#times.size > mostClients) this.#forget(now);
    const times = (this.#times.get(client) ?? []).filter((at) => now - at < this.#windowMs);
    const count = times.length + 1;
    const isAllowed = limit === 0 || count <= limit;
    if (isAllowed && limit > 0) times.push(now);
    this.#times.set(client, times);
    return { isAllowed, count, limit };
  }

  #forget(now: number): void {
    for (const [client, times] of this.#times)
      if (times.every((at) => now - at >= this.#windowMs)) this.#times.delete(client);
  }
}

const mostClients = 1_000;
