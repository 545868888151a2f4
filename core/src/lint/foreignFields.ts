import { nodesOf } from '../pubmed/index.ts';
import type { ChainNode, GroupNode, ParsedQuery, RangeNode, Token } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Range } from '../text/index.ts';
import { textOf } from './family.ts';
import type { Report } from './family.ts';

/** `.ti,ab.` of Ovid. */
const OVID_FIELDS =
  /\.((?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot|fs|jn)(?:,(?:ti|ab|tw|mp|kw|kf|hw|sh|pt|nm|af|au|ot))*)\.?$/i;
/** `:ti,ab,kw` of the Cochrane Library and Embase.com. */
const COCHRANE_FIELDS = /:((?:ti|ab|kw)(?:,(?:ti|ab|kw))*)$/i;
/** Proximity operators of other platforms. */
export const PROXIMITY = /^(?:adj\d*|near\/?\d+|next\/\d+|pre\/\d+|w\/\d+)$/i;
/** Proximity without a number, and EBSCO's `N5`: only in capitals, and only beside parentheses or phrases. */
const BARE_PROXIMITY = /^(?:NEAR|NEXT|SAME|[NW]\d{1,2})$/;
const LINE_RANGE = /^(?:(?:or|and)\/\d+-\d+|\d+-\d+\/(?:or|and))$/i;
const WOS_FIELD = /^(?:TI|AB|TS|AU|SO|PY|DT|LA|TITLE-ABS-KEY|TITLE|AK)=/;
/** Fields of Scopus that no word is like, so that a space may stand between them and the parenthesis. */
const SCOPUS_NAME = /^(?:TITLE-ABS-KEY|TITLE-ABS|AUTHKEY)$/;
const SCOPUS_FIELD = /^(?:TITLE-ABS-KEY|TITLE-ABS|AUTHKEY|ALL|TITLE|KEY|ABS)$/;
/** EBSCO's fields, which stand in front of what they apply to. */
const EBSCO_FIELD = /^(?:TI|AB|TX|SU|XB|DE|KW|MH|MM)$/;

/** `"heart attack":ti,ab` of Embase.com and the Cochrane Library, which PubMed takes for a range. */
export function checkFieldsBehindColon(query: ParsedQuery, node: RangeNode, report: Report): void {
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
export function checkField(query: ParsedQuery, token: Token, next: Token, report: Report): void {
  const text = textOf(query, token);
  const isScopus =
    SCOPUS_FIELD.test(text) && next.kind === 'open' && (next.start === token.end || SCOPUS_NAME.test(text));
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
      [fix(`Change to ${changed}`, false, [token.start, next.end, changed])],
    );
    return;
  }
  report(
    'foreign-syntax',
    range,
    `"${text}" is a field in the way of ${isScopus ? 'Scopus' : 'EBSCO'}; PubMed searches it as a word. In PubMed a tag such as [tiab] stands behind each term.`,
  );
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

export function checkWord(query: ParsedQuery, token: Token, before: Token | undefined, report: Report): void {
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
  } else if (/^PY=/.test(text)) {
    report(
      'foreign-syntax',
      range,
      `"${text}" is a field of Web of Science. In PubMed years are written 2010:2020[dp].`,
    );
  } else if (WOS_FIELD.test(text)) {
    report(
      'foreign-syntax',
      range,
      `"${text}" is a field of another platform. In PubMed a tag such as [tiab] stands behind the term.`,
    );
  }
}

/** What stands between parentheses as if it were a term: `(a OR b) adj3 (c OR d)`, `(a OR b).ti,ab.`. */
export function checkOperands(chain: ChainNode, report: Report): void {
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
