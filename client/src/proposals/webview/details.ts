import type { RewriteItem, RewriteItemBlock, TermEvidence } from '@querent/server/protocol';
import { blockKey, proposalKey, type Evidence, type FromPage, type PanelState } from '../messages.ts';
import { changesBetween } from './changes.ts';
import { h } from '../../webview/dom.ts';
import {
  counted,
  formText,
  listed,
  makerText,
  number,
  originText,
  records,
  seedsOf,
  shareText,
} from './wording.ts';

/** What the page around it does for the details. */
export interface DetailsParts {
  readonly send: (message: FromPage) => void;
  /** A part that can be folded; `isOpen` until the person says otherwise. */
  readonly fold: (
    key: string,
    title: string,
    isOpen: boolean,
    content: () => Node,
    opened?: () => void,
  ) => HTMLElement;
}

/** The proposal that is looked at: what can be done with it, what it is made of, and how it came about. */
export function details(
  state: PanelState,
  item: RewriteItem,
  rank: number,
  { send, fold }: DetailsParts,
): HTMLElement {
  const { query } = item;
  const canApply = state.fit === 'fits';
  const isTaken = state.applied.includes(proposalKey(query));
  const form = formText(item);
  const before = state.before ?? state.result?.query ?? '';
  const ask = (): void => send({ type: 'evidence', query });
  return h(
    'section',
    { class: 'details', 'aria-label': `Proposal ${rank}` },
    h(
      'h2',
      {},
      `Proposal ${rank}`,
      h('span', { class: 'dim' }, ` ${[form, makerText(item)].filter(Boolean).join(' · ')}`),
    ),
    h(
      'div',
      { class: 'actions', role: 'toolbar', 'aria-label': 'What to do with this proposal' },
      button('Apply All', () => send({ type: 'apply', query }), {
        id: 'apply',
        class: 'primary',
        disabled: !canApply || isTaken || item.edits.length === 0,
        title: 'Put the whole proposal into the strategy. Undo takes it back.',
      }),
      button('Compare', () => send({ type: 'compare', query }), {
        disabled: state.base === undefined || item.edits.length === 0,
        title: 'The strategy and what it would become, side by side',
      }),
      button('Explain', () => send({ type: 'explain', query }), {
        title: 'A page on what each block and term of this proposal contributes',
      }),
      button('Copy', () => send({ type: 'copy', query }), { title: 'Copy the query' }),
      isTaken && h('span', { class: 'taken' }, '✓ In the strategy; undo takes it back.'),
    ),
    item.flags.length > 0 &&
      h(
        'ul',
        { class: 'flags', 'aria-label': 'Look at this first' },
        item.flags.map(({ text, message }) =>
          h(
            'li',
            {},
            h('span', { class: 'flag-icon', 'aria-hidden': 'true' }, '⚑ '),
            text !== '' && [h('code', {}, text), ' '],
            message,
          ),
        ),
      ),
    h('pre', { class: 'query', tabindex: 0, 'aria-label': 'The query' }, query),
    h(
      'p',
      { class: 'dim' },
      `${counted(item.terms, 'term')} in ${counted(item.clauses, 'clause')}.`,
      item.whole !== undefined &&
        ` By itself the block finds ${records(item.measurement.count)}${seedsText(item)}; the numbers above are of the strategy with it.`,
      heldBackText(item),
      ...item.measurement.warnings.map(({ message }) => ` ${message}`),
    ),
    item.blocks.length > 1 &&
      fold('blocks', `Blocks, one by one (${item.blocks.length})`, true, () => blocks(state, item, send)),
    fold('changes', changesTitle(before, query), false, () => changes(before, query)),
    fold(
      'evidence',
      'What each term brings',
      false,
      () => evidence(state.evidence[query], ask),
      state.evidence[query] === undefined ? ask : undefined,
    ),
    item.problems.length > 0 &&
      fold('problems', `What the rules say (${item.problems.length})`, false, () =>
        h(
          'ul',
          {},
          item.problems.map(({ message, rule }) =>
            h('li', {}, message, h('span', { class: 'dim' }, ` ${rule}`)),
          ),
        ),
      ),
    item.reasoning.trim() !== '' &&
      fold(
        'reasoning',
        item.origin === 'model' ? 'How the model reasoned' : 'Why it is as it is',
        false,
        () => h('div', { class: 'reasoning' }, item.reasoning.trim()),
      ),
    fold('origin', 'Where it came from', false, () => h('p', {}, originText(item))),
  );
}

function button(
  text: string,
  onclick: () => void,
  attributes: Readonly<Record<string, string | boolean>> = {},
): HTMLButtonElement {
  return h('button', { type: 'button', ...attributes, onclick }, text);
}

function seedsText({ measurement }: RewriteItem): string {
  const seeds = seedsOf(measurement);
  return seeds === undefined ? '' : ` and ${seeds.found} of ${seeds.total} seeds`;
}

