import type { Operator } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { draft, planFields } from './context.ts';
import type { Conversion, FieldPlan } from './context.ts';
import { convertHeading } from './convertHeading.ts';
import { convertProximity, impliedNote } from './convertProximity.ts';
import { convertText } from './convertText.ts';
import type { Draft } from './notes.ts';
import { join, leaf } from './output.ts';
import type { Output } from './output.ts';
import type { ChainNode, LinesNode, OvidNode, TextNode } from './tree.ts';

/** Converts any part of a search; undefined when nothing of it is left, which the conversion's dropped notes explain. */
export function convertNode(
  node: OvidNode,
  fields: FieldPlan | undefined,
  conversion: Conversion,
): Output | undefined {
  switch (node.kind) {
    case 'text': {
      const label = fields === undefined ? lineNumber(node) : undefined;
      return label === undefined
        ? convertText(node, fields, conversion)
        : reference(label, node.range, conversion);
    }
    case 'heading':
      return convertHeading(node, conversion);
    case 'lines':
      return lines(node, conversion);
    case 'group':
      return convertNode(
        node.inner,
        node.fields === undefined ? fields : planFields(node.fields, node.range),
        conversion,
      );
    case 'chain':
      return chain(node, fields, conversion);
  }
}

/** `7`, `#7` or `S7` alone, without a field, is another line. */
function lineNumber({ pieces, fields }: TextNode): number | undefined {
  const [piece] = pieces;
  if (piece === undefined || pieces.length > 1 || piece.quoted || fields !== undefined) return undefined;
  const match = /^[#s]?(\d{1,4})[.,;]?$/i.exec(piece.text);
  return match === null ? undefined : Number(match[1]);
}

/** A reference to another line. */
export function reference(label: number, range: Range, conversion: Conversion): Output | undefined {
  if (conversion.has(label)) return leaf(`#${label}`, [draft('exact', 'line', range, 'the same line')]);
  return conversion.drop(
    draft(
      'refused',
      'line-missing',
      range,
      `there is no search ${label} above to combine with; the number was left out`,
    ),
  );
}

function lines(node: LinesNode, conversion: Conversion): Output | undefined {
  const { range, operator, spans } = node;
  const labels = new Set<number>();
  let missing = false;
  for (const { from, to } of spans) {
    const [low, high] = from <= to ? [from, to] : [to, from];
    const found = within(conversion.converted, low, high);
    if (found.length < high - low + 1) missing = true;
    for (const label of found) labels.add(label);
  }
  if (labels.size === 0 || !conversion.spend(labels.size))
    return conversion.drop(
      draft(
        'refused',
        'line-missing',
        range,
        'none of these lines could be taken; the combination was left out',
      ),
    );
  const notes: Draft[] = missing
    ? [
        draft(
          'refused',
          'line-missing',
          range,
          'some of these lines are not there, or gave nothing; the others were combined',
        ),
      ]
    : [draft('exact', 'lines', range, 'the same lines')];
  return join(
    operator === 'and' ? 'AND' : 'OR',
    [...labels].map((label) => leaf(`#${label}`)),
    notes,
  );
}

/** The numbers from `low` to `high`; at most a thousand. */
function within(converted: readonly number[], low: number, high: number): number[] {
  const found: number[] = [];
  if (high - low <= 1000) {
    const present = new Set(converted.length <= 2000 ? converted : []);
    if (present.size > 0 || converted.length === 0) {
      for (let label = low; label <= high; label++) if (present.has(label)) found.push(label);
      return found;
    }
  }
  for (const label of converted) if (label >= low && label <= high && found.length < 1000) found.push(label);
  return found;
}

const OPERATORS: Readonly<Record<'and' | 'or' | 'not', Operator>> = { and: 'AND', or: 'OR', not: 'NOT' };

function chain(node: ChainNode, fields: FieldPlan | undefined, conversion: Conversion): Output | undefined {
  if (node.links.every(({ operator }) => operator === 'adj'))
    return convertProximity(node, fields, conversion, (part, plan) => convertNode(part, plan, conversion));
  const notes = node.links.flatMap((_, index) => impliedNote(node, index));
  if (node.mixed)
    notes.push(
      draft(
        'approximate',
        'operators-mixed',
        node.range,
        'AND and OR stand side by side without parentheses; they were read with AND and NOT before OR, which should be checked',
      ),
    );
  const parts = node.operands.map((operand) => convertNode(operand, fields, conversion));
  // Links of one kind become one flat chain; a change of operator closes what stands on its left.
  let result: Output | undefined = parts[0];
  let run: (Output | undefined)[] = [result];
  let current: Operator | undefined;
  node.links.forEach(({ operator }, index) => {
    const next = OPERATORS[operator === 'adj' ? 'and' : operator];
    if (current !== undefined && next !== current) {
      result = join(current, run);
      run = [result];
    }
    current = next;
    run.push(parts[index + 1]);
  });
  result = current === undefined ? result : join(current, run);
  if (result === undefined) return undefined;
  return notes.length === 0 ? result : { ...result, notes: [...result.notes, ...notes] };
}
