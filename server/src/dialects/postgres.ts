import { setImmediate } from 'node:timers/promises';
import { fix, TextMemory } from '@querent/core/text';
import type { Problem } from '@querent/core/text';
import { loadPostgresParser } from './postgresParser.ts';
import type { ParsePostgres } from './postgresParser.ts';
import { postgresParts } from './postgresParts.ts';
import type { LineStart, PostgresPart } from './postgresParts.ts';
import { withVariables } from './postgresVariables.ts';
import { postgresProblem, quoteProblem } from './postgresWords.ts';

/** Problems told at most; who has more mends these first. */
const mostProblems = 200;
/** Milliseconds of parsing after which others get their turn. */
const turnMs = 20;

/** What was found in statements, by their text; places from its beginning. */
const memory = new TextMemory<readonly Problem[]>(4_000_000);

/**
 * What PostgreSQL cannot read in a text, by PostgreSQL 18's own parser: syntax only, since no database is asked; everything that PostgreSQL reads gets
 * nothing. Statement by statement, so that a broken one leaves its neighbours alone, and one that was told before costs nothing. Problems have the
 * ids of `sqlErrorIds`, places in UTF-16 units of the text, in their order, 200 at most.
 * @throws Error when the parser is missing from the installation
 */
export async function postgresProblems(text: string, signal?: AbortSignal): Promise<readonly Problem[]> {
  const parse = await loadPostgresParser();
  const found: Problem[] = [];
  let turn = performance.now();
  for (const part of postgresParts(text)) {
    if (found.length >= mostProblems) break;
    if (performance.now() - turn > turnMs) {
      await setImmediate();
      signal?.throwIfAborted();
      turn = performance.now();
    }
    found.push(...problemsOf(text, part, parse));
  }
  return found.slice(0, mostProblems);
}

function problemsOf(text: string, part: PostgresPart, parse: ParsePostgres): readonly Problem[] {
  const own = text.slice(part.start, part.end);
  const key = part.openQuote === undefined ? own : `${part.openQuote - part.start}\0${own}`;
  let problems = memory.get(key);
  if (problems === undefined) {
    const starts = part.lineStarts.map((each) => earlier(each, part.start));
    const openQuote = part.openQuote === undefined ? undefined : part.openQuote - part.start;
    problems = openQuote === undefined ? judge(own, starts, parse) : [quoteProblem(own, openQuote, parse)];
    memory.set(key, problems);
  }
  return problems.map((problem) => moved(problem, part.start));
}

/** The problems of one statement, or of several between which no `;` stands. */
function judge(text: string, lineStarts: readonly LineStart[], parse: ParsePostgres): readonly Problem[] {
  const nul = text.indexOf('\0');
  if (nul >= 0)
    return [
      {
        rule: 'sql-nul',
        severity: 'error',
        message: 'This is a NUL character, which PostgreSQL does not take. Remove it.',
        range: { start: nul, end: nul + 1 },
      },
    ];
  const fault = parse(text);
  if (fault === undefined) return [];
  const filled = withVariables(text);
  if (filled !== text) return filled === '' ? [] : judge(filled, lineStarts, parse);
  if (fault === 'too deep')
    return [
      {
        rule: 'sql-refused',
        severity: 'information',
        message: 'This statement is nested too deep to be checked. Divide it.',
        range: { start: 0, end: Math.min(text.length, 1) },
      },
    ];
  const stopped = lineStarts.find(({ at }) => at === fault.at);
  if (stopped !== undefined) {
    const head = parse(text.slice(0, stopped.behind));
    if (head === undefined) return [missingSemicolon(stopped), ...rest(text, stopped, lineStarts, parse)];
    if (head !== 'too deep' && head.at >= stopped.behind && stopped.isApart)
      return [
        postgresProblem(text.slice(0, stopped.behind), head, parse),
        ...rest(text, stopped, lineStarts, parse),
      ];
  }
  const first = postgresProblem(text, fault, parse);
  // What comes behind an empty line, or makes something, is a statement of its own more likely than a part of the broken one.
  const isAlter = /^ALTER\b/iu.test(text);
  const next = lineStarts.find(
    ({ at, word, isApart }) =>
      at > fault.at &&
      (word === 'CREATE' || (isApart && !(isAlter && (word === 'ALTER' || word === 'DROP')))),
  );
  return next === undefined ? [first] : [first, ...rest(text, next, lineStarts, parse)];
}

function rest(
  text: string,
  { at: from }: LineStart,
  lineStarts: readonly LineStart[],
  parse: ParsePostgres,
): readonly Problem[] {
  const later = lineStarts.filter(({ at }) => at > from).map((each) => earlier(each, from));
  return judge(text.slice(from), later, parse).map((problem) => moved(problem, from));
}

function missingSemicolon({ at, behind, word }: LineStart): Problem {
  return {
    rule: 'sql-syntax',
    severity: 'error',
    message: `A \`;\` is missing before this ${word}, which begins another statement. Write it.`,
    range: { start: at, end: at + word.length },
    fixes: [fix('Insert ;', true, [behind, behind, ';'])],
  };
}

function earlier(start: LineStart, by: number): LineStart {
  return { ...start, at: start.at - by, behind: start.behind - by };
}

function moved(problem: Problem, by: number): Problem {
  const { range, fixes } = problem;
  return {
    ...problem,
    range: { start: range.start + by, end: range.end + by },
    ...(fixes === undefined
      ? {}
      : {
          fixes: fixes.map((each) => ({
            ...each,
            edits: each.edits.map((edit) => ({
              ...edit,
              range: { start: edit.range.start + by, end: edit.range.end + by },
            })),
          })),
        }),
  };
}
