import { formatDialect, sqlite } from 'sql-formatter';
import { isWord, parseSqlDocument, scanSql } from '../../sql/index.ts';
import type { SqlDocument, SqlStatement, SqlToken } from '../../sql/index.ts';
import { applyEdits, lineBreakOf } from '../../text/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { keepsExpressionNames } from './expressionNames.ts';
import { inKeywordCase, keywordCaseOf } from './keywordCase.ts';
import type { LetterCase } from './keywordCase.ts';

/** What the editor says of the document's indentation. */
export interface SqlFormattingOptions {
  /** Columns of one level; 2 by default. */
  readonly tabSize?: number;
  /** False for tabs. */
  readonly insertSpaces?: boolean;
  /** Of keywords; that of most of the document's by default. */
  readonly letterCase?: LetterCase;
}

/** Characters from which a statement is left as it is: rows to insert, which nobody reads, and which take the formatter a second. */
const longest = 20_000;
/** Parentheses and CASEs within each other beyond which a statement is left as it is: the formatter's time grows with the square of them. */
const deepest = 50;
/** Rounds after which a text that goes on changing is given up. */
const mostRounds = 4;

/**
 * Edits that lay out the statements (those that touch `wanted`; all by default), each on its own: only spaces, line breaks and the case of
 * keywords change, which is that of most keywords of the document. Comments stay byte for byte beside what they stand beside; what is between
 * statements stays. A statement that the formatter cannot read, or that would mean something else, is left as it is. Formatting twice changes
 * nothing more.
 */
