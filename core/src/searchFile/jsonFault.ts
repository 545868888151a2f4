/** One piece of JSON that is no string: a mark of structure, or a number or name. */
const PIECE = /[[\]{}:,]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
/** What a string holds up to its next backslash or its end, and what may stand behind a backslash. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /["\\/bfnrt]|u[\dA-Fa-f]{4}/y;

/** What may come next. */
type Wanted = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Offset of the first character at which `text` stops being JSON, for texts that `JSON.parse` refuses: engines do not always tell
 * it. The length of the text where something is missing at its end.
 */
export function jsonFault(text: string): number {
  const open: ('[' | '{')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  for (;;) {
    const start = endOf(SPACE, text, at) ?? at;
    const [piece, end] = pieceAt(text, start);
    const next: Wanted | undefined = end === undefined ? undefined : follow(piece, wanted, open);
    if (next === undefined || end === undefined) return start;
    wanted = next;
    at = end;
  }
}

/** The piece that begins at `start` and its end; undefined when none does. */
function pieceAt(text: string, start: number): readonly [piece: string, end: number | undefined] {
  if (text.charAt(start) === '"') return ['string', stringEnd(text, start)];
  const end = endOf(PIECE, text, start);
  const mark = text.charAt(start);
  return ['[]{}:,'.includes(mark) && mark !== '' ? mark : 'name', end];
}

/** In steps: one pattern for a whole string would need memory for each of its characters, and of those there may be millions. */
function stringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; ;) {
    at = endOf(PLAIN, text, at) ?? at;
    if (text.charAt(at) === '"') return at + 1;
    const escape = text.charAt(at) === '\\' ? endOf(ESCAPE, text, at + 1) : undefined;
    if (escape === undefined) return undefined;
    at = escape;
  }
}

/** Where a match of a sticky pattern at `at` ends. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** What may come after `piece`; undefined where it may not stand. */
function follow(piece: string, wanted: Wanted, open: ('[' | '{')[]): Wanted | undefined {
  const isValue = wanted === 'value' || wanted === 'value or end';
  const after = (): Wanted => (open.length === 0 ? 'nothing' : 'comma or end');
  switch (piece) {
    case '[':
      if (isValue) open.push('[');
      return isValue ? 'value or end' : undefined;
    case '{':
      if (isValue) open.push('{');
      return isValue ? 'key or end' : undefined;
    case ']':
      if (open.at(-1) !== '[' || (wanted !== 'value or end' && wanted !== 'comma or end')) return undefined;
      open.pop();
      return after();
    case '}':
      if (open.at(-1) !== '{' || (wanted !== 'key or end' && wanted !== 'comma or end')) return undefined;
      open.pop();
      return after();
    case ',':
      if (wanted !== 'comma or end') return undefined;
      return open.at(-1) === '[' ? 'value' : 'key';
    case ':':
      return wanted === 'colon' ? 'value' : undefined;
    case 'string':
      if (wanted === 'key' || wanted === 'key or end') return 'colon';
      return isValue ? after() : undefined;
    default:
      return isValue ? after() : undefined;
  }
}
