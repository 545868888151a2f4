import { parseQuery, printQuery, QueryTooLongError } from '../../pubmed/index.ts';
import type { QueryNode } from '../../pubmed/index.ts';
import { parseStrategy, printResolved } from '../../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { keepsComments } from '../refactor/check.ts';
import { inOrder } from '../refactor/index.ts';
import { meaningOf } from '../refactor/meaning.ts';
import { insert, isWritten, spaced } from '../refactor/parts.ts';
import { alignBlocks } from './align.ts';
import type { ProposedBlock } from './align.ts';
import { blockQuery } from './blockQuery.ts';
import type { Conjunct } from './conjuncts.ts';
import { diffEdits } from './diffEdits.ts';
import { addBlock } from './addBlock.ts';
import { closed, onOneLine, replaced } from './replaceBlock.ts';

/** What taking one block of a proposal over does. */
export interface BlockChange {
  readonly name: string;
  readonly query: string;
  /** Label of the line that it stands in afterwards; undefined when it becomes a line of its own. */
  readonly replaces: string | undefined;
  /** Empty where the strategy has this block already. */
  readonly edits: readonly TextEdit[];
  /** Why it cannot be taken over alone; then there are no edits. */
  readonly problem: string | undefined;
}

/** Written-out blocks longer than this are not compared, in characters. */
const longestCompared = 100_000;

const refused =
  'It cannot be taken over alone, since that would break the strategy here. Errors in its lines are the usual reason; the Problems panel lists them.';

/** What taking over each of a proposal's blocks alone does to line `label`, the strategy where absent. Empty where there is no such line. */
export function blockChanges(
  document: StrategyDocument,
  label: string | undefined,
  blocks: readonly ProposedBlock[],
): readonly BlockChange[] {
  const line = label === undefined ? document.root : document.line(label);
  if (line === undefined) return [];
  const aligned = alignBlocks(document, line.label, blocks);
  return blocks.map(({ name, query }, index) => {
    const edits = editsFor(document, line.label, blocks, aligned, [index]);
    return {
      name,
      query,
      replaces: aligned[index]?.line.label,
      edits: edits ?? [],
      problem: edits === undefined ? refused : undefined,
    };
  });
}

/**
 * Takes the `chosen` blocks of a proposal (positions in `blocks`) over into line `label`, the strategy where absent:
 * - a block that looks for what one of the line's own blocks looks for takes its place; where it only has more terms, these are added;
 * - any other becomes a numbered line of its own in front of a line that combines numbered lines, or is written into the line, and is joined by AND.
 *
 * Edits by place, none overlapping. Undefined where there is no such line, or where a comment would be lost, or errors be made.
 */
export function blockEdits(
  document: StrategyDocument,
  label: string | undefined,
  blocks: readonly ProposedBlock[],
  chosen: readonly number[],
): readonly TextEdit[] | undefined {
  const line = label === undefined ? document.root : document.line(label);
  if (line === undefined) return undefined;
  return editsFor(document, line.label, blocks, alignBlocks(document, line.label, blocks), chosen);
}

function editsFor(
  document: StrategyDocument,
  label: string,
  blocks: readonly ProposedBlock[],
  aligned: readonly (Conjunct | undefined)[],
  chosen: readonly number[],
): readonly TextEdit[] | undefined {
  const wanted = [...new Set(chosen)].flatMap((index) => {
    const block = blocks[index];
    return block === undefined ? [] : [{ block, target: aligned[index] }];
  });
  const changes = wanted.flatMap(({ block, target }) =>
    target === undefined ? [] : replacement(document, target, onOneLine(block.query)),
  );
  let text = applyEdits(document.text, inOrder(changes));
  let at = label;
  for (const { block, target } of wanted) {
    if (target !== undefined) continue;
    const added = addBlock(parseStrategy(text), at, { ...block, query: onOneLine(block.query) });
    if (added === undefined) return undefined;
    ({ text, label: at } = added);
  }
  if (text === document.text) return [];
  const after = parseStrategy(text);
  const isSound =
    after.line(at) !== undefined && !addsErrors(document, after) && keepsComments(document, after);
  return isSound ? diffEdits(document.text, text) : undefined;
}

