import { partsOf } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { referencesOf } from '../../strategy/index.ts';
import { applyEdits, lineBreakOf } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { physicalEnd, physicalStart } from '../locate.ts';
import { renumbered } from '../lineNames.ts';
import { isNumbered, makeRoom, relabel } from '../refactor/labels.ts';
import { inOrder } from '../refactor/index.ts';
import { insert, slice } from '../refactor/parts.ts';
import { shorten } from '../wording.ts';
import type { ProposedBlock } from './align.ts';
import { closed } from './replaceBlock.ts';

/** A text with the label that a line has in it. */
export interface Labelled {
  readonly text: string;
  readonly label: string;
}

/** The longest name of a block in a comment, in characters. */
const longestName = 80;

/** The document with `block` joined to line `label` by AND: as a line of its own where that line combines numbered lines. */
export function addBlock(
  document: StrategyDocument,
  label: string,
  block: ProposedBlock,
): Labelled | undefined {
  const line = document.line(label);
  if (line?.query.root === undefined || block.query === '') return undefined;
  return asLine(document, line, block) ?? withinLine(document, line, block);
}

function asLine(document: StrategyDocument, line: StrategyLine, block: ProposedBlock): Labelled | undefined {
  const written = slice(document, line.labelRange);
  // Numbers that were copied from a search history are read only where a query follows.
  if (!isNumbered(document) || !line.numbered || /^S?\d+$/i.test(written)) return undefined;
  if (!referencesOf(line).some((reference) => reference.label !== line.label)) return undefined;
  const labels = makeRoom(document, line.label);
  const next = 'problem' in labels ? undefined : labels.get(line.label);
  if ('problem' in labels || next === undefined) return undefined;
  const lineBreak = lineBreakOf(document.text);
  const name = shorten(block.name, longestName);
  const comment = name === '' ? '' : `// ${name}${lineBreak}`;
  const head = `${comment}${renumbered(written, line.label)} ${block.query}${lineBreak}`;
  const edits = [
    insert(aboveComments(document, line), head),
    ...relabel(document, labels),
    ...joined(document, line, `#${line.label}`),
  ];
  return { text: applyEdits(document.text, inOrder(edits)), label: next };
}

function withinLine(
  document: StrategyDocument,
  line: StrategyLine,
  { query }: ProposedBlock,
): Labelled | undefined {
  return {
    text: applyEdits(document.text, inOrder([...joined(document, line, closed(query))])),
    label: line.label,
  };
}

/** Joins `operand` to all of a line. PubMed reads from left to right, so it may stand behind; people read better with parentheses. */
function joined({ text }: StrategyDocument, line: StrategyLine, operand: string): readonly TextEdit[] {
  const { root } = line.query;
  const [whole] = root === undefined ? [] : partsOf(root);
  const needs = root?.kind === 'chain' && whole?.kind === 'block' && whole.operator === 'OR';
  const { start, end } = line.queryRange;
  // What stands behind the query is a comment or the end of the line.
  const gap = /^[^\s]/.test(text.slice(end, end + 1)) ? ' ' : '';
  const behind = insert(end, `${needs ? ')' : ''} AND ${operand}${gap}`);
  return needs ? [insert(start, '('), behind] : [behind];
}

/** Where a new line goes in front of `line`: above the comments that stand directly above it. */
function aboveComments({ text }: StrategyDocument, line: StrategyLine): number {
  let at = physicalStart(text, line.range.start);
  while (at > 0) {
    const end = text.charAt(at - 1) === '\n' && text.charAt(at - 2) === '\r' ? at - 2 : at - 1;
    const start = physicalStart(text, end);
    if (!text.slice(start, physicalEnd(text, start)).trimStart().startsWith('//')) break;
    at = start;
  }
  return at;
}
