import { isWord, meaningful } from './scanner.ts';
import type { SqlToken } from './scanner.ts';

/** Where a statement is, from its first token that means something to its last, the `;` included; and how it ends. */
export interface StatementSpan {
  readonly start: number;
  readonly end: number;
  readonly ending: 'semicolon' | 'end' | 'next';
}

/** What is open within one pair of parentheses: whether its `SELECT` was there, and whether one may still come. */
interface Level {
  hasVerb: boolean;
  /** Behind `WITH` or `INSERT`, a verb on a line of its own goes on with the statement. */
  awaits: 'with' | 'insert' | undefined;
}

const writing = ['INSERT', 'UPDATE', 'DELETE'];
/** What statements in the body of a trigger begin with. */
const inTriggers = [...writing, 'REPLACE', 'SELECT', 'WITH', 'VALUES'];

/**
 * The statements of a document. A `;` outside of quotes, comments and the body of a trigger ends one; so does a line that begins with the first
 * word of a statement where the grammar has no place for it, so that a statement being written does not swallow the next one.
 * What SQLite reads as one statement stays one.
 */
export function splitStatements(text: string, tokens: readonly SqlToken[]): readonly StatementSpan[] {
  const words = meaningful(tokens);
  const spans: StatementSpan[] = [];
  let from: number | undefined;
  let levels: Level[] = [];
  let triggerEnd = -1;
  const close = (last: number, ending: StatementSpan['ending']): void => {
    const start = words[from ?? last]?.start ?? 0;
    spans.push({ start, end: words[last]?.end ?? start, ending });
    from = undefined;
  };
  words.forEach((word, i) => {
    if (from !== undefined && i > triggerEnd && beginsAnew(text, words, i, from, levels))
      close(i - 1, 'next');
    if (from === undefined) {
      if (isSymbol(word, ';')) return;
      from = i;
      levels = [{ hasVerb: false, awaits: undefined }];
      triggerEnd = endOfTrigger(text, words, i);
    }
    if (i > triggerEnd && isSymbol(word, ';')) {
      close(i, 'semicolon');
      return;
    }
    follow(words, i, from, levels);
  });
  if (from !== undefined) close(words.length - 1, 'end');
  return spans;
}

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** Keeps what is open up to date with one token. */
function follow(words: readonly SqlToken[], i: number, from: number, levels: Level[]): void {
  const word = words[i];
  const level = levels.at(-1);
  if (word === undefined || level === undefined) return;
  if (isSymbol(word, '(')) levels.push({ hasVerb: false, awaits: undefined });
  else if (isSymbol(word, ')')) {
    if (levels.length > 1) levels.pop();
  } else if (isWord(word, 'SELECT', 'VALUES')) {
    level.hasVerb = true;
    level.awaits = undefined;
  } else if (!level.hasVerb && isWord(word, 'WITH')) {
    if (level.awaits === undefined) level.awaits = 'with';
  } else if (!level.hasVerb && (isWord(word, ...writing) || isReplaceInto(words, i))) {
    const isFirst = i === from || level.awaits === 'with' || isWord(words[i - 1], 'EXPLAIN', 'PLAN');
    if (!isFirst) return;
    level.awaits = isWord(word, 'UPDATE', 'DELETE') ? undefined : 'insert';
    level.hasVerb = level.awaits === undefined;
  }
}

function isReplaceInto(words: readonly SqlToken[], i: number): boolean {
  return isWord(words[i], 'REPLACE') && isWord(words[i + 1], 'INTO');
}

/** Whether a token begins another statement although the one before it has no `;`. */
function beginsAnew(
  text: string,
  words: readonly SqlToken[],
  i: number,
  from: number,
  levels: readonly Level[],
): boolean {
  const word = words[i];
  const before = words[i - 1];
  if (word?.kind !== 'word' || before === undefined) return false;
  // Behind a quote that `scanDocument` cut off stands the statement for which it was cut.
  if (!before.isClosed) return true;
  if (!isReserved(words, i) || !isFirstOnLine(text, before, word)) return false;
  if (isWord(before, 'EXPLAIN', 'PLAN') || isSymbol(before, '(')) return false;
  const awaits = levels.at(-1)?.awaits;
  if (isWord(word, 'SELECT', 'VALUES'))
    return (
      awaits === undefined && !isWord(before, 'UNION', 'ALL', 'INTERSECT', 'EXCEPT', 'AS', 'DEFAULT', 'BEGIN')
    );
  if (isWord(word, 'WITH'))
    return awaits !== 'insert' && !isWord(before, 'AS', 'BEGIN', 'UNION', 'ALL', 'INTERSECT', 'EXCEPT');
  if (isWord(word, ...writing, 'REPLACE'))
    return (
      awaits !== 'with' &&
      !isWord(before, 'ON', 'DO', 'OR', 'OF', 'BEFORE', 'AFTER', 'BEGIN') &&
      !isTriggerHead(words, from)
    );
  return !isWord(words[from], 'ALTER') || isWord(word, 'CREATE');
}

/** Words that begin statements and are no names without quotes; `WITH` and `REPLACE` only where they go on as statements do. */
function isReserved(words: readonly SqlToken[], i: number): boolean {
  const word = words[i];
  if (isWord(word, 'WITH')) {
    const at = isWord(words[i + 1], 'RECURSIVE') ? i + 2 : i + 1;
    return isName(words[at]) && (isWord(words[at + 1], 'AS') || isSymbol(words[at + 1], '('));
  }
  if (isReplaceInto(words, i)) return true;
  return isWord(word, 'SELECT', 'VALUES', ...writing, 'CREATE', 'DROP', 'ALTER');
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function isFirstOnLine(text: string, before: SqlToken, word: SqlToken): boolean {
  return /\n[^\S\n]*$/u.test(text.slice(before.end, word.start));
}

function isTriggerHead(words: readonly SqlToken[], from: number): boolean {
  if (!isWord(words[from], 'CREATE')) return false;
  const at = isWord(words[from + 1], 'TEMP', 'TEMPORARY') ? from + 2 : from + 1;
  return isWord(words[at], 'TRIGGER');
}

/** Place of the `END` that closes a trigger's body; -1 where a statement is no trigger, or one whose body is never closed. */
function endOfTrigger(text: string, words: readonly SqlToken[], from: number): number {
  if (!isTriggerHead(words, from)) return -1;
  let hasBegun = false;
  for (let i = from + 1; i < words.length; i++) {
    const word = words[i];
    const before = words[i - 1];
    if (word === undefined || before === undefined) return -1;
    if (isWord(word, 'BEGIN')) hasBegun = true;
    if (isSymbol(word, ';') && !hasBegun) return -1;
    if (isSymbol(before, ';') && isWord(word, 'END')) return i;
    if (isSymbol(before, ';') && !isWord(word, ...inTriggers)) return -1;
    if (isWord(word, 'CREATE', 'DROP', 'ALTER') && isFirstOnLine(text, before, word)) return -1;
  }
  return -1;
}
