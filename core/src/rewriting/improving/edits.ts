import { parseQuery, partsOf } from '../../pubmed/index.ts';
import type { GroupNode, QueryNode, QueryPart } from '../../pubmed/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';

/** A query as it is written, with its parts. */
export interface QueryText {
  readonly text: string;
  readonly root: QueryNode;
  /** As `partsOf`; edits name parts by their position here. */
  readonly parts: readonly QueryPart[];
}

/**
 * A change of whole operands. `add`: terms joined by OR, at the end of an OR block or beside a term; `remove`: the part goes with its
 * operator; `replace`: a term is written anew.
 */
export type QueryEdit =
  | { readonly kind: 'add'; readonly at: number; readonly terms: readonly string[] }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'replace'; readonly at: number; readonly text: string };

/** Reads a query that is to be edited; undefined when it has syntax errors or holds nothing: what is broken is mended first. */
export function readQuery(text: string): QueryText | undefined {
  const { root, problems } = parseQuery(text);
  if (root === undefined || problems.some(({ severity }) => severity === 'error')) return undefined;
  return { text, root, parts: partsOf(root) };
}

/**
 * The text after edits that all speak of `query`. Everything else stays as it is written; parentheses go where they would hold a
 * single operand that was one of several. Undefined when nothing would be left, or a NOT would have nothing to take away from.
 */
export function edited(query: QueryText, edits: readonly QueryEdit[]): string | undefined {
  const gone = new Set<QueryNode>();
  const written = new Map<QueryNode, string>();
  for (const edit of edits) {
    if (edit.kind === 'remove') for (const node of leavesOf(query, edit.at)) gone.add(node);
    const node = nodeAt(query, edit.at);
    if (edit.kind === 'replace' && node !== undefined) written.set(node, edit.text);
  }
  if (isGone(query.root, gone)) return undefined;
  const inserts: TextEdit[] = [];
  for (const [at, terms] of additions(edits)) {
    const part = query.parts[at];
    const anchor = part?.kind === 'block' ? lastKept(query, at, gone) : part?.range.end;
    if (part === undefined || anchor === undefined) return undefined;
    if (part.kind === 'block' || part.role === 'OR') {
      inserts.push({
        range: { start: anchor, end: anchor },
        newText: terms.map((term) => ` OR ${term}`).join(''),
      });
      continue;
    }
    const { node } = part;
    if (node === undefined || gone.has(node)) return undefined;
    const own = written.get(node) ?? query.text.slice(node.range.start, node.range.end).trimEnd();
    const all = [own, ...terms].join(' OR ');
    written.set(node, standsInChain(query.root, node) ? `(${all})` : all);
  }
  const changes = [...inserts];
  for (const [node, newText] of written) if (!gone.has(node)) changes.push({ range: node.range, newText });
  // Where something comes in, parentheses go on holding several operands.
  const grown = inserts.map(({ range }) => range.start);
  return remove(query.root, { gone, grown }, changes) ? applyEdits(query.text, changes).trim() : undefined;
}

/** Where terms are added to an OR block: behind the last of its parts that stays. */
function lastKept(query: QueryText, at: number, gone: ReadonlySet<QueryNode>): number | undefined {
  const part = query.parts[at];
  if (part?.kind !== 'block' || part.operator !== 'OR') return undefined;
  const last = part.children.findLast((child) => !leavesOf(query, child).every((node) => gone.has(node)));
  return last === undefined ? undefined : query.parts[last]?.range.end;
}

