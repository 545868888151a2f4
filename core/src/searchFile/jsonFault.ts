/** One piece of JSON: a mark of structure, a string, or a number or name. */
const PIECE =
  /[ \t\r\n]*(?:([[\]{}:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

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
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    const start = at + (/^[ \t\r\n]*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0);
    if (match === null) return start;
    const next = follow(match[1] ?? (match[2] === undefined ? 'name' : 'string'), wanted, open);
    if (next === undefined) return start;
    wanted = next;
    at = PIECE.lastIndex;
  }
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