function heldBackText({ heldBackRecall, whole }: RewriteItem): string {
  if (heldBackRecall === undefined) return '';
  return ` Of seeds that did not help to build it, ${whole ? 'the block' : 'it'} finds ${shareText(heldBackRecall)}.`;
}

function blocks(state: PanelState, item: RewriteItem, send: DetailsParts['send']): Node {
  return h(
    'ul',
    { class: 'blocks' },
    item.blocks.map((block, i) => {
      const isTaken = state.applied.includes(blockKey(item.query, i));
      const isWholeTaken = state.applied.includes(proposalKey(item.query));
      return h(
        'li',
        {},
        h(
          'div',
          { class: 'block-head' },
          h('strong', {}, block.name),
          h('span', { class: 'dim' }, ` ${placeText(block)}`),
          isTaken && h('span', { class: 'taken' }, ' ✓ taken over'),
          button('Apply Block', () => send({ type: 'applyBlock', query: item.query, block: i }), {
            disabled: state.fit !== 'fits' || isTaken || isWholeTaken || block.edits.length === 0,
            'aria-label': `Apply block ${block.name}`,
            title: `Put this block alone into the strategy: it ${placeText(block)}.`,
          }),
        ),
        block.problem !== undefined && h('p', { class: 'dim' }, block.problem),
        h('pre', { class: 'query small' }, block.query),
      );
    }),
  );
}

function placeText({ replaces, edits, problem }: RewriteItemBlock): string {
  if (edits.length === 0 && problem === undefined) return 'is in the strategy already';
  return replaces === undefined ? 'becomes a line of its own' : `takes the place of line #${replaces}`;
}

function changesTitle(before: string, query: string): string {
  const found = before === '' ? undefined : changesBetween(before, query);
  if (found === undefined) return 'What changes';
  const { added, removed, kept } = found;
  return `What changes: ${counted(added, 'new term')}, ${number(removed)} gone, ${number(kept)} kept`;
}

function changes(before: string, query: string): Node {
  if (before === '') return h('p', {}, 'There was no query before.');
  const found = changesBetween(before, query);
  if (found === undefined)
    return h('p', {}, 'The queries are too long to be compared here. “Compare” shows them in the editor.');
  return h(
    'p',
    { class: 'query diff' },
    found.stretches.map(({ kind, text }) =>
      kind === 'same' ? text : h(kind === 'new' ? 'ins' : 'del', {}, text),
    ),
  );
}

function evidence(known: Evidence | undefined, ask: () => void): Node {
  if (known === undefined || known.kind === 'asked')
    return h(
      'div',
      {},
      h('div', { class: 'bar', role: 'progressbar', 'aria-label': 'Asking' }),
      h('p', { class: 'dim' }, 'Asking the database what each term finds…'),
    );
  if (known.kind === 'failed')
    return h('div', {}, h('p', { class: 'error' }, known.problem), button('Try Again', ask));
  const { blocks: all, missedSeeds } = known.result;
  const cell = (value: number | undefined): HTMLElement =>
    h('td', { class: 'number' }, value === undefined ? '–' : number(value));
  const row = (term: TermEvidence): HTMLElement =>
    h(
      'tr',
      { class: term.adds === 0 && !term.seedsAdded ? 'idle' : undefined },
      h(
        'td',
        { class: 'term' },
        h('code', {}, term.text),
        term.problem !== undefined && h('span', { class: 'dim second' }, term.problem),
      ),
      cell(term.count),
      cell(term.adds),
      cell(term.seeds),
      cell(term.seedsAdded),
    );
  return h(
    'div',
    {},
    all.map((block) =>
      h(
        'table',
        { class: 'evidence' },
        h(
          'caption',
          {},
          h('strong', {}, block.name),
          block.count !== undefined && ` ${records(block.count)}`,
          lostText(block.seedsLost),
        ),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Term'),
            h('th', { scope: 'col', class: 'number', title: 'Records that it finds by itself' }, 'Records'),
            h(
              'th',
              { scope: 'col', class: 'number', title: 'Records that its block finds by it alone' },
              'Adds',
            ),
            h('th', { scope: 'col', class: 'number', title: 'Seeds that it finds by itself' }, 'Seeds'),
            h(
              'th',
              { scope: 'col', class: 'number', title: 'Seeds that its block finds by it alone' },
              'Seeds added',
            ),
          ),
        ),
        h('tbody', {}, block.terms.map(row)),
      ),
    ),
    missedSeeds.length > 0 &&
      h(
        'div',
        {},
        h('p', {}, h('strong', {}, `${counted(missedSeeds.length, 'seed')} missed`)),
        h(
          'ul',
          {},
          missedSeeds.map(({ id, title, why }) =>
            h('li', {}, `${title ?? id}: `, h('span', { class: 'dim' }, why)),
          ),
        ),
      ),
  );
}

function lostText(lost: readonly string[] | undefined): string | undefined {
  if (lost === undefined || lost.length === 0) return undefined;
  return `; it alone loses ${counted(lost.length, 'seed')} (${listed(lost.slice(0, 5))}${lost.length > 5 ? ', …' : ''})`;
}
