import type { SqlToken } from './scanner.ts';
import type { SqlDirective, SqlDirectiveKind } from './documentTypes.ts';
import type { StatementSpan } from './splitter.ts';

const written: Readonly<Record<string, SqlDirectiveKind>> = {
  q: 'question',
  evidence: 'evidence',
  expect: 'expect',
  database: 'database',
  dialect: 'dialect',
};
const opening = /^(?:--|\/\*)[^\S\n]*(?<word>Q|evidence|expect|database|dialect)[^\S\n]*:[^\S\n]*/iu;
/** A comment that goes on with the directive above it: two spaces or more behind `--`. */
const continued = /^--[^\S\n]{2,}(?=\S)/u;

interface Draft {
  readonly kind: SqlDirectiveKind;
  value: string;
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
}

/** The directives in the comments of a document, each with the statement that it is about. */
export function directivesOf(
  text: string,
  tokens: readonly SqlToken[],
  spans: readonly StatementSpan[],
): readonly SqlDirective[] {
  const drafts = draftsOf(tokens);
  const homes = homesOf(drafts, text, spans);
  const questions = new Map<number, number>();
  drafts.forEach(({ kind }, i) => {
    const home = homes[i];
    if (home !== undefined && kind === 'question') questions.set(home, (questions.get(home) ?? 0) + 1);
  });
  // Of several questions before a statement, the last one is the statement's; what stands with the others is about none.
  const left = new Map(questions);
  drafts.forEach(({ kind }, i) => {
    const home = homes[i];
    if (home === undefined) return;
    if (kind === 'question') left.set(home, (left.get(home) ?? 0) - 1);
    if ((questions.get(home) ?? 0) > 1 && (left.get(home) ?? 0) > 0) homes[i] = undefined;
  });
  return drafts.map(({ kind, value, start, end, valueStart, valueEnd }, i) => {
    const home = homes[i];
    return {
      kind,
      value,
      range: { start, end },
      valueRange: { start: valueStart, end: valueEnd },
      ...(home !== undefined && { statement: home }),
    };
  });
}

function draftsOf(tokens: readonly SqlToken[]): readonly Draft[] {
  const drafts: Draft[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== 'comment') return;
    const match = opening.exec(token.text);
    const isBlock = token.text.startsWith('/*');
    if (match !== null && !(isBlock && (token.text.includes('\n') || !token.isClosed))) {
      const value = token.text.slice(match[0].length, isBlock ? -2 : undefined).trimEnd();
      const valueStart = token.start + match[0].length;
      const kind = written[(match.groups?.['word'] ?? '').toLowerCase()] ?? 'question';
      drafts.push({
        kind,
        value,
        start: token.start,
        end: token.end,
        valueStart,
        valueEnd: valueStart + value.length,
      });
      return;
    }
    const last = drafts.at(-1);
    const space = tokens[i - 1];
    const isBelow =
      last?.end === space?.start && space?.kind === 'space' && /^[^\n]*\n[^\n]*$/u.test(space.text);
    const more = continued.exec(token.text);
    if (last === undefined || !isBelow || more === null) return;
    const value = token.text.slice(more[0].length).trimEnd();
    last.value = last.value === '' ? value : `${last.value}\n${value}`;
    last.end = token.end;
    last.valueEnd = token.start + more[0].length + value.length;
  });
  return drafts;
}

/** The statements that comments stand in, behind on the same line, or before. */
function homesOf(
  drafts: readonly Draft[],
  text: string,
  spans: readonly StatementSpan[],
): (number | undefined)[] {
  let next = 0;
  return drafts.map(({ kind, start }) => {
    while ((spans[next]?.end ?? Infinity) <= start) next++;
    // The database and the dialect are the whole document's.
    if (kind === 'database' || kind === 'dialect') return undefined;
    const before = spans[next - 1];
    if (before !== undefined && !text.slice(before.end, start).includes('\n')) return next - 1;
    return next < spans.length ? next : undefined;
  });
}
