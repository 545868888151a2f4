import type { ParsedQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';
import { collectInto } from './checker.ts';
import type { Checker, LintContext } from './checker.ts';
import { checkDialect, checkPastedEnd } from './dialect.ts';
import { checkHeadings } from './headings.ts';
import { remembering } from './memory.ts';
import { checkOperators } from './operators.ts';
import { suppressionOf } from './suppression.ts';
import { checkTerms } from './terms.ts';
import { checkTruncation } from './truncation.ts';

/** Every family of rules; a new one is added here and in the rule table. */
const checkers: readonly Checker[] = [
  checkOperators,
  checkTruncation,
  checkTerms,
  checkHeadings,
  checkDialect,
  checkPastedEnd,
];

/**
 * Judges one query: everything that is allowed and still doubtful. Syntax problems are in `query.problems` and are not
 * repeated. In the order of the text; comments inside the query can switch rules off.
 */
export function lintQuery(query: ParsedQuery, context: LintContext = {}): readonly Problem[] {
  const comments = query.tokens
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end }) => ({
      range: { start: start - query.offset, end: end - query.offset },
      text: query.text.slice(start - query.offset, end - query.offset),
    }));
  const problems = check(query, context);
  if (comments.length === 0) return problems;
  const isSuppressed = suppressionOf(query.text, comments);
  return problems.filter((problem) => {
    const { start, end } = problem.range;
    return !isSuppressed({ ...problem, range: { start: start - query.offset, end: end - query.offset } });
  });
}

/**
 * Judges every query of a strategy. Empty for documents of other search languages. Comments anywhere in the document can
 * switch rules off, see `suppressionOf`.
 */
export function lintStrategy(document: StrategyDocument, context: LintContext = {}): readonly Problem[] {
  if (document.frontMatter?.database === 'ctgov') return [];
  const isSuppressed = suppressionOf(document.text, document.comments);
  return document.lines
    .flatMap((line) => remembering(line.query, context, check))
    .filter((problem) => !isSuppressed(problem));
}

function check(query: ParsedQuery, context: LintContext): readonly Problem[] {
  const problems: Problem[] = [];
  const report = collectInto(problems, context);
  for (const checker of checkers) checker(query, report, context);
  return problems.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}
