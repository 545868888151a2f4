/** The page of the proposals panel. Keeps what it was told last, draws the parts whose content changed, and sends what the person asks for. */
import type { RewriteItem } from '@querent/server/protocol';
import {
  savedFormat,
  savedPage,
  type FromPage,
  type PanelState,
  type SavedPage,
  type ToPage,
} from '../messages.ts';
import { details, type DetailsParts } from './details.ts';
import { h } from '../../webview/dom.ts';
import { head, progressView, rejected, unseenStatus } from './frame.ts';
import { plot } from './plot.ts';
import { table } from './table.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: SavedPage): void;
};

const vscode = acquireVsCodeApi();
const send = (message: FromPage): void => vscode.postMessage(message);

const saved = savedPage(vscode.getState());
let state: PanelState | undefined = saved?.state;
let selected: string | undefined = saved?.selected;
const folds: Record<string, boolean> = { ...saved?.folds };
/** Whether the person chose a proposal; until then the best one is looked at, whichever that is while more are measured. */
let isChosen = selected !== undefined;

/** The parts of the page, in their order, each with what it was drawn from last. */
const parts = {
  head: part(),
  plot: part(),
  table: part(),
  details: part(),
  rejected: part(),
};
const progress = progressView(send);
const status = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

interface Part {
  readonly element: HTMLElement;
  from: string;
}

function part(): Part {
  return { element: h('div'), from: '' };
}

/** Draws a part anew where what it shows has changed; the focus stays where it was within it. */
function draw(one: Part, from: unknown, content: () => Node | undefined): void {
  const key = JSON.stringify(from) ?? '';
  if (one.from === key) return;
  one.from = key;
  const focused = one.element.contains(document.activeElement) ? document.activeElement : undefined;
  const focusKey = focused && focusKeyOf(focused);
  const node = content();
  one.element.replaceChildren(...(node ? [node] : []));
  if (focusKey !== undefined)
    [...one.element.querySelectorAll<HTMLElement | SVGElement>('button, summary, [tabindex]')]
      .find((candidate) => focusKeyOf(candidate) === focusKey)
      ?.focus();
}

/** What an element is for, so that its successor can be found: of rows and points the selected one. */
function focusKeyOf(element: Element): string {
  if (element.hasAttribute('data-query'))
    return element.getAttribute('tabindex') === '0' ? element.tagName : '';
  return `${element.tagName} ${element.getAttribute('data-fold') ?? element.textContent ?? ''}`;
}

const fold: DetailsParts['fold'] = (key, title, isOpenAtFirst, content, opened) => {
  const isOpen = folds[key] ?? isOpenAtFirst;
  const body = h('div', { class: 'fold-body' });
  const fill = (): void => {
    if (body.childElementCount === 0) body.append(content());
    opened?.();
  };
  const element = h(
    'details',
    {
      open: isOpen,
      ontoggle: () => {
        if (element.open) fill();
        if ((folds[key] ?? isOpenAtFirst) === element.open) return;
        folds[key] = element.open;
        save();
      },
    },
    h('summary', { 'data-fold': key }, title),
    body,
  );
  if (isOpen) fill();
  return element;
};

function select(query: string): void {
  isChosen = true;
  selected = query;
  const inPlot = parts.plot.element.contains(document.activeElement);
  render();
  const from = inPlot ? parts.plot.element : parts.table.element;
  from.querySelector<HTMLElement | SVGElement>('[data-query][tabindex="0"]')?.focus({ preventScroll: true });
  showRow();
  save();
}

/** Brings the chosen row into sight among the rows, without moving the page. */
function showRow(): void {
  const row = parts.table.element.querySelector<HTMLElement>('tr[aria-selected="true"]');
  const head = parts.table.element.querySelector<HTMLElement>('thead')?.offsetHeight ?? 0;
  const place = parts.table.element.parentElement;
  if (!row || !place) return;
  const top = row.offsetTop - head;
  const bottom = row.offsetTop + row.offsetHeight;
  if (top < place.scrollTop) place.scrollTop = top;
  else if (bottom > place.scrollTop + place.clientHeight) place.scrollTop = bottom - place.clientHeight;
}

