/** The list of proposals beside the one that is looked at, with what it gives. */
import type { SqlProposal, SqlProposeResult } from '@querent/server/sqlProtocol';
import type { SqlViewState } from '../messages.ts';
import { h } from '../../webview/dom.ts';
import type { Grid } from './grid.ts';
import { notice } from './head.ts';
import { expectationView, failureView, rowsView, type ResultParts } from './result.ts';
import {
  durationText,
  expectationText,
  resultText,
  rowsText,
  sourceText,
  spokenProposal,
  votesText,
} from './wording.ts';

export interface ProposalsParts extends ResultParts {
  readonly selected: number;
  readonly select: (index: number) => void;
}

/** What was asked; and where there is no answer, that. */
export function proposalsFrame(
  { order }: SqlViewState,
  { question, proposals }: SqlProposeResult,
): HTMLElement {
  return h(
    'div',
    { class: 'asked' },
    question !== undefined && h('p', { class: 'question' }, question),
    proposals.length === 0 &&
      notice(
        'info',
        order.kind === 'fix'
          ? 'No fix was found that SQLite accepts. What was tried stands below.'
          : 'No statement was found that answers this. Name tables, columns or values of the database in the question.',
      ),
  );
}

/** Who had a say, and what was refused. */
export function notesOf({ notes }: SqlProposeResult): HTMLElement | undefined {
  if (notes.length === 0) return undefined;
  return h(
    'ul',
    { class: 'dim' },
    notes.map((note) => h('li', {}, withCode(note))),
  );
}

/** Text with `code` between backticks. */
function withCode(text: string): (Node | string)[] {
  return text.split('`').map((piece, i) => (i % 2 === 1 ? h('code', {}, piece) : piece));
}

export function proposalList(
  { proposals }: SqlProposeResult,
  state: SqlViewState,
  parts: ProposalsParts,
): HTMLElement {
  const { selected, select } = parts;
  return h(
    'div',
    {
      class: 'proposals',
      role: 'listbox',
      'aria-label': 'Proposals',
      onkeydown: (event) => {
        const { key } = event as KeyboardEvent;
        const to = { ArrowUp: selected - 1, ArrowDown: selected + 1, Home: 0, End: proposals.length - 1 }[
          key
        ];
        if (key === 'Enter') document.getElementById('insert')?.focus();
        else if (to !== undefined && proposals[to] !== undefined) select(to);
        else if (to === undefined) return;
        event.preventDefault();
      },
    },
    proposals.map((proposal, i) => optionOf(proposal, i, state.inserted === i, parts)),
  );
}

function optionOf(
  proposal: SqlProposal,
  index: number,
  isInserted: boolean,
  { selected, select }: ProposalsParts,
): HTMLElement {
  const expected = proposal.expectation && expectationText(proposal.expectation);
  const votes = votesText(proposal);
  return h(
    'div',
    {
      class: 'proposal',
      role: 'option',
      'aria-selected': String(index === selected),
      'aria-label': spokenProposal(proposal, index + 1),
      'data-key': `proposal ${index}`,
      tabindex: index === selected ? 0 : -1,
      onclick: () => select(index),
    },
    h(
      'div',
      { class: 'proposal-head' },
      h('strong', {}, sourceText(proposal)),
      h('span', { class: proposal.result.kind === 'failure' ? 'error' : undefined }, resultText(proposal)),
      expected && h('span', { class: `expectation ${expected.kind}` }, expected.verdict),
      isInserted && h('span', { class: 'taken' }, '✓'),
    ),
    votes !== undefined && h('div', { class: 'dim' }, votes),
    h('code', {}, proposal.sql.replace(/\s+/g, ' ')),
  );
}

/** The proposal that is looked at. */
export function proposalDetails(
  proposal: SqlProposal,
  state: SqlViewState,
  parts: ProposalsParts,
): { readonly element: HTMLElement; readonly grid: Grid | undefined } {
  const { selected, send } = parts;
  const { result } = proposal;
  const isInserted = state.inserted === selected;
  const rows = result.kind === 'rows' ? rowsView(result, parts) : undefined;
  const isOtherIn = state.inserted !== undefined && !isInserted;
  const element = h(
    'div',
    { class: 'details' },
    h(
      'div',
      { class: 'actions', role: 'toolbar', 'aria-label': 'What to do with this proposal' },
      h(
        'button',
        {
          ...{ type: 'button', id: 'insert', class: 'primary', 'data-key': 'insert' },
          disabled: state.fit === 'edited' || state.inserted !== undefined,
          title: isOtherIn ? 'Another proposal is in the document: undo it first' : 'Undo takes it back',
          onclick: () => send({ type: 'insert', answer: state.answer, proposal: selected }),
        },
        state.order.kind === 'fix' ? 'Replace Statement' : 'Insert Statement',
      ),
      h(
        'button',
        { type: 'button', 'data-key': 'copy', onclick: () => send({ type: 'copy', text: proposal.sql }) },
        'Copy',
      ),
      isInserted && h('span', { class: 'taken' }, '✓ In the document; undo takes it back.'),
      !isInserted &&
        result.kind === 'rows' &&
        h('span', { class: 'dim' }, `It was run: ${rowsText(result)} in ${durationText(result)}.`),
    ),
    state.fit === 'edited' &&
      notice('warning', 'The document was edited since. Undo the edit, or ask again, to put one in.'),
    h(
      'div',
      { class: 'text' },
      // First what it does: a statement on many lines leaves no room below it.
      h('p', {}, withCode(proposal.explanation)),
      h('pre', { class: 'proposed', tabindex: 0, 'aria-label': 'The statement' }, proposal.sql),
      proposal.expectation && expectationView(proposal.expectation),
    ),
    rows?.element ?? (result.kind === 'failure' && failureView(result, parts)),
  );
  return { element, grid: rows?.grid };
}
