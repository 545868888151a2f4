import { nodesOf, partsOf, printRange } from '../../pubmed/index.ts';
import type { QueryNode, QueryPart } from '../../pubmed/index.ts';
import { isUnresolvable, resolveLine } from '../../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { contains } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';

/** One of the blocks that a line joins by AND, directly or through lines that it refers to. */
export interface Conjunct {
  readonly line: StrategyLine;
  /** Where it stands in the line. */
  readonly range: Range;
  /** Whether it is all of the line's query. */
  readonly isLine: boolean;
}

/** Blocks beyond this number are no strategy of concepts. */
const most = 60;

/**
 * The blocks that line `label` wants all of: what stands between its ANDs, and where that is a reference, the blocks of the line that is meant.
 * What NOT removes is none of them. Empty where the line cannot be searched; never throws, whatever refers to what.
 */
export function conjunctsOf(document: StrategyDocument, label: string): readonly Conjunct[] {
  const found: Conjunct[] = [];
  if (isUnresolvable(resolveLine(document, label))) return found;
  const seen = new Set<string>();
  // A stack of our own: a thousand lines may each refer to the one before.
  const work: (string | Conjunct)[] = [label];
  for (let one = work.pop(); one !== undefined && found.length < most; one = work.pop()) {
    if (typeof one === 'object') {
      found.push(one);
      continue;
    }
    const line = document.line(one);
    const root = line?.query.root;
    // A line that is used twice is one block.
    if (line === undefined || root === undefined || seen.has(line.label)) continue;
    seen.add(line.label);
    const parts = partsOf(root);
    for (const part of wantedParts(parts, parts[0]).toReversed()) {
      const isLine = contains(part.range, root.range);
      const range = isLine ? line.queryRange : part.range;
      const refers = part.kind === 'leaf' && part.node?.kind === 'reference';
      work.push(refers ? part.node.label : { line, range, isLine });
    }
  }
  return found;
}

function wantedParts(parts: readonly QueryPart[], part: QueryPart | undefined): readonly QueryPart[] {
  if (part === undefined) return [];
  if (part.kind === 'leaf' || part.operator === 'OR') return [part];
  // Of a NOT only what is left over is wanted; a chain of a thousand is not walked by recursion.
  const wanted: QueryPart[] = [];
  const work: QueryPart[] = [part];
  for (let one = work.pop(); one !== undefined; one = work.pop()) {
    if (one.kind === 'leaf' || one.operator === 'OR') wanted.push(one);
    else
      for (const child of (one.operator === 'NOT' ? one.children.slice(0, 1) : one.children).toReversed()) {
        const next = parts[child];
        if (next !== undefined) work.push(next);
      }
  }
  return wanted;
}

/** What a query looks for. */
export interface Concept {
  /** Terms without their field, so that `falls[tiab]` and `falls[ti]` are of one concept. */
  readonly terms: ReadonlySet<string>;
  /** The words of those, without truncation. */
  readonly words: ReadonlySet<string>;
}

/** Shorter words say little about what a term is about. */
const shortestWord = 4;

/** What a query looks for; references are followed where there is a document. */
export function conceptOf(root: QueryNode | undefined, document?: StrategyDocument): Concept {
  const terms = new Set<string>();
  const words = new Set<string>();
  const seen = new Set<string>();
  const work: (QueryNode | undefined)[] = [root];
  while (work.length > 0) {
    for (const node of nodesOf(work.pop())) {
      if (node.kind === 'term') {
        const text = node.text.toLowerCase().replace(/\s+/g, ' ').trim();
        terms.add(text);
        for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? [])
          if (word.length >= shortestWord) words.add(word);
      } else if (node.kind === 'range') terms.add(printRange(node).toLowerCase());
      else if (node.kind === 'reference' && document !== undefined && !seen.has(node.label)) {
        seen.add(node.label);
        work.push(document.line(node.label)?.query.root);
      }
    }
  }
  return { terms, words };
}
