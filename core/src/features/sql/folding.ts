import { isWord } from '../../sql/index.ts';
import type { SqlDocument, SqlToken } from '../../sql/index.ts';
import type { Range } from '../../text/index.ts';
import { inDocument } from './locate.ts';
import { partsOf } from './walk.ts';

/** A part of the text that can be folded; it spans two lines at least. */
export interface SqlFold extends Range {
  /** `list`: other parentheses, such as the columns of `CREATE TABLE`. */
  readonly kind: 'statement' | 'commonTable' | 'subquery' | 'list' | 'case' | 'comment';
}

/**
 * Folds of statements, common table expressions, parentheses, CASE and comments that run over several lines; sorted. Of several that begin on one
 * line the longest is kept, since editors fold by lines.
 */
export function sqlFolds(document: SqlDocument): readonly SqlFold[] {
  const { text, statements } = document;
  const folds: SqlFold[] = commentBlocks(document).map((range) => ({ kind: 'comment', ...range }));
  for (const statement of statements) {
    folds.push({ kind: 'statement', start: statement.start, end: statement.end });
    // What cannot be folded costs nothing: trees are made for statements of several lines only.
    if (!statement.text.includes('\n')) continue;
    for (const { range } of partsOf(statement.tree).commons)
      folds.push({ kind: 'commonTable', ...inDocument(range, statement) });
    for (const pair of pairsOf(statement.tokens))
      folds.push({ kind: pair.kind, ...inDocument(pair, statement) });
  }
  folds.sort((a, b) => a.start - b.start || b.end - a.end);
  const longest = new Map<number, SqlFold>();
  for (const fold of folds) {
    if (!text.slice(fold.start, fold.end).trimEnd().includes('\n')) continue;
    const line = text.lastIndexOf('\n', fold.start - 1);
    const before = longest.get(line);
    if (before === undefined || before.end < fold.end) longest.set(line, fold);
  }
  return [...longest.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Parentheses and CASE ... END with what closes them; what is never closed is left out. */
function pairsOf(tokens: readonly SqlToken[]): readonly SqlFold[] {
  const pairs: SqlFold[] = [];
  const open: { kind: SqlFold['kind']; start: number }[] = [];
  const close = (end: number, ...kinds: readonly SqlFold['kind'][]): void => {
    const at = open.findLastIndex(({ kind }) => kinds.includes(kind));
    const opened = open[at];
    if (opened === undefined) return;
    pairs.push({ ...opened, end });
    open.length = at;
  };
  tokens.forEach((token, i) => {
    if (token.kind === 'symbol' && token.text === '(') {
      const next = tokens.slice(i + 1, i + 12).find(({ kind }) => kind !== 'space' && kind !== 'comment');
      const isQuery = isWord(next, 'SELECT', 'WITH', 'VALUES');
      open.push({ kind: isQuery ? 'subquery' : 'list', start: token.start });
    } else if (token.kind === 'symbol' && token.text === ')') close(token.end, 'subquery', 'list');
    else if (isWord(token, 'CASE')) open.push({ kind: 'case', start: token.start });
    else if (isWord(token, 'END') && open.at(-1)?.kind === 'case') close(token.end, 'case');
  });
  return pairs;
}

/** Comments of several lines, and runs of lines that hold nothing but comments. */
function commentBlocks({ text, tokens }: SqlDocument): readonly Range[] {
  const blocks: { start: number; end: number }[] = [];
  for (const { kind, start, end } of tokens) {
    if (kind !== 'comment') continue;
    const last = blocks.at(-1);
    const isAlone = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
    const isNext = last !== undefined && /^[^\S\n]*\n[^\S\n]*$/u.test(text.slice(last.end, start));
    const isLastAlone =
      last !== undefined && text.slice(text.lastIndexOf('\n', last.start - 1) + 1, last.start).trim() === '';
    if (isAlone && isNext && isLastAlone) last.end = end;
    else blocks.push({ start, end });
  }
  return blocks;
}
