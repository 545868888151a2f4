/**
 * An AbortSignal whose `aborted` looks at a number that another thread sets. Its abort event never comes (a thread that computes
 * gets no events): it is for code that looks at the signal between steps.
 */
export function sharedSignal(cancel: SharedArrayBuffer): AbortSignal {
  const flag = new Int32Array(cancel);
  const isSet = (): boolean => Atomics.load(flag, 0) === 1;
  const { signal } = new AbortController();
  Object.defineProperties(signal, {
    aborted: { get: isSet },
    throwIfAborted: {
      value: () => {
        if (isSet()) throw new DOMException('This operation was aborted', 'AbortError');
      },
    },
  });
  return signal;
}
