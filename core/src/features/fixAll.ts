import type { Problem, TextEdit } from '../text/index.ts';
import type { Action } from './codeActions.ts';

/** All mechanical fixes at once: the preferred fix of each problem, as far as they do not overlap; undefined below `minimum`. */
export function fixAll(
  document: { readonly text: string },
  problems: readonly Problem[],
  minimum = 2,
): Action | undefined {
  const chosen = new DisjointEdits(document.text.length);
  let fixed = 0;
  for (const { fixes } of problems) {
    const fix = fixes?.find((one) => one.preferred === true && one.edits.length > 0);
    if (fix && chosen.add(fix.edits)) fixed++;
  }
  if (fixed < minimum) return undefined;
  return {
    title:
      fixed === 1
        ? 'Fix the problem that can be fixed automatically'
        : `Fix all ${fixed} problems that can be fixed automatically`,
    kind: 'source.fixAll.querent',
    edits: chosen.edits,
  };
}

/** Edits sorted by place, none of which overlap. */
class DisjointEdits {
  readonly #length: number;
  readonly #edits: TextEdit[] = [];

  /** `length` of the text that the edits speak of. */
  constructor(length: number) {
    this.#length = length;
  }

  get edits(): readonly TextEdit[] {
    return this.#edits;
  }

  /** Adds all of `edits`, or none of them and answers false. */
  add(edits: readonly TextEdit[]): boolean {
    if (edits.some((edit) => !this.#isFree(edit))) return false;
    for (const edit of edits) this.#edits.splice(this.#indexOf(edit.range.start), 0, edit);
    return true;
  }

  /** Edits that start at one place count as overlapping, insertions too: their order would be chance. */
  #isFree({ range }: TextEdit): boolean {
    if (range.start < 0 || range.end < range.start || range.end > this.#length) return false;
    const index = this.#indexOf(range.start);
    const before = this.#edits[index - 1];
    const after = this.#edits[index];
    return (
      (!before || before.range.end <= range.start) &&
      (!after || (after.range.start >= range.end && after.range.start !== range.start))
    );
  }

  /** Index of the first edit that starts at or behind `start`. */
  #indexOf(start: number): number {
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edits[middle]?.range.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