/** Whether `after` has more errors; lines whose text stays are not read, since there may be hundreds of them for every block. */
function addsErrors(before: StrategyDocument, after: StrategyDocument): boolean {
  const textOf = ({ text }: StrategyDocument, { queryRange }: StrategyLine): string =>
    text.slice(queryRange.start, queryRange.end);
  const left = new Map<string, StrategyLine[]>();
  for (const line of before.lines) {
    const text = textOf(before, line);
    left.set(text, [...(left.get(text) ?? []), line]);
  }
  const added = after.lines.filter((line) => left.get(textOf(after, line))?.pop() === undefined);
  const errors = (document: StrategyDocument, lines: readonly StrategyLine[]): number =>
    [...document.problems, ...lines.flatMap(({ query }) => query.problems)].filter(
      ({ severity }) => severity === 'error',
    ).length;
  return errors(after, added) > errors(before, [...left.values()].flat());
}

/** The edits that make a block of the line mean `query`; none where it does already. */
function replacement(document: StrategyDocument, target: Conjunct, query: string): readonly TextEdit[] {
  const { line, range, isLine } = target;
  if (query === '' || meansAlready(document, target, query)) return [];
  const more = missingTerms(document, target, query);
  if (more !== undefined) return more;
  const before = line.query.tokens.some(
    ({ kind, start, end }) => kind === 'reference' && start >= range.start && end <= range.end,
  )
    ? [`// before: ${withoutComments(document.text.slice(range.start, range.end))}`]
    : [];
  return replaced(document, line, range, isLine ? query : spaced(document, range, closed(query)), before);
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\/[^\r\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function meansAlready(document: StrategyDocument, target: Conjunct, query: string): boolean {
  const resolved = blockQuery(document, target.range);
  if (resolved === undefined) return false;
  try {
    const written = printResolved(resolved, { maxLength: longestCompared });
    return meaningOf(parseQuery(written).root) === meaningOf(parseQuery(query).root);
  } catch (error) {
    if (error instanceof QueryTooLongError) return false;
    throw error;
  }
}

/**
 * Adds the terms that `query` has and the block has not, where both are terms joined by OR and `query` drops none: what the person has written
 * stays as it is written. Undefined where that is not so.
 */
function missingTerms(
  document: StrategyDocument,
  { line, range, isLine }: Conjunct,
  query: string,
): readonly TextEdit[] | undefined {
  const { root } = line.query;
  const own = isLine ? root : nodeWithin(root, range);
  const inner = own && withoutParentheses(document, own);
  const has = inner && alternativesOf(inner, document);
  const wanted = alternativesOf(parseQuery(query).root);
  // A single term among ANDs needs parentheses before it can become several.
  if (inner === undefined || has === undefined || wanted === undefined || (inner === own && !isLine))
    return undefined;
  if ([...has.keys()].some((key) => !wanted.has(key))) return undefined;
  const missing = [...wanted].flatMap(([key, text]) => (has.has(key) ? [] : [text]));
  return missing.length === 0 ? [] : [insert(inner.range.end, missing.map((text) => ` OR ${text}`).join(''))];
}

function nodeWithin(
  root: QueryNode | undefined,
  range: { readonly start: number; readonly end: number },
): QueryNode | undefined {
  let node = root;
  while (node !== undefined && (node.range.start !== range.start || node.range.end !== range.end)) {
    const inner: readonly QueryNode[] =
      node.kind === 'chain' ? node.operands : node.kind === 'group' && node.inner ? [node.inner] : [];
    node = inner.find((one) => one.range.start <= range.start && one.range.end >= range.end);
  }
  return node;
}

function withoutParentheses(document: StrategyDocument, node: QueryNode): QueryNode | undefined {
  let inner: QueryNode | undefined = node;
  while (inner?.kind === 'group' && inner.tag === undefined && isWritten(document, inner))
    inner = inner.inner;
  return inner;
}

/** The terms that a query joins by OR, by what they mean, as they are written; undefined for a query that joins otherwise. */
function alternativesOf(
  root: QueryNode | undefined,
  document?: StrategyDocument,
): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const work: QueryNode[] = root === undefined ? [] : [root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node.kind === 'chain') {
      if (node.operators.some(({ operator }) => operator !== 'OR')) return undefined;
      work.push(...node.operands.toReversed());
    } else if (node.kind === 'group') {
      if (node.tag !== undefined || node.inner === undefined) return undefined;
      work.push(node.inner);
    } else if (node.kind === 'reference') {
      const referred = document?.line(node.label)?.query.root;
      if (referred === undefined) return undefined;
      if (!seen.has(node.label)) work.push(referred);
      seen.add(node.label);
    } else {
      const text = printQuery(node);
      if (!found.has(text.toLowerCase())) found.set(text.toLowerCase(), text);
    }
  }
  return found.size === 0 ? undefined : found;
}