/** The query and, joined to it by AND, a block of terms. */
export function narrowedBy({ text, root }: QueryText, terms: readonly string[]): string {
  const block = terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`;
  const { start, end } = root.range;
  const isClear = root.kind !== 'chain' || root.operators.every(({ operator }) => operator === 'AND');
  const changes: TextEdit[] = [{ range: { start: end, end }, newText: `${isClear ? '' : ')'} AND ${block}` }];
  if (!isClear) changes.push({ range: { start, end: start }, newText: '(' });
  return applyEdits(text, changes).trim();
}

/** The terms of a part, as nodes; empty parentheses have none. */
export function leavesOf({ parts }: QueryText, at: number): readonly QueryNode[] {
  const found: QueryNode[] = [];
  const work = [at];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const part = parts[next];
    if (part?.kind === 'block') work.push(...part.children);
    else if (part?.node !== undefined) found.push(part.node);
  }
  return found;
}

/** A part as it is written, on one line and no longer than people read. */
export function textOf({ text, parts }: QueryText, at: number): string {
  const part = parts[at];
  const written = part === undefined ? '' : text.slice(part.range.start, part.range.end);
  return written.replace(/\s+/gu, ' ').trim();
}

/** A part's name for people: its first term, and how many more there are. */
export function nameOf(query: QueryText, at: number): string {
  const leaves = leavesOf(query, at).toSorted((a, b) => a.range.start - b.range.start);
  const [first] = leaves;
  if (first === undefined) return textOf(query, at);
  const text = query.text.slice(first.range.start, first.range.end).trim();
  return leaves.length > 1 ? `the block of ${text}` : text;
}

function nodeAt({ parts }: QueryText, at: number): QueryNode | undefined {
  const part = parts[at];
  return part?.kind === 'leaf' ? part.node : undefined;
}

function additions(edits: readonly QueryEdit[]): ReadonlyMap<number, readonly string[]> {
  const terms = new Map<number, readonly string[]>();
  for (const edit of edits)
    if (edit.kind === 'add' && edit.terms.length > 0)
      terms.set(edit.at, [...(terms.get(edit.at) ?? []), ...edit.terms]);
  return terms;
}

/** Whether all that a node searches for was removed. */
function isGone(node: QueryNode, gone: ReadonlySet<QueryNode>): boolean {
  if (node.kind === 'chain') return node.operands.every((operand) => isGone(operand, gone));
  if (node.kind === 'group') return node.inner !== undefined && isGone(node.inner, gone);
  return gone.has(node);
}

/** What goes, and offsets at which something comes in. */
interface Cuts {
  readonly gone: ReadonlySet<QueryNode>;
  readonly grown: readonly number[];
}

/** Adds the cuts within a node that stays; false when it cannot be. */
function remove(node: QueryNode, cuts: Cuts, into: TextEdit[]): boolean {
  const { gone } = cuts;
  if (gone.size === 0) return true;
  if (node.kind === 'group') return node.inner === undefined || removeInGroup(node, node.inner, cuts, into);
  if (node.kind !== 'chain') return true;
  const { operands, operators } = node;
  const first = operands.findIndex((operand) => !isGone(operand, gone));
  if (first > 0) {
    if (operators.slice(0, first).some(({ operator }) => operator === 'NOT')) return false;
    const [start, end] = [operands[0]?.range.start ?? 0, operands[first]?.range.start ?? 0];
    into.push({ range: { start, end }, newText: '' });
  }
  return operands.every((operand, i) => {
    if (!isGone(operand, gone)) return remove(operand, cuts, into);
    if (i > first)
      into.push({ range: { start: operands[i - 1]?.range.end ?? 0, end: operand.range.end }, newText: '' });
    return true;
  });
}

function removeInGroup({ range, tag }: GroupNode, inner: QueryNode, cuts: Cuts, into: TextEdit[]): boolean {
  const kept = inner.kind === 'chain' ? inner.operands.filter((operand) => !isGone(operand, cuts.gone)) : [];
  const [only] = kept;
  // A bare word would run into one that stands beside the parentheses without an operator.
  const isBare = only?.kind === 'term' && only.tag === undefined;
  const isWritten = inner.range.start > range.start;
  const isGrown = cuts.grown.some((offset) => offset > range.start && offset < range.end);
  if (only === undefined || kept.length > 1 || tag !== undefined || !isWritten || isBare || isGrown)
    return remove(inner, cuts, into);
  if (inner.kind === 'chain' && inner.operands[0] !== only && inner.operators[0]?.operator === 'NOT')
    return false;
  into.push({ range: { start: range.start, end: only.range.start }, newText: '' });
  into.push({ range: { start: only.range.end, end: range.end }, newText: '' });
  return remove(only, cuts, into);
}

/** Whether an operator stands beside a node, so that what is joined to it by OR needs parentheses. */
function standsInChain(root: QueryNode, wanted: QueryNode): boolean {
  const work: (readonly [QueryNode, boolean])[] = [[root, false]];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const [node, isOperand] = next;
    if (node === wanted) return isOperand;
    if (node.kind === 'group' && node.inner !== undefined) work.push([node.inner, false]);
    if (node.kind === 'chain') for (const operand of node.operands) work.push([operand, true]);
  }
  return false;
}
