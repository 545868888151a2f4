import type { SqlStatement } from '@querent/core/sql';
import type { SqlDoubt } from '@querent/core/sqlAssistant';
import type { Problem, Range, TextEdit } from '@querent/core/text';

/** What rules doubt in a statement, where they know a correction; offsets in the statement. @param problems of its document */
export function doubtsIn(problems: readonly Problem[], { start, end }: SqlStatement): readonly SqlDoubt[] {
  const isInside = ({ range }: { readonly range: Range }): boolean =>
    range.start >= start && range.end <= end;
  const moved = ({ range, newText }: TextEdit): TextEdit => ({
    range: { start: range.start - start, end: range.end - start },
    newText,
  });
  return problems
    .filter((problem) => problem.severity !== 'error' && isInside(problem))
    .flatMap(({ message, fixes = [] }) => {
      const own = fixes.filter(({ edits }) => edits.every(isInside));
      return own.length === 0
        ? []
        : [{ message, fixes: own.map((fix) => ({ ...fix, edits: fix.edits.map(moved) })) }];
    });
}
