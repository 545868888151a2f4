import { code, formatAge, plain, shorten } from '@querent/core/features';
import { formatCount } from '@querent/core/text';
import type { WireCell, WireExpectation, WireSqlRows } from '../../sqlProtocol.ts';
import type { SqlRun } from './sqlRuns.ts';

/** Rows and columns that a hover shows, and characters of a cell. */
const rowsShown = 8;
const columnsShown = 8;
const longestCell = 40;

/** What a run gave, in a few words: `12 rows, 3 ms`. */
export function runInBrief({ result }: SqlRun): string {
  if (result.kind === 'rows') return `${rowCount(result)}, ${duration(result.ms)}`;
  return result.code === 'timeout' ? 'stopped: too slow' : 'failed';
}

/** How a run compared with what is expected, in a few words. */
export function comparedInBrief(compared: WireExpectation): string {
  if (compared.kind === 'problem') return 'not compared';
  if (compared.isMatch) return 'as expected';
  const { recall, precision } = compared;
  return recall === 1 && precision === 1
    ? 'in another order than expected'
    : `row recall ${percent(recall)}, precision ${percent(precision)}`;
}

/** What a run gave, in Markdown: how many rows, when, the first ones, how they compared, what takes time. */
export function runInMarkdown(run: SqlRun, compared: WireExpectation | undefined, now: number): string {
  const { result, database, at } = run;
  const when = `Run ${formatAge(now - at)} on ${code(database.label)}, which was changed ${formatAge(now - database.changed)}.`;
  if (result.kind === 'failure') return [`**No rows:** ${plain(result.message)}`, when].join('\n\n');
  const costly = result.plan.filter(({ isCostly }) => isCostly).map(({ text }) => plain(text));
  return [
    `**Returns ${rowCount(result)}** in ${duration(result.ms)}`,
    ...(compared === undefined ? [] : [comparedInMarkdown(compared)]),
    ...(result.rows.length === 0 ? [] : [table(result)]),
    ...(costly.length === 0 ? [] : [`What may take time: ${costly.slice(0, 3).join(' ')}`]),
    when,
  ].join('\n\n');
}

function comparedInMarkdown(compared: WireExpectation): string {
  const brief = comparedInBrief(compared);
  const verdict = `**${brief.charAt(0).toUpperCase()}${brief.slice(1)}**`;
  const more = compared.kind === 'problem' ? compared.message : compared.difference;
  return more === undefined ? verdict : `${verdict}: ${plain(more)}`;
}

function table({ columns, rows, total, isCounted }: WireSqlRows): string {
  const shown = columns.slice(0, columnsShown);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isNumber = (column: number): boolean =>
    rows.some((row) => row[column] !== null) &&
    rows.every(([...row]) => {
      const cell = row[column] ?? null;
      return (
        cell === null || typeof cell === 'number' || (typeof cell === 'object' && cell.kind === 'integer')
      );
    });
  const first = rows.slice(0, rowsShown);
  const rest = total - first.length;
  const more = [
    ...(rest > 0
      ? [`${isCounted ? '' : 'at least '}${formatCount(rest)} more ${rest === 1 ? 'row' : 'rows'}`]
      : []),
    ...(columns.length > shown.length ? [`${columns.length - shown.length} more columns`] : []),
  ];
  return [
    line(shown.map(cellText)),
    line(shown.map((_, column) => (isNumber(column) ? '---:' : '---'))),
    ...first.map((row) => line(row.slice(0, columnsShown).map(cellText))),
    ...(more.length === 0 ? [] : ['', `_… ${more.join(', ')}_`]),
  ].join('\n');
}

/** A value in a table of Markdown. What is no text is told apart from a text that looks the same. */
function cellText(cell: WireCell): string {
  if (cell === null) return '_NULL_';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string') return inTable(cell);
  if (cell.kind === 'integer') return cell.text;
  return cell.kind === 'text' ? inTable(cell.start) : `_blob, ${formatCount(cell.bytes)} bytes_`;
}

function inTable(text: string): string {
  return plain(shorten(text, longestCell));
}

function rowCount({ total, isCounted }: WireSqlRows): string {
  return `${isCounted ? '' : 'at least '}${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`;
}

function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  return ms < 1_000 ? `${formatCount(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Never 100 % where something is missing, never 0 % where something is there. */
function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${share < 1 && rounded === 100 ? 99 : share > 0 && rounded === 0 ? 1 : rounded} %`;
}
