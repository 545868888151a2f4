import type { RewriteResult } from '@querent/server/protocol';
import type { FromPage, PanelState } from '../messages.ts';
import type { DetailsParts } from './details.ts';
import { h } from '../../webview/dom.ts';
import {
  counted,
  intervalText,
  makerText,
  measuredNow,
  nnr,
  preferenceText,
  provenance,
  records,
  seedsOf,
} from './wording.ts';

type Send = (message: FromPage) => void;

const titles = {
  improve: 'Proposals for',
  'catch-missed': 'What catches the missed seeds of',
  narrow: 'Narrower versions of',
} as const;

/** What is rewritten, what it finds now, what is wanted; and what stands in the way. */
export function head(state: PanelState, send: Send, fold: DetailsParts['fold']): HTMLElement {
  const { order, file, phase, problem, result, fit } = state;
  const title = `${titles[order.params.goal ?? 'improve']} ${order.subject}`;
  const isRunning = phase === 'running';
  return h(
    'header',
    {},
    h(
      'div',
      { class: 'title-row' },
      h('h1', {}, title),
      !isRunning &&
        h(
          'button',
          { type: 'button', class: 'secondary', onclick: () => send({ type: 'again' }) },
          'Rewrite Again',
        ),
    ),
    h(
      'p',
      { class: 'now-line' },
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          title: 'Go to the strategy',
          onclick: () => send({ type: 'openStrategy' }),
        },
        file,
      ),
      result && [' now: ', nowText(result)],
    ),
    result &&
      h(
        'p',
        { class: 'dim' },
        preferenceText(result.preference),
        ' ',
        h('button', { type: 'button', class: 'link', onclick: () => send({ type: 'settings' }) }, 'Change'),
      ),
    result &&
      result.faults.length > 0 &&
      fold(
        'faults',
        `What was measured to be wrong with it (${result.faults.length})`,
        result.proposals.length === 0,
        () =>
          h(
            'ul',
            {},
            result.faults.map((fault) => h('li', {}, fault)),
          ),
      ),
    phase === 'stopped' && notice('info', 'Stopped. What was measured until then is below.'),
    phase === 'failed' && [
      notice(
        'error',
        problem ?? 'The rewrite failed.',
        h('button', { type: 'button', class: 'link', onclick: () => send({ type: 'log' }) }, 'Show Log'),
      ),
    ],
    phase === 'done' && problem !== undefined && notice('info', problem),
    fit === 'edited' &&
      notice(
        'warning',
        'The strategy was edited since these proposals were made for it. Undo the edit, or rewrite again, to take one over.',
      ),
  );
}

function notice(kind: 'info' | 'warning' | 'error', text: string, ...more: readonly Node[]): HTMLElement {
  return h('div', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : undefined }, text, ' ', more);
}

function nowText(result: RewriteResult): Node {
  const now = measuredNow(result);
  if (now === undefined)
    return h('span', {}, result.query === '' ? 'there is no query yet.' : 'the query could not be measured.');
  const seeds = seedsOf(now);
  const parts = [
    seeds &&
      `${seeds.found} of ${seeds.total} seeds${result.originalRecall ? ` (${intervalText(result.originalRecall)})` : ''}`,
    records(now.count),
    now.nnr === undefined ? undefined : `NNR ${nnr(now.nnr)}`,
  ].filter((part) => part !== undefined);
  return h(
    'span',
    {},
    h('strong', {}, parts.join(' · ')),
    h('span', { class: 'dim' }, ` measured in ${provenance(now)}`),
  );
}

/** How far a rewrite is, and what the model writes. Its parts stay while their text changes: a button that is replaced cannot be pressed. */
export function progressView(send: Send): { readonly element: HTMLElement; update(state: PanelState): void } {
  const stage = h('span');
  const speed = h('span', { class: 'dim' });
  const title = h('summary');
  const texts = h('div', { class: 'writing' });
  const writing = h('details', { open: true }, title, texts);
  const cancel = (): void => send({ type: 'cancel' });
  const element = h(
    'section',
    { class: 'progress', 'aria-label': 'Progress' },
    h('div', { class: 'bar', role: 'progressbar', 'aria-label': 'Rewriting' }),
    h(
      'div',
      { class: 'title-row' },
      h('span', {}, stage, ' ', speed),
      h('button', { type: 'button', class: 'secondary', onclick: cancel }, 'Cancel'),
    ),
    writing,
  );
  return {
    element,
    update: ({ phase, progress: now }) => {
      element.hidden = phase !== 'running';
      const answers = now?.writing ?? [];
      const tokens = answers.reduce((sum, one) => sum + one.tokens, 0);
      stage.textContent = now?.stage ?? 'Working…';
      speed.textContent = now?.tokensPerSecond === undefined ? '' : speedText(now.tokensPerSecond);
      writing.hidden = answers.length === 0;
      title.textContent = `The model is writing ${counted(answers.length, 'answer')} (${counted(tokens, 'token')})`;
      while (texts.childElementCount > answers.length) texts.lastElementChild?.remove();
      while (texts.childElementCount < answers.length) texts.append(h('pre'));
      answers.forEach(({ text }, i) => {
        const place = texts.children[i];
        if (place) place.textContent = lastLines(text);
      });
    },
  };
}

const speedText = (speed: number): string => `${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`;

/** The end of a text, as much as is read in passing. */
function lastLines(text: string): string {
  const end = text.slice(-400);
  return text.length > 400 ? `…${end}` : end;
}

/** Drafts that were not shown as proposals, each with the reason. */
export function rejected(result: RewriteResult, fold: DetailsParts['fold']): HTMLElement | undefined {
  const drafts = result.rejected;
  if (drafts.length === 0) return undefined;
  return fold('rejected', `Rejected (${drafts.length})`, result.proposals.length === 0, () =>
    h(
      'ul',
      { class: 'rejected' },
      drafts.map((draft) =>
        h(
          'li',
          {},
          h('div', {}, h('strong', {}, makerText(draft)), ` ${draft.reason}`),
          draft.text.trim() !== '' && h('pre', { class: 'query small' }, draft.text.trim()),
        ),
      ),
    ),
  );
}

/** For those who hear the page: where the rewrite is, without every token. */
export function unseenStatus({ phase, progress: running, result, problem }: PanelState): string {
  if (phase === 'running') return running?.stage.replace(/\d+/g, '').trim() ?? 'Rewriting';
  if (problem !== undefined) return problem;
  return `${counted(result?.proposals.length ?? 0, 'proposal')}.`;
}