export function sqlFormatting(
  document: SqlDocument,
  wanted?: Range,
  options: SqlFormattingOptions = {},
): TextEdit[] {
  const steps = sqlFormattingSteps(document, wanted, options);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** {@link sqlFormatting}, a statement a step: one takes some 2 ms, and a document may have ten thousand. */
export function* sqlFormattingSteps(
  document: SqlDocument,
  wanted?: Range,
  options: SqlFormattingOptions = {},
): Generator<undefined, TextEdit[]> {
  const letterCase = options.letterCase ?? keywordCaseOf(document);
  const lineBreak = lineBreakOf(document.text);
  const edits: TextEdit[] = [];
  for (const statement of document.statements) {
    if (wanted !== undefined && (statement.end < wanted.start || statement.start > wanted.end)) continue;
    yield;
    const newText = formatStatement(statement, letterCase, lineBreak, options);
    if (newText === undefined) continue;
    const { start, before } = beginning(document.text, statement.start, lineBreak);
    const whole = before + newText;
    if (document.text.slice(start, statement.end) !== whole)
      edits.push({ range: { start, end: statement.end }, newText: whole });
  }
  return [...keeping(document, edits)];
}

/** The edits behind which every statement still says what it did: by halves, since the document is read for each try. */
function keeping(document: SqlDocument, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (keepsStatements(document, edits)) return edits;
  if (edits.length < 2) return [];
  const middle = edits.length >> 1;
  return [...keeping(document, edits.slice(0, middle)), ...keeping(document, edits.slice(middle))];
}

/** A statement begins at the start of a line, on one of its own behind another statement; behind a comment it stays. */
function beginning(
  text: string,
  start: number,
  lineBreak: string,
): { readonly start: number; readonly before: string } {
  let from = start;
  while (/[ \t]/u.test(text.charAt(from - 1))) from--;
  const before = text.charAt(from - 1);
  if (before === '' || before === '\n') return { start: from, before: '' };
  return before === ';' ? { start: from, before: lineBreak } : { start, before: '' };
}

/** A statement laid out; undefined where it is left as it is. */
function formatStatement(
  statement: SqlStatement,
  letterCase: LetterCase,
  lineBreak: string,
  options: SqlFormattingOptions,
): string | undefined {
  const { text, tree, tokens } = statement;
  // The formatter takes the statements of a trigger's body for statements of their own.
  if (text.length > longest || tree.body !== undefined || statement.ending === 'next') return undefined;
  if (tokens.some(({ kind, isClosed }) => kind === 'broken' || !isClosed)) return undefined;
  if (isTooDeep(tokens)) return undefined;
  let last = inKeywordCase(statement, letterCase);
  for (let round = 0; round < mostRounds; round++) {
    const next = laidOut(last, lineBreak, options);
    if (next === undefined) return undefined;
    if (next === last) return keepsExpressionNames(text, next) ? next : undefined;
    last = next;
  }
  return undefined;
}

function isTooDeep(tokens: readonly SqlToken[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(' || isWord(token, 'CASE')) depth++;
    else if (token.text === ')' || isWord(token, 'END')) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** The text with the formatter's spaces between its own tokens; undefined where the formatter cannot read it or has other tokens. */
function laidOut(
  text: string,
  lineBreak: string,
  { tabSize = 2, insertSpaces = true }: SqlFormattingOptions,
): string | undefined {
  const written = scanSql(text);
  const formatted = tryFormat(text, tabSize, insertSpaces);
  if (formatted === undefined) return undefined;
  const own = written.filter((token) => !isSpace(token));
  const theirs = scanSql(formatted);
  const others = theirs.filter((token) => !isSpace(token));
  if (own.length !== others.length || !own.every((token, i) => isSameToken(token, others[i])))
    return undefined;
  const gaps = withComments(own, spacesBefore(written), spacesBefore(theirs));
  return own.map((token, i) => broken(gaps[i] ?? '', own[i - 1], lineBreak) + token.text).join('');
}

/** A line comment keeps the carriage return that ends it; behind it only the other half of the line break follows. */
function broken(gap: string, before: SqlToken | undefined, lineBreak: string): string {
  if (before?.kind !== 'comment' || !before.text.endsWith('\r')) return gap.replaceAll('\n', lineBreak);
  const first = gap.indexOf('\n') + 1;
  return gap.slice(0, first) + gap.slice(first).replaceAll('\n', lineBreak);
}

function tryFormat(text: string, tabWidth: number, insertSpaces: boolean): string | undefined {
  try {
    return formatDialect(text, {
      dialect: sqlite,
      tabWidth,
      useTabs: !insertSpaces,
      keywordCase: 'preserve',
      // All of SQLite's parameters, as our scanner reads them.
      paramTypes: {
        positional: false,
        numbered: [],
        named: [],
        quoted: [],
        custom: [{ regex: String.raw`\?\d*|[:@#$][\p{L}\p{N}_$:]+` }],
      },
    });
  } catch {
    // It gives no reason fit for people: the engine's errors of the statement say what is wrong.
    return undefined;
  }
}

/** Whether two tokens are the same; the formatter indents block comments, of which the document's own text is kept. */
function isSameToken({ kind, text }: SqlToken, other: SqlToken | undefined): boolean {
  if (other?.kind !== kind) return false;
  if (kind !== 'comment') return other.text === text;
  const bare = (comment: string): string => comment.replace(/\s+/gu, ' ').trim();
  return bare(other.text) === bare(text);
}

/** What stands before each token that is not space. */
function spacesBefore(tokens: readonly SqlToken[]): readonly string[] {
  let gap = '';
  const gaps: string[] = [];
  for (const token of tokens) {
    if (isSpace(token)) gap = token.text;
    else {
      gaps.push(gap);
      gap = '';
    }
  }
  return gaps;
}

/**
 * The formatter's gaps, but so that a comment stands where it stood: behind its line, on a line of its own, or before a word on the
 * same line.
 */
function withComments(
  own: readonly SqlToken[],
  written: readonly string[],
  formatted: readonly string[],
): readonly string[] {
  const gaps = formatted.map((gap) => gap.replaceAll('\r', ''));
  own.forEach(({ kind, text }, i) => {
    if (kind !== 'comment') return;
    const wasBroken = isBroken(own[i - 1], written[i]);
    const isLast = i + 1 >= own.length;
    const isBrokenBehind = text.startsWith('--') || (written[i + 1] ?? '').includes('\n');
    const indented = [gaps[i], gaps[i + 1]].find((gap) => gap?.includes('\n')) ?? lineOf(gaps, i);
    if (i > 0 && wasBroken) gaps[i] = indented;
    else if (i > 0 && (isBrokenBehind || isLast)) gaps[i] = ' ';
    if (isLast) return;
    if (!isBrokenBehind) {
      // It speaks of what follows it on its line.
      if ((gaps[i + 1] ?? '').includes('\n')) gaps[i + 1] = ' ';
    } else if (!(gaps[i + 1] ?? '').includes('\n')) gaps[i + 1] = indented;
  });
  return gaps;
}

function isBroken(before: SqlToken | undefined, gap: string | undefined): boolean {
  return gap?.includes('\n') === true || before?.text.startsWith('--') === true;
}

/** A line break with the indentation of the line that a token is on. */
function lineOf(gaps: readonly string[], i: number): string {
  return gaps.slice(0, i + 1).findLast((gap) => gap.includes('\n')) ?? '\n';
}

/** Whether the document has the same statements, tokens and directives after `edits`: a line must not turn into a statement. */
function keepsStatements(document: SqlDocument, edits: readonly TextEdit[]): boolean {
  if (edits.length === 0) return true;
  const after = parseSqlDocument(applyEdits(document.text, edits));
  return (
    after.statements.length === document.statements.length &&
    after.statements.every((statement, i) => said(statement) === said(document.statements[i])) &&
    after.directives.length === document.directives.length &&
    after.directives.every(({ kind, value, statement }, i) => {
      const before = document.directives[i];
      return before?.kind === kind && before.value === value && before.statement === statement;
    })
  );
}

/** The tokens of a statement without spaces, words in small letters. */
function said(statement: SqlStatement | undefined): string {
  const tokens = statement?.tokens.filter((token) => !isSpace(token)) ?? [];
  return tokens.map((token) => (token.kind === 'word' ? token.text.toLowerCase() : token.text)).join('\0');
}

function isSpace({ kind }: SqlToken): boolean {
  return kind === 'space';
}
