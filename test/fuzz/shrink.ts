/**
 * A smaller text that still fails: takes away lines, then characters, in ever smaller pieces (delta debugging, Zeller and
 * Hildebrandt 2002, without its complement step), until nothing more can go or the time is over.
 * @param fails whether a text fails in the same way
 */
export function shrink(text: string, fails: (text: string) => boolean, forMs: number): string {
  const end = performance.now() + forMs;
  const inTime = (): boolean => performance.now() < end;
  let parts = text.split(/(?<=\n)/);
  parts = without(parts, (some) => fails(some.join('')), inTime);
  let characters = Array.from(parts.join(''));
  // A character outside the basic plane is two units; half of one may be the cause, and Array.from keeps such halves.
  characters = without(characters, (some) => fails(some.join('')), inTime);
  return characters.join('');
}

function without<T>(all: readonly T[], fails: (some: readonly T[]) => boolean, inTime: () => boolean): T[] {
  let kept = [...all];
  for (let size = Math.ceil(kept.length / 2); size >= 1;) {
    let removed = false;
    for (let start = 0; start < kept.length && inTime();) {
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (fails(rest)) {
        kept = rest;
        removed = true;
      } else start += size;
    }
    if (!inTime()) break;
    if (size > 1) size = Math.ceil(size / 2);
    else if (!removed) break;
  }
  return kept;
}
