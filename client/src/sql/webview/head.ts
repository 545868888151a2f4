/** The head of the view: what was asked, where, when, and what can be done with the answer. */
import { mostRows, type FromPage, type SqlViewState } from '../messages.ts';
import { h } from '../../webview/dom.ts';
import {
  clockText,
  counted,
  databaseAge,
  databaseText,
  durationText,
  number,
  rowsText,
  timeText,
} from './wording.ts';

type Send = (message: FromPage) => void;

const headings = { run: 'Statement', write: 'Proposed statements', fix: 'Proposed fixes' } as const;

export function head(state: SqlViewState, send: Send): HTMLElement {
  const { order, phase, problem, preview, proposed, fit } = state;
  const isRunning = phase === 'running';
  const rows = preview?.result.kind === 'rows' ? preview.result : undefined;
  const button = (
    text: string,
    message: FromPage,
    attributes: Record<string, string | boolean> = {},
  ): HTMLElement =>
    h('button', { type: 'button', 'data-key': text, ...attributes, onclick: () => send(message) }, text);
  const isEdited = order.kind === 'run' && fit === 'edited' && preview !== undefined;
  return h(
    'header',
    {},
    h(
      'div',
      { class: 'title-row' },
      h(
        'div',
        { class: 'summary' },
        h('h1', { class: order.kind === 'run' ? 'unseen' : undefined }, headings[order.kind]),
        rows && h('strong', {}, capital(rowsText(rows))),
        preview && !rows && h('strong', { class: 'error' }, 'Failed'),
        place(state, send),
        proposed &&
          h('span', { class: 'dim', title: databaseAge(proposed.database) }, databaseText(proposed.database)),
        preview && facts(preview),
      ),
      h(
        'div',
        { class: 'actions', role: 'toolbar', 'aria-label': 'Actions' },
        rows && moreRows(rows.rows.length, rows.total, button),
        rows && [
          button('Export CSV', { type: 'export', format: 'csv' }, exportOf('CSV', isEdited)),
          button('Export JSON', { type: 'export', format: 'json' }, exportOf('JSON', isEdited)),
        ],
        preview &&
          button(
            'Explain',
            { type: 'explain' },
            { title: 'What the statement does, in words', disabled: isEdited },
          ),
        !isRunning &&
          button(order.kind === 'run' ? 'Run Again' : 'Ask Again', { type: 'again' }, { class: 'again' }),
      ),
    ),
    preview && h('div', { class: 'sql', title: preview.sql }, oneLine(preview.sql)),
    isEdited && notice('warning', 'The statement was edited since: this is what it gave before.'),
    phase === 'stopped' && notice('info', 'Stopped.'),
    phase === 'failed' &&
      notice(
        'error',
        problem ?? 'It failed.',
        ...(/database/i.test(problem ?? '') ? [link('Choose Database…', 'chooseDatabase', send)] : []),
        link('Show Log', 'log', send),
      ),
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** How long it took, when, and how old what it was run on is. */
function facts({ result, at, database }: NonNullable<SqlViewState['preview']>): HTMLElement {
  const rows = result.kind === 'rows' ? result : undefined;
  const age = databaseAge(database);
  return h(
    'span',
    { class: 'dim facts', title: rows ? `Run in ${durationText(rows)}\n${age}` : age },
    [rows && timeText(rows.ms), `at ${clockText(at)}, ${databaseText(database)}`].filter(Boolean).join(' '),
  );
}

/** The document and line of the statement; pressed, it goes there. */
function place({ file, line, order, preview }: SqlViewState, send: Send): HTMLElement {
  const at = preview ? line : order.position.line;
  return h(
    'button',
    {
      type: 'button',
      class: 'link',
      'data-key': 'place',
      title: 'Go to the statement',
      onclick: () => send({ type: 'goToStatement' }),
    },
    at === undefined ? file : `${file}:${at + 1}`,
  );
}

function moreRows(
  shown: number,
  total: number,
  button: (text: string, message: FromPage, attributes?: Record<string, string>) => HTMLElement,
): HTMLElement | undefined {
  const next = [1000, mostRows].find((count) => count > shown);
  if (shown >= total || next === undefined) return undefined;
  return button(
    `Show ${number(Math.min(next, Math.max(total, shown)))}`,
    { type: 'rows', rows: next },
    {
      title: `Run it again and show up to ${counted(next, 'row')}; an export has all`,
    },
  );
}

const exportOf = (name: string, isEdited: boolean): Record<string, string | boolean> => ({
  title: isEdited ? 'Run the statement again first: it was edited' : `Export all rows as ${name}`,
  disabled: isEdited,
});

const link = (text: string, type: 'chooseDatabase' | 'log', send: Send): HTMLElement =>
  h('button', { type: 'button', class: 'link', 'data-key': text, onclick: () => send({ type }) }, text);

export function notice(
  kind: 'info' | 'warning' | 'error',
  text: string,
  ...more: readonly Node[]
): HTMLElement {
  return h(
    'div',
    { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : undefined },
    text,
    more.length > 0 && h('span', { class: 'ways' }, more),
  );
}
