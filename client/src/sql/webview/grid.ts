/** The table of rows: cells are walked with the keys, chosen as rectangles and copied, as in a sheet. */
import type { WireCell, WireSqlRows } from '@querent/server/sqlProtocol';
import { h } from '../../webview/dom.ts';
import { cellKind, cellText, copiedText, valueText } from './cells.ts';

/** Up to so many rows are drawn all; of more, those around what is to be seen: ten thousand at once hold the window for seconds. */
const drawnRows = 200;

/** Rows beyond what is to be seen, at least, while there are more: they are there before one scrolls to them. */
const margin = 30;

/** Rows that Page Up and Page Down go. */
const pageRows = 10;

interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Whether the keys are in the rows. */
  hasFocus(): boolean;
  /** The chosen cells as text; undefined when none is. */
  copied(withHeader: boolean): string | undefined;
}

export function grid({ columns, rows, total, isCounted }: WireSqlRows): Grid {
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
  const scroller = h('div', { class: 'rows', tabindex: -1 }, table);
  const element = h('div', { class: 'grid' }, scroller, value);
  const isWhole = rows.length <= drawnRows;
  /** The first row that is drawn, and the empty rows that take the place of those before and behind. */
  let from = -1;
  let height = 0;
  const above = spacer(columns.length + 1);
  const below = spacer(columns.length + 1);

  const drawnAt = ({ row, column }: Cell): HTMLElement | undefined =>
    body.rows[row - from + (isWhole ? 0 : 1)]?.cells[column + 1];
  const cellAt = (cell: Cell): HTMLElement | undefined => {
    if (cell.row < from || cell.row >= from + drawnRows) drawAround(cell.row);
    return drawnAt(cell);
  };
  /** All rows have one height, which is known once the table is to be seen. */
  function measure(): void {
    height = body.rows[isWhole ? 0 : 1]?.offsetHeight || height;
    above.style.height = `${from * height}px`;
    below.style.height = `${Math.max(0, rows.length - from - drawnRows) * height}px`;
  }
  function drawAround(row: number): void {
    const first = Math.max(0, Math.min(rows.length - drawnRows, row - Math.floor(drawnRows / 2)));
    if (first === from) return;
    if (from >= 0) freezeWidths(table);
    const hadFocus = body.contains(document.activeElement);
    from = first;
    const lines = rows.slice(from, from + drawnRows).map((line, i) => rowOf(line, from + i));
    body.replaceChildren(...(isWhole ? lines : [above, ...lines, below]));
    measure();
    const cell = drawnAt(focus);
    cell?.setAttribute('tabindex', '0');
    // The keys go on from where they were, also when that was scrolled out of sight.
    if (hadFocus)
      (focus.row >= from && focus.row < from + drawnRows ? (cell ?? scroller) : scroller).focus({
        preventScroll: true,
      });
    mark();
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
    const last = Math.min(area.bottom, from + drawnRows - 1);
    for (let row = Math.max(area.top, from); row <= last; row += 1)
      for (let column = area.left; column <= area.right; column += 1)
        drawnAt({ row, column })?.setAttribute('aria-selected', 'true');
  }
  function choose(to: Cell, isExtending: boolean): void {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, to.row)),
      column: Math.max(0, Math.min(columns.length - 1, to.column)),
    };
    drawnAt(focus)?.setAttribute('tabindex', '-1');
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
  scroller.addEventListener('keydown', (event) => {
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
    if (isWhole || height === 0) return;
    const top = Math.floor(scroller.scrollTop / height);
    const bottom = top + Math.ceil(scroller.clientHeight / height);
    const isNear =
      (top - margin < from && from > 0) ||
      (bottom + margin > from + drawnRows && from + drawnRows < rows.length);
    if (isNear) drawAround(Math.floor((top + bottom) / 2));
  });
  drawAround(0);
  if (!isWhole) {
    table.classList.add('many');
    new ResizeObserver(measure).observe(scroller);
  }
  return { element, copied, hasFocus: () => scroller.contains(document.activeElement) };
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

function spacer(columns: number): HTMLTableRowElement {
  return h('tr', { class: 'spacer', 'aria-hidden': 'true' }, h('td', { colspan: columns }));
}

/** Columns stay as wide as the first rows made them: they must not jump while one scrolls. */
function freezeWidths(table: HTMLTableElement): void {
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  const widths = headers.map(({ offsetWidth }) => offsetWidth);
  if (table.classList.contains('frozen') || widths.some((width) => width === 0)) return;
  headers.forEach((header, i) => (header.style.width = `${widths[i] ?? 0}px`));
  table.style.width = `${widths.reduce((sum, width) => sum + width, 0)}px`;
  table.classList.add('frozen');
}
