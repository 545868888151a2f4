import type { Severity } from '../text/index.ts';

/** What a rule is about; one file a category. */
export type RuleCategory = 'operators' | 'truncation' | 'terms' | 'headings' | 'dialect';

/** A judgement that Querent makes about a query. Syntax errors are none: the parser reports them. */
export interface LintRule {
  /** Stable; what settings and `querent-disable-line` name. */
  readonly id: string;
  readonly level: Severity;
  readonly category: RuleCategory;
  /** Why it matters, in a line. */
  readonly reason: string;
  /** The element of the PRESS 2015 checklist that it serves. */
  readonly press?: string;
}

const BOOLEAN = 'PRESS 2: Boolean and proximity operators';
const HEADINGS = 'PRESS 3: subject headings';
const TEXT_WORDS = 'PRESS 4: text word searching';
const SYNTAX = 'PRESS 5: spelling, syntax and line numbers';

/** Every rule with its default level. */
export const rules = [
  {
    id: 'lowercase-operator',
    level: 'information',
    category: 'operators',
    press: BOOLEAN,
    reason: 'PubMed recommends capitals; in lower case an operator is easily taken for a word of a phrase.',
  },
  {
    id: 'symbol-operator',
    level: 'information',
    category: 'operators',
    press: BOOLEAN,
    reason: 'PubMed reads & and | as AND and OR; other databases and most readers do not.',
  },
  {
    id: 'mixed-operators',
    level: 'warning',
    category: 'operators',
    press: BOOLEAN,
    reason:
      'PubMed evaluates from left to right: no operator binds tighter, so a mixture without parentheses is often misread.',
  },
  {
    id: 'implicit-and',
    level: 'hint',
    category: 'operators',
    press: BOOLEAN,
    reason: 'PubMed puts AND between terms that stand side by side; often an OR was forgotten.',
  },
  {
    id: 'quoted-query',
    level: 'error',
    category: 'operators',
    press: SYNTAX,
    reason: 'Quotes around a whole query make it one phrase, which no record contains.',
  },
  {
    id: 'short-truncation',
    level: 'warning',
    category: 'truncation',
    press: TEXT_WORDS,
    reason: 'With fewer than four characters before it, PubMed silently drops the star.',
  },
  {
    id: 'star-after-quote',
    level: 'error',
    category: 'truncation',
    press: TEXT_WORDS,
    reason: 'A star behind the closing quote does not truncate the phrase; it belongs inside the quotes.',
  },
  {
    id: 'pseudo-wildcard',
    level: 'warning',
    category: 'truncation',
    press: TEXT_WORDS,
    reason: 'PubMed has one wildcard, the star: it reads ?, $ and # as spaces.',
  },
  {
    id: 'missing-tag',
    level: 'information',
    category: 'terms',
    press: TEXT_WORDS,
    reason:
      'Without a field tag PubMed maps the term by rules that change over time, so the search cannot be repeated exactly.',
  },
  {
    id: 'duplicate-term',
    level: 'warning',
    category: 'terms',
    press: TEXT_WORDS,
    reason: 'A term that is ORed twice adds nothing.',
  },
  {
    id: 'heading-not-found',
    level: 'error',
    category: 'headings',
    press: HEADINGS,
    reason: 'A heading that MeSH does not have finds nothing, or only fragments of what was meant.',
  },
  {
    id: 'entry-term',
    level: 'warning',
    category: 'headings',
    press: HEADINGS,
    reason: 'An entry term works through mapping only; the preferred heading says what is searched.',
  },
  {
    id: 'unknown-subheading',
    level: 'warning',
    category: 'headings',
    press: HEADINGS,
    reason: 'A subheading that MeSH does not have, or no longer has, finds nothing.',
  },
  {
    id: 'foreign-syntax',
    level: 'error',
    category: 'dialect',
    press: SYNTAX,
    reason: 'Syntax of another platform is searched as words by PubMed, or dropped.',
  },
  {
    id: 'pasted-text',
    level: 'error',
    category: 'dialect',
    press: SYNTAX,
    reason: 'Labels that were copied with the query are searched as words.',
  },
] as const satisfies readonly LintRule[];

/** The id of a rule. */
export type RuleId = (typeof rules)[number]['id'];
