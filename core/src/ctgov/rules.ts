import type { Severity } from '../text/index.ts';

/** Everything that Querent says about an expression of ClinicalTrials.gov, with its level and the reason in a line. */
export const expressionRules = [
  {
    id: 'trials-unclosed',
    level: 'error',
    reason: 'A quote, parenthesis or bracket without its end changes what everything behind it means.',
  },
  {
    id: 'trials-stray',
    level: 'error',
    reason: 'A closing parenthesis or a bracket without a beginning is no part of the language.',
  },
  {
    id: 'trials-operator',
    level: 'error',
    reason: 'AND and OR take an expression on both sides, NOT one on its right.',
  },
  { id: 'trials-empty', level: 'error', reason: 'Empty parentheses, quotes or brackets search for nothing.' },
  {
    id: 'trials-nesting',
    level: 'error',
    reason: 'Expressions nested this deeply are ignored by the reader and by Querent.',
  },
  {
    id: 'trials-missing-operator',
    level: 'warning',
    reason: 'ClinicalTrials.gov documents no meaning for two expressions without an operator between them.',
  },
  {
    id: 'trials-operator-case',
    level: 'warning',
    reason: 'Operators are documented in capitals; in lower case a word may be searched for.',
  },
  {
    id: 'trials-space',
    level: 'information',
    reason: 'An operator is followed by its bracket, and the bracket by its expression, without a space.',
  },
  {
    id: 'trials-unknown-area',
    level: 'warning',
    reason: 'An area that ClinicalTrials.gov does not have makes it refuse the search.',
  },
  {
    id: 'trials-unknown-value',
    level: 'warning',
    reason: 'A field with a closed list of values finds nothing by other words.',
  },
  {
    id: 'trials-parameter',
    level: 'error',
    reason: 'The brackets of an operator take the values that its documentation names.',
  },
  { id: 'trials-range', level: 'warning', reason: 'A range needs ordered values, the smaller one first.' },
  {
    id: 'trials-coverage',
    level: 'warning',
    reason: 'Full, starting and ending matches are combined with EXPANSION[Concept], [Term] or [None] only.',
  },
  {
    id: 'trials-mixed-operators',
    level: 'information',
    reason:
      'AND binds tighter than OR here, while PubMed reads from left to right: the same text means different things.',
  },
  {
    id: 'trials-truncation',
    level: 'warning',
    reason: 'ClinicalTrials.gov documents no truncation; it searches word variants and synonyms by itself.',
  },
  {
    id: 'trials-foreign-syntax',
    level: 'error',
    reason: 'Field tags of PubMed and other platforms mean nothing to ClinicalTrials.gov.',
  },
  { id: 'trials-id', level: 'warning', reason: 'An NCT number has eight digits; another finds nothing.' },
] as const satisfies readonly { readonly id: string; readonly level: Severity; readonly reason: string }[];

/** Id of a rule about expressions. */
export type ExpressionRuleId = (typeof expressionRules)[number]['id'];
