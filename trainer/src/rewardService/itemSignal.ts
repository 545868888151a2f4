/** The signal of one item in a worker. */
export interface ItemSignal {
  readonly signal: AbortSignal;
  /** Whether its time is over. */
  isLate(): boolean;
  /** Tells those who wait for the event, if the flag is set: nobody wants the item any more. */
  lookAtFlag(): void;
  /** Stops the clock. */
  end(): void;
}

/**
 * A signal that is aborted when `ms` milliseconds are over, or when another thread sets `flags[at]`. The event comes to those who wait;
 * `aborted` is up to date also for those who compute and get no events.
 */
export function itemSignal(ms: number, flags: Int32Array, at: number): ItemSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const deadline = performance.now() + ms;
  const isLate = (): boolean => performance.now() >= deadline;
  let isOver = false;
  const isUnwanted = (): boolean => Atomics.load(flags, at) === 1;
  const isAborted = (): boolean => (isOver ||= isUnwanted() || isLate());
  const abort = (): void => {
    isOver = true;
    controller.abort();
  };
  const timer = setTimeout(abort, ms);
  Object.defineProperties(signal, {
    aborted: { get: isAborted },
    throwIfAborted: {
      value: () => {
        if (isAborted()) throw new DOMException('This operation was aborted', 'AbortError');
      },
    },
  });
  const lookAtFlag = (): void => {
    if (isUnwanted()) abort();
  };
  return { signal, isLate, lookAtFlag, end: () => clearTimeout(timer) };
}
