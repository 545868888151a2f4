import { formatQuery } from '../pubmed/index.ts';
import type { FormatOptions } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import type { Range, TextEdit } from '../text/index.ts';
import { applyEdits, lineBreakOf } from '../text/index.ts';
import { physicalStart } from './locate.ts';

/** What a person can choose about formatting. */
export type FormattingOptions = Pick<FormatOptions, 'lineWidth' | 'tags'>;

/**
 * Edits that tidy the queries (of the lines that touch `range`; all by default). Front matter, numbers, comments and the line
 * breaks that are there stay byte for byte. Formatting twice changes nothing more.
 */
export function formatting(
  document: StrategyDocument,
  range?: Range,
  options: FormattingOptions = {},
): TextEdit[] {
  const edits: TextEdit[] = [];
  const lineBreak = lineBreakOf(document.text);
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    const { start, end } = line.queryRange;
    const written = document.text.slice(start, end);
    const column = start - physicalStart(document.text, start);
    const indent = line.numbered ? Math.min(line.labelRange.end - line.labelRange.start + 1, 8) : 2;
    const tidy = formatQuery(written, { ...options, column, indent, lineBreak }).trim();
    if (tidy !== written && tidy !== '') edits.push({ range: line.queryRange, newText: tidy });
  }
  return keepsLines(document, edits) ? edits : edits.filter((edit) => keepsLines(document, [edit]));
}

/** Whether the document still has the same lines after `edits`: a query must not turn into a label or a comment. */
function keepsLines(document: StrategyDocument, edits: readonly TextEdit[]): boolean {
  if (edits.length === 0) return true;
  const after = parseStrategy(applyEdits(document.text, edits));
  return (
    after.lines.length === document.lines.length &&
    after.lines.every((line, index) => {
      const before = document.lines[index];
      return before?.label === line.label && before.numbered === line.numbered;
    }) &&
    after.comments.length === document.comments.length &&
    after.comments.every((comment, index) => comment.text === document.comments[index]?.text)
  );
}
