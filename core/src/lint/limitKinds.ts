import { findField, findFilterName } from '../pubmed/index.ts';
import type { QueryNode, TermNode } from '../pubmed/index.ts';
import type { Leaf } from './blocks.ts';
import type { QueryFacts } from './facts.ts';
import { Has } from './has.ts';

/** What a part of a query limits a search to, when it does nothing else. */
export type LimitKind =
  | 'language'
  | 'date'
  | 'journal'
  | 'humans'
  | 'animals'
  | 'age'
  | 'sex'
  | 'type'
  | 'availability'
  | 'subset'
  | 'attribute';

const AGES = new Set(
  'infant|infant, newborn|child|child, preschool|adolescent|adult|young adult|middle aged|aged|aged, 80 and over'.split(
    '|',
  ),
);
const SEXES = new Set(['male', 'female']);
const SPECIES: ReadonlyMap<string, LimitKind> = new Map([
  ['humans', 'humans'],
  ['human', 'humans'],
  ['animals', 'animals'],
  ['animal', 'animals'],
]);
/** Headings that limit. */
const HEADINGS: ReadonlyMap<string, LimitKind> = new Map<string, LimitKind>([
  ...[...AGES].map((name) => [name, 'age'] as const),
  ...[...SEXES].map((name) => [name, 'sex'] as const),
  ...SPECIES,
]);
const LONGEST_HEADING = Math.max(...[...HEADINGS.keys()].map(({ length }) => length));
/** Groups of `filterNames`. */
const GROUPS: Readonly<Record<string, LimitKind>> = {
  'Text availability': 'availability',
  'Article attribute': 'attribute',
  'Record status': 'subset',
  'Journal subset': 'journal',
  Sex: 'sex',
  Age: 'age',
  'Date filter': 'date',
  Date: 'date',
  'Article type': 'type',
  Language: 'language',
};

/**
 * What a part of a query limits to; undefined when it is about a subject. A group is a limit when all of its terms are of one kind, and
 * when nothing but OR joins them.
 */
export function limitKind(node: QueryNode): LimitKind | undefined {
  switch (node.kind) {
    case 'term':
      return kindOfTerm(node);
    case 'range':
      return findField(node.tag?.field ?? '')?.date === true ? 'date' : undefined;
    case 'reference':
      return undefined;
    case 'group':
      return node.inner === undefined ? undefined : limitKind(node.inner);
    case 'chain': {
      const [first] = node.operands;
      const kind = first && limitKind(first);
      if (kind === undefined || node.operators.some(({ operator }) => operator !== 'OR')) return undefined;
      return node.operands.every((operand) => limitKind(operand) === kind) ? kind : undefined;
    }
  }
}

function kindOfTerm(term: TermNode): LimitKind | undefined {
  const field = term.tag?.field;
  if (field === undefined) {
    const found = /^[a-z_]+$/i.test(term.text) ? findFilterName(term.text) : undefined;
    return found?.tags.length === 0 ? GROUPS[found.group] : undefined;
  }
  switch (field) {
    case 'la':
      return 'language';
    case 'ta':
    case 'jid':
      return 'journal';
    case 'pt':
      return 'type';
    case 'mh':
      return term.text.length > LONGEST_HEADING ? undefined : HEADINGS.get(term.text.toLowerCase());
    case 'filter': {
      const group = findFilterName(term.text)?.group ?? '';
      return SPECIES.get(term.text.toLowerCase()) ?? GROUPS[group];
    }
    default:
      return findField(field)?.date === true ? 'date' : undefined;
  }
}

/** Where the terms and ranges of a query begin that limit, in order: only the combinations around them have to be looked at. */
export function limitsIn({ leaves, ranges }: QueryFacts): readonly number[] {
  const places: number[] = [];
  for (const leaf of leaves) if (mayLimit(leaf)) places.push(leaf.term.range.start);
  for (const { range } of ranges) places.push(range.start);
  return places.sort((a, b) => a - b);
}

/** What no value without a tag has. */
const NO_VALUE =
  Has.space |
  Has.digit |
  Has.star |
  Has.hyphen |
  Has.special |
  Has.slash |
  Has.colon |
  Has.dot |
  Has.comma |
  Has.pseudoWildcard;

/** {@link limitKind} of a term, told without a look at its text where that is possible. */
function mayLimit({ term, field, has, words }: Leaf): boolean {
  if (term.tag !== undefined) return field === undefined && kindOfTerm(term) !== undefined;
  if ((has & NO_VALUE) !== 0) return false;
  const [word] = words;
  if (word === undefined || words.length > 1 || (has & Has.other) !== 0)
    return kindOfTerm(term) !== undefined;
  // The same words come again and again.
  word.isLimit ??= kindOfTerm(term) !== undefined;
  return word.isLimit;
}

/** A node without parentheses around it. */
export function bare(node: QueryNode): QueryNode {
  return node.kind === 'group' && node.inner !== undefined ? bare(node.inner) : node;
}
