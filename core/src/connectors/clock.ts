/** Time as the connectors see it; tests bring their own. */
export interface Clock {
  /** Milliseconds since some moment in the past. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const sleep: Clock['sleep'] = (ms, signal) =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) {
      stop();
    } else {
      signal?.addEventListener('abort', stop, { once: true });
    }
  });

/** The time of the machine since 1970, which a person or a time server may set forward and back: for people, never for measuring. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/** Time that only goes forward, however the machine's clock is set: for measuring how long something takes. */
export const monotonicClock: Clock = { now: () => performance.now(), sleep };

/** What to measure by where `clock` tells the time of day: one that does not jump, unless a test makes its own time. */
export function measuringClock(clock: Clock): Clock {
  return clock === systemClock ? monotonicClock : clock;
}

/** The day, `yyyy-mm-dd`, that the calendar of this machine shows at a time in milliseconds since 1970. */
export function localDay(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
