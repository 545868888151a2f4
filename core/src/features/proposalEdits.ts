import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { referencesOf } from '../strategy/index.ts';
import type { TextEdit } from '../text/index.ts';
import { lineBreakOf } from '../text/index.ts';
import { onOneLine } from './blocks/replaceBlock.ts';
import { renumbered } from './lineNames.ts';
import { physicalEnd } from './locate.ts';
import { formatNnr, percent, records } from './wording.ts';

/** A proposal as far as it goes into the document. */
export interface AcceptedProposal {
  readonly query: string;
  readonly origin: 'method' | 'model' | 'combined';
  /** Name of the method or the model. */
  readonly source: string;
  readonly count: number;
  /** 0..1; undefined without seeds. */
  readonly recall?: number | undefined;
  readonly nnr?: number | undefined;
  /** Where the numbers were obtained. */
  readonly measuredIn: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What accepting a proposal does to the document. */
export interface ProposalEdit {
  readonly edits: readonly TextEdit[];
  /** Label of the line that holds the proposal afterwards. */
  readonly label: string;
}

/**
 * The edits that take `proposal` over for line `label` (the root line by default) so that nothing of the person's work is lost:
 * - the root line of a strategy that combines other lines stays, and the proposal follows the last line as a new one;
 * - any other query is replaced; comments within it, and references that it made, are kept in comments above it.
 *
 * Undefined when there is no such line, or the proposal holds no query.
 */
export function proposalEdits(
  document: StrategyDocument,
  label: string | undefined,
  proposal: AcceptedProposal,
): ProposalEdit | undefined {
  const line = label === undefined ? document.root : document.line(label);
  const query = onOneLine(proposal.query);
  if (query === '') return undefined;
  const lineBreak = lineBreakOf(document.text);
  if (!line)
    return label === undefined && document.lines.length === 0
      ? first(document, query, proposal, lineBreak)
      : undefined;
  const combines = referencesOf(line).some((reference) => reference.label !== line.label);
  return combines && document.root === line
    ? append(document, query, proposal, lineBreak)
    : replace(document, line, query, combines, lineBreak);
}

function comment(proposal: AcceptedProposal): string {
  const numbers = [records(proposal.count)];
  if (proposal.recall !== undefined) numbers.unshift(`recall ${percent(proposal.recall)}`);
  if (proposal.nnr !== undefined) numbers.push(`NNR ${formatNnr(proposal.nnr)}`);
  const origin =
    proposal.origin === 'model'
      ? `written by the model ${proposal.source}`
      : proposal.origin === 'combined'
        ? `put together from ${proposal.source}`
        : `by the method ${proposal.source}`;
  const text = `// proposal ${origin}: ${numbers.join(', ')} in ${proposal.measuredIn}, ${proposal.at.slice(0, 10)}`;
  return text.replace(/\s+/g, ' ');
}

function first(
  document: StrategyDocument,
  query: string,
  proposal: AcceptedProposal,
  lineBreak: string,
): ProposalEdit {
  const { text } = document;
  const gap = text === '' || /[\r\n]$/.test(text) ? '' : lineBreak;
  const at = { start: text.length, end: text.length };
  return {
    edits: [{ range: at, newText: `${gap}${comment(proposal)}${lineBreak}${query}${lineBreak}` }],
    label: '1',
  };
}

function append(
  document: StrategyDocument,
  query: string,
  proposal: AcceptedProposal,
  lineBreak: string,
): ProposalEdit {
  const last = document.lines.at(-1);
  const at = physicalEnd(document.text, last?.range.end ?? document.text.length);
  const range = { start: at, end: at };
  const next = String(document.lines.reduce((most, line) => Math.max(most, Number(line.label)), 0) + 1);
  const numbered = document.lines.findLast((line) => line.numbered);
  if (!numbered) {
    const newText = `${lineBreak}${lineBreak}${comment(proposal)}${lineBreak}${query}`;
    return { edits: [{ range, newText }], label: String(document.lines.length + 1) };
  }
  const written = document.text.slice(numbered.labelRange.start, numbered.labelRange.end);
  const number = renumbered(written, next);
  return {
    edits: [{ range, newText: `${lineBreak}${comment(proposal)}${lineBreak}${number} ${query}` }],
    label: next,
  };
}

function replace(
  document: StrategyDocument,
  line: StrategyLine,
  query: string,
  combines: boolean,
  lineBreak: string,
): ProposalEdit {
  const { start, end } = line.queryRange;
  const { tokens } = line.query;
  const kept = tokens
    .filter((token) => token.kind === 'comment')
    .map((token) => document.text.slice(token.start, token.end).trimEnd());
  if (combines) {
    const before = document.text.slice(start, end).replace(/\/\/[^\r\n]*/g, ' ');
    kept.push(`// before: ${before.replace(/\s+/g, ' ').trim()}`);
  }
  const edits: TextEdit[] = [{ range: { start, end }, newText: query }];
  if (kept.length > 0) {
    const at = { start: line.range.start, end: line.range.start };
    edits.unshift({ range: at, newText: kept.map((text) => text + lineBreak).join('') });
  }
  return { edits: mergeAtStart(edits), label: line.label };
}

/** Two edits at one place would depend on their order: one that inserts and then replaces is written as one. */
function mergeAtStart(edits: readonly TextEdit[]): TextEdit[] {
  const [insertion, replacement] = edits;
  if (!insertion || !replacement || insertion.range.start !== replacement.range.start) return [...edits];
  return [{ range: replacement.range, newText: insertion.newText + replacement.newText }];
}
