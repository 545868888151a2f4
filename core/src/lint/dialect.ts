import type { ParsedQuery, TermNode, Token } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { PASTED_PREFIX } from './paste.ts';
import { nodesOf, PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** `.ti,ab.` of Ovid. */
const OVID_FIELDS =
  /\.((?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot|fs|jn)(?:,(?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot))*)\.?$/i;
/** `:ti,ab,kw` of the Cochrane Library and Embase.com. */
const COCHRANE_FIELDS = /:((?:ti|ab|kw)(?:,(?:ti|ab|kw))*)$/i;
const PROXIMITY = /^(?:adj\d*|near\/?\d+|next\/\d+|pre\/\d+|w\/\d+)$/i;
const LINE_RANGE = /^(?:(?:or|and)\/\d+-\d+|\d+-\d+\/(?:or|and))$/i;
const WOS_FIELD = /^(?:TI|AB|TS|AU|SO|TITLE-ABS-KEY|TITLE|AK)=/;

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
  ],
  checkQuery,
} satisfies RuleFamily;

function checkQuery(query: ParsedQuery, report: Report): void {
  query.tokens.forEach((token, index) => {
    if (token.kind === 'word') checkWord(query, token, query.tokens[index - 1], report);
  });
  for (const node of nodesOf(query.root)) {
    if (node.kind !== 'term') continue;
    checkProximity(query, node, report);
    checkOvidHeading(query, node, report);
  }
}

/** The tag for fields of another platform, where PubMed has one that searches about the same. */
function tagFor(fields: string): string {
  const names = new Set(fields.toLowerCase().split(','));
  if (names.has('mp') || names.has('tw') || names.has('af')) return names.has('af') ? '[all]' : '[tw]';
  if (names.has('ab') || names.has('kw') || names.has('kf') || names.has('ot')) return '[tiab]';
  const [only] = names;
  return names.size === 1 && only !== undefined && ['ti', 'pt', 'nm', 'au', 'sh'].includes(only)
    ? `[${only}]`
    : '[tiab]';
}

function checkWord(query: ParsedQuery, token: Token, before: Token | undefined, report: Report): void {
  const text = textOf(query, token);
  const fields = OVID_FIELDS.exec(text) ?? COCHRANE_FIELDS.exec(text);
  const range = { start: token.start, end: token.end };
  if (fields !== null) {
    const start = token.start + fields.index;
    const tag = tagFor(fields[1] ?? '');
    // Behind parentheses a tag has no effect in PubMed, so there is nothing to replace the fields by.
    const stem = text.slice(0, fields.index);
    const isOnTerm = stem === '' ? before?.kind === 'phrase' : !OVID_FIELDS.test(stem);
    const fixes = isOnTerm ? [fix(`Change to ${tag}`, true, [start, token.end, tag])] : [];
    report(
      'foreign-syntax',
      { start, end: token.end },
      `"${fields[0]}" names fields in the way of another platform; PubMed searches it as words. In PubMed ${tag} behind each term does this.`,
      fixes,
    );
  } else if (LINE_RANGE.test(text)) {
    report(
      'foreign-syntax',
      range,
      `"${text}" combines lines in the way of Ovid. In PubMed write #1 OR #2 OR #3.`,
    );
  } else if (WOS_FIELD.test(text)) {
    report(
      'foreign-syntax',
      range,
      `"${text}" is a field of another platform. In PubMed a tag such as [tiab] stands behind the term.`,
    );
  }
}

function checkProximity(query: ParsedQuery, term: TermNode, report: Report): void {
  if (term.quoted) return;
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
  if (term.tag !== undefined || term.quoted) return;
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
