import { htmlEntities, isWideBracket, lookAlikes, parseQuery } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { applyEdits, fix } from '../text/index.ts';
import type { Fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** More codes than this in one query are not HTML codes in a query. */
const MAXIMUM_ENTITIES = 1000;
/** What looks like one of the entities; most texts have no & followed by letters. */
const ENTITY = /&(?:[a-z]{2,8}|#\d{1,5});/gi;
/** Beyond ASCII, or the grave accent: all `lookAlikes` are, and most texts have none. */
const UNUSUAL = /[^\0-_a-\x7f]/g;

/** Characters that came with a copy from a web page or a word processor. Quotes are the parser's business. */
export const lexisRules = {
  rules: [
    {
      id: 'html-entity',
      level: 'warning',
      category: 'syntax',
      press: PRESS.syntax,
      reason: 'A copied HTML code such as &quot; is no character: its & is read as AND.',
    },
    {
      id: 'invisible-character',
      level: 'warning',
      category: 'syntax',
      press: PRESS.syntax,
      reason: 'A character that nobody sees cuts a word in two for the search engine.',
    },
    {
      id: 'look-alike-character',
      level: 'information',
      category: 'syntax',
      press: PRESS.syntax,
      reason:
        'Typographic dashes, apostrophes and full-width signs are other characters than those of the keyboard.',
    },
  ],
  checkQuery({ query }: QueryFacts, report: Report): void {
    checkEntities(query, report);
    checkCharacters(query, report);
  },
} satisfies RuleFamily;

/** Says of offsets into the query's text, asked in rising order, whether they stand in a comment. */
function commentTest(query: ParsedQuery): (index: number) => boolean {
  const comments = query.tokens.filter(({ kind }) => kind === 'comment');
  let next = 0;
  return (index) => {
    const at = query.offset + index;
    while ((comments[next]?.end ?? Infinity) <= at) next++;
    return (comments[next]?.start ?? Infinity) <= at;
  };
}

function checkEntities(query: ParsedQuery, report: Report): void {
  if (!query.text.includes('&')) return;
  const isComment = commentTest(query);
  const found: {
    readonly start: number;
    readonly end: number;
    readonly written: string;
    readonly plain: string;
  }[] = [];
  for (const { 0: written, index } of query.text.matchAll(ENTITY)) {
    const plain = htmlEntities.get(written.toLowerCase());
    if (plain === undefined || isComment(index) || found.length >= MAXIMUM_ENTITIES) continue;
    found.push({ start: query.offset + index, end: query.offset + index + written.length, written, plain });
  }
  // Together: one quote of a pair would leave the other one open.
  const edits = found.map(({ start, end, plain }) => [start, end, plain] as const);
  const all = fix('Change the HTML codes of this query to characters', true, ...edits);
  const fixes = found.length > 0 && keepsValid(query, all) ? [all] : [];
  for (const { start, end, written, plain } of found) {
    const shown = plain.trim() === '' ? 'a space' : plain;
    report(
      'html-entity',
      { start, end },
      `"${written}" is HTML for ${shown}; PubMed reads its & as AND. Write ${shown}.`,
      fixes,
    );
  }
}

/** Whether `change` adds no syntax error to `query`. */
function keepsValid(query: ParsedQuery, change: Fix): boolean {
  const edits = change.edits.map(({ range, newText }) => ({
    range: { start: range.start - query.offset, end: range.end - query.offset },
    newText,
  }));
  const errors = ({ problems }: ParsedQuery): number =>
    problems.filter(({ severity }) => severity === 'error').length;
  return errors(parseQuery(applyEdits(query.text, edits))) <= errors(query);
}

/** Characters that nobody sees or means. Apostrophes and dashes are judged by their own rule. */
function checkCharacters(query: ParsedQuery, report: Report): void {
  let isComment: ((index: number) => boolean) | undefined;
  let brackets: readonly Fix[] | undefined;
  for (const { 0: character, index } of query.text.matchAll(UNUSUAL)) {
    const found = lookAlikes.get(character);
    // Spaces of other widths are spaces.
    if (found === undefined || found.plain === ' ') continue;
    isComment ??= commentTest(query);
    if (isComment(index)) continue;
    const start = query.offset + index;
    const end = start + character.length;
    if (found.plain === '') {
      // At the edge of a word it does no harm; within one it does.
      if (!isWithinWord(query.text, index, character.length)) continue;
      report(
        'invisible-character',
        { start, end },
        `There is an invisible character here (${found.name}). Remove it.`,
        [fix('Remove the invisible character', true, [start, end, ''])],
      );
    } else if (changesMeaning(query.text, index, found.plain)) {
      const change = fix(`Change to "${found.plain}"`, true, [start, end, found.plain]);
      report(
        'look-alike-character',
        { start, end },
        `"${character}" is not the "${found.plain}" of the keyboard but a ${found.name}. Write "${found.plain}".`,
        isWideBracket(character) ? (brackets ??= bracketFix(query)) : [change],
      );
    }
  }
}

/** Brackets of East Asian width, changed together: half a pair would break the query. */
function bracketFix(query: ParsedQuery): readonly Fix[] {
  const isComment = commentTest(query);
  const edits = [...query.text.matchAll(/[（）［］]/g)]
    .filter(({ index }) => !isComment(index))
    .map(({ 0: character, index }) => {
      const start = query.offset + index;
      return [start, start + 1, lookAlikes.get(character)?.plain ?? ' '] as const;
    });
  if (edits.length === 0 || edits.length > MAXIMUM_ENTITIES) return [];
  const change = fix('Change the brackets to those of the keyboard', true, ...edits);
  return keepsValid(query, change) ? [change] : [];
}

const isWithinWord = (text: string, index: number, length: number): boolean =>
  /[\p{L}\p{N}]/u.test(text.charAt(index - 1)) && /[\p{L}\p{N}]/u.test(text.charAt(index + length));

/** Apostrophes and dashes do so between letters, the others anywhere. */
function changesMeaning(text: string, index: number, plain: string): boolean {
  return plain === '-' || plain === "'" ? isWithinWord(text, index, 1) : plain !== '...';
}
