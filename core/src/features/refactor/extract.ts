import type { ChainNode, Operator, QueryNode } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { applyEdits, lineBreakOf } from '../../text/index.ts';
import { renumbered } from '../lineNames.ts';
import { isNumbered, makeRoom, redirect, relabel } from './labels.ts';
import { hasComment, insert, isSelected, isWritten, pathTo, replace, slice, spaced } from './parts.ts';
import type { Place, Refactoring, Refusal } from './refactoring.ts';

/** Moves the selected block, or the parentheses around the cursor, to a numbered line of its own in front of this one. */
export const extract = {
  id: 'extractLine',
  kind: 'refactor.extract',
  promise: 'strategy',
  hint: 'Select the part that should become a line of its own, or put the cursor in its parentheses.',
  find({ document, selection, line }: Place) {
    if (!line) return [];
    const part =
      selection.start === selection.end
        ? groupAt(document, line, selection)
        : partIn(document, line, selection);
    if (part === undefined) return [];
    if ('problem' in part) return part;
    return extracted(document, line, part);
  },
} satisfies Refactoring;

function extracted(document: StrategyDocument, line: StrategyLine, part: Range) {
  const labels = makeRoom(document, line.label);
  if ('problem' in labels) return labels;
  const lineBreak = lineBreakOf(document.text);
  const isLabelled = isNumbered(document);
  const label = isLabelled ? renumbered(slice(document, line.labelRange), line.label) : `#${line.label}`;
  // References within the part move with it: they are changed in its text and not again in place.
  const isInside = ({ range }: TextEdit): boolean => range.start >= part.start && range.end <= part.end;
  const inside = redirect(line, labels).filter(isInside);
  const text = applyEdits(
    slice(document, part),
    inside.map(({ range, newText }) =>
      replace({ start: range.start - part.start, end: range.end - part.start }, newText),
    ),
  );
  const query = bare(document, line, part, text);
  // In a document without numbers queries are kept apart by empty lines, which numbers make unnecessary but harmless.
  const edits = relabel(document, labels).filter(
    (edit) => !isInside(edit) || edit.range.end === edit.range.start,
  );
  const own = edits.find(({ range }) => range.start === line.range.start);
  const rest = edits.filter((edit) => edit !== own);
  const head = `${label} ${query}${lineBreak}`;
  return [
    {
      title: `Extract to line #${line.label}`,
      edits: [
        own ? replace(own.range, head + own.newText) : insert(line.range.start, head),
        replace(part, spaced(document, part, `#${line.label}`)),
        ...rest,
      ],
      labels,
    },
  ];
}

/** The part's text without parentheses around all of it, unless a comment would begin it then. */
function bare(document: StrategyDocument, line: StrategyLine, part: Range, text: string): string {
  const node = pathTo(line, part).at(-1);
  const isGroup =
    node?.kind === 'group' &&
    node.range.start === part.start &&
    node.range.end === part.end &&
    node.tag === undefined &&
    isWritten(document, node);
  if (!isGroup || node.inner === undefined) return text;
  const isClean =
    !hasComment(line, { start: part.start, end: node.inner.range.start }) &&
    !hasComment(line, { start: node.inner.range.end, end: part.end });
  return isClean ? text.slice(1, -1).trim() : text;
}

/** The innermost parentheses around the cursor that are not the whole line. */
function groupAt(document: StrategyDocument, line: StrategyLine, cursor: Range): Range | undefined {
  const group = pathTo(line, cursor).findLast(
    (node) => node.kind === 'group' && node.tag === undefined && isWritten(document, node),
  );
  return group && group !== line.query.root ? group.range : undefined;
}

/** The operands that a selection overlaps, when they make a part of their own from left to right. */
function partIn(
  document: StrategyDocument,
  line: StrategyLine,
  selection: Range,
): Range | Refusal | undefined {
  const { tokens, root } = line.query;
  const touched = tokens.filter(
    (token) => token.kind !== 'space' && token.kind !== 'comment' && isSelected(token, selection),
  );
  const first = touched[0];
  const last = touched.at(-1);
  if (first === undefined || last === undefined || root === undefined) return undefined;
  const path = pathTo(line, { start: first.start, end: last.end });
  const node = path.at(-1);
  if (node === undefined) return undefined;
  if (node.kind === 'chain') return run(document, line, path, node, { start: first.start, end: last.end });
  if (node.kind === 'reference') return undefined;
  return isWhole(line, node.range) ? undefined : node.range;
}

function isWhole(line: StrategyLine, { start, end }: Range): boolean {
  const { root } = line.query;
  return root === undefined || (start <= root.range.start && end >= root.range.end);
}

function run(
  document: StrategyDocument,
  line: StrategyLine,
  path: readonly QueryNode[],
  chain: ChainNode,
  range: Range,
): Range | Refusal | undefined {
  const from = chain.operands.findIndex((operand) => operand.range.end > range.start);
  const to = chain.operands.findLastIndex((operand) => operand.range.start < range.end);
  const first = chain.operands[from];
  const last = chain.operands[to];
  // Only an operator is selected, or a single reference.
  if (first === undefined || last === undefined || to < from) return undefined;
  if (first === last && first.kind === 'reference') return undefined;
  const part = { start: first.range.start, end: last.range.end };
  if (isWhole(line, part)) return undefined;
  const around = path[path.indexOf(chain) - 1];
  const isAll = first === chain.operands[0] && last === chain.operands.at(-1);
  // All that stands in a pair of parentheses goes with them.
  if (isAll && around?.kind === 'group' && around.tag === undefined && isWritten(document, around))
    return isWhole(line, around.range) ? undefined : around.range;
  const outside = [chain.operators[from - 1], chain.operators[to]];
  if (outside.some((one) => one?.implicit === true && one.operator === 'OR')) return undefined;
  const inside = chain.operators.slice(from, to).map(({ operator }) => operator);
  if (from > 0 && !isPart(chain.operators[from - 1]?.operator, inside))
    return {
      problem:
        'PubMed reads from left to right, so the selected terms are no part by themselves here. Put parentheses where they belong first.',
    };
  return part;
}

/** Whether `x before (a inside b ...)` means `x before a inside b ...`. */
function isPart(before: Operator | undefined, inside: readonly Operator[]): boolean {
  if (before === 'OR') return inside.every((operator) => operator === 'OR');
  if (before === 'AND') return inside.every((operator) => operator !== 'OR');
  return inside.length === 0;
}
