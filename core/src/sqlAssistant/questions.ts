import type { SqlDirective, SqlDocument, SqlStatement } from '../sql/index.ts';
import type { Range } from '../text/index.ts';

/** A question in the comments of a document (`-- Q: ...`). */
export interface DocumentQuestion {
  readonly question: string;
  /** Notes beside it (`-- evidence: ...`), one behind the other. */
  readonly evidence: string | undefined;
  /** The comments that it stands in, with those that go on below it; offsets in the document. A statement for it is written behind them. */
  readonly comments: Range;
  /** The statement that stands right below: an empty line between means that it is not for this question. */
  readonly statement: SqlStatement | undefined;
}

/** The questions of a document in their order. */
export function questionsOf(document: SqlDocument): readonly DocumentQuestion[] {
  const asked = document.directives.filter(({ kind, value }) => kind === 'question' && value.trim() !== '');
  const notes = document.directives.filter(({ kind }) => kind === 'evidence');
  return asked.map((directive, i) => {
    const from = asked[i - 1]?.range.end ?? 0;
    const to = asked[i + 1]?.range.start ?? document.text.length;
    const evidence = between(notes, from, to)
      .filter(({ statement }) => statement === directive.statement)
      .map(({ value }) => value.trim())
      .filter((value) => value !== '');
    const comments = commentsFrom(document, directive, to);
    const statement =
      directive.statement === undefined ? undefined : document.statements[directive.statement];
    return {
      question: directive.value.trim(),
      evidence: evidence.length === 0 ? undefined : evidence.join('\n'),
      comments,
      statement:
        statement !== undefined && isBelow(document.text, comments, statement) ? statement : undefined,
    };
  });
}

/** The question that a person at an offset means: the one in whose comments or statement they are. */
export function questionAt(document: SqlDocument, offset: number): DocumentQuestion | undefined {
  return questionsOf(document).find(({ comments, statement }) => {
    const start = lineStart(document.text, Math.min(comments.start, statement?.start ?? comments.start));
    const end = Math.max(comments.end, statement?.end ?? 0);
    return start <= offset && offset <= end;
  });
}

/** Those of a list in its order that stand between two offsets; it is not gone through from its beginning for each question. */
function between(list: readonly SqlDirective[], from: number, to: number): readonly SqlDirective[] {
  const found: SqlDirective[] = [];
  for (let i = firstFrom(list.length, (at) => (list[at]?.range.start ?? 0) >= from); i < list.length; i++) {
    const one = list[i];
    if (one === undefined || one.range.end > to) break;
    found.push(one);
  }
  return found;
}

/** The first place of a list from which on something holds; its length where it holds nowhere. */
function firstFrom(length: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** From a directive over the comments right below it, up to the next question. */
function commentsFrom({ tokens }: SqlDocument, { range }: SqlDirective, to: number): Range {
  let { end } = range;
  for (
    let i = firstFrom(tokens.length, (at) => (tokens[at]?.start ?? 0) >= range.end);
    i < tokens.length;
    i++
  ) {
    const token = tokens[i];
    if (token === undefined || token.start >= to) break;
    if (token.kind === 'comment') end = token.end;
    else if (token.kind !== 'space' || /\n[^\S\n]*\n/u.test(token.text)) break;
  }
  return { start: range.start, end };
}

/** Whether no empty line stands between comments and a statement; a question behind its statement is about it, too. */
function isBelow(text: string, { end }: Range, statement: SqlStatement): boolean {
  return (
    statement.start < end || !/\n[^\S\n]*\n/u.test(text.slice(end, statement.start).replaceAll('\r', ''))
  );
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
