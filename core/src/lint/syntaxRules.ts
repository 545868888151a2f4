import type { Severity } from '../text/index.ts';
import { PRESS } from './family.ts';
import type { LintRule, RuleCategory } from './family.ts';

const { operators, headings, textWords, syntax } = PRESS;

/** id, level of the parser that reports it, reason, PRESS item. */
type Row = readonly [id: string, level: Severity, reason: string, press?: string];

const of = (category: RuleCategory, rows: readonly Row[]): LintRule[] =>
  rows.map(([id, level, reason, press]) => ({
    id,
    level,
    category,
    reason,
    ...(press === undefined ? {} : { press }),
  }));

/**
 * The problems that are not judged by a family here but reported where the text is read: by the parsers of queries and of strategy
 * documents, and by the server for the files that a document names. Settings and comments work on them as on rules.
 */
export const syntaxRules: readonly LintRule[] = [
  ...of('syntax', [
    ['unclosed-quote', 'error', 'An open quote swallows operators and tags up to the next quote.', syntax],
    ['unopened-quote', 'error', 'A quote that closes nothing makes a phrase of what follows.', syntax],
    ['empty-phrase', 'warning', 'Quotes around nothing are ignored; often the phrase was lost.', syntax],
    [
      'curly-quotes',
      'warning',
      'Curly quotes of word processors are not read as phrase marks everywhere.',
      syntax,
    ],
    [
      'unclosed-parenthesis',
      'error',
      'PubMed guesses where an open parenthesis ends, and guesses silently.',
      syntax,
    ],
    [
      'stray-parenthesis',
      'error',
      'A parenthesis that closes nothing changes how PubMed groups the rest.',
      syntax,
    ],
    [
      'stray-bracket',
      'error',
      'A bracket that closes no tag is dropped, and what stood before it is searched without a tag.',
      syntax,
    ],
    ['empty-parentheses', 'error', 'Parentheses around nothing are ignored; often a block was lost.', syntax],
    ['nesting-too-deep', 'error', 'Nobody, PubMed included, can follow parentheses hundreds deep.', syntax],
    ['leading-operator', 'error', 'An operator without a left side combines nothing.', operators],
    ['trailing-operator', 'error', 'An operator without a right side combines nothing.', operators],
    [
      'doubled-operator',
      'error',
      'Between two terms PubMed takes one operator; the other one is lost.',
      operators,
    ],
    ['not-without-operand', 'error', 'NOT excludes from something: it needs both sides.', operators],
    ['too-many-problems', 'error', 'Hundreds of problems mean that the text is no PubMed query.', syntax],
    [
      'parentheses-in-name',
      'warning',
      'Parentheses inside a name group its parts instead of belonging to it.',
      syntax,
    ],
  ]),
  ...of('tags', [
    [
      'operator-in-heading',
      'information',
      'Without quotes a reader, and other tools, take the "and" of a heading for an operator.',
      headings,
    ],
    [
      'unknown-tag',
      'error',
      'A tag that PubMed does not have is dropped, and the term searched in all fields.',
      syntax,
    ],
    ['unclosed-bracket', 'error', 'A tag without its bracket is read as words.', syntax],
    ['empty-tag', 'error', 'Empty brackets name no field.', syntax],
    ['doubled-tag', 'error', 'A term takes one tag; the second one is lost.', syntax],
    ['stray-tag', 'error', 'A tag behind no term has nothing to apply to.', syntax],
    [
      'tag-on-group',
      'error',
      'PubMed does not carry a tag into parentheses: the terms inside stay untagged.',
      textWords,
    ],
    ['unknown-modifier', 'error', 'Behind the colon of a tag PubMed knows noexp and ~N only.', syntax],
    [
      'noexp-not-allowed',
      'error',
      'Only fields with a hierarchy explode, so only they can be told not to.',
      headings,
    ],
    ['stray-colon', 'error', 'A colon between nothing is read as a range that has no values.', syntax],
    ['incomplete-range', 'error', 'A range without its second value limits nothing.', syntax],
  ]),
  ...of('proximity', [
    ['proximity-field', 'error', 'Proximity works in title, title/abstract and affiliation only.', operators],
    [
      'proximity-distance',
      'error',
      'The distance of a proximity search is a whole number from 0 to 1000.',
      operators,
    ],
    ['proximity-one-word', 'error', 'One word is near nothing.', operators],
    ['proximity-quotes', 'error', 'Without double quotes PubMed ignores the proximity operator.', operators],
    ['proximity-truncation', 'error', 'With a star inside PubMed ignores the proximity operator.', operators],
  ]),
  ...of('lines', [
    ['missing-reference', 'error', 'A line that refers to a missing line cannot be run.', syntax],
    ['cyclic-reference', 'error', 'A line that refers to itself cannot be run.', syntax],
    ['duplicate-label', 'error', 'With two lines of one number a reference is ambiguous.', syntax],
    ['unused-line', 'hint', 'A line that the strategy does not reach is often a forgotten block.', syntax],
    [
      'saved-line-numbers',
      'information',
      'PubMed takes bare numbers for PMIDs; a line of the history is #1.',
      syntax,
    ],
    ['empty-line', 'warning', 'A numbered line without a query finds nothing.', syntax],
    [
      'line-without-number',
      'information',
      'Text without a number continues the line above, which is easily overlooked.',
      syntax,
    ],
    ['text-before-first-line', 'warning', 'No line can refer to text in front of the first number.', syntax],
    ['unnumbered-history', 'error', 'References such as #1 need lines with numbers.', syntax],
    [
      'pasted-history',
      'warning',
      'A copied table of searches holds counts and times that PubMed would search as words.',
      syntax,
    ],
    ['no-query', 'information', 'A document without a query finds nothing.', syntax],
  ]),
  ...of('document', [
    ['front-matter-unclosed', 'error', 'Without its closing line the front matter swallows the first query.'],
    ['front-matter-yaml', 'error', 'Front matter that cannot be read loses its search date and seeds.'],
    ['front-matter-type', 'error', 'A value of the wrong kind is not used.'],
    ['front-matter-unknown-key', 'warning', 'A key that Querent does not know has no effect.'],
    ['front-matter-date', 'error', 'Without a valid search date the numbers cannot be repeated.'],
    ['front-matter-seed', 'error', 'A seed that is no id is not counted in recall.'],
    ['front-matter-duplicate-seed', 'warning', 'A seed that is listed twice counts once.'],
    ['seeds-file-empty', 'warning', 'Without seeds there is no recall to show.'],
    ['seeds-file-record', 'warning', 'A record without an id is missing from recall.'],
    ['seeds-unusable', 'warning', 'Without its seeds a strategy shows no recall.'],
    ['database-unusable', 'error', 'Without its database a strategy shows no numbers.'],
    ['database-incomplete', 'warning', 'Records that could not be read are missing from every number.'],
    ['not-utf8', 'error', 'Text in another encoding turns accents and quotes into other characters.'],
  ]),
];
