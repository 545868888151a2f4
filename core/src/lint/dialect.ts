import { looksLikeOvid } from '../ovid/index.ts';
import type { ChainNode, GroupNode, ParsedQuery, RangeNode, TermNode, Token } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Range } from '../text/index.ts';
import { PASTED_PREFIX } from './paste.ts';
import { nodesOf, PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** `.ti,ab.` of Ovid. */
const OVID_FIELDS =
  /\.((?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot|fs|jn)(?:,(?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot))*)\.?$/i;
/** `:ti,ab,kw` of the Cochrane Library and Embase.com. */
const COCHRANE_FIELDS = /:((?:ti|ab|kw)(?:,(?:ti|ab|kw))*)$/i;
const PROXIMITY = /^(?:adj\d*|near\/?\d+|next\/\d+|pre\/\d+|w\/\d+)$/i;
/** Proximity without a number, and EBSCO's `N5`: only in capitals, and only beside parentheses or phrases. */
const BARE_PROXIMITY = /^(?:NEAR|NEXT|SAME|[NW]\d{1,2})$/;
const LINE_RANGE = /^(?:(?:or|and)\/\d+-\d+|\d+-\d+\/(?:or|and))$/i;
const WOS_FIELD = /^(?:TI|AB|TS|AU|SO|TITLE-ABS-KEY|TITLE|AK)=/;
const SCOPUS_FIELD = /^(?:TITLE-ABS-KEY|TITLE-ABS|AUTHKEY|ALL|TITLE|KEY|ABS)$/;
/** EBSCO's fields, which stand in front of what they apply to. */
const EBSCO_FIELD = /^(?:TI|AB|TX|SU|XB|DE|KW|MH|MM)$/;
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

function checkQuery(query: ParsedQuery, report: Report): void {
  query.tokens.forEach((token, index) => {
    if (token.kind !== 'word') return;
    const before = query.tokens[index - 1];
    const after = query.tokens[index + 1];
    checkWord(query, token, before, report);
    const next = after?.kind === 'space' ? query.tokens[index + 2] : after;
    if (next?.kind === 'open' || next?.kind === 'phrase') checkField(query, token, next, report);
  });
  for (const node of nodesOf(query.root)) {
    if (node.kind === 'chain') checkOperands(node, report);
    if (node.kind === 'range') checkFieldsBehindColon(query, node, report);
    if (node.kind !== 'term') continue;
    checkProximity(query, node, report);
    checkOvidHeading(query, node, report);
    checkOthers(query, node, report);
  }
}

/** `"heart attack":ti,ab` of Embase.com and the Cochrane Library, which PubMed takes for a range. */
function checkFieldsBehindColon(query: ParsedQuery, node: RangeNode, report: Report): void {
  if (node.tag !== undefined || !COCHRANE_FIELDS.test(`:${node.to}`)) return;
  const match = /\s*:\s*(\S+)$/.exec(textOf(query, node.range));
  if (match === null) return;
  const { end } = node.range;
  const start = end - match[0].length;
  const tag = tagFor(node.to);
  report('foreign-syntax', { start, end }, fieldMessage(match[0].trim(), tag), [
    fix(`Change to ${tag}`, true, [start, end, tag]),
  ]);
}

/** Fields in front of what they apply to: `TI (a OR b)`, `MH "Neoplasms+"`, `TITLE-ABS-KEY(a)`. */
function checkField(query: ParsedQuery, token: Token, next: Token, report: Report): void {
  const text = textOf(query, token);
  const isScopus = SCOPUS_FIELD.test(text) && next.kind === 'open' && next.start === token.end;
  if (!isScopus && !EBSCO_FIELD.test(text)) return;
  const range = { start: token.start, end: token.end };
  const isHeading = text === 'MH' || text === 'MM';
  const written = textOf(query, next);
  const name = /^"([^"+]+)(\+?)"$/.exec(written);
  if (isHeading && name !== null) {
    const tag = `${text === 'MH' ? 'mh' : 'majr'}${name[2] === '+' ? '' : ':noexp'}`;
    const changed = `"${name[1] ?? ''}"[${tag}]`;
    report(
      'foreign-syntax',
      range,
      `"${text}" names headings in the way of EBSCO; PubMed searches it as a word. In PubMed write ${changed}; CINAHL's headings are not MeSH, so check the name.`,
      [fix(`Change to ${changed}`, true, [token.start, next.end, changed])],
    );
    return;
  }
  report(
    'foreign-syntax',
    range,
    `"${text}" is a field in the way of ${isScopus ? 'Scopus' : 'EBSCO'}; PubMed searches it as a word. In PubMed a tag such as [tiab] stands behind each term.`,
  );
}

/** What stands between parentheses as if it were a term: `(a OR b) adj3 (c OR d)`, `(a OR b).ti,ab.`. */
function checkOperands(chain: ChainNode, report: Report): void {
  chain.operands.forEach((operand, index) => {
    if (operand.kind !== 'term' || operand.quoted || operand.text.length > 60) return;
    const isJoined =
      chain.operators[index]?.implicit === true && chain.operators[index - 1]?.implicit === true;
    if (isJoined && (PROXIMITY.test(operand.text) || BARE_PROXIMITY.test(operand.text)))
      report(
        'foreign-syntax',
        operand.range,
        `"${operand.text}" is a proximity operator of another platform; PubMed searches it as a word and ANDs what stands around it. PubMed has proximity of words only, "word1 word2"[tiab:~N]: write out each pair.`,
      );
    const group = chain.operands[index - 1];
    const fields = OVID_FIELDS.exec(operand.text);
    if (fields?.index !== 0 || operand.tag !== undefined || group?.kind !== 'group') return;
    if (group.range.end !== operand.range.start || chain.operators[index - 1]?.implicit !== true) return;
    const tag = tagFor(fields[1] ?? '');
    const fixes = tagEach(group, tag, operand.range);
    report('foreign-syntax', operand.range, fieldMessage(fields[0], tag), fixes);
  });
}

/** Puts `tag` behind each untagged term of a group, in place of the fields behind it. */
function tagEach(group: GroupNode, tag: string, fields: Range): Fix[] {
  const edits: (readonly [number, number, string])[] = [];
  for (const node of nodesOf(group)) {
    if (node.kind === 'reference') return [];
    if (node.kind !== 'term' || node.tag !== undefined) continue;
    if (!node.quoted && node.text.split(/\s+/).some((word) => PROXIMITY.test(word))) return [];
    edits.push([node.range.end, node.range.end, tag]);
  }
  if (edits.length === 0 || edits.length > MAXIMUM_TAGGED) return [];
  return [fix(`Put ${tag} behind each term`, true, ...edits, [fields.start, fields.end, ''])];
}

/** More terms than this get no tag by a fix. */
const MAXIMUM_TAGGED = 500;

const fieldMessage = (written: string, tag: string): string =>
  `"${written}" names fields in the way of another platform; PubMed searches it as words. In PubMed ${tag} behind each term does this.`;

function checkOthers(query: ParsedQuery, term: TermNode, report: Report): void {
  if (term.quoted || term.tag !== undefined) return;
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
    const stem = text.slice(0, fields.index);
    // Behind parentheses it is an operand of its own, see `checkOperands`.
    if (stem === '' && before?.kind === 'close' && OVID_FIELDS.test(text)) return;
    const isOnTerm = stem === '' ? before?.kind === 'phrase' : !OVID_FIELDS.test(stem);
    const fixes = isOnTerm ? [fix(`Change to ${tag}`, true, [start, token.end, tag])] : [];
    report('foreign-syntax', { start, end: token.end }, fieldMessage(fields[0], tag), fixes);
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
