import type { Range } from '../text/index.ts';
import { OPERATOR_AHEAD, OPERATOR_BEHIND } from './operators.ts';
import { sequenceLabels } from './sequence.ts';
import type { TextLine } from './textLines.ts';

/** A line number at the start of a text line. */
export interface Label {
  /** Digits without leading zeros. */
  readonly label: string;
  /** With its punctuation: `#3`, `3.`, `3)`, `S3`. */
  readonly range: Range;
}

interface Candidate extends Label {
  readonly form: '#' | '.' | ')';
  /** Nothing follows on the text line. */
  readonly alone: boolean;
  /** NOT follows: a search that begins with it, as one for trials may, or a reference that goes on with the line above. */
  readonly negated: boolean;
}

const NOT_AHEAD = /^\s+not(?![\p{L}\p{N}_-])/iu;

function candidateAt(text: string, line: TextLine): Candidate | undefined {
  const { start, end } = line.content;
  const head = text.slice(start, Math.min(end, start + 16));
  const match = /^(?:#(\d{1,6})[.:]?|(\d{1,4})([.)]))(?=\s|$)/.exec(head);
  if (!match) return undefined;
  const written = match[0];
  const after = text.slice(start + written.length, Math.min(end, start + written.length + 40));
  const negated = written.startsWith('#') && NOT_AHEAD.test(after);
  if (!negated && OPERATOR_AHEAD.test(after)) return undefined;
  const digits = match[1] ?? match[2] ?? '';
  return {
    label: digits.replace(/^0+(?=\d)/, ''),
    range: { start, end: start + written.length },
    form: match[1] !== undefined ? '#' : match[3] === ')' ? ')' : '.',
    alone: start + written.length >= end,
    negated,
  };
}

/**
 * Finds the line numbers among physical `lines`: the result holds a label or undefined for each of them.
 *
 * A number at the start of a text line may also be part of a query that runs over several lines. These are not labels:
 * - anything in front of an operator or a closing parenthesis (`#1 AND #2`, `2010) OR`), but `#3 NOT x` is one where it is the
 *   next number, no other line has it and nothing is waiting: it could refer to nothing;
 * - `#n` alone where the query is waiting for an operand (`#1 AND` / `#2`), or in a document without other labels
 *   unless text follows below it;
 * - `n)` inside an open parenthesis, unless it continues the numbering.
 */
export function findLabels(text: string, lines: readonly TextLine[]): (Label | undefined)[] {
  const all = lines.map((line) => candidateAt(text, line));
  const candidates = all.map((candidate) => (candidate?.negated === true ? undefined : candidate));
  if (!candidates.some((candidate) => candidate !== undefined && !candidate.alone)) {
    const counted = sequenceLabels(text, lines);
    if (counted !== undefined) return [...counted];
  }
  const hasFull = candidates.some((candidate) => candidate !== undefined && !candidate.alone);
  const followed = contentFollows(lines, candidates);
  const taken = new Set(candidates.map((candidate) => candidate?.label));
  let depth = 0;
  let waiting = false;
  let last: number | undefined;
  return lines.map((line, index) => {
    if (line.content.end === line.content.start) return undefined;
    const candidate = all[index];
    const isLabel =
      candidate !== undefined &&
      (candidate.negated
        ? hasFull && depth === 0 && !waiting && follows(candidate, last ?? 0) && !taken.has(candidate.label)
        : accept(candidate, { hasFull, followed: followed[index] ?? false, depth, waiting, last }));
    depth = Math.max(0, (isLabel ? 0 : depth) + line.depth + (isLabel && candidate.form === ')' ? 1 : 0));
    const tail = text.slice(Math.max(line.content.start, line.content.end - 8), line.content.end);
    waiting = !(isLabel && candidate.alone) && OPERATOR_BEHIND.test(tail);
    if (!isLabel) return undefined;
    last = Number(candidate.label);
    return { label: candidate.label, range: candidate.range };
  });
}

function accept(
  candidate: Candidate,
  context: { hasFull: boolean; followed: boolean; depth: number; waiting: boolean; last: number | undefined },
): boolean {
  const continues = follows(candidate, context.last);
  if (candidate.form === ')' && context.depth > 0 && !continues) return false;
  if (!candidate.alone) return true;
  if (context.waiting) return false;
  return context.hasFull || context.followed;
}

const follows = ({ label }: Label, last: number | undefined): boolean =>
  last !== undefined && Number(label) === last + 1;

/** For each line, whether text other than a number follows directly below it (comments and blank lines aside). */
function contentFollows(
  lines: readonly TextLine[],
  candidates: readonly (Candidate | undefined)[],
): boolean[] {
  const result: boolean[] = [];
  let next = false;
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    result[i] = next;
    if (line && line.content.end > line.content.start) next = candidates[i] === undefined;
  }
  return result;
}
