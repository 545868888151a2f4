import type { ContextOperator, SourceNode } from './tree.ts';

/** An operator of the expression language, as completion and hover tell it. */
export interface ExpressionOperator {
  readonly name: ContextOperator | SourceNode['operator'] | 'AND' | 'OR' | 'NOT';
  readonly kind: 'boolean' | 'context' | 'source';
  readonly description: string;
  readonly example: string;
  /** Values that its brackets take, where they are a closed list; the first is what holds when the operator is not written. */
  readonly values?: readonly { readonly name: string; readonly description: string }[];
}

/**
 * The operators of ClinicalTrials.gov's search expressions. Facts: ClinicalTrials.gov, "Constructing Complex Search Queries". Precedence
 * there, from highest: terms and source operators; NOT and context operators; AND; OR.
 */
export const expressionOperators: readonly ExpressionOperator[] = [
  {
    name: 'AND',
    kind: 'boolean',
    description: 'Studies that both sides find. Binds tighter than OR.',
    example: 'heart AND attack',
  },
  {
    name: 'OR',
    kind: 'boolean',
    description: 'Studies that at least one side finds. Binds weakest of all.',
    example: 'youth OR teen',
  },
  {
    name: 'NOT',
    kind: 'boolean',
    description: 'Studies that what follows does not find.',
    example: 'stroke AND NOT "heart attack"',
  },
  {
    name: 'AREA',
    kind: 'context',
    description: 'Searches one search area, or one field of the study record.',
    example: 'AREA[InterventionSearch]aspirin',
  },
  {
    name: 'SEARCH',
    kind: 'context',
    description:
      'Looks for everything in the parentheses within one and the same part of the record, such as one location.',
    example: 'SEARCH[Location](AREA[LocationCity]Portland AND AREA[LocationState]Maine)',
    values: [
      { name: 'Study', description: 'The whole record.' },
      { name: 'Location', description: 'One location of the study at a time.' },
    ],
  },
  {
    name: 'EXPANSION',
    kind: 'context',
    description: 'How far a term may be expanded to variants and synonyms.',
    example: 'EXPANSION[None]SLE',
    values: [
      {
        name: 'Relaxation',
        description: 'Synonyms, and the words need not stand together. Holds when nothing is said.',
      },
      { name: 'None', description: 'Exactly as written; case and accents count.' },
      {
        name: 'Term',
        description: 'Plurals, possessives, spellings and compounds; case, hyphens and accents do not count.',
      },
      { name: 'Concept', description: 'Like Term, with synonyms from the UMLS.' },
      { name: 'Lossy', description: 'Like Relaxation, and some of the words may be missing.' },
    ],
  },
  {
    name: 'COVERAGE',
    kind: 'context',
    description: 'How much of a field the term must match.',
    example: 'COVERAGE[FullMatch]EXPANSION[Term]pain',
    values: [
      { name: 'Contains', description: 'A part of the field. Holds when nothing is said.' },
      { name: 'FullMatch', description: 'The whole field.' },
      { name: 'StartsWith', description: 'The beginning of the field.' },
      { name: 'EndsWith', description: 'The end of the field.' },
    ],
  },
  {
    name: 'TILT',
    kind: 'context',
    description: 'Ranks studies with higher values of an ordered field first; finds neither more nor fewer.',
    example: 'TILT[StudyFirstPostDate]"heart attack"',
  },
  {
    name: 'RANGE',
    kind: 'source',
    description:
      'Values from the first to the second, both included; MIN and MAX leave an end open. Studies without a value are not found.',
    example: 'AREA[StartDate]RANGE[2015-01-01, MAX]',
  },
  {
    name: 'DISTANCE',
    kind: 'source',
    description: 'Locations within a radius of 1 to 500 miles (805 km) of a latitude and longitude.',
    example: 'AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 25mi]',
  },
  {
    name: 'MISSING',
    kind: 'source',
    description: 'Studies that have no value in the area.',
    example: 'AREA[ResultsFirstPostDate]MISSING',
  },
  { name: 'ALL', kind: 'source', description: 'Every study.', example: 'ALL AND NOT cancer' },
];

const byName = new Map<string, ExpressionOperator>(expressionOperators.map((one) => [one.name, one]));

/** The operator of that name, in any case. */
export function findOperator(name: string): ExpressionOperator | undefined {
  return byName.get(name.toUpperCase());
}
