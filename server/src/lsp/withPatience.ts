/**
 * Waits a little for what is on its way, up to `patienceMs` milliseconds. Never throws: why something did not come is told by whoever looks for
 * the result afterwards.
 */
export async function withPatience(needed: readonly Promise<unknown>[], patienceMs: number): Promise<void> {
  if (needed.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((done) => (timer = setTimeout(done, patienceMs)));
  await Promise.race([Promise.allSettled(needed), patience]);
  clearTimeout(timer);
}
