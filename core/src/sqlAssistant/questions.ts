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
  return asked.map((directive, i) => {
    const from = asked[i - 1]?.range.end ?? 0;
    const to = asked[i + 1]?.range.start ?? document.text.length;
    const evidence = document.directives
      .filter(({ kind, range }) => kind === 'evidence' && range.start >= from && range.end <= to)
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

/** From a directive over the comments right below it, up to the next question. */
function commentsFrom({ tokens }: SqlDocument, { range }: SqlDirective, to: number): Range {
  let { end } = range;
  let isBroken = false;
  for (const { kind, text, start, end: tokenEnd } of tokens) {
    if (start < range.end || isBroken) continue;
    if (start >= to) break;
    if (kind === 'comment') end = tokenEnd;
    else if (kind !== 'space' || /\n[^\S\n]*\n/u.test(text)) isBroken = true;
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
