import { fieldSuffixAt } from './fieldCodes.ts';

/** `exp Asthma/`, `*Asthma/dt`; the heading begins with a letter or a quote. */
const HEADING =
  /(?:^|[\s(])(?:exp\s+\*?|\*)?(?:["“]?[\p{L}][\p{L}\p{N} ,'()"“”-]{1,80}["”]?)\/(?:[a-z]{2}(?:\s*,\s*[a-z]{2})*)?(?=\s*(?:$|[)\[]|(?:or|and|not)\b))/iu;
const EXPLODED = /(?:^|[\s(])exp\s+\*?["“]?\p{L}[^/\n]{0,80}\//iu;
const PROXIMITY = /[\p{L}\p{N}$*?)"]\s+adj\d{0,2}\s+[\p{L}("]/iu;
const LINES = /(?:^|[\s(])(?:(?:or|and)\/\d+\s*[-,]\s*\d+|\d+\s*-\s*\d+\/(?:or|and))(?=$|[\s)])/i;
const LIMIT = /^\s*(?:#?\d+[.)]?\s+)?(?:limit\s+#?\d+\s+to\s|remove duplicates from\s+#?\d+)/i;
const TRUNCATED = /\p{L}\$(?=[\s).,"0-9]|$)/u;
const BANNER = /^\s*(?:database(?:\(s\))?:?\s*)?ovid\s+medline/i;
/** PubMed's tags behind terms: a strategy that has them is PubMed's, whatever else it holds. */
const PUBMED_TAG =
  /\[\s*(?:tiab|ti|mh|mesh(?: terms?)?|majr|tw|text words?|title\/abstract|title|all fields|pt|publication type)\s*(?::[^\]\n]{0,12})?\]/i;

/** Longest part of a text, and of one of its lines, that is looked at. */
const SAMPLE = 60_000;
const LINE_SAMPLE = 4_000;

/**
 * Whether a text seems to be a search strategy of Ovid rather than PubMed's: headings with a slash (`exp Asthma/`), fields with
 * dots (`.ti,ab.`), `adj3`, `or/1-5`, `limit 3 to ...`. Looks at the first 60,000 characters only.
 */
export function looksLikeOvid(text: string): boolean {
  let signs = 0;
  let lines = 0;
  let tags = 0;
  for (const whole of text.slice(0, SAMPLE).split(/\r\n?|\n/)) {
    const line = whole.slice(0, LINE_SAMPLE);
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('//')) continue;
    lines++;
    if (PUBMED_TAG.test(line)) tags++;
    if (BANNER.test(line)) signs += 2;
    else if (isOvidLine(line)) signs++;
  }
  return signs > 0 && signs > tags * 2 && signs * 5 >= lines;
}

function isOvidLine(line: string): boolean {
  if (LIMIT.test(line) || LINES.test(line) || PROXIMITY.test(line) || EXPLODED.test(line)) return true;
  return hasFieldSuffix(line) || TRUNCATED.test(line) || (line.includes('/') && HEADING.test(line));
}

function hasFieldSuffix(line: string): boolean {
  for (let at = line.indexOf('.'); at >= 0; at = line.indexOf('.', at + 1)) {
    const before = line.charAt(at - 1);
    if (!/[\p{L}\p{N}$*?)"”:]/u.test(before)) continue;
    const suffix = fieldSuffixAt(line, at);
    // `e.g. in ` and the ends of sentences are no fields: a field ends with a dot, or ends the line, or stands before an operator.
    if (
      suffix !== undefined &&
      (line.charAt(suffix.end - 1) === '.' ||
        /^\s*(?:$|\)|(?:and|or|not)\b)/i.test(line.slice(suffix.end, suffix.end + 12)))
    )
      return true;
  }
  return false;
}
