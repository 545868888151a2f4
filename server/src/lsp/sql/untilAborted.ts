/** Waits for work that goes on for others when this one gives up waiting. @throws what `work` throws, and what the signal says when it fires first */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((done, failed) => {
    const stop = (): void => failed(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    void work.then(done, failed).finally(() => signal.removeEventListener('abort', stop));
  });
}
