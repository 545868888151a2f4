import { MINIMUM_STEM } from '../pubmed/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** Stars that PubMed drops, and characters that are wildcards elsewhere. */
export const truncationRules = {
  rules: [
    {
      id: 'short-truncation',
      level: 'warning',
      category: 'truncation',
      press: PRESS.textWords,
      reason: 'With fewer than four characters before it, PubMed silently drops the star.',
    },
    {
      id: 'star-after-quote',
      level: 'error',
      category: 'truncation',
      press: PRESS.textWords,
      reason: 'A star behind the closing quote does not truncate the phrase; it belongs inside the quotes.',
    },
    {
      id: 'pseudo-wildcard',
      level: 'warning',
      category: 'truncation',
      press: PRESS.textWords,
      reason: 'PubMed has one wildcard, the star: it reads ?, $ and # as spaces.',
    },
    {
      id: 'truncated-heading',
      level: 'information',
      category: 'truncation',
      press: PRESS.headings,
      reason: 'A star in a heading switches explosion off: narrower headings are not searched.',
    },
    {
      id: 'wide-proximity',
      level: 'hint',
      category: 'proximity',
      press: PRESS.operators,
      reason:
        'Words far apart are seldom about each other; beyond some ten words proximity is AND with extra steps.',
    },
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery({ query, leaves }: QueryFacts, report: Report): void {
  for (const leaf of leaves) {
    const { term } = leaf;
    if ((leaf.has & Has.shortStem) !== 0) checkStem(query, term, report);
    if ((leaf.has & Has.star) !== 0) checkHeading(term, report);
    if (term.tag?.proximity !== undefined) checkWidth(term, report);
    // What is written may have a comment between the words.
    const isPlain = term.textRange.end - term.textRange.start === term.text.length;
    if (!isPlain || (leaf.has & Has.pseudoWildcard) !== 0) checkPseudoWildcards(query, term, report);
  }
  if (query.text.includes('*')) checkStarAfterQuote(query, report);
}

/** More stars than this in one term are no slip, and one edit each would exhaust the stack. */
const MOST_STARS = 100;

function checkStem(query: ParsedQuery, term: TermNode, report: Report): void {
  const text = textOf(query, term.textRange);
  const star = text.indexOf('*');
  const range =
    star < 0 ? term.textRange : { start: term.textRange.start, end: term.textRange.start + star + 1 };
  // The fix says what is searched already: a dropped star is a space. Which word forms are meant only the person knows.
  const stars = [...text.matchAll(/\*+/gu)].map(({ index, 0: { length } }): [number, number, string] => {
    const start = term.textRange.start + index;
    return [start, start + length, /[\p{L}\p{N}]/u.test(text.charAt(index + length)) ? ' ' : ''];
  });
  report(
    'short-truncation',
    range,
    `PubMed wants ${MINIMUM_STEM} characters before the first "*" and silently drops this one, so only the word itself is searched. Write out the word forms and combine them with OR.`,
    // Without its star `or*` would be an operator.
    stars.length === 0 || stars.length > MOST_STARS || /^\W*(?:and|or|not)\W*$/i.test(text)
      ? []
      : [fix('Remove the "*" that PubMed drops', false, ...stars)],
  );
}

function checkHeading(term: TermNode, report: Report): void {
  const { tag } = term;
  if (tag === undefined || tag.noExplode) return;
  if (tag.field !== 'mh' && tag.field !== 'majr') return;
  report(
    'truncated-heading',
    term.textRange,
    'With "*" PubMed searches the headings that begin like this, without the headings below them. Name the heading that you mean.',
  );
}

/** Words between in title and abstract; affiliations are long, and 1000 is a documented use there. */
const MAXIMUM_WIDTH = 10;

function checkWidth({ tag }: TermNode, report: Report): void {
  if (tag?.proximity === undefined || tag.proximity <= MAXIMUM_WIDTH) return;
  if (tag.field !== 'ti' && tag.field !== 'tiab') return;
  report(
    'wide-proximity',
    tag.range,
    `Up to ${tag.proximity} words may stand between, which is longer than most sentences. Is a smaller number, or AND, what you mean?`,
  );
}

function checkPseudoWildcards(query: ParsedQuery, term: TermNode, report: Report): void {
  const text = textOf(query, term.textRange);
  if (/:\/\//.test(text) || term.tag?.field === 'aid' || term.tag?.field === 'lid') return;
  const hasStar = text.includes('*');
  for (const match of text.matchAll(/(?<=\p{L})(?:\?|\$\d?|#(?=\p{L}))/gu)) {
    const start = term.textRange.start + match.index;
    const end = start + match[0].length;
    const stem = text.slice(0, Math.min(match.index, 40)).replace(/[\s"()]+/g, '');
    const isUsable = stem.length >= MINIMUM_STEM && !hasStar;
    const fixes = isUsable ? [fix('Change to "*"', false, [start, end, '*'])] : [];
    report(
      'pseudo-wildcard',
      { start, end },
      `PubMed reads "${match[0]}" as a space: it has no wildcard for one character. Use "*" behind at least ${MINIMUM_STEM} characters, or write out the variants.`,
      fixes,
    );
  }
}

function checkStarAfterQuote(query: ParsedQuery, report: Report): void {
  query.tokens.forEach((token, index) => {
    if (token.kind !== 'word' || query.text.charAt(token.start - query.offset) !== '*') return;
    const phrase = query.tokens[index - 1];
    if (phrase?.kind !== 'phrase' || phrase.end - phrase.start < 3) return;
    const stars = /^\*+/.exec(textOf(query, token))?.[0].length ?? 0;
    if (stars === 0) return;
    const inside = textOf(query, { start: phrase.end - 2, end: phrase.end - 1 }) === '*' ? '' : '*';
    report(
      'star-after-quote',
      { start: phrase.end - 1, end: token.start + stars },
      'This star stands behind the closing quote and does not truncate the phrase. Put it inside: "breast feed*".',
      [
        fix(
          'Move the star into the quotes',
          true,
          [phrase.end - 1, phrase.end - 1, inside],
          [token.start, token.start + stars, ''],
        ),
      ],
    );
  });
}
