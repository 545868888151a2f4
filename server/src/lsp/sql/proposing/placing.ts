import type { SqlStatement } from '@querent/core/sql';
import type { DocumentQuestion } from '@querent/core/sqlAssistant';
import { lineBreakOf, type TextEdit } from '@querent/core/text';

/** Edits that put a statement for a question into its document: in the place of the one right below, else on lines of its own behind the comments. */
export function answerEdits(
  text: string,
  { comments, statement }: DocumentQuestion,
  sql: string,
): readonly TextEdit[] {
  if (statement !== undefined) return replacing(text, statement, sql);
  const behind = /^[^\S\n]*(?=\r?\n|$)/u.exec(text.slice(comments.end));
  const at = comments.end + (behind?.[0].length ?? 0);
  return [
    {
      range: { start: at, end: at },
      newText: `${lineBreakOf(text)}${withLineBreaks(sql, lineBreakOf(text))};`,
    },
  ];
}

/** Edits that put another statement in the place of one. */
export function replacing(
  text: string,
  { start, end, ending }: SqlStatement,
  sql: string,
): readonly TextEdit[] {
  const newText = withLineBreaks(sql, lineBreakOf(text));
  // The statement's text has its own `;` where it ends with one.
  return [{ range: { start, end }, newText: ending === 'semicolon' ? `${newText};` : newText }];
}

/** A statement with the line breaks of its document, unless it has those of Windows already. */
function withLineBreaks(sql: string, lineBreak: string): string {
  return sql.includes('\r\n') ? sql : sql.replaceAll('\n', lineBreak);
}
