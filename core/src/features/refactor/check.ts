import { parseQuery, QueryTooLongError } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { isUnresolvable, parseStrategy, printResolved, resolveLine } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { meaningOf } from './meaning.ts';
import type { Draft, Promised } from './refactoring.ts';

/** Written-out queries longer than this are not compared, in characters; all of a document's lines together. */
const MAXIMUM_COMPARED = 2_000_000;

/** Whether `draft` keeps what its refactoring promises. Reads the changed document, so only for what is really applied. */
export function keepsPromise(document: StrategyDocument, draft: Draft, promise: Promised): boolean {
  const after = parseStrategy(applyEdits(document.text, draft.edits));
  if (!keepsComments(document, after)) return false;
  if (promise === 'strategy')
    return errorsOf(after) <= errorsOf(document) && keepsStrategy(document, after, draft);
  return (
    after.lines.length === document.lines.length &&
    after.lines.every((line, index) => {
      const before = document.lines[index];
      return before !== undefined && keepsLine(document, before, after, line, promise);
    })
  );
}

/** Lines whose text is the same are not read: there may be thousands of them. */
function keepsLine(
  document: StrategyDocument,
  before: StrategyLine,
  after: StrategyDocument,
  line: StrategyLine,
  promise: Promised,
): boolean {
  if (before.label !== line.label || before.numbered !== line.numbered) return false;
  const textOf = ({ text }: StrategyDocument, { queryRange }: StrategyLine): string =>
    text.slice(queryRange.start, queryRange.end);
  if (textOf(document, before) === textOf(after, line)) return true;
  const errors = ({ query }: StrategyLine): number =>
    query.problems.filter(({ severity }) => severity === 'error').length;
  return (
    errors(line) <= errors(before) &&
    (promise === 'lines' || meaningOf(before.query.root) === meaningOf(line.query.root))
  );
}

/** Whether all comments are still there. */
export function keepsComments(before: StrategyDocument, after: StrategyDocument): boolean {
  const left = new Map<string, number>();
  for (const { text } of after.comments) {
    const key = text.trimEnd();
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return before.comments.every(({ text }) => {
    const key = text.trimEnd();
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count > 0;
  });
}

/** Number of errors of a document, those of its queries included. */
export function errorsOf(document: StrategyDocument): number {
  const problems = [...document.problems, ...document.lines.flatMap(({ query }) => query.problems)];
  return problems.filter(({ severity }) => severity === 'error').length;
}

function keepsStrategy(before: StrategyDocument, after: StrategyDocument, draft: Draft): boolean {
  const budget = { left: MAXIMUM_COMPARED };
  const pairs = draft.labels ?? new Map(before.lines.map(({ label }): [string, string] => [label, label]));
  if (!keepsRoot(before, after, pairs)) return false;
  for (const [old, now] of pairs) {
    if (after.line(now) === undefined) return false;
    const one = resolveLine(before, old);
    const two = resolveLine(after, now);
    if (isUnresolvable(one) !== isUnresolvable(two)) return false;
    if (isUnresolvable(one) || isUnresolvable(two) || one.key === two.key) continue;
    const [written, rewritten] = [writtenOut(before, old, budget), writtenOut(after, now, budget)];
    if (written !== undefined && rewritten !== undefined && written !== rewritten) return false;
  }
  return true;
}

/** Whether the line that counts as the strategy is the same; a new line that is still empty may stand behind it. */
function keepsRoot(
  before: StrategyDocument,
  after: StrategyDocument,
  labels: ReadonlyMap<string, string>,
): boolean {
  if (before.root === undefined || before.cyclic.size > 0) return true;
  return after.root?.query.root === undefined || after.root.label === labels.get(before.root.label);
}

/** Meaning of a line with its references written out; undefined when that is too long to compare. */
function writtenOut(document: StrategyDocument, label: string, budget: { left: number }): string | undefined {
  const resolved = resolveLine(document, label);
  if (isUnresolvable(resolved)) return undefined;
  try {
    const text = printResolved(resolved, { maxLength: Math.max(1, budget.left) });
    budget.left -= text.length;
    return meaningOf(parseQuery(text).root);
  } catch (error) {
    if (error instanceof QueryTooLongError) return undefined;
    throw error;
  }
}
