import { sqlFormatting } from '@querent/core/features';
import { parseSqlDocument, type SqlStatement } from '@querent/core/sql';
import type { DocumentQuestion } from '@querent/core/sqlAssistant';
import { applyEdits, lineBreakOf, type TextEdit } from '@querent/core/text';

/** Edits that put a statement for a question into its document: in the place of the one right below, else on lines of its own behind the comments. */
export function answerEdits(
  text: string,
  { comments, statement }: DocumentQuestion,
  sql: string,
): readonly TextEdit[] {
  const laid = laidOut(text, sql);
  if (statement !== undefined) return replacing(statement, laid);
  const behind = /^[^\S\n]*(?=\r?\n|$)/u.exec(text.slice(comments.end));
  const at = comments.end + (behind?.[0].length ?? 0);
  return [{ range: { start: at, end: at }, newText: `${lineBreakOf(text)}${laid};` }];
}

/** Edits that put another statement in the place of one. */
export function replacing({ start, end, ending }: SqlStatement, sql: string): readonly TextEdit[] {
  // The statement's text has its own `;` where it ends with one.
  return [{ range: { start, end }, newText: ending === 'semicolon' ? `${sql};` : sql }];
}

/** A statement as the editor would lay it out, with the line breaks of the document. */
function laidOut(text: string, sql: string): string {
  const alone = parseSqlDocument(`${sql};`);
  return applyEdits(alone.text, sqlFormatting(alone))
    .replace(/[;\s]+$/u, '')
    .replaceAll(/\r?\n/gu, lineBreakOf(text));
}
