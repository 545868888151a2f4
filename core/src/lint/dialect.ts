import { looksLikeOvid } from '../ovid/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import { checkCochrane } from './cochrane.ts';
import { checkField, checkFieldsBehindColon, checkOperands, checkWord, PROXIMITY } from './foreignFields.ts';
import { PASTED_PREFIX } from './paste.ts';
import { Joins } from './facts.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** `'heart infarction'/exp` of Embase.com. */
const EMTREE = /^'([^']+)'\/(exp|de|mj)(?:\/mj)?$/;
const OVID_LIMIT = /^limit\s+\d+\s+to\b/i;

/** Syntax of other platforms. */
export const dialectRules = {
  rules: [
    {
      id: 'foreign-syntax',
      level: 'error',
      category: 'dialect',
      press: PRESS.syntax,
      reason: 'Syntax of another platform is searched as words by PubMed, or dropped.',
    },
    {
      id: 'ovid-strategy',
      level: 'information',
      category: 'dialect',
      press: PRESS.syntax,
      reason: 'A whole strategy of Ovid is better converted than mended line by line.',
    },
  ],
  checkQuery,
  checkStrategy,
} satisfies RuleFamily;

/** Opens the conversion; the command and the page name the way on the command line, too. */
function checkStrategy({ text, lines }: StrategyDocument, report: Report): void {
  const [first] = lines;
  if (first === undefined || !looksLikeOvid(text)) return;
  const { start, end } = first.range;
  const { length } = text.slice(start, Math.min(end, start + MAXIMUM_MARKED)).split(/[\n\r]/, 1)[0] ?? '';
  report(
    'ovid-strategy',
    { start, end: start + length },
    'This looks like a strategy of Ovid MEDLINE. Convert all of it to PubMed with the command "Convert Ovid Strategy to PubMed", or with querent translate on the command line.',
  );
}

/** Longest part of a first line that is underlined, in characters. */
const MAXIMUM_MARKED = 80;

function checkQuery({ query, leaves, chains, ranges, has }: QueryFacts, report: Report): void {
  checkCochrane(query, report);
  checkTokens(query, report);
  for (const { chain, joins } of chains) if ((joins & Joins.implicit) !== 0) checkOperands(chain, report);
  for (const range of ranges) checkFieldsBehindColon(query, range, report);
  if ((has & MARKS) === 0 && leaves.length > 1) return;
  for (const leaf of leaves) {
    const { term } = leaf;
    if (term.quoted) continue;
    if ((leaf.has & Has.proximityWord) !== 0) checkProximity(query, term, report);
    if (term.tag !== undefined) continue;
    if ((leaf.has & Has.slash) !== 0) checkOvidHeading(query, term, report);
    if ((leaf.has & Has.slash) !== 0 || term === query.root) checkOthers(query, term, report);
  }
}

const MARKS = Has.proximityWord | Has.slash;

function checkTokens(query: ParsedQuery, report: Report): void {
  const { text, offset, tokens } = query;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind !== 'word') continue;
    if (hasMark(text, token.start - offset, token.end - offset))
      checkWord(query, token, tokens[index - 1], report);
    const after = tokens[index + 1];
    const next = after?.kind === 'space' ? tokens[index + 2] : after;
    if (next?.kind === 'open' || next?.kind === 'phrase') checkField(query, token, next, report);
  }
}

/** Whether one of `.` `/` `:` `=` stands there: all that {@link checkWord} looks for has one of them. */
function hasMark(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 62 && (code === 46 || code === 47 || code === 58 || code === 61)) return true;
  }
  return false;
}

function checkOthers(query: ParsedQuery, term: TermNode, report: Report): void {
  const emtree = EMTREE.exec(term.text);
  if (emtree !== null) {
    const text = `"${emtree[1] ?? ''}"[${emtree[2] === 'mj' ? 'majr' : emtree[2] === 'de' ? 'mh:noexp' : 'mh'}]`;
    const isOnePiece = term.range.end - term.range.start === term.text.length;
    report(
      'foreign-syntax',
      term.range,
      `This is a heading of Embase; PubMed searches it as words. Emtree is not MeSH: find the heading that means the same, for example ${text}.`,
      isOnePiece ? [fix(`Change to ${text}`, false, [term.range.start, term.range.end, text])] : [],
    );
  } else if (term === query.root && OVID_LIMIT.test(term.text)) {
    report(
      'foreign-syntax',
      term.range,
      'This is a limit of Ovid; PubMed searches it as words. In PubMed combine the line with AND, such as #5 AND english[la].',
    );
  }
}

function checkProximity(query: ParsedQuery, term: TermNode, report: Report): void {
  const words = term.text.split(/\s+/);
  const operator = words.find((word) => PROXIMITY.test(word));
  if (operator === undefined || words.length < 2) return;
  const at = textOf(query, term.textRange).indexOf(operator);
  const start = term.textRange.start + Math.max(0, at);
  const message = `"${operator}" is a proximity operator of another platform; PubMed searches it as a word. In PubMed write "word1 word2"[tiab:~N], where N is the number of words between.`;
  report(
    'foreign-syntax',
    { start, end: start + operator.length },
    message,
    proximityFix(term, words, operator),
  );
}

/** Ovid's adjN allows N-1 words between, so does PubMed's ~(N-1). PubMed keeps no order, which adj alone does. */
function proximityFix(
  term: TermNode,
  words: readonly string[],
  operator: string,
): readonly ReturnType<typeof fix>[] {
  const field = term.tag?.field ?? 'tiab';
  const [left, , right] = words;
  const isSimple =
    words.length === 3 &&
    words[1] === operator &&
    /^adj\d*$/i.test(operator) &&
    left !== undefined &&
    right !== undefined;
  if (!isSimple || !/^[\p{L}\p{N}]+$/u.test(left + right) || (field !== 'tiab' && field !== 'ti')) return [];
  const between = Math.max(0, Number(operator.slice(3) || '1') - 1);
  const text = `"${left} ${right}"[${field}:~${between}]`;
  return [fix(`Change to ${text}`, true, [term.range.start, term.range.end, text])];
}

function checkOvidHeading(query: ParsedQuery, term: TermNode, report: Report): void {
  const match = /^(exp\s+)?(\*?)(\p{L}[\p{L}\p{N} ,'()-]*)\/$/u.exec(term.text);
  if (match === null || PASTED_PREFIX.test(term.text)) return;
  const tag = `${match[2] === '*' ? 'majr' : 'mh'}${match[1] === undefined ? ':noexp' : ''}`;
  const text = `"${(match[3] ?? '').trim()}"[${tag}]`;
  const isOnePiece = !/[\n\r]|\/\//.test(textOf(query, term.range));
  const fixes = isOnePiece ? [fix(`Change to ${text}`, true, [term.range.start, term.range.end, text])] : [];
  report(
    'foreign-syntax',
    term.range,
    `This is a heading in the way of Ovid; PubMed searches it as words. In PubMed write ${text}.`,
    fixes,
  );
}
