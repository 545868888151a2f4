import { findField, parseQuery, queryKey } from '@querent/core/pubmed';
import type { Operator, QueryNode, ResolvedQuery, Tag } from '@querent/core/pubmed';
import type { HistoryEntry } from './protocol.ts';

/** Why a term is no query, in NCBI's words. */
export class TermFault extends Error {
  override readonly name = 'TermFault';
}

/** NCBI's words for a set that the history server does not have, or no more. */
export function noSet(queryKey: string): string {
  return `Unable to obtain query #${queryKey}`;
}

const NOWHERE = { start: 0, end: 0 };

/**
 * Reads the sets of a history as queries: a set that speaks of others refers to them, it does not repeat them. Equal sets give the same
 * object, so that an engine that remembers by identity finds them again.
 */
export class TermReader {
  readonly #known = new Map<string, ResolvedQuery>();

  /** @throws TermFault when it holds nothing to search for, or speaks of a set that is not there */
  read(entry: HistoryEntry, history: Readonly<Record<string, HistoryEntry>>): ResolvedQuery {
    return this.#read(entry, history, new Set());
  }

  #read(
    entry: HistoryEntry,
    history: Readonly<Record<string, HistoryEntry>>,
    above: ReadonlySet<string>,
  ): ResolvedQuery {
    const root = rootOf(entry);
    const references = new Map<string, ResolvedQuery>();
    for (const label of referencesIn(root)) {
      const target = history[label];
      // A set can only speak of earlier ones; what claims otherwise is not of this server.
      if (target === undefined || above.has(label)) throw new TermFault(noSet(label));
      references.set(label, this.#read(target, history, new Set([...above, label])));
    }
    const key = queryKey(root, references);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // As many as a strategy has lines, some times over; a set takes an eighth of a byte a record.
    if (this.#known.size >= mostQueries) this.#known.delete(this.#known.keys().next().value ?? '');
    const query: ResolvedQuery = { root, references, key };
    this.#known.set(key, query);
    return query;
  }
}

const mostQueries = 1_000;

function rootOf(entry: HistoryEntry): QueryNode {
  if (entry.kind === 'ids') return idsNode(entry.ids);
  const parts: QueryNode[] = [];
  if (entry.within !== undefined) parts.push({ kind: 'reference', range: NOWHERE, label: entry.within });
  const { root } = parseQuery(entry.term);
  if (root !== undefined) parts.push(entry.field === undefined ? root : tagged(root, tagOf(entry.field)));
  if (parts.length === 0) throw new TermFault('Empty term and query_key - nothing todo');
  const dates = entry.dates === undefined ? undefined : parseQuery(entry.dates).root;
  if (dates !== undefined) parts.push(dates);
  return allOf(parts);
}

/** Records by their ids: PubMed reads several numbers before one tag. */
function idsNode(ids: readonly string[]): QueryNode {
  return {
    ...{ kind: 'term', range: NOWHERE, textRange: NOWHERE, quoted: false },
    ...{ text: ids.join(' '), tag: tagOf('pmid') },
  };
}

function tagOf(text: string): Tag {
  return {
    range: NOWHERE,
    text,
    field: findField(text)?.tag,
    noExplode: false,
    proximity: undefined,
  };
}

/** Every term without a tag of its own is given `tag`, which `field=` of ESearch means. */
function tagged(node: QueryNode, tag: Tag): QueryNode {
  switch (node.kind) {
    case 'term':
    case 'range':
      return node.tag === undefined ? { ...node, tag } : node;
    case 'group':
      return node.inner === undefined ? node : { ...node, inner: tagged(node.inner, tag) };
    case 'chain':
      return { ...node, operands: node.operands.map((operand) => tagged(operand, tag)) };
    case 'reference':
      return node;
  }
}

function allOf(parts: readonly QueryNode[]): QueryNode {
  const operands = parts.map((part): QueryNode =>
    part.kind === 'chain' && parts.length > 1
      ? { kind: 'group', range: part.range, inner: part, tag: undefined }
      : part,
  );
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only;
  const and: Operator = 'AND';
  return {
    kind: 'chain',
    range: NOWHERE,
    operands,
    operators: operands.slice(1).map(() => ({ operator: and, range: NOWHERE, implicit: false })),
  };
}

/** Labels that a tree refers to, each once. Iterates: a term of 10,000 parentheses is no reason to fall over. */
function referencesIn(root: QueryNode): readonly string[] {
  const labels = new Set<string>();
  const work: QueryNode[] = [root];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (node.kind === 'reference') labels.add(node.label);
    else if (node.kind === 'chain') work.push(...node.operands);
    else if (node.kind === 'group' && node.inner !== undefined) work.push(node.inner);
  }
  return [...labels];
}

/** The query keys that a term speaks of, as far as they can be told from its text; more than it speaks of does no harm. */
export function keysIn(term: string): readonly string[] {
  return [...term.matchAll(/#(\d{1,6})/g)].map(([, key = '']) => String(Number(key)));
}
