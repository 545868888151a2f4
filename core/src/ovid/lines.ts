import type { Range } from '../text/index.ts';

/** A line of the pasted strategy: a search with its number, or text around the searches. */
export interface PastedLine {
  /** `comment`: banners, heads of tables, remarks; nothing to search for. */
  readonly kind: 'search' | 'comment';
  /** All of it, without line breaks at the ends. */
  readonly range: Range;
  /** The written number with its punctuation; empty where there is none. */
  readonly labelRange: Range;
  /** The written number; undefined where there is none. */
  readonly label: number | undefined;
  /** The search, or the comment's text without its sign. */
  readonly textRange: Range;
  /** Number of records and type of search behind it; empty where there is none. */
  readonly countRange: Range;
}

interface Physical {
  readonly start: number;
  readonly end: number;
}

const BANNER =
  /^(?:database(?:\(s\)|s)?\s*:|(?:via\s+)?ovid\b|(?:ovid\s+)?(?:medline|pre-?medline)\s*(?:\(r\)|®|<|\(ovid|\(via|,|:|$|\d{4}|and\b|in-process|all\b)|search\s+(?:strategy|history|date|run)\b|searched\s+(?:on|via|from)\b|date\s+(?:searched|of\s+search|run)\b|interface\s*:|platform\s*:|[-*=_]{3,}\s*$|epub ahead of print|<\s*\d{4}|results?\s*$|\d+\s+records?\s*$)/i;
const TABLE_HEAD =
  /^(?:#|no\.?|set|line|search\s*(?:id)?)?[\s|▲▼]*(?:#?\s*▲?\s*)(?:searches|search(?:\s+statements?|\s+terms?)|quer(?:y|ies))(?:[\s|]+(?:results?|records?|hits?|type|actions|annotations|search type|#))*\s*$/i;
/** `# remark`, `// remark`, `* remark`, and a whole line in brackets. */
const REMARK = /^(?:#(?!\s*\d)|\/\/|\*\s|\[[^\]]*\]\s*$)/;
const LABEL = /^(?:line\s+)?(?:[#s]\s?)?(\d{1,4})(?:([.):])(?!\d|[a-z]{2}\.)|(?=\s|$))[ \t]*/i;
/** `2 or 3` combines lines, `2. or / 1-3` does so behind its number. */
const OPERATOR_AHEAD = /^(?!(?:and|or)\s*\/\s*\d)(?:and|or|not|adj\d*)\s|^[-/,]|^$/i;
/** `3.1 or 2`: a number that the search follows without a space. */
const GLUED_LABEL = /^(\d{1,4})\.(?=\d{1,4}\s+(?:and|or|not)\s)/i;
const CELL_COUNT =
  /(?:\t[ \t]*|[ \t]{2,}|(?<=[/.\])])[ \t]+|(?<=\/(?:[\d, -]{0,40}\d|[a-z]{2}(?:, ?[a-z]{2}){0,9}))[ \t]+)\d[\d,. ]{0,12}(?:[ \t]+(?:advanced|basic|display|more|delete|[-–])[^\n]{0,40})?[ \t]*$/i;
const PARENTHESISED_COUNT = /(?<=[/.\]\w)][ \t]*)\(\d[\d,]{0,12}\)?[ \t]*$/;
/** A search that only combines lines, and a number behind it: `1 and 2 54`. */
const COMBINATION_COUNT = /^[\s()\d#]*(?:\b(?:and|or|not)\b[\s()\d#]*)+?\d\)?(?=[ \t]+\d[\d,]{0,12}$)/i;
const LAST_NUMBER = /[ \t]+\d[\d,]{0,12}$/;
/** The number of records as a line of its own, where each cell of a table became a line. */
const STACKED_COUNT = /[\r\n]\s*\d[\d,]{0,12}(?:\s*[\r\n]\s*(?:advanced|basic)[^\r\n]{0,40})?\s*$/i;
const BARE_NUMBER = /^#?\d{1,4}[.)]?$/;
const TABLE_ROW = /^[ \t]*\|[^\r\n]*\|[ \t]*$/gm;
/** An operator in front of `(3)` makes it a part of the search. */
const OPERATOR_BEFORE_COUNT = /(?:^|[\s)])(?:and|or|not|adj\d*|to|from)[ \t]*$/i;
/** Longest part of a line at which a label or a count is looked for. */
const HEAD = 80;
const TAIL = 120;

/** Cuts a pasted text into searches and what stands around them. Linear in the text; every non-blank line is in one of them. */
export function pastedLines(pasted: string): PastedLine[] {
  const text = withoutRules(pasted);
  const physical = physicalLines(text);
  const stacked = stackedLabels(text, physical);
  const labels = stacked ?? findLabels(text, physical);
  const numbered = labels.some((label) => label !== undefined);
  const lines: PastedLine[] = [];
  const open: { current: PastedLine | undefined } = { current: undefined };
  const close = (): void => {
    if (open.current !== undefined)
      lines.push(withCount(text, open.current, numbered, stacked !== undefined));
    open.current = undefined;
  };
  physical.forEach(({ start, end }, index) => {
    if (start === end) return;
    const label = labels[index];
    if (label === undefined && isComment(text, start, end)) {
      close();
      lines.push(commentLine(text, start, end));
    } else if (label === undefined && numbered && open.current !== undefined) {
      // A search that runs over several lines of text.
      open.current = {
        ...open.current,
        range: { start: open.current.range.start, end },
        textRange: { start: isEmpty(open.current.textRange) ? start : open.current.textRange.start, end },
      };
    } else {
      close();
      const labelEnd = label?.end ?? start;
      open.current = {
        kind: 'search',
        range: { start, end },
        labelRange: { start, end: labelEnd },
        label: label?.value,
        textRange: { start: labelEnd, end },
        countRange: { start: end, end },
      };
    }
  });
  close();
  return numbered ? withCountsOfCombinations(text, lines) : lines;
}

function isEmpty({ start, end }: Range): boolean {
  return start === end;
}

/** The rules of tables, `| 1 | exp Asthma/ | 1234 |`, as tabs; every character keeps its place. */
function withoutRules(text: string): string {
  if (!text.includes('|')) return text;
  return text.replace(TABLE_ROW, (row) =>
    /^[\s|:-]+$/.test(row) ? ' '.repeat(row.length) : row.replaceAll('|', '\t'),
  );
}

function physicalLines(text: string): Physical[] {
  const lines: Physical[] = [];
  for (let start = 0; start <= text.length;) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
    let from = start;
    let to = end;
    while (from < to && isSpace(text.charCodeAt(from))) from++;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
    lines.push({ start: from, end: to });
    start = end + 1;
  }
  return lines;
}

/** White space, the no-break space and invisible marks of copied text. */
export function isSpace(code: number): boolean {
  return (
    code === 32 ||
    (code >= 9 && code <= 13) ||
    code === 0xa0 ||
    code === 0xfeff ||
    (code >= 0x2000 && code <= 0x200f) ||
    code === 0x3000
  );
}

function isComment(text: string, start: number, end: number): boolean {
  const head = text.slice(start, Math.min(end, start + HEAD));
  return (
    BANNER.test(head) ||
    REMARK.test(text.slice(start, Math.min(end, start + 400))) ||
    (end - start <= HEAD && TABLE_HEAD.test(head))
  );
}

function commentLine(text: string, start: number, end: number): PastedLine {
  const sign = /^(?:#|\/\/|\*)\s*/.exec(text.slice(start, Math.min(end, start + 8)))?.[0].length ?? 0;
  return {
    kind: 'comment',
    range: { start, end },
    labelRange: { start, end: start },
    label: undefined,
    textRange: { start: Math.min(end, start + sign), end },
    countRange: { start: end, end },
  };
}

interface Label {
  readonly value: number;
  readonly end: number;
  /** With punctuation, a tab or several spaces behind it: certainly a number of a line. */
  readonly strong: boolean;
}

/**
 * The numbers in front of searches. Numbers at the start of a line may also be words (`3 D and imag$`) or references (`1 or 2`), so
 * they count only where they are marked as numbers, or go up one by one from the first search on.
 */
function findLabels(text: string, lines: readonly Physical[]): (Label | undefined)[] {
  const candidates = lines.map(({ start, end }) => labelAt(text, start, end));
  const searches = lines.flatMap(({ start, end }, index) =>
    start < end && !(candidates[index] === undefined && isComment(text, start, end)) ? [index] : [],
  );
  const first = candidates[searches[0] ?? -1];
  const second = candidates[searches[1] ?? -1];
  const follows = first !== undefined && second !== undefined && second.value === first.value + 1;
  const isNumbered =
    first !== undefined &&
    (first.strong ? searches.length === 1 || follows || hasNext(candidates, first) : follows);
  if (!isNumbered) return lines.map(() => undefined);
  let last = -1;
  return candidates.map((found, index) => {
    const candidate = found ?? gluedLabel(text, lines[index], last + 1);
    if (candidate === undefined || (last >= 0 && !candidate.strong && candidate.value !== last + 1))
      return undefined;
    // A strong number that goes back is a list within a search, or a second strategy; both are kept as lines.
    last = candidate.value;
    return candidate;
  });
}

/** Numbers of searches where each cell of a table became a line: 1, the search, its records, 2, the search, ... */
function stackedLabels(text: string, lines: readonly Physical[]): (Label | undefined)[] | undefined {
  const numberAt = ({ start, end }: Physical): number | undefined => {
    const cell = end - start > 6 ? '' : text.slice(start, end);
    return BARE_NUMBER.test(cell) ? Number(cell.replace(/\D/g, '')) : undefined;
  };
  const filled = lines.filter(({ start, end }) => start < end && !isComment(text, start, end));
  const labels = new Map<Physical, Label>();
  let expected = filled[0] === undefined ? undefined : numberAt(filled[0]);
  filled.forEach((line, index) => {
    const next = filled[index + 1];
    if (expected === undefined || next === undefined || numberAt(line) !== expected) return;
    // Of two numbers in a row the first is a number of records.
    if (numberAt(next) !== undefined) return;
    labels.set(line, { value: expected, end: line.end, strong: true });
    expected++;
  });
  return labels.size < 2 ? undefined : lines.map((line) => labels.get(line));
}

function hasNext(candidates: readonly (Label | undefined)[], first: Label): boolean {
  return candidates.some((candidate) => candidate?.value === first.value + 1);
}

function gluedLabel(text: string, line: Physical | undefined, expected: number): Label | undefined {
  if (line === undefined) return undefined;
  const match = GLUED_LABEL.exec(text.slice(line.start, Math.min(line.end, line.start + HEAD)));
  if (match === null || Number(match[1]) !== expected) return undefined;
  return { value: expected, end: line.start + match[0].length, strong: true };
}

function labelAt(text: string, start: number, end: number): Label | undefined {
  const head = text.slice(start, Math.min(end, start + HEAD));
  const match = LABEL.exec(head);
  if (match === null) return undefined;
  const rest = head.slice(match[0].length);
  if (OPERATOR_AHEAD.test(rest)) return undefined;
  const strong = match[2] !== undefined || /^[#s]/i.test(head) || /(?:\t| {2,})$/.test(match[0]);
  return { value: Number(match[1]), end: start + match[0].length, strong };
}

/** Takes the number of records off the end of a search. */
function withCount(text: string, line: PastedLine, numbered: boolean, stacked: boolean): PastedLine {
  const { start, end } = line.textRange;
  const from = Math.max(start, end - TAIL);
  const tail = text.slice(from, end);
  const cell = (stacked ? STACKED_COUNT.exec(tail) : null) ?? (numbered ? CELL_COUNT.exec(tail) : null);
  const match = cell ?? PARENTHESISED_COUNT.exec(tail);
  if (match === null || (match.index === 0 && from === start)) return line;
  if (OPERATOR_BEFORE_COUNT.test(tail.slice(0, match.index))) return line;
  let textEnd = from + match.index;
  while (textEnd > start && isSpace(text.charCodeAt(textEnd - 1))) textEnd--;
  return { ...line, textRange: { start, end: textEnd }, countRange: { start: textEnd, end } };
}

/** `3 1 and 2 54`: where most searches have a number of records, the last number of a combination is one, too. */
function withCountsOfCombinations(text: string, lines: readonly PastedLine[]): PastedLine[] {
  const searches = lines.filter(({ kind }) => kind === 'search');
  const counted = searches.filter(({ countRange }) => !isEmpty(countRange)).length;
  if (counted * 2 < searches.length) return [...lines];
  return lines.map((line) => {
    const { start, end } = line.textRange;
    if (line.kind === 'comment' || !isEmpty(line.countRange) || end - start > TAIL) return line;
    const search = text.slice(start, end);
    const count = COMBINATION_COUNT.test(search) ? LAST_NUMBER.exec(search) : null;
    if (count === null) return line;
    const textEnd = start + count.index;
    return { ...line, textRange: { start, end: textEnd }, countRange: { start: textEnd, end } };
  });
}
