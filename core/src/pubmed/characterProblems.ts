import { fix } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { htmlEntities, lookAlikes } from './characters.ts';
import type { LookAlike } from './characters.ts';
import type { ProblemList } from './problems.ts';
import type { Token } from './tree.ts';

/** An HTML character reference, also one that was encoded twice (`&amp;quot;`); the name is its first group. */
const ENTITY = /&(?:amp;)*(#\d{2,5}|[a-z]{2,6});/gi;
const ENTITY_HERE = new RegExp(ENTITY.source, 'iy');
const LOOK_ALIKE = new RegExp(`[${[...lookAlikes.keys()].join('')}]`, 'g');
const BRACKETS = '（）［］';
/** More replacements than this are no quick fix any more. */
const MAXIMUM_EDITS = 2000;
/** PubMed's limit of wildcards in one query (NLM Office Hours, June 2024). */
export const MAXIMUM_WILDCARDS = 256;

/** What an HTML character reference at `at` stands for, and where it ends; undefined when there is none. */
export function entityAt(
  text: string,
  at: number,
): { readonly plain: string; readonly end: number } | undefined {
  ENTITY_HERE.lastIndex = at;
  const match = ENTITY_HERE.exec(text);
  const plain = match === null ? undefined : htmlEntities.get(`&${(match[1] ?? '').toLowerCase()};`);
  return plain === undefined ? undefined : { plain, end: ENTITY_HERE.lastIndex };
}

/** Whether `character` is a bracket of East Asian width, which PubMed does not read as one. */
export function isWideBracket(character: string): boolean {
  return character !== '' && BRACKETS.includes(character);
}

/** Reports characters that are not what they look like, wherever they stand except in comments. */
export function checkCharacters(
  text: string,
  offset: number,
  tokens: readonly Token[],
  problems: ProblemList,
): void {
  const inComment = commentTest(tokens);
  if (text.includes('&')) checkEntities(text, offset, inComment, problems);
  if (text.search(LOOK_ALIKE) >= 0) checkLookAlikes(text, offset, inComment, problems);
  if (text.includes('*')) checkWildcards(text, offset, inComment, problems);
}

type Edit = readonly [number, number, string];

function commentTest(tokens: readonly Token[]): (at: number) => boolean {
  const comments = tokens.filter(({ kind }) => kind === 'comment');
  let next = 0;
  // Asked in the order of the text.
  return (at) => {
    while ((comments[next]?.end ?? Infinity) <= at) next++;
    return (comments[next]?.start ?? Infinity) <= at;
  };
}

function checkEntities(
  text: string,
  offset: number,
  inComment: (at: number) => boolean,
  problems: ProblemList,
): void {
  const edits: Edit[] = [];
  for (const { 0: written, 1: name = '', index } of text.matchAll(ENTITY)) {
    const plain = htmlEntities.get(`&${name.toLowerCase()};`);
    const start = index + offset;
    if (plain !== undefined && !inComment(start)) edits.push([start, start + written.length, plain]);
  }
  const [first] = edits;
  if (first === undefined) return;
  const written = text.slice(first[0] - offset, first[1] - offset);
  problems.add(
    'html-entity',
    'error',
    { start: first[0], end: first[1] },
    `"${written}" is ${first[2].trim() === '' ? 'a space' : first[2]} in the code of a web page; PubMed reads "&" as AND and the rest as a word. Replace it.`,
    edits.length > MAXIMUM_EDITS
      ? []
      : [fix(edits.length === 1 ? 'Replace it' : `Replace all ${edits.length} of them`, true, ...edits)],
  );
}

function checkLookAlikes(
  text: string,
  offset: number,
  inComment: (at: number) => boolean,
  problems: ProblemList,
): void {
  const brackets: Edit[] = [];
  for (const { 0: character, index } of text.matchAll(LOOK_ALIKE)) {
    const known = lookAlikes.get(character);
    const start = index + offset;
    if (known === undefined || inComment(start)) continue;
    if (isWideBracket(character)) brackets.push([start, start + 1, known.plain]);
    else if (isMeant(text, index, character)) continue;
    else {
      const isInWord = isAsciiWord(text.charAt(index - 1)) && isAsciiWord(text.charAt(index + 1));
      problems.add(
        'look-alike-character',
        known.plain === '' && isInWord ? 'warning' : 'information',
        { start, end: start + 1 },
        messageFor(known, isInWord),
        [fix(replacement(known), true, [start, start + 1, known.plain])],
      );
    }
  }
  if (brackets.length > 0) problems.addAll(wideBrackets(text, offset, brackets));
}

function messageFor({ name, plain }: LookAlike, isInWord: boolean): string {
  const code = `This is ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
  if (plain === '')
    return isInWord
      ? `${code}, which nobody sees; it is part of the word, so the word is not found. Remove it.`
      : `${code}, which nobody sees. Remove it.`;
  if (plain === ' ')
    return `${code}, which looks like a space. Write a space, so that other tools read it too.`;
  return `${code}, which looks like "${plain}". PubMed may read it as a space: write "${plain}".`;
}

function replacement({ plain, name }: LookAlike): string {
  if (plain === '') return `Remove the ${name}`;
  return plain === ' ' ? 'Replace by a space' : `Replace by "${plain}"`;
}

const isAsciiWord = (character: string): boolean => /[a-z0-9]/i.test(character);

/** Characters that are right where they stand, or whose plain form would mean something else there. */
function isMeant(text: string, index: number, character: string): boolean {
  const before = text.charAt(index - 1);
  const after = text.charAt(index + 1);
  switch (character) {
    case '\ufeff':
      return index === 0;
    case '\u200c':
    case '\u200d':
      return !isAsciiWord(before) || !isAsciiWord(after);
    case '：':
      return !/\d/.test(before) || !/\d/.test(after);
    case '／':
    case '⁄':
      return /[/／⁄]/.test(before + after);
    case '＃':
      return !/\d/.test(after);
    case '＊':
      return !/[\p{L}\p{N}]/u.test(before);
    default:
      return false;
  }
}

/** One problem for all wide brackets, because replacing one of a pair would leave the other alone. */
function wideBrackets(text: string, offset: number, edits: readonly Edit[]): Problem[] {
  const [first] = edits;
  if (first === undefined) return [];
  const plain = text.replace(/[（）［］]/g, (character) => lookAlikes.get(character)?.plain ?? character);
  return [
    {
      rule: 'look-alike-character',
      severity: 'warning',
      message: `"${text.charAt(first[0] - offset)}" is a full-width bracket, which PubMed does not read as one. Write ( ) and [ ].`,
      range: { start: first[0], end: first[1] },
      ...(isBalanced(plain) && edits.length <= MAXIMUM_EDITS
        ? { fixes: [fix('Replace the full-width brackets', true, ...edits)] }
        : {}),
    },
  ];
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const character of text) {
    if (character === '(' || character === '[') open.push(character);
    else if (character === ')' && open.pop() !== '(') return false;
    else if (character === ']' && open.pop() !== '[') return false;
  }
  return open.length === 0;
}

function checkWildcards(
  text: string,
  offset: number,
  inComment: (at: number) => boolean,
  problems: ProblemList,
): void {
  let count = 0;
  let beyond = -1;
  for (let at = text.indexOf('*'); at >= 0; at = text.indexOf('*', at + 1)) {
    if (inComment(at + offset) || text.charAt(at + 1) === '*') continue;
    count++;
    if (count === MAXIMUM_WILDCARDS + 1) beyond = at + offset;
  }
  if (beyond < 0) return;
  problems.add(
    'too-many-wildcards',
    'warning',
    { start: beyond, end: beyond + 1 },
    `PubMed takes ${MAXIMUM_WILDCARDS} wildcards in a query; this one has ${count}. Search it in parts, or write out some words.`,
  );
}
