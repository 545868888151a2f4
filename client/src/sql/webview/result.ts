/** What a statement gave: its rows and its plan, or how it failed. The same for a run and for a proposal. */
import type { WireExpectation, WireSqlFailure, WireSqlRows } from '@querent/server/sqlProtocol';
import type { FromPage } from '../messages.ts';
import { h } from '../../webview/dom.ts';
import { grid, type Grid } from './grid.ts';
import { counted, expectationText, failureTitle } from './wording.ts';

type Send = (message: FromPage) => void;

export interface ResultParts {
  readonly send: Send;
  /** The place of a failure can be gone to: of a statement in the document, not of a proposal. */
  readonly isInDocument: boolean;
  readonly isPlanShown: boolean;
  readonly showPlan: (isShown: boolean) => void;
}

/** Rows with their plan behind a second tab. */
export function rowsView(
  result: WireSqlRows,
  { isPlanShown, showPlan }: ResultParts,
): { readonly element: HTMLElement; readonly grid: Grid | undefined } {
  const hasRows = result.rows.length > 0;
  const table = hasRows ? grid(result) : undefined;
  const rows = h(
    'div',
    { class: 'pane', role: 'tabpanel', id: 'rows', 'aria-label': 'Rows' },
    table?.element ?? noRows(result),
  );
  const plan = h(
    'div',
    { class: 'pane plan', role: 'tabpanel', id: 'plan', 'aria-label': 'Plan' },
    planOf(result),
  );
  const costly = result.plan.filter(({ isCostly }) => isCostly).length;
  const tabs: readonly (readonly [tab: HTMLButtonElement, pane: HTMLElement])[] = [
    [tabOf('rows', 'Rows', () => turn(false)), rows],
    [
      tabOf(
        'plan',
        `Plan (${costly > 0 ? counted(costly, 'costly step') : counted(result.plan.length, 'step')})`,
        () => turn(true),
      ),
      plan,
    ],
  ];
  function turn(isPlan: boolean): void {
    tabs.forEach(([tab, pane], i) => {
      const isShown = (i === 1) === isPlan;
      tab.setAttribute('aria-selected', String(isShown));
      tab.setAttribute('tabindex', isShown ? '0' : '-1');
      pane.hidden = !isShown;
    });
  }
  const list = h(
    'div',
    {
      class: 'tabs',
      role: 'tablist',
      'aria-label': 'Rows or plan',
      onkeydown: (event) => {
        const { key } = event as KeyboardEvent;
        if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
        const [tab] = tabs[key === 'ArrowRight' ? 1 : 0] ?? [];
        tab?.click();
        tab?.focus();
      },
    },
    tabs.map(([tab]) => tab),
  );
  function tabOf(controls: string, text: string, onclick: () => void): HTMLButtonElement {
    return h(
      'button',
      {
        ...{ type: 'button', role: 'tab', 'aria-controls': controls, 'data-key': controls },
        onclick: () => {
          onclick();
          showPlan(controls === 'plan');
        },
      },
      text,
    );
  }
  turn(isPlanShown);
  return { element: h('section', { class: 'result' }, list, rows, plan), grid: table };
}

/** No rows are an answer, and say so; with columns, so that nobody takes it for a failure. */
function noRows({ columns }: WireSqlRows): HTMLElement {
  return h(
    'p',
    { class: 'no-rows' },
    'The statement ran and gives no rows. ',
    h('span', { class: 'dim' }, `${counted(columns.length, 'column')}: ${columns.join(', ')}`),
  );
}

function planOf({ plan }: WireSqlRows): Node {
  if (plan.length === 0) return h('p', { class: 'dim' }, 'SQLite tells no plan of this statement.');
  return h(
    'ol',
    {},
    plan.map(({ depth, text, isCostly }) =>
      h(
        'li',
        { class: `depth-${Math.min(depth, 6)}${isCostly ? ' costly' : ''}` },
        isCostly && h('span', { class: 'mark', title: 'This step reads everything' }, '⚠ '),
        isCostly && h('span', { class: 'unseen' }, 'Costly: '),
        text,
      ),
    ),
  );
}

/** A statement that gave nothing, in the place of rows: what, why, and where. */
export function failureView(failure: WireSqlFailure, { send, isInDocument }: ResultParts): HTMLElement {
  const { range, code, message } = failure;
  const link = (text: string, type: 'goToFailure' | 'fix' | 'settings'): HTMLElement =>
    h('button', { type: 'button', class: 'link', onclick: () => send({ type }) }, text);
  return h(
    'div',
    { class: `notice ${code === 'refused' || code === 'timeout' ? 'warning' : 'error'}`, role: 'alert' },
    h('strong', {}, `${failureTitle(failure)}. `),
    h('span', { class: 'message' }, message),
    isInDocument &&
      h(
        'div',
        { class: 'ways' },
        range !== undefined && link('Go to the Place', 'goToFailure'),
        (code === 'syntax' || code === 'failed') && link('Fix…', 'fix'),
        code === 'timeout' && link('Change the Limit', 'settings'),
      ),
  );
}

/** How rows compare with what the document expects. */
export function expectationView(expectation: WireExpectation): HTMLElement {
  const { kind, verdict, more } = expectationText(expectation);
  const sign = { match: '✓', differs: '≠', problem: '?' }[kind];
  return h(
    'p',
    { class: `expectation ${kind}` },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    h('strong', {}, verdict),
    `: ${more}`,
  );
}
