import { partsOf, QueryTooLongError } from '../../pubmed/index.ts';
import type { QueryPart, ResolvedQuery } from '../../pubmed/index.ts';
import { printResolved } from '../../strategy/index.ts';
import { leavesOf, nameOfPart, textOfPart, topBlocks } from '../shape/index.ts';

/** A part of a query, or of a line that the query refers to. */
export interface Place {
  readonly query: ResolvedQuery;
  readonly parts: readonly QueryPart[];
  readonly at: number;
  /** Label of the line that the place is. */
  readonly label: string | undefined;
}

/** A line may stand in for thousands: nobody reads more blocks or terms than these. */
const mostBlocks = 100;
const mostTerms = 2_000;
const longestText = 20_000;

/** Whether NOT takes away what is found at the place. */
export function isExcluded({ parts, at }: Place): boolean {
  return parts[at]?.role === 'NOT';
}

/** The blocks that a query joins by AND; a reference to a line that joins blocks itself stands for those. */
export function blockPlaces(query: ResolvedQuery): readonly Place[] {
  const found: Place[] = [];
  const seen = new Set<string>();
  // A stack of our own: thousands of lines may each refer to the one before.
  const work: (Place | { readonly from: ResolvedQuery; readonly label: string | undefined })[] = [
    { from: query, label: undefined },
  ];
  for (let one = work.pop(); one !== undefined && found.length < mostBlocks; one = work.pop()) {
    if (!('from' in one)) {
      found.push(one);
      continue;
    }
    const { from, label } = one;
    if (seen.has(from.key)) continue;
    seen.add(from.key);
    const parts = partsOf(from.root);
    const { blocks, excluded } = topBlocks(parts);
    for (const at of [...blocks, ...excluded].toReversed()) {
      const part = parts[at];
      const target = targetOf(from, part);
      const own = blocks.length === 1 ? label : undefined;
      if (target !== undefined && !excluded.includes(at) && joinsBlocks(target))
        work.push({ from: target, label: labelOf(part) });
      else work.push({ query: from, parts, at, label: target === undefined ? own : labelOf(part) });
    }
  }
  return found;
}

/** The terms of a block, those of lines that it refers to among them, each line once. */
export function termPlaces(block: Place): readonly Place[] {
  const found: Place[] = [];
  const seen = new Set<string>();
  const work: Place[] = [block];
  for (let next = work.shift(); next !== undefined; next = work.shift()) {
    for (const at of leavesOf(next.parts, next.at)) {
      const target = targetOf(next.query, next.parts[at]);
      if (target === undefined) {
        if (found.length < mostTerms) found.push({ ...next, at });
      } else if (!seen.has(target.key)) {
        seen.add(target.key);
        work.push({ query: target, parts: partsOf(target.root), at: 0, label: labelOf(next.parts[at]) });
      }
    }
  }
  return found;
}

/** Text of a place with line references written out where that stays readable, else as they are. */
export function textOfPlace({ query, parts, at }: Place): string {
  const text = (reference: (label: string) => string): string => textOfPart(parts, at, reference);
  try {
    const written = text((label) => {
      const target = query.references.get(label);
      if (target === undefined) return `#${label}`;
      const line = printResolved(target, { maxLength: longestText });
      return parts.length === 1 || parts[at]?.kind === 'leaf' ? line : `(${line})`;
    });
    if (written.length <= longestText) return written;
  } catch (error) {
    if (!(error instanceof QueryTooLongError)) throw error;
  }
  return text((label) => `#${label}`);
}

/** For people. Of what only refers to lines, it is the name of the first of them. */
export function nameOfPlace(place: Place): string {
  let { query, parts, at } = place;
  const seen = new Set<ResolvedQuery>();
  for (;;) {
    const leaves = leavesOf(parts, at).map((leaf) => parts[leaf]);
    const [first] = leaves;
    const target = leaves.every((leaf) => targetOf(query, leaf) !== undefined)
      ? targetOf(query, first)
      : undefined;
    if (target === undefined || seen.has(target)) return nameOfPart(parts, at);
    seen.add(target);
    [query, parts, at] = [target, partsOf(target.root), 0];
  }
}

function joinsBlocks({ root, references }: ResolvedQuery): boolean {
  const [top] = partsOf(root);
  if (top?.kind === 'leaf') return top.node?.kind === 'reference' && references.has(top.node.label);
  return top !== undefined && top.operator !== 'OR';
}

function targetOf(query: ResolvedQuery, part: QueryPart | undefined): ResolvedQuery | undefined {
  const label = labelOf(part);
  return label === undefined ? undefined : query.references.get(label);
}

function labelOf(part: QueryPart | undefined): string | undefined {
  return part?.kind === 'leaf' && part.node?.kind === 'reference' ? part.node.label : undefined;
}
