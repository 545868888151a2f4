import { formatQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import type { Range, TextEdit } from '../text/index.ts';
import { applyEdits } from '../text/index.ts';

/**
 * Edits that tidy the queries (of the lines that touch `range`; all by default). Front matter, numbers, comments and line
 * breaks stay byte for byte. Formatting twice changes nothing more.
 */
export function formatting(document: StrategyDocument, range?: Range): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    const { start, end } = line.queryRange;
    const written = document.text.slice(start, end);
    const tidy = formatQuery(written).trim();
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
