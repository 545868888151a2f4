import { fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './tree.ts';

/** A parenthesis that nothing closes, and where it would have to be closed. */
export interface Unclosed {
  readonly open: Token;
  readonly end: number;
}

/** Nobody leaves more open than these by a slip; deeper ones are not read at all, so closing them would close others. */
const MOST_TO_CLOSE = 100;

/** One problem for parentheses that stand side by side. Closing one closes another first, so the fix closes all of them. */
export function reportUnclosed(cursor: Cursor, all: readonly Unclosed[]): void {
  const unclosed = all.toSorted((a, b) => a.open.start - b.open.start);
  // Places to close, each with as many parentheses as belong there.
  const ends = new Map<number, number>();
  for (const { end } of unclosed) ends.set(end, (ends.get(end) ?? 0) + 1);
  const close = fix(
    unclosed.length === 1 ? 'Add ")" at the end' : `Add all ${unclosed.length} missing ")" at the end`,
    true,
    ...[...ends].map(([at, times]) => [at, at, ')'.repeat(times)] as const),
  );
  for (let first = 0; first < unclosed.length;) {
    let next = first + 1;
    while (isBeside(cursor, unclosed[next - 1], unclosed[next])) next++;
    reportRun(cursor, unclosed.slice(first, next), unclosed.length > MOST_TO_CLOSE ? undefined : close);
    first = next;
  }
}

function isBeside(cursor: Cursor, left: Unclosed | undefined, right: Unclosed | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return !/\S/.test(cursor.slice({ start: left.open.end, end: right.open.start }));
}

function reportRun(cursor: Cursor, run: readonly Unclosed[], close: Fix | undefined): void {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return;
  const count = run.length;
  const all = count === 1 ? '"("' : `these ${count} "("`;
  cursor.problems.add(
    'unclosed-parenthesis',
    'error',
    { start: first.open.start, end: last.open.end },
    count === 1
      ? 'This "(" is never closed. Add the missing ")".'
      : `These ${count} "(" are never closed. Add the missing ")", or remove the "(" that are too many.`,
    close === undefined
      ? []
      : [close, fix(`Remove ${all}`, false, ...run.map(({ open }) => [open.start, open.end, ''] as const))],
  );
}
