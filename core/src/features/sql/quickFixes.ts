import type { Problem, Range, TextEdit } from '../../text/index.ts';

/** A correction of a problem, as a menu offers it. Edits from the start of the document. */
export interface SqlQuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly problem: Problem;
  readonly preferred?: boolean;
}

/**
 * The corrections of the problems that touch `range`, those of unknown names among them, as the engine found that they help. Where the same
 * correction is offered for other places too, one more changes all of them.
 * @param problems those of the whole document, as `SqlDocumentErrors` gives them
 */
export function sqlQuickFixes(text: string, range: Range, problems: readonly Problem[]): SqlQuickFix[] {
  return problems.flatMap((problem) => {
    if (problem.range.start > range.end || problem.range.end < range.start) return [];
    return (problem.fixes ?? []).flatMap(({ title, edits, preferred }) => [
      { title, edits, problem, ...(preferred === true && { preferred }) },
      ...everywhere(text, title, problem, problems),
    ]);
  });
}

/** The same correction of the same text at every place that has it. */
function everywhere(
  text: string,
  title: string,
  problem: Problem,
  problems: readonly Problem[],
): readonly SqlQuickFix[] {
  const written = textOf(text, problem);
  const alike = problems.filter((other) => other.rule === problem.rule && textOf(text, other) === written);
  const edits = alike.flatMap((other) => other.fixes?.find((each) => each.title === title)?.edits ?? []);
  const places = new Map(
    edits.map((edit) => [`${String(edit.range.start)}-${String(edit.range.end)}`, edit]),
  );
  const all = [...places.values()].sort((a, b) => a.range.start - b.range.start);
  const areApart = all.every((edit, i) => i === 0 || (all[i - 1]?.range.end ?? 0) <= edit.range.start);
  const own = problem.fixes?.find((each) => each.title === title)?.edits.length ?? 0;
  if (alike.length < 2 || all.length <= own || !areApart) return [];
  return [{ title: `${title} at all ${String(alike.length)} places`, edits: all, problem }];
}

function textOf(text: string, { range }: Problem): string {
  return text.slice(range.start, range.end);
}
