import type { Fix, Problem, Range, Severity } from '../text/index.ts';
import { expressionRules } from './rules.ts';
import type { ExpressionRuleId } from './rules.ts';

const levels = new Map<string, Severity>(expressionRules.map(({ id, level }) => [id, level]));
/** More problems than this help nobody. */
const MAXIMUM = 500;

/** Collects problems of one expression at the levels of the rule table, bounded. */
export class Findings {
  readonly #problems: Problem[] = [];

  add(rule: ExpressionRuleId, range: Range, message: string, fixes: readonly Fix[] = []): void {
    if (this.isFull) return;
    const severity = levels.get(rule) ?? 'error';
    const { start, end } = range;
    const problem = { rule, severity, message, range: { start, end } };
    this.#problems.push(fixes.length === 0 ? problem : { ...problem, fixes });
  }

  /** No more are taken: costly looks for advice can stop. */
  get isFull(): boolean {
    return this.#problems.length >= MAXIMUM;
  }

  /** In the order of the text. */
  sorted(): readonly Problem[] {
    return this.#problems.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  }
}
