/**
 * Lets requests to one service through no faster than it allows. Everything of this machine that asks a service goes through gates that share
 * one limit; `server/src/live` has the one that windows share, {@link memoryGate} counts within a process.
 */
export interface Gate {
  /**
   * Resolves when the next request may leave; who waits with the highest priority goes first, then who came first.
   * @returns to be called when its answer is there, or will never be: only then is it certain that it has arrived. A service counts what
   * arrives in a second, and a request that leaves now may arrive late: after a handshake, or from a machine that is busy.
   * @throws the signal's reason when it fires while waiting; a slot is not used up then.
   */
  enter(options?: GateOptions): Promise<Arrived | undefined>;
}

/** See {@link Gate.enter}. */
export type Arrived = () => void;

export interface GateOptions {
  readonly signal?: AbortSignal;
  /** See `SearchOptions.priority`. */
  readonly priority?: number;
}

/** Does `work`, one request, when `gate` lets it through, and tells the gate when it is over. */
export async function through<T>(gate: Gate, options: GateOptions, work: () => Promise<T>): Promise<T> {
  const arrived = await gate.enter(options);
  try {
    return await work();
  } finally {
    arrived?.();
  }
}
