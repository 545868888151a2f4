/** The page of the view of SQL results. Draws the parts whose content changed, and sends what the person asks for. */
import type { FromPage, SqlViewState, ToPage } from '../messages.ts';
import { h } from '../../webview/dom.ts';
import type { Grid } from './grid.ts';
import { head, notice } from './head.ts';
import { notesOf, proposalDetails, proposalList, proposalsFrame, type ProposalsParts } from './proposals.ts';
import { expectationView, failureView, rowsView } from './result.ts';
import { counted, failureTitle, rowsText } from './wording.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: Looked): void;
};

/** How the person looks at an answer: kept by VS Code while the view is hidden. Rows are not kept here. */
interface Looked {
  readonly answer: number;
  readonly selected: number;
  readonly isPlanShown: boolean;
}

const vscode = acquireVsCodeApi();
const send = (message: FromPage): void => vscode.postMessage(message);

let state: SqlViewState | undefined;
const looked = (vscode.getState() ?? {}) as Partial<Looked>;
let selected = 0;
let isPlanShown = looked.isPlanShown === true;
let shown: Grid | undefined;

/** How long what was there before stays while something new runs, in milliseconds. */
const patienceMs = 150;
let waiting: ReturnType<typeof setTimeout> | undefined;

interface Part {
  readonly element: HTMLElement;
  from: string;
}
const part = (name: string): Part => ({ element: h('div', { class: name }), from: '' });
const parts = {
  head: part('head'),
  frame: part('frame'),
  list: part('list'),
  main: part('answer'),
  notes: part('notes'),
};
const stage = h('span', { class: 'dim' });
const progress = h(
  'section',
  { class: 'progress', 'aria-label': 'Progress', hidden: true },
  h('div', { class: 'bar', role: 'progressbar', 'aria-label': 'Running' }),
  h(
    'div',
    { class: 'title-row' },
    stage,
    h('button', { type: 'button', onclick: () => send({ type: 'cancel' }) }, 'Cancel'),
  ),
);
const status = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

