import type { Fix, Problem } from '../../text/index.ts';
import { scanSql, unquoted } from '../scanner.ts';
import { AskedEnough, Asking } from './asking.ts';
import type { Replacement, Span } from './asking.ts';
import { isSyntax } from './culprits.ts';
import { placesOf } from './places.ts';
import type { Place } from './places.ts';
import { ruleOf } from './rules.ts';
import {
  columnFixes,
  functionFixes,
  isQualifiedByNothing,
  qualifyFixes,
  tableFixes,
  typographicFix,
} from './suggestions.ts';
import { syntaxProblem, repairProblem } from './syntaxProblem.ts';
import { repairOfNames } from './syntaxRepairs.ts';
import { TableStandIns } from './tableStandIns.ts';
import type { KnownNames, Prepare } from './types.ts';

/** Errors reported for one statement; who has more mends these first. */
const mostProblems = 20;

/** Errors that stay what they are whatever else is wrong in the statement; others may follow from what was put in for an error before. */
const independent: ReadonlySet<string> = new Set([
  'sql-unknown-column',
  'sql-unknown-table',
  'sql-unknown-function',
  'sql-arguments',
]);

/** Errors that a slip of a keyword or a comma left out can cause where the grammar has no objection: `a b` for `a, b`. */
const fromSlips: ReadonlySet<string> = new Set([
  'sql-unknown-column',
  'sql-set-columns',
  'sql-cte-columns',
  'sql-insert-values',
  'sql-subquery-columns',
]);

/**
 * What the engine refuses in one statement, each with its place; nothing for what it prepares. After an error of names something harmless is put
 * in its place and the engine is asked again, so that several errors are reported at once.
 * @param text one statement, with or without its `;`; offsets of the problems are in it
 */
export function checkStatement(text: string, prepare: Prepare, known: KnownNames): readonly Problem[] {
  const unread = unreadable(text);
  if (unread !== undefined) return [unread];
  const asking = new Asking(text, prepare, () => wordsOf(known));
  const found: Problem[] = [];
  if (asking.tokens.length === 0) return found;
  const first = asking.with();
  if (first === undefined) return found;
  try {
    collect(asking, first, known, found);
  } catch (error) {
    if (!(error instanceof AskedEnough)) throw error;
  }
  if (found.length === 0) found.push(unexplained(asking, first));
  return found.slice(0, mostProblems);
}

/** What the engine never gets to see as it is: it stops at a NUL, and takes `/*` at the very end for a division. */
function unreadable(text: string): Problem | undefined {
  const nul = text.indexOf('\0');
  if (nul >= 0)
    return {
      rule: 'sql-nul',
      severity: 'error',
      message: 'This is a NUL character, at which SQLite stops reading. Remove it.',
      range: { start: nul, end: nul + 1 },
    };
  if (!text.endsWith('/*')) return undefined;
  const last = scanSql(text).at(-1);
  return last?.kind === 'comment' && last.text === '/*'
    ? {
        rule: 'sql-unclosed-comment',
        severity: 'error',
        message: 'This comment is empty and never closed. Write it and */ behind it, or remove it.',
        range: { start: last.start, end: last.end },
      }
    : undefined;
}

/** An error whose place would take more questions than are asked. */
function unexplained(asking: Asking, message: string): Problem {
  const open = asking.tokens.findIndex(({ isClosed }) => !isClosed);
  if (open >= 0 && isSyntax(message)) {
    const says =
      'This quote is never closed, or an earlier one lacks its partner. Write another where it ends.';
    return problemAt(asking, { from: open, to: open }, 'sql-unclosed-quote', says);
  }
  return problemAt(asking, undefined, ruleOf(message)?.rule.id ?? 'sql-refused', asEngine(message));
}

const wordsByNames = new WeakMap<KnownNames, ReadonlySet<string>>();

/** Every name of a database in lower case; made once for each. */
function wordsOf(known: KnownNames): ReadonlySet<string> {
  let words = wordsByNames.get(known);
  if (words === undefined) {
    words = new Set(
      known.tables.flatMap(({ name, columns }) =>
        [name, ...columns.map((column) => column.name)].map((each) => each.toLowerCase()),
      ),
    );
    wordsByNames.set(known, words);
  }
  return words;
}

