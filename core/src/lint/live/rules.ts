import { PRESS } from '../family.ts';
import type { LintRule } from '../family.ts';

/** Rules about what PubMed said of a strategy when it was asked: see `answeredProblems`. `block-loses-seeds` is among the measured ones. */
export const liveRules = [
  {
    id: 'phrase-not-found',
    level: 'warning',
    category: 'live',
    press: PRESS.textWords,
    reason:
      'A word or phrase that PubMed does not know finds nothing, or is searched as single words that stand anywhere.',
  },
  {
    id: 'field-not-found',
    level: 'error',
    category: 'live',
    press: PRESS.syntax,
    reason: 'A field that PubMed does not know is left out, and the term is searched everywhere.',
  },
  {
    id: 'term-ignored',
    level: 'warning',
    category: 'live',
    press: PRESS.textWords,
    reason: 'A term that PubMed ignores limits nothing and finds nothing.',
  },
  {
    id: 'surprising-mapping',
    level: 'information',
    category: 'live',
    press: PRESS.textWords,
    reason:
      'Term mapping can add a heading, a journal or an author that has nothing to do with what was meant.',
  },
  {
    id: 'acronym-mapped',
    level: 'information',
    category: 'live',
    press: PRESS.textWords,
    reason: 'An acronym has several meanings, and term mapping chooses one of them without asking.',
  },
  {
    id: 'truncation-dropped',
    level: 'warning',
    category: 'live',
    press: PRESS.textWords,
    reason: 'Without its star a term finds one form of the word only, and PubMed drops stars silently.',
  },
  {
    id: 'all-fields-fallback',
    level: 'warning',
    category: 'live',
    press: PRESS.syntax,
    reason:
      'A tagged term that finds nothing in its field is searched in all fields, where it finds what was not meant.',
  },
  {
    id: 'count-jumped',
    level: 'information',
    category: 'live',
    press: PRESS.syntax,
    reason:
      'The same query does not find much more or much less from one week to the next: the index or the service has changed.',
  },
] as const satisfies readonly LintRule[];

/** The id of a rule of this room. */
export type LiveRule = (typeof liveRules)[number]['id'];
