import { nodesOf, parseQuery } from '@querent/core/pubmed';
import type { TermNode } from '@querent/core/pubmed';
import { Random } from '../../fuzz/random.ts';
import { realStrategies } from '../../report/realData.ts';

/** A search term that every engine of the comparison has: words one behind the other, the last one perhaps truncated. */
export interface PlainTerm {
  /** One to five words of ASCII letters and digits, in lower case. */
  readonly words: readonly string[];
  /** The last word stands for all that begin with it. */
  readonly truncated: boolean;
}

/** Blocks joined by AND; the terms of a block are joined by OR. */
export type BlockQuery = readonly (readonly PlainTerm[])[];

const blocksEach = 3;
const fewestTerms = 40;
const seed = 20_261_129;

/**
 * `count` queries of three blocks with 40 terms or more, made from the text words of the real strategies: a block is the terms of one
 * strategy that stand in one OR chain, filled up with those of further chains where it is too small. The same ones at every call.
 */
export function blockQueries(count: number): readonly BlockQuery[] {
  const pool = realStrategies().flatMap(({ query }) => termGroups(query));
  const random = new Random(seed);
  const queries: BlockQuery[] = [];
  while (queries.length < count) {
    const blocks = Array.from({ length: blocksEach }, () => block(pool, random));
    if (blocks.reduce((sum, terms) => sum + terms.length, 0) >= fewestTerms) queries.push(blocks);
  }
  return queries;
}

function block(pool: readonly (readonly PlainTerm[])[], random: Random): readonly PlainTerm[] {
  const terms = new Map<string, PlainTerm>();
  while (terms.size < fewestTerms / blocksEach)
    for (const term of random.pick(pool))
      terms.set(`${term.words.join(' ')}${term.truncated ? '*' : ''}`, term);
  return [...terms.values()];
}

/** The plain terms of each OR chain of a query that has at least three. */
function termGroups(text: string): PlainTerm[][] {
  const { root } = parseQuery(text);
  if (root === undefined) return [];
  const groups: PlainTerm[][] = [];
  for (const node of nodesOf(root)) {
    if (node.kind !== 'chain' || !node.operators.every(({ operator }) => operator === 'OR')) continue;
    const terms = node.operands.flatMap((operand) =>
      operand.kind === 'term' ? (plainTerm(operand) ?? []) : [],
    );
    if (terms.length >= 3) groups.push(terms);
  }
  return groups;
}

function plainTerm({ text, tag }: TermNode): PlainTerm | undefined {
  if (tag !== undefined && !['ti', 'tiab', 'tw', 'all', 'ot'].includes(tag.field ?? '')) return undefined;
  if (tag?.proximity !== undefined) return undefined;
  const match = /^([a-z0-9]+(?: [a-z0-9]+){0,4})(\*?)$/.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const words = (match[1] ?? '').split(' ');
  const truncated = match[2] === '*';
  // PubMed ignores a star behind fewer than four characters; operators are no words to the other engines.
  if (truncated && words.join('').length < 4) return undefined;
  if (words.some((word) => ['and', 'or', 'not', 'near'].includes(word))) return undefined;
  return { words, truncated };
}

/** In PubMed's language, title and abstract. */
export function asPubmed(query: BlockQuery): string {
  return query
    .map(
      (terms) =>
        `(${terms.map(({ words, truncated }) => `"${words.join(' ')}${truncated ? '*' : ''}"[tiab]`).join(' OR ')})`,
    )
    .join(' AND ');
}

/** In the language of SQLite's FTS4 (enhanced syntax) and FTS5. FTS5 wants the star behind the quotes, FTS4 within. */
export function asFts(query: BlockQuery, version: 4 | 5): string {
  const phrase = ({ words, truncated }: PlainTerm): string =>
    `"${words.join(' ')}${truncated && version === 4 ? '*' : ''}"${truncated && version === 5 ? '*' : ''}`;
  return query.map((terms) => `(${terms.map(phrase).join(' OR ')})`).join(' AND ');
}