function collect(asking: Asking, first: string, known: KnownNames, found: Problem[]): void {
  if (isSyntax(first)) {
    found.push(syntaxProblem(asking, first));
    return;
  }
  const standIns = new TableStandIns(asking);
  const base: Replacement[] = [];
  let message: string | undefined = first;
  while (message !== undefined && found.length < mostProblems) {
    const match = ruleOf(message);
    const isFirst = found.length === 0;
    if (!isFirst && !independent.has(match?.rule.id ?? '')) return;
    if (match === undefined) {
      found.push(problemAt(asking, undefined, 'sql-refused', asEngine(message)));
      return;
    }
    const { rule, groups } = match;
    const name = groups['name'] ?? '';
    if (rule.id === 'sql-unknown-column') {
      const mended = standIns.give(message, name, base);
      if (mended !== undefined) {
        message = mended.message;
        continue;
      }
    }
    const repair = isFirst && fromSlips.has(rule.id) ? repairOfNames(asking) : undefined;
    if (repair !== undefined) {
      found.push(repairProblem(asking, repair));
      return;
    }
    const places = placesOf(asking, message, rule, groups, [...standIns.replacements, ...base]);
    if (places.length === 0) {
      const says = withinView(asking, rule.id, name) ?? rule.says(groups);
      if (isFirst) found.push(problemAt(asking, undefined, rule.id, says));
      return;
    }
    const follows = rule.id === 'sql-unknown-column' && standIns.explains(name);
    const fixes = places.map((place) => (follows ? [] : fixesFor(asking, rule.id, place, known, base)));
    if (!follows)
      places.forEach((place, i) =>
        found.push(problemAt(asking, place, rule.id, wordsFor(asking, place, match), fixes[i])),
      );
    const before: string = message;
    if (rule.id === 'sql-unknown-table' && places[0] !== undefined) {
      if (!standIns.add(places[0], base)) return;
    } else {
      const others = [...standIns.replacements, ...base];
      base.push(...places.flatMap((place, i) => harmlessFor(asking, place, fixes[i] ?? [], others)));
    }
    message = asking.with(...standIns.replacements, ...base);
    if (message === before || isSyntax(message)) return;
  }
}

/** Characters of a message at most; the engine repeats a text that is never closed, however long it is. */
const longestMessage = 400;

/** What an unknown name means that stands nowhere in the statement; undefined for other errors. */
function withinView(asking: Asking, rule: string, name: string): string | undefined {
  if (rule === 'sql-unknown-table')
    return `A view or trigger that this uses needs \`${name}\`, which is not there. Mend it, or use another.`;
  const column = name.split('.').at(-1)?.toLowerCase();
  if (
    rule !== 'sql-unknown-column' ||
    asking.tokens.some((token) => unquoted(token).toLowerCase() === column)
  )
    return undefined;
  return `A view or trigger that this uses reads a column \`${name}\`, which is not there. Mend it, or use another.`;
}

function wordsFor(
  asking: Asking,
  place: Place,
  { rule, groups }: NonNullable<ReturnType<typeof ruleOf>>,
): string {
  if (rule.id !== 'sql-unknown-column') return rule.says(groups);
  if (typographicFix(asking, place) !== undefined)
    return 'Typographic quotes are part of a name for SQL. Write a text in single quotes.';
  const qualifier = unquotedAt(asking, place.from);
  return isQualifiedByNothing(asking, place)
    ? `No table \`${qualifier}\` is read here. Name it in FROM or JOIN, or change the name before the point.`
    : rule.says(groups);
}

/** What was most likely meant keeps what depends on it right; without a guess a NULL does, with the name where it is selected. */
function harmlessFor(
  asking: Asking,
  { from, to, harmless }: Place,
  fixes: readonly Fix[],
  others: readonly Replacement[],
): readonly Replacement[] {
  const guess = fixes.find(({ preferred }) => preferred === true)?.edits[0]?.newText;
  if (guess !== undefined) return [{ from: to, to, text: guess }];
  if (harmless === undefined) return [];
  const name = unquotedAt(asking, to).replaceAll('"', '""');
  const named = { from, to: harmless.to, text: `NULL AS "${name}"` };
  return [isSyntax(asking.with(named, ...others)) ? harmless : named];
}

function unquotedAt({ tokens }: Asking, at: number): string {
  const token = tokens[at];
  return token === undefined ? '' : unquoted(token);
}

function fixesFor(
  asking: Asking,
  id: string,
  place: Place,
  known: KnownNames,
  base: readonly Replacement[],
): readonly Fix[] {
  switch (id) {
    case 'sql-unknown-column': {
      const typographic = typographicFix(asking, place);
      return typographic === undefined ? columnFixes(asking, place, known, base) : [typographic];
    }
    case 'sql-unknown-table':
      return tableFixes(asking, place, known);
    case 'sql-unknown-function':
      return functionFixes(asking, place, known);
    case 'sql-ambiguous-column':
      return qualifyFixes(asking, place, base);
    default:
      return [];
  }
}

function problemAt(
  asking: Asking,
  span: Span | undefined,
  rule: string,
  message: string,
  fixes: readonly Fix[] = [],
): Problem {
  const [preferred] = fixes;
  const wayOut =
    preferred === undefined
      ? ''
      : ` Perhaps: ${fixes.map(({ title }) => title.replace('Change to ', '')).join(', ')}.`;
  return {
    rule,
    severity: 'error',
    message: `${message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message}${wayOut}`,
    range: {
      start: asking.tokens[span?.from ?? 0]?.start ?? 0,
      end: span === undefined ? asking.end : (asking.tokens[span.to]?.end ?? asking.end),
    },
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

function asEngine(message: string): string {
  return `SQLite refuses this statement: ${message}.`;
}
