import type { RewriteItem, RewriteResult, WireMeasurement, WireShare } from '@querent/server/protocol';
import { h } from '../../webview/dom.ts';
import { icon } from './marks.ts';
import {
  formText,
  intervalText,
  makerText,
  measured,
  measuredNow,
  nnr,
  number,
  percent,
  seedsOf,
} from './wording.ts';

/** The proposals with their numbers, best first, below the query that is there. Up and down select; Enter goes to what can be done. */
export function table(
  result: RewriteResult,
  selected: string | undefined,
  applied: readonly string[],
  select: (query: string) => void,
  toActions: () => void,
): HTMLElement {
  // Of a block it speaks of the block alone, while the numbers beside it are of the strategy: the details tell it.
  const hasHeldBack = result.proposals.some(
    ({ heldBackRecall, whole }) => heldBackRecall !== undefined && whole === undefined,
  );
  const hasFlags = result.proposals.some(({ flags }) => flags.length > 0);
  const head = (text: string, title: string, className = 'number'): HTMLElement =>
    h('th', { scope: 'col', class: className, title }, text);
  const now = measuredNow(result);
  return h(
    'table',
    {
      class: 'proposals',
      role: 'grid',
      'aria-label': 'Proposals, best first',
      onkeydown: (event) =>
        moveBetween(event as KeyboardEvent, result.proposals, selected, select, toActions),
    },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        head('#', 'Rank: best first, by what is wanted'),
        head('Proposal', 'What it is for and who made it', ''),
        head('Recall', 'Seeds found of all seeds, and what recall may be in truth (95 % interval)'),
        hasHeldBack &&
          head('Held back', 'Recall on seeds that did not help to build the query', 'number held'),
        head('Records', 'Records found'),
        head('NNR', 'Number needed to read: records for each seed found', 'number nnr'),
        head(
          'Terms',
          'Terms, and in how many clauses: blocks joined by AND, or alternatives',
          'number terms',
        ),
        head('Front', 'No other proposal finds as many seeds with fewer records', 'middle'),
        hasFlags && head('Flags', 'What to look at before trusting it', 'middle'),
      ),
    ),
    h(
      'tbody',
      {},
      h(
        'tr',
        { class: 'now', 'aria-selected': 'false' },
        h('td', { class: 'number' }, ''),
        h('td', { class: 'maker' }, h('div', {}, icon('now'), h('span', {}, 'Now'))),
        recallCell(result.originalRecall, now),
        hasHeldBack && h('td', { class: 'held' }),
        h('td', { class: 'number' }, now === undefined ? 'not measured' : number(now.count)),
        h('td', { class: 'number nnr' }, now?.nnr === undefined ? '–' : nnr(now.nnr)),
        h('td', { class: 'number terms' }, ''),
        h('td', {}),
        hasFlags && h('td', {}),
      ),
      result.proposals.map((item, i) => {
        const measurement = measured(item);
        const isSelected = item.query === selected;
        const isApplied = applied.some((key) => key.endsWith(` ${item.query}`));
        const form = formText(item);
        return h(
          'tr',
          {
            'aria-selected': String(isSelected),
            tabindex: isSelected ? 0 : -1,
            'data-query': item.query,
            onclick: () => select(item.query),
          },
          h('td', { class: 'number rank' }, i + 1),
          h(
            'td',
            { class: 'maker' },
            h(
              'div',
              {},
              icon(item.origin),
              h(
                'span',
                { class: 'name', title: [form, makerText(item)].filter(Boolean).join(' · ') },
                form === undefined ? makerText(item) : form,
                form !== undefined && h('span', { class: 'unseen' }, `, ${makerText(item)}`),
              ),
              isApplied && h('span', { class: 'taken', title: 'Taken over' }, '✓'),
            ),
          ),
          recallCell(item.seedRecall, measurement),
          hasHeldBack && shareCell(item.heldBackRecall, 'number held'),
          h('td', { class: 'number' }, number(measurement.count)),
          h('td', { class: 'number nnr' }, measurement.nnr === undefined ? '–' : nnr(measurement.nnr)),
          h(
            'td',
            { class: 'number terms' },
            number(item.terms),
            h('span', { class: 'dim' }, ` in ${number(item.clauses)}`),
          ),
          h(
            'td',
            { class: 'middle' },
            item.isOnFront && [
              h('span', { class: 'front-mark', 'aria-hidden': 'true' }, '●'),
              h('span', { class: 'unseen' }, 'yes'),
            ],
          ),
          hasFlags &&
            h(
              'td',
              { class: 'middle' },
              item.flags.length > 0 && h('span', { class: 'flag-count' }, `⚑ ${item.flags.length}`),
            ),
        );
      }),
    ),
  );
}

/** Recall with its interval; where that is not told, the bare share; where there are no seeds, that. */
function recallCell(share: WireShare | undefined, measurement: WireMeasurement | undefined): HTMLElement {
  if (share !== undefined) return shareCell(share);
  const seeds = measurement && seedsOf(measurement);
  if (seeds === undefined) return h('td', { class: 'number', title: 'No seeds: recall is unknown' }, '–');
  return h(
    'td',
    { class: 'number' },
    `${seeds.found} of ${seeds.total}`,
    h('span', { class: 'dim second' }, percent(seeds.found / seeds.total)),
  );
}

function shareCell(share: WireShare | undefined, className = 'number'): HTMLElement {
  if (share === undefined) return h('td', { class: className }, '–');
  return h(
    'td',
    { class: className },
    `${share.found} of ${share.total}`,
    h('span', { class: 'dim second' }, intervalText(share)),
  );
}

function moveBetween(
  event: KeyboardEvent,
  proposals: readonly RewriteItem[],
  selected: string | undefined,
  select: (query: string) => void,
  toActions: () => void,
): void {
  const at = proposals.findIndex(({ query }) => query === selected);
  const places: Readonly<Record<string, number>> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: proposals.length - 1,
  };
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    toActions();
    return;
  }
  const next = proposals[places[event.key] ?? -1];
  if (places[event.key] === undefined) return;
  event.preventDefault();
  if (next !== undefined) select(next.query);
}
