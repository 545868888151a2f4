import { LineIndex } from '@querent/core/text';
import type { Position, Problem } from '@querent/core/text';
import { collectProblems } from '@querent/core/features';
import { judgeStrategy } from '@querent/core/lint';
import type { StrategyDocument } from '@querent/core/strategy';
import { note } from '../terminal/index.ts';
import type { InputText } from './io.ts';

/** A problem as the JSON contract has it. */
export interface ProblemJson {
  readonly rule: string;
  readonly severity: Problem['severity'];
  readonly message: string;
  /** Zero-based lines and UTF-16 characters, as in LSP. */
  readonly range: { readonly start: Position; readonly end: Position };
  /** Offsets in UTF-16 units. */
  readonly offsets: Problem['range'];
  readonly fixes: readonly string[];
}

/** A problem with its place in `text` (or the index of its lines). */
export function problemJson(problem: Problem, text: string | LineIndex): ProblemJson {
  const index = typeof text === 'string' ? new LineIndex(text) : text;
  return {
    rule: problem.rule,
    severity: problem.severity,
    message: problem.message,
    range: { start: index.positionAt(problem.range.start), end: index.positionAt(problem.range.end) },
    offsets: problem.range,
    fixes: (problem.fixes ?? []).map((fix) => fix.title),
  };
}

/** `file:line:column severity message (rule)`, counted from 1 as compilers do. */
export function problemLines(name: string, text: string, problems: readonly Problem[]): string[] {
  const index = new LineIndex(text);
  return problems.map((problem) => {
    const { line, character } = index.positionAt(problem.range.start);
    // A message may quote the text, line breaks included; a problem is one line, whoever reads it.
    const message = problem.message.replace(/\s+/g, ' ');
    return `${name}:${line + 1}:${character + 1} ${problem.severity} ${message} (${problem.rule})`;
  });
}

/** The problem that a file is not UTF-8, at its first bad character. */
export function invalidTextProblem({ invalidAt }: InputText): Problem[] {
  if (invalidAt === undefined) return [];
  return [
    {
      rule: 'not-utf8',
      severity: 'error',
      message: 'The file is not UTF-8 text from here on. Save it as UTF-8.',
      range: { start: invalidAt, end: invalidAt + 1 },
    },
  ];
}

const MOST_ERRORS = 10;

/**
 * Tells on stderr what keeps a strategy, or its front matter, from being read as it is written: numbers that leave out a search
 * date or seeds must not come without a word. `querent check` has the rest.
 */
export function noteErrors(
  name: string,
  document: StrategyDocument,
  language: 'pubmed' | 'ctgov' = 'pubmed',
): void {
  const problems = language === 'ctgov' ? judgeStrategy(document, { language }) : collectProblems(document);
  const errors = problems.filter(({ severity }) => severity === 'error');
  problemLines(name, document.text, errors.slice(0, MOST_ERRORS)).forEach(note);
  if (errors.length > MOST_ERRORS)
    note(`... and ${errors.length - MOST_ERRORS} more errors: querent check ${name}`);
}
