import { LineIndex } from '@querent/core/text';
import type { Position, Problem } from '@querent/core/text';
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
    return `${name}:${line + 1}:${character + 1} ${problem.severity} ${problem.message} (${problem.rule})`;
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
