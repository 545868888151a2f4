/** A statement in a document, in UTF-16 units, and what was said of it when it was run. */
export interface TrackedStatement {
  readonly sql: string;
  readonly start: number;
  readonly end: number;
  /** The text next to it, without blanks and lines of comments. */
  readonly before: string;
  readonly after: string;
}

/** A change as VS Code tells it: `length` units from `offset` were replaced. Several are told from the last place to the first. */
export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

export function statementAt(text: string, start: number, end: number): TrackedStatement {
  return { sql: text.slice(start, end), start, end, ...neighbours(text, start, end) };
}

/** Where a statement is after edits. */
export function tracked(statement: TrackedStatement, changes: readonly TextChange[]): TrackedStatement {
  let { start, end } = statement;
  for (const { offset, length, text } of changes) {
    const gain = text.length - length;
    if (offset + length <= start) {
      start += gain;
      end += gain;
    } else if (offset < end) {
      start = Math.min(start, offset);
      end = Math.max(end, offset + length) + gain;
    }
  }
  return { ...statement, start, end };
}

/** Whether the document still says what was run: the same text, and nothing new before or behind it that belongs to it. */
export function isAsItWas(text: string, statement: TrackedStatement): boolean {
  const { sql, start, end, before, after } = statement;
  if (text.slice(start, end) !== sql) return false;
  const now = neighbours(text, start, end);
  return (
    (now.before === '' || now.before.endsWith(';') || now.before === before) &&
    (now.after === '' || sql.endsWith(';') || now.after.startsWith(';') || now.after === after)
  );
}

/** The same statement in a text that changed unseen: its occurrence nearest to `near`; undefined when there is none. */
export function foundAgain(text: string, sql: string, near: number): TrackedStatement | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(sql); at >= 0 && sql !== ''; at = text.indexOf(sql, at + 1))
    if (best === undefined || Math.abs(at - near) < Math.abs(best - near)) best = at;
  return best === undefined ? undefined : statementAt(text, best, best + sql.length);
}

/** Units of the text before it that are looked at: enough to see that another statement is there. */
const neighbourLength = 40;

function neighbours(text: string, start: number, end: number): Pick<TrackedStatement, 'before' | 'after'> {
  const lines = text.slice(0, start).split('\n');
  // A comment in the statement's own line stands before it only when it takes the statement in.
  const own = (lines.pop() ?? '').trimStart();
  while (own === '' && lines.length > 0 && /^\s*(?:--|$)/.test(lines.at(-1) ?? '')) lines.pop();
  const before = (own === '' ? (lines.at(-1) ?? '') : own).trim();
  const after = text.slice(end).replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/, '');
  return { before: before.slice(-neighbourLength), after: /^\S*/.exec(after)?.[0] ?? '' };
}
