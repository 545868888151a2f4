import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Problem, Severity } from '../text/index.ts';

/** Judges one line; what `lint` offers, with its thesaurus and levels bound. */
export type LineLinter = (line: StrategyLine, document: StrategyDocument) => readonly Problem[];

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/**
 * All problems of a document: front matter, lines and references, syntax, and what `lint` finds. Sorted by place, the worst
 * first; the same problem is told once.
 */
export function collectProblems(document: StrategyDocument, lint?: LineLinter): Problem[] {
  const all = [...document.problems];
  for (const line of document.lines) {
    for (const problem of line.query.problems) all.push(problem);
    if (lint) for (const problem of lint(line, document)) all.push(problem);
  }
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