function render(): void {
  if (!state) return;
  const now = state;
  const { result } = now;
  const item = selectedItem(now);
  selected = item?.query;
  const width = Math.max(280, Math.min(parts.plot.element.clientWidth || 600, 900));
  draw(
    parts.head,
    [now.order, now.file, now.phase, now.problem, now.fit, now.applied, result && headOf(result)],
    () => head(now, send, fold),
  );
  progress.update(now);
  draw(parts.plot, [result?.proposals.length, result && numbersOf(now), selected, width], () =>
    result && result.proposals.length > 0 ? plot(result, selected, width, select) : undefined,
  );
  draw(parts.table, [result && numbersOf(now), selected, now.applied], () =>
    result && result.proposals.length > 0
      ? table(result, selected, now.applied, select, () => document.getElementById('apply')?.focus())
      : undefined,
  );
  draw(parts.details, [item, now.fit, now.applied, now.before, item && now.evidence[item.query]], () =>
    item && result ? details(now, item, result.proposals.indexOf(item) + 1, { send, fold }) : undefined,
  );
  draw(parts.rejected, result?.rejected, () => (result ? rejected(result, fold) : undefined));
  const said = unseenStatus(now);
  if (status.textContent !== said) status.textContent = said;
}

const headOf = ({
  original,
  originalWhole,
  originalRecall,
  faults,
  preference,
  goal,
}: NonNullable<PanelState['result']>): unknown => [
  original,
  originalWhole,
  originalRecall,
  faults,
  preference,
  goal,
];

/** What table and plot show, without the texts that they do not. */
function numbersOf({ result }: PanelState): unknown {
  if (!result) return undefined;
  const shown = result.proposals.map((item) => ({ ...item, reasoning: '', edits: [], blocks: [] }));
  return [headOf(result), shown];
}

function selectedItem({ result }: PanelState): RewriteItem | undefined {
  const proposals = result?.proposals ?? [];
  return (isChosen ? proposals.find(({ query }) => query === selected) : undefined) ?? proposals[0];
}

let saving: ReturnType<typeof setTimeout> | undefined;

/** Kept by VS Code, for when the page is hidden or the window reloaded. */
function save(): void {
  clearTimeout(saving);
  if (!state) return;
  vscode.setState({
    format: savedFormat,
    state,
    ...(isChosen && selected !== undefined ? { selected } : {}),
    folds,
    scroll: document.documentElement.scrollTop,
  });
}

/** For what changes many times a second. */
function saveSoon(): void {
  clearTimeout(saving);
  saving = setTimeout(save, 200);
}

document.body.append(
  h(
    'main',
    {},
    parts.head.element,
    progress.element,
    h(
      'div',
      { class: 'overview' },
      h('div', { class: 'table-place' }, parts.table.element),
      h('div', { class: 'plot-place' }, parts.plot.element),
    ),
    parts.details.element,
    parts.rejected.element,
  ),
  status,
);
new ResizeObserver(render).observe(parts.plot.element);
document.addEventListener('scroll', saveSoon, { passive: true });
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  const hadProposals = (state?.result?.proposals.length ?? 0) > 0;
  // Another rewrite begins where its order or its start is new.
  if (state && data.state.phase === 'running' && !data.state.result) {
    isChosen = false;
    selected = undefined;
  }
  state = data.state;
  render();
  if (state.phase === 'running') saveSoon();
  else save();
  const isFirst = !hadProposals && (state.result?.proposals.length ?? 0) > 0;
  if (isFirst && (document.activeElement === null || document.activeElement === document.body))
    parts.table.element
      .querySelector<HTMLElement>('[data-query][tabindex="0"]')
      ?.focus({ preventScroll: true });
});
render();
if (saved) document.documentElement.scrollTop = saved.scroll;
send({ type: 'ready' });
