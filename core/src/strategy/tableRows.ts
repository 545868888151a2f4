import type { Range } from '../text/index.ts';
import { cellsOf } from './tableCells.ts';
import type { Cell } from './tableCells.ts';
import { trimRange } from './textLines.ts';

/** A search of a copied table. */
export interface Row {
  readonly label: string;
  readonly labelRange: Range;
  /** The query without "Search:", "Sort by:" and such. */
  readonly query: Range;
  /** Quotes are doubled in the cell, as in CSV. */
  readonly isEscaped: boolean;
  /** The whole row. */
  readonly range: Range;
  /** What stood beside the query and is worth keeping: filters, number of records. */
  readonly notes: readonly string[];
}

const ROW_START = /^#?(\d{1,4})[.)]?[ \t]+/;
/** The number of records, then perhaps the time of the search, at the end of a row. */
const ROW_END = /[ \t]+\(?(\d{1,3}(?:,\d{3})+|\d{1,9})\)?(?:[ \t]+(\d{1,2}:\d{2}(?::\d{2})?))?$/;
const SEARCH = /^search:\s*/i;
/** PubMed's history until 2019. */
const OLD_SEARCH = /^search\s+/i;
const SORT = /\s*\bsort(?:ed)? by:\s.*$/is;
const FILTERS = /\s*\bfilters(?: applied)?:\s(.*)$/is;

/**
 * The searches of a copied table, in the order of the text: rows below a header with the names of the columns, or rows that begin with
 * their number and end with the number of records. Undefined when the text is no such table.
 * @param contents the lines of the text that hold something, without comments
 */
export function searchesIn(text: string, contents: readonly Range[]): readonly Row[] | undefined {
  return tableRows(text, contents) ?? listRows(text, contents);
}

/** Rows below a header that names the columns. */
function tableRows(text: string, contents: readonly Range[]): Row[] | undefined {
  const header = contents[0];
  const last = contents.at(-1);
  if (header === undefined || last === undefined) return undefined;
  const head = text.slice(header.start, Math.min(header.end, header.start + 300));
  if (!/\bquery\b/i.test(head)) return undefined;
  const separator = head.includes('\t') ? '\t' : ',';
  const [names, ...records] = cellsOf(text, { start: header.start, end: last.end }, separator);
  const column = (pattern: RegExp): number =>
    names?.findIndex((cell) => pattern.test(text.slice(cell.start, cell.end).trim())) ?? -1;
  const number = column(/^(?:search(?: number)?|#|no\.?)$/i);
  const query = column(/^query$/i);
  if (number < 0 || query < 0) return undefined;
  const results = column(/^(?:results|items found|hits|count)$/i);
  const filters = column(/^filters$/i);
  const rows = records.flatMap((cells) => {
    const row = tableRow(text, cells, { number, query, results, filters });
    return row === undefined ? [] : [row];
  });
  return rows.length === 0 ? undefined : rows;
}

function tableRow(
  text: string,
  cells: readonly Cell[],
  at: { number: number; query: number; results: number; filters: number },
): Row | undefined {
  const textOf = (index: number): string => {
    const cell = cells[index];
    return cell === undefined ? '' : text.slice(cell.start, cell.end).trim();
  };
  const label = /^#?(\d{1,4})$/.exec(textOf(at.number))?.[1]?.replace(/^0+(?=\d)/, '');
  const [first, cell, last] = [cells[0], cells[at.query], cells.at(-1)];
  const labelCell = cells[at.number];
  if (label === undefined || labelCell === undefined || cell === undefined) return undefined;
  const { query, notes } = cleaned(text, cell);
  if (query.end === query.start) return undefined;
  return {
    label,
    labelRange: trimRange(text, labelCell),
    query,
    isEscaped: cell.isEscaped,
    range: { start: first?.start ?? labelCell.start, end: last?.end ?? cell.end },
    notes: [...notes, ...noted('Filters: ', textOf(at.filters)), ...records(textOf(at.results))],
  };
}

const noted = (name: string, value: string): string[] => (value === '' ? [] : [name + value]);
const records = (count: string): string[] => (/^[\d,]+$/.test(count) ? [`${count} records`] : []);

/** The query in a cell, and what was noted behind it. */
function cleaned(text: string, cell: Range, isOld = false): { query: Range; notes: string[] } {
  const range = trimRange(text, cell);
  const written = text.slice(range.start, range.end);
  const prefix = (SEARCH.exec(written) ?? (isOld ? OLD_SEARCH.exec(written) : null))?.[0].length ?? 0;
  const sort = SORT.exec(written)?.index ?? written.length;
  const filters = FILTERS.exec(written.slice(0, sort));
  const end = filters?.index ?? sort;
  return {
    query: trimRange(text, {
      start: range.start + prefix,
      end: Math.max(range.start + prefix, range.start + end),
    }),
    notes: noted('Filters: ', filters?.[1]?.trim() ?? ''),
  };
}

/** Rows without a header, each with its number in front and the number of records, or the time, at its end. */
function listRows(text: string, contents: readonly Range[]): Row[] | undefined {
  const blocks: { start: number; end: number }[] = [];
  for (const { start, end } of contents) {
    const isStart = ROW_START.test(text.slice(start, Math.min(end, start + 12)));
    const current = blocks.at(-1);
    if (
      isStart &&
      (current === undefined ||
        ROW_END.test(text.slice(Math.max(current.start, current.end - 60), current.end)))
    )
      blocks.push({ start, end });
    else if (current === undefined) return undefined;
    else current.end = end;
  }
  if (blocks.length < 2) return undefined;
  const rows: Row[] = [];
  for (const block of blocks) {
    const row = listRow(text, block);
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return rows;
}

function listRow(text: string, block: Range): Row | undefined {
  const start = ROW_START.exec(text.slice(block.start, Math.min(block.end, block.start + 12)));
  const tailStart = Math.max(block.start, block.end - 60);
  const end = ROW_END.exec(text.slice(tailStart, block.end));
  if (start === null || end === null) return undefined;
  const cell = { start: block.start + start[0].length, end: tailStart + end.index };
  if (cell.end <= cell.start) return undefined;
  // A number at the end of a line may belong to the query, unless a tab, a time or "Search" shows that it is a column.
  const isColumn =
    end[2] !== undefined || end[0].includes('\t') || SEARCH.test(text.slice(cell.start, cell.start + 12));
  const { query, notes } = cleaned(text, cell, end[2] !== undefined);
  if (!isColumn || query.end === query.start) return undefined;
  const labelEnd = block.start + start[0].trimEnd().length;
  return {
    label: (start[1] ?? '').replace(/^0+(?=\d)/, ''),
    labelRange: { start: block.start, end: labelEnd },
    query,
    isEscaped: false,
    range: block,
    notes: [...notes, ...records(end[1] ?? '')],
  };
}
