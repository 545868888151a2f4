import { checkExpression } from '../../ctgov/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Problem } from '../../text/index.ts';
import { expressionOf } from './expressions.ts';

/** Everything that is wrong with a `*.ctgov` document: its lines and references, then the syntax and sense of each expression. */
export function trialsProblems(document: StrategyDocument): readonly Problem[] {
  const problems = document.lines.flatMap((line) => {
    const expression = expressionOf(document, line);
    return [...expression.problems, ...checkExpression(expression)];
  });
  return [...document.problems, ...problems].sort(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
  );
}
