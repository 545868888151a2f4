import { fix, lineBreakOf } from '../text/index.ts';
import type { Problem, Range } from '../text/index.ts';
import type { LineSpan } from './split.ts';
import { searchesIn } from './tableRows.ts';
import type { Row } from './tableRows.ts';
import type { TextLine } from './textLines.ts';

/**
 * Recognises a table of searches that was copied from PubMed: its history ("Search", "Actions", "Details", "Query", "Results",
 * "Time"), the file that it downloads, or rows such as `#5 Search asthma 1,234 10:11:12`. Gives the queries as lines, and one
 * problem whose fix writes them as numbered lines with the numbers of records as comments. Undefined when the text is no such table.
 */
export function pastedTable(
  text: string,
  lines: readonly TextLine[],
): { spans: LineSpan[]; problems: Problem[] } | undefined {
  const contents = lines.map(({ content }) => content).filter(({ start, end }) => end > start);
  const rows = searchesIn(text, contents);
  if (rows === undefined || new Set(rows.map(({ label }) => label)).size < rows.length) return undefined;
  const first = contents[0];
  const last = contents.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const body = { start: first.start, end: last.end };
  const comments = lines.flatMap(({ comment, content }) =>
    comment && comment.start > body.start ? [{ ...comment, isAlone: content.start === content.end }] : [],
  );
  return { spans: spansOf(rows, body), problems: [problemOf(text, rows, body, comments)] };
}

function spansOf(rows: readonly Row[], body: Range): LineSpan[] {
  return rows.map(({ label, labelRange, query, isEscaped, range }, index) => ({
    label,
    numbered: true,
    // The header belongs to the first row, so that no text is without a line.
    range: {
      start: index === 0 ? body.start : range.start,
      end: index === rows.length - 1 ? body.end : range.end,
    },
    labelRange,
    queryRange: query,
    isEscaped,
  }));
}

function problemOf(
  text: string,
  rows: readonly Row[],
  body: Range,
  comments: readonly TableComment[],
): Problem {
  const lineBreak = lineBreakOf(text);
  const commentsOf = commentsByRow(rows, comments);
  const written = [...rows]
    .sort((a, b) => Number(a.label) - Number(b.label))
    .map((row) => {
      const above = commentsOf.get(row) ?? [];
      const notes = row.notes.length === 0 ? '' : ` // ${row.notes.join('; ').replace(/\s+/g, ' ')}`;
      const line = `#${row.label} ${queryOf(text, row, above)}${notes}`;
      return [...above.map(({ start, end }) => text.slice(start, end)), line].join(lineBreak);
    });
  const filtered = rows.some(({ notes }) => notes.some((note) => note.startsWith('Filters: ')))
    ? ' Its filters become comments and are not applied, so these lines find more than the numbers say: write a filter as a limit, such as AND english[la].'
    : '';
  return {
    rule: 'pasted-history',
    severity: 'warning',
    message: `This is a copied table of ${rows.length} searches with numbers of records and times, which PubMed would search as words. Write it as numbered lines.${filtered}`,
    range: { start: body.start, end: Math.min(body.end, rows[0]?.range.end ?? body.end) },
    fixes: [
      fix(`Write the ${rows.length} searches as numbered lines`, true, [
        body.start,
        Math.max(body.end, comments.at(-1)?.end ?? 0),
        written.join(lineBreak),
      ]),
    ],
  };
}

/** The query on one line; comments between its lines would swallow what follows. */
function queryOf(text: string, { query, isEscaped }: Row, comments: readonly Range[]): string {
  let cell = '';
  let at = query.start;
  for (const { start, end } of comments) {
    if (start < at || end > query.end) continue;
    cell += `${text.slice(at, start)} `;
    at = end;
  }
  cell = (cell + text.slice(at, query.end)).replace(/\s+/g, ' ');
  return isEscaped ? cell.replaceAll('""', '"') : cell;
}

interface TableComment extends Range {
  /** On a line of its own, as people comment on what follows. */
  readonly isAlone: boolean;
}

/** Comments go with the row that they stand in, or in front of. */
function commentsByRow(
  rows: readonly Row[],
  comments: readonly TableComment[],
): ReadonlyMap<Row, readonly Range[]> {
  const found = new Map<Row, Range[]>();
  let next = 0;
  for (const comment of comments) {
    while ((rows[next]?.range.start ?? Infinity) < comment.start) next++;
    const before = rows[next - 1];
    const isInside = before !== undefined && comment.end <= before.range.end;
    const row = (comment.isAlone && !isInside ? rows[next] : undefined) ?? before ?? rows[0];
    // Slashes within a cell are its own.
    if (row === undefined || (comment.start < row.query.end && comment.end > row.query.end)) continue;
    const list = found.get(row);
    if (list === undefined) found.set(row, [comment]);
    else list.push(comment);
  }
  return found;
}
