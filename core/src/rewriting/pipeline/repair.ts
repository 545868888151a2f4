import { parseQuery } from '../../pubmed/index.ts';
import type { ParsedQuery } from '../../pubmed/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';

/** Judges a parsed query; the lint rules of the house, or the part of them that fits. */
export type Linter = (parsed: ParsedQuery) => readonly Problem[];

/** One thing that was mended. */
export interface Repair {
  /** What was wrong, as it was written. */
  readonly text: string;
  /** What was done about it, as a title: "Change [ab] to [tiab]". */
  readonly done: string;
}

/** A query without errors, or with the first one that has no fix beyond doubt. */
export interface Repaired {
  readonly query: string;
  readonly parsed: ParsedQuery;
  readonly problems: readonly Problem[];
  readonly repairs: readonly Repair[];
  readonly error: Problem | undefined;
}

/** What the rules call errors in the query that is there: whoever edits it answers for none of them. */
export type KnownErrors = ReadonlySet<string>;

/** The errors that the rules, not the syntax, find in a query. */
export function errorsOf(query: string, lint: Linter | undefined): KnownErrors {
  const problems = lint?.(parseQuery(query)) ?? [];
  return new Set(problems.filter(({ severity }) => severity === 'error').map((one) => keyOf(one, query)));
}

function keyOf({ rule, range }: Problem, text: string): string {
  return `${rule}\n${text.slice(range.start, range.end).toLowerCase()}`;
}

/** A text with more errors than this is no query. */
const mostRepairs = 40;

/**
 * Mends what cannot be searched by the preferred fixes of the parser and the rules, one error after the other: those are beyond doubt, so that no
 * meaning is guessed. An error without such a fix stays, and so does one whose fix does not end. `known` errors are left as they are, and forbid nothing.
 */
export function repairQuery(
  query: string,
  lint: Linter | undefined,
  known: KnownErrors = new Set(),
): Repaired {
  const repairs: Repair[] = [];
  const seen = new Set([query]);
  let text = query;
  for (;;) {
    const parsed = parseQuery(text);
    const judged = lint?.(parsed) ?? [];
    const problems = [...parsed.problems, ...judged];
    const errors = [...parsed.problems, ...judged.filter((one) => !known.has(keyOf(one, text)))].filter(
      ({ severity }) => severity === 'error',
    );
    const [error] = errors;
    const done = { query: text, parsed, problems, repairs };
    if (error === undefined) return { ...done, error: undefined };
    const mended = repairs.length >= mostRepairs ? undefined : mendFirst(text, errors, seen);
    if (mended === undefined) return { ...done, error };
    seen.add(mended.text);
    text = mended.text;
    repairs.push(mended.repair);
  }
}

/** Applies the first preferred fix that leads to a text that was not there before. */
function mendFirst(
  text: string,
  errors: readonly Problem[],
  seen: ReadonlySet<string>,
): { readonly text: string; readonly repair: Repair } | undefined {
  for (const { range, fixes = [] } of errors) {
    const fix = fixes.find(({ preferred }) => preferred === true);
    if (fix === undefined) continue;
    const mended = applyEdits(text, fix.edits);
    if (seen.has(mended)) continue;
    return { text: mended, repair: { text: text.slice(range.start, range.end), done: fix.title } };
  }
  return undefined;
}
