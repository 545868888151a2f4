/** The table of rows: cells are walked with the keys, chosen as rectangles and copied, as in a sheet. */
import type { WireCell, WireSqlRows } from '@querent/server/sqlProtocol';
import { h } from '../../webview/dom.ts';
import { cellKind, cellText, copiedText, valueText } from './cells.ts';

/** Rows that are drawn at a time: ten thousand at once would hold the window for seconds. */
const chunk = 200;

/** Rows that Page Up and Page Down go. */
const pageRows = 10;

interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Grid {
  readonly element: HTMLElement;
  /** The chosen cells as text; undefined when none is. */
  copied(withHeader: boolean): string | undefined;
}

/** @param copy takes the text of cells to the clipboard */
export function grid({ columns, rows, total, isCounted }: WireSqlRows, copy: (text: string) => void): Grid {
  let focus: Cell = { row: 0, column: 0 };
  /** The other corner of what is chosen. */
  let anchor: Cell | undefined;
  const body = h('tbody');
  const value = h('pre', { class: 'value', hidden: true, tabindex: 0, 'aria-label': 'The whole value' });
  const table = h(
    'table',
    {
      role: 'grid',
      'aria-label': 'Rows',
      'aria-rowcount': isCounted ? total + 1 : -1,
      'aria-colcount': columns.length + 1,
      'aria-multiselectable': 'true',
      'data-vscode-context': '{"webviewSection":"cells","preventDefaultContextMenuItems":true}',
    },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { class: 'row-number', scope: 'col' }, h('span', { class: 'unseen' }, 'Row')),
        columns.map((name, i) =>
          h('th', { scope: 'col', class: isNumeric(rows, i) ? 'number' : undefined, title: name }, name),
        ),
      ),
    ),
    body,
  );
  const scroller = h('div', { class: 'rows' }, table);
  const element = h('div', { class: 'grid' }, scroller, value);

  const cellAt = ({ row, column }: Cell): HTMLElement | undefined => {
    while (row >= body.rows.length && body.rows.length < rows.length) drawMore();
    return body.rows[row]?.cells[column + 1] ?? undefined;
  };
  function drawMore(): void {
    const from = body.rows.length;
    const lines = rows.slice(from, from + chunk).map((row, i) => rowOf(row, from + i));
    body.append(...lines);
  }
  const chosen = (): { top: number; bottom: number; left: number; right: number } | undefined => {
    if (!anchor) return undefined;
    const { row, column } = focus;
    return {
      ...{ top: Math.min(anchor.row, row), bottom: Math.max(anchor.row, row) },
      ...{ left: Math.min(anchor.column, column), right: Math.max(anchor.column, column) },
    };
  };
  function mark(): void {
    for (const one of body.querySelectorAll('td[aria-selected]')) one.removeAttribute('aria-selected');
    const area = chosen();
    if (!area) return;
    const last = Math.min(area.bottom, body.rows.length - 1);
    for (let row = area.top; row <= last; row += 1)
      for (let column = area.left; column <= area.right; column += 1)
        body.rows[row]?.cells[column + 1]?.setAttribute('aria-selected', 'true');
  }
  function choose(to: Cell, isExtending: boolean): void {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, to.row)),
      column: Math.max(0, Math.min(columns.length - 1, to.column)),
    };
    cellAt(focus)?.setAttribute('tabindex', '-1');
    anchor = isExtending ? (anchor ?? focus) : next;
    focus = next;
    const cell = cellAt(next);
    cell?.setAttribute('tabindex', '0');
    cell?.focus();
    // The first rows and cells of the table stand still: a cell must not hide behind them.
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    value.hidden = true;
    mark();
  }
  function open(): void {
    const cell: WireCell | undefined = rows[focus.row]?.[focus.column];
    if (cell === undefined) return;
    value.textContent = valueText(cell);
    value.hidden = !value.hidden;
  }
  function copied(withHeader: boolean): string | undefined {
    const area = chosen();
    if (!area) return undefined;
    const { top, bottom, left, right } = area;
    const picked = rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
    return copiedText(picked, withHeader ? columns.slice(left, right + 1) : undefined);
  }

  body.addEventListener('mousedown', (event) => {
    const at = placeOf(event.target);
    // The menu is for what is chosen already.
    if (at && (event.button === 0 || !isWithin(chosen(), at)))
      choose(at, event.shiftKey && event.button === 0);
  });
  body.addEventListener('mouseover', (event) => {
    const at = placeOf(event.target);
    if (at && event.buttons === 1 && anchor) choose(at, true);
  });
  body.addEventListener('dblclick', open);
  table.addEventListener('copy', (event) => {
    const text = copied(false);
    if (text === undefined) return;
    event.preventDefault();
    copy(text);
  });
  table.addEventListener('keydown', (event) => {
    const { row, column } = focus;
    const far = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' || event.key === ' ') open();
    else if (event.key === 'Escape' && !value.hidden) value.hidden = true;
    else if (far && event.key.toLowerCase() === 'a') {
      choose({ row: 0, column: 0 }, false);
      anchor = { row: rows.length - 1, column: columns.length - 1 };
      mark();
    } else {
      const to: Readonly<Record<string, Cell>> = {
        ArrowUp: { row: far ? 0 : row - 1, column },
        ArrowDown: { row: far ? rows.length - 1 : row + 1, column },
        ArrowLeft: { row, column: far ? 0 : column - 1 },
        ArrowRight: { row, column: far ? columns.length - 1 : column + 1 },
        Home: { row: far ? 0 : row, column: 0 },
        End: { row: far ? rows.length - 1 : row, column: columns.length - 1 },
        PageUp: { row: row - pageRows, column },
        PageDown: { row: row + pageRows, column },
      };
      const next = to[event.key];
      if (!next) return;
      choose(next, event.shiftKey);
    }
    event.preventDefault();
  });
  scroller.addEventListener('scroll', () => {
    const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (left < 400 && body.rows.length < rows.length) {
      drawMore();
      mark();
    }
  });
  drawMore();
  cellAt(focus)?.setAttribute('tabindex', '0');
  return { element, copied };
}

function rowOf(row: readonly WireCell[], index: number): HTMLTableRowElement {
  return h(
    'tr',
    { 'aria-rowindex': index + 2 },
    h('th', { class: 'row-number', scope: 'row' }, (index + 1).toLocaleString()),
    row.map((cell, column) => {
      const text = cellText(cell);
      const place = { 'data-row': index, 'data-column': column };
      return h(
        'td',
        {
          ...place,
          class: cellKind(cell),
          tabindex: -1,
          // What does not fit is told by the mouse, too.
          title: text.length > 40 ? text : undefined,
          'aria-label': text === '' ? 'empty text' : undefined,
        },
        text,
      );
    }),
  );
}

function placeOf(target: EventTarget | null): Cell | undefined {
  const cell = target instanceof Element ? target.closest('td') : null;
  if (!cell) return undefined;
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}

function isWithin(
  area: { top: number; bottom: number; left: number; right: number } | undefined,
  { row, column }: Cell,
): boolean {
  return (
    area !== undefined && row >= area.top && row <= area.bottom && column >= area.left && column <= area.right
  );
}

/** Whether a header stands on the right: the first value that is there decides, since SQLite's columns may hold anything. */
function isNumeric(rows: WireSqlRows['rows'], column: number): boolean {
  const first = rows.map((row) => row[column]).find((cell) => cell !== null && cell !== undefined);
  return first !== undefined && first !== null && cellKind(first) === 'number';
}
