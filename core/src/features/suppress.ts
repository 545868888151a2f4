import type { SqlDocument } from '../sql/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix, lineBreakOf, LineIndex } from '../text/index.ts';
import type { Fix, Problem, Range } from '../text/index.ts';

const DIRECTIVE = /^(?:\/\/|--)\s*querent-disable-(line|next-line)\b[:\s]*([\w\s,-]*)/;

interface Comment {
  readonly range: Range;
  readonly text: string;
}

/** A text with comments, whatever its language is. */
interface Commented {
  readonly text: string;
  /** In their order. */
  readonly comments: readonly Comment[];
  /** What a comment begins with. */
  readonly mark: '//' | '--';
  /** Offset before which no comment can stand. */
  readonly start: number;
  /** Whether a comment can be put at `offset`. */
  isFree(offset: number): boolean;
}

/** Comments about themselves are not switched off by more comments. */
const META = /-suppression$/;

/** More of them than this would bury what else can be done at a place. */
const MAXIMUM_OFFERED = 5;

/** For the problems that touch `range`, how to switch each of their rules off on its line; a rule once. */
export function suppressions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
): readonly Suppression[] {
  const { text, comments, frontMatter } = document;
  const start = frontMatter?.range.end ?? 0;
  return suppressionsIn(
    { text, comments, mark: '//', start, isFree: (offset) => isFree(document, offset) },
    range,
    problems,
  );
}

/** The same for a document of SQL, whose comments begin with `--`. */
export function sqlSuppressions(
  { text, tokens }: SqlDocument,
  range: Range,
  problems: readonly Problem[],
): readonly Suppression[] {
  const comments = tokens
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end, text: own }) => ({ range: { start, end }, text: own }));
  const isFree = (offset: number): boolean =>
    !tokens.some(({ kind, start, end }) => kind !== 'space' && start < offset && offset < end);
  return suppressionsIn({ text, comments, mark: '--', start: 0, isFree }, range, problems);
}

type Suppression = Fix & { readonly problem: Problem };

function suppressionsIn(
  document: Commented,
  range: Range,
  problems: readonly Problem[],
): readonly Suppression[] {
  const found = new Map<string, Suppression>();
  let lines: LineIndex | undefined;
  for (const problem of problems) {
    if (problem.range.start > range.end || problem.range.end < range.start) continue;
    lines ??= new LineIndex(document.text);
    const change = found.has(problem.rule) ? undefined : suppression(document, problem, lines);
    if (change !== undefined) found.set(problem.rule, { ...change, problem });
    if (found.size === MAXIMUM_OFFERED) break;
  }
  return [...found.values()];
}

/**
 * Switches off the rule of `problem` on its line of text by a comment: a new one, or one more name in the one that is there. Undefined
 * where no comment can stand, as in the front matter.
 */
function suppression(document: Commented, problem: Problem, lines: LineIndex): Fix | undefined {
  const { text, mark } = document;
  const at = problem.range.start;
  if (META.test(problem.rule) || at < document.start) return undefined;
  const { line } = lines.positionAt(at);
  const title = `Disable ${problem.rule} for this line`;
  const start = lines.lineStart(line);
  const end = lines.lineEnd(line);
  const own = commentIn(document, start, end);
  const above =
    line > 0 ? commentIn(document, lines.lineStart(line - 1), lines.lineEnd(line - 1)) : undefined;
  for (const [comment, scope] of [
    [own, 'line'],
    [above, 'next-line'],
  ] as const) {
    const match = comment === undefined ? null : DIRECTIVE.exec(comment.text);
    if (comment === undefined || match?.[1] !== scope) continue;
    const names = (match[2] ?? '').trim();
    // Without a name it switches everything off, so that this problem would not be told.
    if (names === '') return undefined;
    const behind = comment.range.start + match[0].trimEnd().length;
    return fix(title, false, [behind, behind, `${names.endsWith(',') ? '' : ','} ${problem.rule}`]);
  }
  if (own === undefined && document.isFree(end))
    return fix(title, false, [
      end,
      end,
      `${/\s$/.test(text.slice(start, end)) ? '' : ' '}${mark} querent-disable-line ${problem.rule}`,
    ]);
  if (!document.isFree(start)) return undefined;
  return fix(title, false, [
    start,
    start,
    `${mark} querent-disable-next-line ${problem.rule}${lineBreakOf(text)}`,
  ]);
}

function commentIn({ comments }: Commented, start: number, end: number): Comment | undefined {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.range.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const found = comments[low];
  return found !== undefined && found.range.start <= end ? found : undefined;
}

/** Whether a comment can be put at `offset`: not inside a phrase that runs over several lines of text. */
function isFree(document: StrategyDocument, offset: number): boolean {
  return !document.lines.some(
    (line) =>
      line.queryRange.start < offset &&
      offset < line.queryRange.end &&
      line.query.tokens.some(
        ({ kind, start, end }) => kind !== 'space' && kind !== 'invalid' && start < offset && offset < end,
      ),
  );
}
