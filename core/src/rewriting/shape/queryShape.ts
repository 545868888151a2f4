import { partsOf, printRange, printTerm } from '../../pubmed/index.ts';
import type { QueryNode, QueryPart } from '../../pubmed/index.ts';

/** One of the blocks that a query joins by AND. */
export interface ShapeBlock {
  /** For people: its first heading, else its first term. */
  readonly name: string;
  /** Canonical text; a query of its own that can stand in parentheses. */
  readonly query: string;
  /** What it joins by OR, each as it stands there; itself where it is no OR. */
  readonly alternatives: readonly string[];
  /** The words of its terms, lower case, without plural endings and truncation: what blocks are recognised by. */
  readonly words: ReadonlySet<string>;
}

/** How a query is put together, parentheses that change nothing seen through. */
export interface QueryShape {
  readonly blocks: readonly ShapeBlock[];
  /** What the query takes away by NOT at its top, each as it stands behind NOT. */
  readonly excluded: readonly string[];
  /** Number of terms and ranges. */
  readonly terms: number;
  /** Blocks joined by AND, or alternatives joined by OR, at the top; >= 1. */
  readonly clauses: number;
}

/** The shape of a query without line references (they count as terms). */
export function shapeOf(root: QueryNode): QueryShape {
  const parts = partsOf(root);
  const { blocks, excluded } = topBlocks(parts);
  const top = parts[0];
  const terms = parts.filter((part) => part.kind === 'leaf' && part.node !== undefined).length;
  return {
    blocks: blocks.map((at) => blockOf(parts, at)),
    excluded: excluded.map((at) => enclosed(parts, at)),
    terms,
    clauses:
      top?.kind === 'block' && top.operator === 'OR' ? top.children.length : blocks.length + excluded.length,
  };
}

function blockOf(parts: readonly QueryPart[], at: number): ShapeBlock {
  const part = parts[at];
  const query = textOfPart(parts, at);
  return {
    name: nameOfPart(parts, at),
    query,
    alternatives:
      part?.kind === 'block' && part.operator === 'OR'
        ? part.children.map((child) => enclosed(parts, child))
        : [part?.kind === 'block' ? `(${query})` : query],
    words: wordsOfPart(parts, at),
  };
}

/** A part's text as it can stand beside others. */
function enclosed(parts: readonly QueryPart[], at: number): string {
  const text = textOfPart(parts, at);
  return parts[at]?.kind === 'block' ? `(${text})` : text;
}

/** Positions of the blocks that a query joins by AND, and of what it takes away by NOT at its top. */
export function topBlocks(parts: readonly QueryPart[]): {
  readonly blocks: readonly number[];
  readonly excluded: readonly number[];
} {
  const top = parts[0];
  if (top?.kind !== 'block' || top.operator === 'OR') return { blocks: [0], excluded: [] };
  if (top.operator === 'AND') return { blocks: top.children, excluded: [] };
  const [from = 0, ...excluded] = top.children;
  const base = parts[from];
  return { blocks: base?.kind === 'block' && base.operator === 'AND' ? base.children : [from], excluded };
}

/**
 * Canonical text of a part: every block within it in parentheses, so that it reads as it is evaluated.
 * @param reference how a line reference is written
 */
export function textOfPart(
  parts: readonly QueryPart[],
  at: number,
  reference: (label: string) => string = (label) => `#${label}`,
): string {
  const part = parts[at];
  if (part === undefined) return '';
  if (part.kind === 'leaf') {
    if (part.node === undefined) return '';
    if (part.node.kind === 'term') return printTerm(part.node);
    return part.node.kind === 'range' ? printRange(part.node) : reference(part.node.label);
  }
  return part.children
    .map((child) => {
      const text = textOfPart(parts, child, reference);
      return parts[child]?.kind === 'block' ? `(${text})` : text;
    })
    .filter((text) => text !== '')
    .join(` ${part.operator} `);
}

/** Leaves under a part, the part itself where it is one, in the order of the text. */
export function leavesOf(parts: readonly QueryPart[], at: number): readonly number[] {
  const leaves: number[] = [];
  const work = [at];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const part = parts[next];
    if (part?.kind === 'leaf') leaves.push(next);
    else if (part !== undefined) work.push(...part.children.toReversed());
  }
  return leaves;
}

/** For people: the first heading of a part, else its first term. */
export function nameOfPart(parts: readonly QueryPart[], at: number): string {
  const terms = leavesOf(parts, at)
    .map((leaf) => parts[leaf])
    .map((part) => (part?.kind === 'leaf' && part.node?.kind === 'term' ? part.node : undefined))
    .filter((node) => node !== undefined);
  const [first] = terms;
  const named = terms.find(({ tag }) => tag?.field === 'mh' || tag?.field === 'majr') ?? first;
  return named === undefined ? textOfPart(parts, at).slice(0, 60) : named.text.replace(/\s+/gu, ' ').trim();
}

/** Words that say nothing of what a term is about. */
const idle = new Set('and or not the of in for to with on by from at an as no non per vs is are'.split(' '));

function wordsOfPart(parts: readonly QueryPart[], at: number): ReadonlySet<string> {
  const words = new Set<string>();
  for (const leaf of leavesOf(parts, at)) {
    const part = parts[leaf];
    if (part?.kind !== 'leaf' || part.node?.kind !== 'term') continue;
    for (const [word] of part.node.text
      .toLowerCase()
      .normalize('NFKC')
      .matchAll(/[\p{L}\p{N}]+/gu))
      if (word.length > 1 && !idle.has(word))
        words.add(word.length > 4 ? word.replace(/(?:es|s)$/u, '') : word);
  }
  return words;
}
