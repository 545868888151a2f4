import type { ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Report } from './family.ts';

/** `MeSH descriptor: [Asthma] explode all trees`, as the Cochrane Library prints its headings, with qualifiers or without. */
const DESCRIPTOR =
  /\bMeSH descriptor:?\s*\[([^\][\n\r"]{1,100})\](?:\s+(explode (?:all|\d+) trees?|this term only))?(?:\s+and with qualifiers?(?:\(s\))?:\s*\[([^\][\n\r"]{1,200})\])?/gi;
/** `[mh "Child"]`, `[mh ^"Infant"]`, `[mh "Asthma"/DT]`, as people type them there; a heading without quotes only in front. */
const TYPED =
  /\[(mh|mj)\s+(\^?)(?:"([^"\][\n\r]{1,100})"|([^"\][\n\r/^]{1,100}))(?:\s*\/\s*\[?([a-z]{2}(?:,[a-z]{2}){0,9})\]?)?\]/gi;
/** `{and #1-#3}` */
const COMBINED =
  /\{(and|or)\s+(#\d{1,4}(?:\s*-\s*#?\d{1,4})?(?:\s*,\s*#\d{1,4}(?:\s*-\s*#?\d{1,4})?){0,50})\s*\}/gi;
/** A list of lines that is longer gets no fix. */
const MAXIMUM_LINES = 100;

/** What PubMed takes for tags and words in searches of the Cochrane Library. */
export function checkCochrane(query: ParsedQuery, report: Report): void {
  const { text } = query;
  if (text.includes('{')) checkCombined(query, report);
  // Without a bracket that is wrong there is neither.
  if (!text.includes('[') || query.problems.length === 0) return;
  for (const match of text.matchAll(DESCRIPTOR)) {
    const [written, name = '', explosion = '', qualifiers = ''] = match;
    const codes = qualifiers.split(',').flatMap((one) => /(?:^|-)\s*([\w &]+?)\s*$/.exec(one)?.[1] ?? []);
    const tag = /only/i.test(explosion) ? 'mh:noexp' : 'mh';
    tell(query, match.index, written, headings(name, codes, tag), report);
  }
  for (const match of text.matchAll(TYPED)) {
    const [written, field = '', caret, quoted, plain, codes = ''] = match;
    const before = text.slice(Math.max(0, match.index - 20), match.index).trimEnd();
    if (quoted === undefined && caret === '' && before !== '' && !before.endsWith('(')) continue;
    const tag = `${field.toLowerCase() === 'mj' ? 'majr' : 'mh'}${caret === '^' ? ':noexp' : ''}`;
    tell(
      query,
      match.index,
      written,
      headings(quoted ?? plain ?? '', codes.split(',').filter(Boolean), tag),
      report,
    );
  }
}

/** The heading, or one term for each of its subheadings. */
function headings(name: string, codes: readonly string[], tag: string): string {
  const terms = codes.length === 0 ? [''] : codes.map((code) => `/${code.trim()}`);
  const written = terms.map((ending) => `"${name.trim()}${ending}"[${tag}]`).join(' OR ');
  return terms.length > 1 ? `(${written})` : written;
}

function tell(query: ParsedQuery, index: number, written: string, changed: string, report: Report): void {
  const range = rangeOf(query, index, written);
  if (isInComment(query, range.start)) return;
  report(
    'foreign-syntax',
    range,
    `"${written.slice(0, 100)}" is a heading in the way of the Cochrane Library, which PubMed does not read. In PubMed write ${changed.slice(0, 200)}.`,
    [fix(`Change to ${changed.slice(0, 100)}`, true, [range.start, range.end, changed])],
  );
}

function checkCombined(query: ParsedQuery, report: Report): void {
  for (const match of query.text.matchAll(COMBINED)) {
    const [written, operator = '', list = ''] = match;
    const range = rangeOf(query, match.index, written);
    if (isInComment(query, range.start)) continue;
    const lines = linesIn(list);
    const combined = lines.map((line) => `#${line}`).join(` ${operator.toUpperCase()} `);
    const isAlone = query.text.trim() === written;
    report(
      'foreign-syntax',
      range,
      `"${written.slice(0, 100)}" combines lines in the way of the Cochrane Library. In PubMed write ${lines.length > 0 && lines.length <= 10 ? combined : '#1 OR #2 OR #3'}.`,
      lines.length === 0
        ? []
        : [fix('Write out the lines', true, [range.start, range.end, isAlone ? combined : `(${combined})`])],
    );
  }
}

/** The numbers of a list such as `#1-#3, #5`; none when it is too long or runs backwards. */
function linesIn(list: string): readonly number[] {
  const lines: number[] = [];
  for (const part of list.split(',')) {
    const [from = 0, to = from] = (part.match(/\d+/g) ?? []).map(Number);
    if (to < from || lines.length + to - from >= MAXIMUM_LINES) return [];
    for (let line = from; line <= to; line++) lines.push(line);
  }
  return lines;
}

const rangeOf = (
  { offset }: ParsedQuery,
  index: number,
  written: string,
): { start: number; end: number } => ({
  start: offset + index,
  end: offset + index + written.length,
});

function isInComment(query: ParsedQuery, at: number): boolean {
  return query.tokens.some(({ kind, start, end }) => kind === 'comment' && start <= at && at < end);
}
