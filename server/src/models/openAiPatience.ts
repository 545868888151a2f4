/** How long a model server is waited for. */
import type { Agent as HttpAgent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Watches over one request: cancelled by its caller, over when no sign of life came for too long. */
export class Watch {
  readonly #abort = new AbortController();
  readonly #limitMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #onCancel = (): void => this.#abort.abort();
  #timer: NodeJS.Timeout;
  isOver = false;
  hasBegun = false;

  constructor(limitMs: number, caller: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.#caller = caller;
    this.#timer = this.#start();
    if (caller?.aborted === true) this.#abort.abort();
    else caller?.addEventListener('abort', this.#onCancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isCancelled(): boolean {
    return this.#caller?.aborted === true;
  }

  /** The server lives. */
  sign(): void {
    clearTimeout(this.#timer);
    if (!this.#abort.signal.aborted) this.#timer = this.#start();
  }

  /** A part of the answer itself came. */
  begin(): void {
    this.hasBegun = true;
    this.sign();
  }

  /** Waits, with the clock stopped. @throws when it is cancelled meanwhile */
  async rest(ms: number): Promise<void> {
    clearTimeout(this.#timer);
    await wait(ms, undefined, { signal: this.#abort.signal });
    this.sign();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCancel);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.isOver = true;
      this.#abort.abort();
    }, this.#limitMs);
  }
}

/** The code of the error of a connection that {@link impatient} gave up. */
export const CONNECT_TIMEOUT = 'CONNECT_TIMEOUT';

/** Gives up connections that are not taken in time; the system itself waits for minutes. */
export function impatient<T extends HttpAgent>(agent: T, limitMs: number): T {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket !== null && socket !== undefined) {
      const late = (): void => {
        socket.destroy(Object.assign(new Error('not connected in time'), { code: CONNECT_TIMEOUT }));
      };
      const timer = setTimeout(late, limitMs);
      for (const event of ['connect', 'secureConnect', 'close'])
        socket.once(event, () => clearTimeout(timer));
    }
    return socket;
  };
  return agent;
}
