import type { QueryShape, ShapeBlock } from '../shape/index.ts';
import type { AlignedPair } from './align.ts';

/** A way to put two queries together. */
export interface Recipe {
  /** `either`; `united`; `united-aligned`; `widen:0`, `swap:0`: with the number of a block of the first query. */
  readonly id: string;
  /** Whether the result finds all that the first query finds, and maybe more. */
  readonly isWider: boolean;
  readonly query: string;
  /** What was done, as a sentence for people; `first` and `second` name the queries. */
  readonly told: (first: string, second: string) => string;
}

/**
 * The ways to put two queries together whose blocks are aligned: the OR of both; each pair of aligned blocks united, with the blocks of the first
 * that have no partner and without them; one block of the first united with its partner; one replaced by it. What the first query excludes stays excluded,
 * except where it is one of two whole queries.
 */
export function recipesFor(a: QueryShape, b: QueryShape, pairs: readonly AlignedPair[]): readonly Recipe[] {
  const recipes: Recipe[] = [
    {
      id: 'either',
      isWider: true,
      query: unite([...alternativesOf(a), ...alternativesOf(b)]),
      told: (first, second) => `Finds what ${first} or ${second} finds.`,
    },
  ];
  const partner = new Map(pairs);
  const partnerOf = (i: number): ShapeBlock | undefined => b.blocks[partner.get(i) ?? -1];
  if (pairs.length > 1) {
    const united = a.blocks.map((block, i) => withPartner(block, partnerOf(i)));
    const told = (first: string, second: string): string =>
      `The blocks of ${first}, each with the terms that ${second} has for the same concept.`;
    recipes.push({ id: 'united', isWider: true, query: written(united, a.excluded), told });
    if (pairs.length < a.blocks.length)
      recipes.push({
        id: 'united-aligned',
        isWider: true,
        query: written(united.filter((_, i) => partner.has(i)), a.excluded), // prettier-ignore
        told: (first, second) =>
          `The concepts that ${first} and ${second} share, with the terms of both; what only one of them asks for was left out.`,
      });
  }
  for (const [i, block] of a.blocks.entries()) {
    const other = partnerOf(i);
    if (other === undefined || a.blocks.length < 2) continue;
    const replaced = (by: string): string =>
      written(a.blocks.map((one, at) => (at === i ? by : enclosed(one))), a.excluded); // prettier-ignore
    recipes.push(
      {
        id: `widen:${i}`,
        isWider: true,
        query: replaced(withPartner(block, other)),
        told: (first, second) => `The query of ${first}, its block “${block.name}” with the terms that ${second} has for it.`, // prettier-ignore
      },
      {
        id: `swap:${i}`,
        isWider: false,
        query: replaced(enclosed(other)),
        told: (first, second) => `The query of ${first}, with the block “${other.name}” of ${second} in place of “${block.name}”.`, // prettier-ignore
      },
    );
  }
  return recipes;
}

/** What a query joins by OR at its top; the query itself, in parentheses, where it is no OR. */
function alternativesOf({ blocks, excluded }: QueryShape): readonly string[] {
  const [only] = blocks;
  if (blocks.length === 1 && excluded.length === 0 && only !== undefined) return only.alternatives;
  return [`(${written(blocks.map(enclosed), excluded)})`];
}

function withPartner(block: ShapeBlock, other: ShapeBlock | undefined): string {
  return other === undefined
    ? enclosed(block)
    : parenthesised([...block.alternatives, ...other.alternatives]);
}

function enclosed({ alternatives }: ShapeBlock): string {
  return parenthesised(alternatives);
}

/** Blocks joined by AND, and what is taken away; a block that stands alone needs no parentheses. */
function written(blocks: readonly string[], excluded: readonly string[]): string {
  const [only = ''] = blocks;
  const joined =
    blocks.length === 1 && excluded.length === 0 ? withoutParentheses(only) : blocks.join(' AND ');
  return [joined, ...excluded].join(' NOT ');
}

/** Of a block that {@link parenthesised} wrote: its own parentheses are the first and the last of the text. */
function withoutParentheses(block: string): string {
  return block.startsWith('(') && block.endsWith(')') ? block.slice(1, -1) : block;
}

function parenthesised(alternatives: readonly string[]): string {
  const distinct = distinctOf(alternatives);
  return distinct.length === 1 ? (distinct[0] ?? '') : `(${distinct.join(' OR ')})`;
}

function unite(alternatives: readonly string[]): string {
  return distinctOf(alternatives).join(' OR ');
}

/** Each once, whatever its case. */
function distinctOf(alternatives: readonly string[]): readonly string[] {
  return [...new Map(alternatives.map((one) => [one.toLowerCase(), one])).values()];
}
