import type { SqlToken } from './scanner.ts';
import type { SqlDirective, SqlDirectiveKind } from './documentTypes.ts';
import type { StatementSpan } from './splitter.ts';

const written: Readonly<Record<string, SqlDirectiveKind>> = {
  q: 'question',
  evidence: 'evidence',
  expect: 'expect',
  database: 'database',
};
const opening = /^(?:--|\/\*)[^\S\n]*(?<word>Q|evidence|expect|database)[^\S\n]*:[^\S\n]*/iu;
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
  const homes = drafts.map((draft) => (draft.kind === 'database' ? undefined : homeOf(draft, text, spans)));
  // Of several questions before a statement, the last one is the statement's; what stands with the others is about none.
  const asked = new Set<number>();
  for (let i = drafts.length - 1; i >= 0; i--) {
    const home = homes[i];
    if (home === undefined) continue;
    if (asked.has(home)) homes[i] = undefined;
    else if (drafts[i]?.kind === 'question' && drafts[i - 1]?.kind !== 'evidence') asked.add(home);
    else if (drafts[i]?.kind === 'question') {
      // Evidence written above the first question is that question's; above it another question may stand.
      const above = drafts.slice(0, i).findLastIndex(({ kind }) => kind === 'question');
      if (above >= 0 && homes[above] === home) asked.add(home);
    }
  }
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

/** The statement that a comment stands in, behind on the same line, or before. */
function homeOf({ start }: Draft, text: string, spans: readonly StatementSpan[]): number | undefined {
  const next = spans.findIndex(({ end }) => end > start);
  const before = next < 0 ? spans.length - 1 : next - 1;
  const span = spans[before];
  if (span !== undefined && !text.slice(span.end, start).includes('\n')) return before;
  return next < 0 ? undefined : next;
}
