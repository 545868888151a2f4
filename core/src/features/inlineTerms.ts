import type { Thesaurus } from '../mesh/index.ts';
import { naturalName, naturalOrder } from '../mesh/index.ts';
import { nodesOf, parseQuery, splitHeading } from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { blockAt } from './blocks/index.ts';
import { physicalEnd } from './locate.ts';
import { orBlock } from './refactor/parts.ts';

/** A place in a block of terms joined by OR where a further term could be written. */
export interface TermPlace {
  /** Terms of the block as they are written, without tags and quotes; never empty. */
  readonly terms: readonly string[];
  /** The block without what is not finished at the cursor, as a query; refers to no line. */
  readonly query: string;
  /** What `term` is written as at the cursor, with its operator, tag and quotes; undefined where it could not be read as one term. */
  readonly written: (term: string) => { readonly query: string; readonly insert: string } | undefined;
}

/** Fields of words, and what a further word is searched in: that of the others, title and abstract where there is none. */
const textFields = new Set(['tiab', 'ti', 'tw', 'ab', 'all', 'ot']);
/** Blocks beyond this many characters are not looked at with every key. */
const longestBlock = 50_000;

/**
 * Where a further term could stand at `offset`: behind a finished term, or behind OR, in a block of alternatives. Undefined within a term, in
 * front of one that no operator separates, in a block that joins by AND, and where the block refers to lines.
 */
export function termPlace(document: StrategyDocument, offset: number): TermPlace | undefined {
  const block = blockAt(document, offset);
  if (block === undefined || offset > block.range.end + 1) return undefined;
  const { start, end } = block.range;
  if (end - start > longestBlock) return undefined;
  const behind = document.text.slice(offset, physicalEnd(document.text, offset));
  // What follows is the end of the block, a comment, or OR.
  if (!/^\s*(?:$|\)|\/\/|or\b)/i.test(behind)) return undefined;
  const before = document.text.slice(start, offset);
  const isAfterOperator = /\bor\s*$/i.test(before);
  const left = isAfterOperator ? before.replace(/\s*\bor\s*$/i, '') : before.trimEnd();
  // A word without a tag may be in the making.
  if (!/[\]"”]$/.test(left) || /\/\/[^\n]*$/.test(left)) return undefined;
  const right = document.text.slice(Math.min(offset, end), end);
  const query =
    left + (isAfterOperator && /^\s*or\b/i.test(right) ? right.replace(/^\s*or\b/i, ' OR') : right);
  const { root, problems } = parseQuery(query.trim());
  if (root === undefined || problems.some(({ severity }) => severity === 'error')) return undefined;
  const inner = root.kind === 'group' ? root.inner : root;
  if (inner === undefined || (inner.kind !== 'term' && orBlock(inner) === undefined)) return undefined;
  const nodes = nodesOf(inner);
  if (nodes.some(({ kind }) => kind === 'reference')) return undefined;
  const terms = nodes.filter((node): node is TermNode => node.kind === 'term');
  if (terms.length === 0) return undefined;
  const tag = usualTag(terms);
  const lead = isAfterOperator ? (/\s$/.test(before) ? '' : ' ') : /\s$/.test(before) ? 'OR ' : ' OR ';
  const gap = /^[^\s)]/.test(behind) ? ' ' : '';
  return {
    terms: terms.map(({ text, tag: own }) =>
      own?.field === 'mh' || own?.field === 'majr' ? splitHeading(text).heading : text,
    ),
    query: query.trim(),
    written: (term) => {
      const written = `${/\s/.test(term) ? `"${term}"` : term}[${tag}]`;
      const { root: node, problems: wrong } = parseQuery(written);
      const isTerm = node?.kind === 'term' && !wrong.some(({ severity }) => severity === 'error');
      return isTerm ? { query: written, insert: `${lead}${written}${gap}` } : undefined;
    },
  };
}

function usualTag(terms: readonly TermNode[]): string {
  const counts = new Map<string, number>();
  for (const { tag } of terms) {
    if (tag?.field === undefined || tag.proximity !== undefined || !textFields.has(tag.field)) continue;
    counts.set(tag.field, (counts.get(tag.field) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? 'tiab';
}

/** Entry terms of headings that the terms of a block name, without those that the block has; in natural order of words, at most `most`. */
export function entryTermsFor(
  terms: readonly string[],
  thesaurus: Thesaurus,
  most: number,
): readonly string[] {
  const key = (term: string): string =>
    term
      .toLowerCase()
      .replace(/[\s*-]+/g, ' ')
      .trim();
  const seen = new Set(terms.map(key));
  const found: string[] = [];
  for (const term of terms) {
    const descriptor = thesaurus.byTerm(term.replace(/\*$/, ''));
    if (descriptor === undefined) continue;
    for (const name of [naturalName(descriptor), ...descriptor.entryTerms.map(naturalOrder)]) {
      const plain = name.toLowerCase();
      if (found.length >= most) return found;
      // What still has a comma is a heading's way of writing and in no text.
      if (seen.has(key(plain)) || /[,"[\]()]/.test(plain)) continue;
      seen.add(key(plain));
      found.push(plain);
    }
  }
  return found;
}