/** Draws a part anew where what it shows has changed; what had the focus within it has it again. */
function draw(one: Part, from: unknown, content: () => Node | undefined): void {
  const key = JSON.stringify(from) ?? '';
  if (one.from === key) return;
  one.from = key;
  const focused = one.element.contains(document.activeElement)
    ? document.activeElement?.closest('[data-key]')?.getAttribute('data-key')
    : undefined;
  // What cannot be drawn must not leave the answer before in its place.
  one.element.replaceChildren();
  const node = content();
  if (node) one.element.append(node);
  if (focused !== undefined && focused !== null)
    one.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function render(): void {
  const now = state;
  const { preview, proposed } = now ?? {};
  const isRunning = now?.phase === 'running';
  document.body.dataset.kind = proposed ? 'proposals' : 'run';
  progress.hidden = !isRunning;
  const said =
    now?.stage ?? (now?.order.kind === 'run' ? 'Running the statement…' : 'Looking for statements…');
  if (stage.textContent !== said) stage.textContent = said;
  draw(
    parts.head,
    now && {
      ...now,
      stage: undefined,
      proposed: Boolean(proposed),
      preview: preview && [now.answer, preview.at],
    },
    () => (now ? head(now, send) : welcome()),
  );
  draw(parts.frame, proposed && now?.answer, () =>
    now && proposed ? proposalsFrame(now, proposed) : undefined,
  );
  draw(parts.notes, proposed && now?.answer, () => proposed && notesOf(proposed));
  draw(parts.list, proposed && [now?.answer, selected, now?.inserted], () =>
    now && proposed && proposed.proposals.length > 0
      ? proposalList(proposed, now, proposalsParts())
      : undefined,
  );
  draw(
    parts.main,
    now && [now.answer, Boolean(preview ?? proposed), proposed && [selected, now.inserted, now.fit]],
    () => now && answer(now),
  );
  const spoken = now ? unseenStatus(now) : '';
  if (status.textContent !== spoken) status.textContent = spoken;
}

function answer(now: SqlViewState): Node | undefined {
  shown = undefined;
  const { preview, proposed } = now;
  if (proposed) {
    const proposal = proposed.proposals[selected];
    if (!proposal) return undefined;
    const details = proposalDetails(proposal, now, proposalsParts());
    shown = details.grid;
    return details.element;
  }
  if (!preview) return undefined;
  const { result, expectation } = preview;
  const compared = expectation && expectationView(expectation);
  const resultParts = { send, isInDocument: true, isPlanShown, showPlan };
  if (result.kind === 'failure')
    return h('div', { class: 'fill' }, failureView(result, resultParts), compared);
  const rows = rowsView(result, resultParts);
  shown = rows.grid;
  return h('div', { class: 'fill' }, compared, rows.element);
}

const proposalsParts = (): ProposalsParts => ({
  send,
  isInDocument: false,
  isPlanShown,
  showPlan,
  selected,
  select,
});

function showPlan(isShown: boolean): void {
  isPlanShown = isShown;
  save();
}

function save(): void {
  if (state) vscode.setState({ answer: state.answer, selected, isPlanShown });
}

/** What is looked at in an answer that is new here: what was looked at before, where a fuller answer has it, too. */
function selectedIn(next: SqlViewState | undefined): number {
  if (state === undefined) return next?.answer === looked.answer ? (looked.selected ?? 0) : 0;
  const before = state.proposed?.proposals[selected]?.sql;
  return Math.max(0, next?.proposed?.proposals.findIndex(({ sql }) => sql === before) ?? 0);
}

function select(index: number): void {
  selected = index;
  save();
  render();
  const option = parts.list.element.querySelector<HTMLElement>('[aria-selected="true"]');
  option?.focus();
  option?.scrollIntoView({ block: 'nearest' });
}

function welcome(): HTMLElement {
  return h(
    'div',
    { class: 'welcome' },
    h(
      'p',
      {},
      'Run a statement of an SQL file to see its rows here: put the cursor into it and press Ctrl+Enter (⌘+Enter on a Mac), or press Run above it.',
    ),
    h(
      'p',
      { class: 'dim' },
      'Only statements that read are run, and nothing is ever written to the database.',
    ),
  );
}

/** For those who hear the page. */
function unseenStatus({ phase, preview, proposed, problem }: SqlViewState): string {
  if (phase === 'running') return 'Running';
  if (phase === 'stopped') return 'Stopped';
  if (problem !== undefined) return problem;
  if (proposed) return counted(proposed.proposals.length, 'proposal');
  if (!preview) return '';
  return preview.result.kind === 'rows' ? rowsText(preview.result) : failureTitle(preview.result);
}

document.body.append(
  h(
    'main',
    { class: 'sql-results' },
    parts.head.element,
    progress,
    parts.frame.element,
    h('div', { class: 'columns' }, parts.list.element, parts.main.element),
    parts.notes.element,
  ),
  status,
);
// Chromium tells a copy where text was chosen last, which may be a row that is not drawn any more, so the whole page hears it.
document.addEventListener('copy', (event) => {
  const text = shown?.hasFocus() ? shown.copied(false) : undefined;
  if (text === undefined) return;
  event.preventDefault();
  send({ type: 'copy', text });
});
window.addEventListener('error', ({ message }) => {
  parts.main.element.replaceChildren(
    notice('error', `The answer cannot be shown: ${message}`, h('span', {}, 'Run it again, or export it.')),
  );
});
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.type === 'copyCells') {
    const text = shown?.copied(data.withHeader);
    if (text !== undefined) send({ type: 'copy', text });
    return;
  }
  const { state: next } = data;
  const isSame = next !== undefined && state?.answer === next.answer;
  if (!isSame) selected = selectedIn(next);
  // Rows that are here already are not sent again.
  state =
    next && isSame
      ? { ...next, preview: next.preview ?? state?.preview, proposed: next.proposed ?? state?.proposed }
      : next;
  clearTimeout(waiting);
  // Most statements are done before anybody could read that they run: what stands there would only flicker.
  if (!isSame && next?.phase === 'running') waiting = setTimeout(render, patienceMs);
  else render();
});
render();
send({ type: 'ready' });
