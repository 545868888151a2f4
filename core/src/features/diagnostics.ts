import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem, Severity } from '../text/index.ts';

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/**
 * What the text of a document says by itself: front matter, lines and references, syntax. Sorted by place, the worst first; the same
 * problem is told once. `judgeStrategy` of `lint` gives these and what the rules find, at the levels of the settings.
 */
export function collectProblems(document: StrategyDocument): Problem[] {
  const all = [...document.problems];
  for (const line of document.lines) for (const problem of line.query.problems) all.push(problem);
  const seen = new Set<string>();
  return all
    .filter(({ rule, range, message }) => {
      const key = `${range.start}:${range.end}:${rule}:${message}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort(
      (a, b) =>
        a.range.start - b.range.start || RANK[a.severity] - RANK[b.severity] || a.range.end - b.range.end,
    );
}
