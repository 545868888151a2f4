import { findField, findFilterName } from '../pubmed/index.ts';
import type { QueryNode, TermNode } from '../pubmed/index.ts';

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
const SPECIES: Readonly<Record<string, LimitKind>> = {
  humans: 'humans',
  human: 'humans',
  animals: 'animals',
  animal: 'animals',
};
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
  const text = term.text.toLowerCase();
  const field = term.tag?.field;
  if (field === undefined) {
    const found = /^[a-z_]+$/.test(text) ? findFilterName(text) : undefined;
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
      return SPECIES[text] ?? (AGES.has(text) ? 'age' : SEXES.has(text) ? 'sex' : undefined);
    case 'filter': {
      const group = findFilterName(text)?.group ?? '';
      return SPECIES[text] ?? GROUPS[group];
    }
    default:
      return findField(field)?.date === true ? 'date' : undefined;
  }
}

/** A node without parentheses around it. */
export function bare(node: QueryNode): QueryNode {
  return node.kind === 'group' && node.inner !== undefined ? bare(node.inner) : node;
}
