/**
 * Lets requests to one service through no faster than it allows. Everything of this machine that asks a service goes through gates that share
 * one limit; `server/src/live` has the one that windows share, {@link memoryGate} counts within a process.
 */
export interface Gate {
  /**
   * Resolves when the next request may leave; who waits with the highest priority goes first, then who came first.
   * @throws the signal's reason when it fires while waiting; a slot is not used up then.
   */
  enter(options?: GateOptions): Promise<void>;
}

export interface GateOptions {
  readonly signal?: AbortSignal;
  /** See `SearchOptions.priority`. */
  readonly priority?: number;
}
