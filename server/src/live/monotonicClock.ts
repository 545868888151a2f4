/** Time that only goes forward, the same for all processes of a machine: setting the machine's clock changes nothing. */
export interface MonotonicClock {
  /** Milliseconds since some moment that all processes of the machine share, such as its start. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The time of the machine. Unlike `performance.now()`, which begins with the process, `hrtime` begins with the machine. */
export const monotonicClock: MonotonicClock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
