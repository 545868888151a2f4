import { checkExpression, expressionRules, parseExpression } from '../ctgov/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';
import type { LintRule } from './family.ts';

/** The rules about expressions of ClinicalTrials.gov; their checks live with the language. */
export const trialsRules: readonly LintRule[] = expressionRules.map((rule) => ({
  ...rule,
  category: 'trials',
}));

/** What is wrong or doubtful in the lines of a document of expressions; not in their order. */
export function judgeExpressions(document: StrategyDocument): readonly Problem[] {
  return document.lines.flatMap(({ queryRange: { start, end } }) => {
    const expression = parseExpression(document.text.slice(start, end), start);
    return [...expression.problems, ...checkExpression(expression)];
  });
}
