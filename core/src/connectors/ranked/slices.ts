/** Lets others have their turn: what waits on this thread is done before the promise resolves. */
export type Pause = () => Promise<void>;

/** Longest stretch of work without a pause: a count that waits meanwhile is not felt as slow. */
const SLICE_MS = 20;

/** Waits for a turn of the event loop. */
export const nextTurn: Pause = () => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Works through `steps` in slices and gives way in between.
 * @param check called after every pause; may throw to give up.
 */
export async function inSlices<T>(steps: Generator<unknown, T>, pause: Pause, check: () => void): Promise<T> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await pause();
    check();
    until = performance.now() + SLICE_MS;
  }
}
