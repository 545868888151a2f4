import type { ChainNode, GroupNode, QueryNode } from '../../pubmed/index.ts';
import { impliedGroups, nodesOf } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { countOf, hasComment, insert, isWritten, pathTo, replace, selectedLines } from './parts.ts';
import type { Draft, Place, Refactoring } from './refactoring.ts';

/** Puts the selection in parentheses, when it is whole. */
export const wrapSelection = {
  id: 'wrapSelection',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Select the terms that belong together.',
  find({ document, line, selection: { start, end } }: Place) {
    if (!line || end <= start || start < line.queryRange.start || end > line.queryRange.end) return [];
    const span = trimmed(document, { start, end });
    // Only a part that is whole: cutting through a phrase, a comment or half a pair would break the query.
    const node = pathTo(line, span).at(-1);
    const parts = node?.kind === 'chain' ? node.operands : node ? [node] : [];
    const isWhole =
      parts.some(({ range }) => range.start === span.start) &&
      parts.some(({ range }) => range.end === span.end);
    if (!isWhole || hasComment(line, span)) return [];
    const edits = [insert(span.start, '('), insert(span.end, ')')];
    return [{ title: 'Put the selection in parentheses', edits }];
  },
} satisfies Refactoring;

/** A selection without white space at its ends. */
function trimmed({ text }: StrategyDocument, { start, end }: Range): Range {
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}

/** Removes parentheses that change nothing: around one term, around a whole line, around ORs among ORs. */
export const removeParentheses = {
  id: 'removeParentheses',
  kind: 'refactor.rewrite',
  promise: 'writing',
  hint: 'No parentheses of this line can be removed without changing what PubMed searches, or making it harder to read.',
  find({ document, line, selection }: Place) {
    if (!line) return [];
    const needless = needlessGroups(document, line);
    const path = pathTo(line, selection);
    const drafts: Draft[] = [];
    const here = path.findLast(
      (node): node is GroupNode => node.kind === 'group' && isWritten(document, node),
    );
    if (here && needless.includes(here))
      drafts.push({ title: 'Remove these parentheses', edits: withoutPair(document, here) });
    if (needless.length > (drafts.length > 0 ? 1 : 0))
      drafts.push({
        title: `Remove ${countOf(needless.length, 'needless pair')} of parentheses`,
        edits: needless.flatMap((group) => withoutPair(document, group)),
      });
    return drafts;
  },
} satisfies Refactoring;

function needlessGroups(document: StrategyDocument, line: StrategyLine): GroupNode[] {
  const needless: GroupNode[] = [];
  /** `index` is the place in `chain` of the node, or of the outermost of the pairs around it that hold nothing else. */
  const look = (node: QueryNode | undefined, chain?: ChainNode, index = 0): void => {
    if (node?.kind === 'chain') node.operands.forEach((operand, at) => look(operand, node, at));
    if (node?.kind !== 'group') return;
    const isPlain = node.tag === undefined && node.inner !== undefined && isWritten(document, node);
    const { inner } = node;
    // Of pairs around pairs the innermost stays when one is needed.
    if (isPlain && inner?.kind === 'group' && inner.tag === undefined && isWritten(document, inner)) {
      needless.push(node);
      look(inner, chain, index);
      return;
    }
    if (isPlain && inner !== undefined && isNeedless(inner, chain, index)) needless.push(node);
    look(inner);
  };
  look(line.query.root);
  return needless;
}

function isNeedless(inner: QueryNode, chain: ChainNode | undefined, index: number): boolean {
  if (chain === undefined) return true;
  // Without parentheses terms side by side would become one.
  if (chain.operators[index - 1]?.implicit === true || chain.operators[index]?.implicit === true)
    return false;
  if (inner.kind !== 'chain') return inner.kind !== 'group';
  const all = [...chain.operators, ...inner.operators];
  const first = all[0]?.operator;
  return first !== 'NOT' && all.every(({ operator, implicit }) => operator === first && !implicit);
}

/** Takes one pair of parentheses off; where words would run together a space takes their place. */
function withoutPair({ text }: StrategyDocument, { range }: GroupNode): TextEdit[] {
  const replaced = (at: number): TextEdit => {
    const isBetween = /[^\s()]/.test(text.charAt(at - 1)) && /[^\s()]/.test(text.charAt(at + 1));
    return replace({ start: at, end: at + 1 }, isBetween ? ' ' : '');
  };
  return [replaced(range.start), replaced(range.end - 1)];
}

/** More implied pairs than this at one level help nobody. */
const MAXIMUM_IMPLIED = 100;

/** Writes out the parentheses that PubMed's reading from left to right implies, in every line of the selection. */
export const writeGrouping = {
  id: 'writeGrouping',
  kind: 'refactor.rewrite',
  promise: 'writing',
  onCommand: true,
  hint: 'This line does not mix OR with AND or NOT at one level, so there is no grouping to write out.',
  find(place: Place) {
    const edits: TextEdit[] = [];
    for (const line of selectedLines(place))
      for (const node of nodesOf(line.query.root)) {
        if (node.kind !== 'chain') continue;
        const groups = impliedGroups(node);
        if (groups.length === 0 || groups.length > MAXIMUM_IMPLIED) continue;
        edits.push(insert(node.range.start, '('.repeat(groups.length)));
        for (const count of groups) {
          const operand = node.operands[count - 1];
          if (operand) edits.push(insert(operand.range.end, ')'));
        }
      }
    return edits.length === 0 ? [] : [{ title: 'Write out PubMed’s grouping in parentheses', edits }];
  },
} satisfies Refactoring;

/** `(a OR b)[tiab]`, which PubMed does not distribute, as `(a[tiab] OR b[tiab])`. */
export const distributeTag = {
  id: 'distributeTag',
  kind: 'refactor.rewrite',
  promise: 'lines',
  onCommand: true,
  hint: 'Put the cursor in parentheses with a field tag behind them, such as (a OR b)[tiab].',
  find({ document, line, selection }: Place) {
    const group =
      line && pathTo(line, selection).findLast((node) => node.kind === 'group' && node.tag !== undefined);
    if (group?.kind !== 'group' || group.tag === undefined) return [];
    const tag = document.text.slice(group.tag.range.start, group.tag.range.end);
    const edits: TextEdit[] = [replace(group.tag.range, '')];
    for (const node of nodesOf(group.inner))
      if (node.kind === 'term' && node.tag === undefined) edits.push(insert(node.range.end, tag));
    return [{ title: `Put ${tag} behind each term`, edits }];
  },
} satisfies Refactoring;
