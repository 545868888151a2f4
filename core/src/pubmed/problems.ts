import type { Fix, Problem, Range, Severity } from '../text/index.ts';

/** More problems than this help nobody; the last one says that there are more. */
export const MAXIMUM_PROBLEMS = 500;

/** Collects the problems of one parse, bounded. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  #isFull = false;

  add(rule: string, severity: Severity, range: Range, message: string, fixes: readonly Fix[] = []): void {
    if (this.#isFull) return;
    if (this.#problems.length === MAXIMUM_PROBLEMS) {
      this.#isFull = true;
      this.#problems.push({
        rule: 'too-many-problems',
        severity: 'error',
        range,
        message: `More than ${MAXIMUM_PROBLEMS} problems; those behind this place are not listed. Is this text a PubMed query?`,
      });
      return;
    }
    this.#problems.push(
      fixes.length === 0 ? { rule, severity, message, range } : { rule, severity, message, range, fixes },
    );
  }

  /** In the order of the text. */
  sorted(): readonly Problem[] {
    return this.#problems.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  }
}
