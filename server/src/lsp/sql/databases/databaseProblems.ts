import type { SqlDocument } from '@querent/core/sql';
import { fix, type Problem, type Range } from '@querent/core/text';
import type { SqlDatabaseState } from '../sqlDatabases.ts';

const rule = 'sql-database';

/**
 * What is wrong with the database of a document: at the comment that names it, or, where a setting or the folder does, at the first
 * statement. That there is none is no problem: then names are not checked.
 */
export function databaseProblems(
  { directives, statements }: SqlDocument,
  state: SqlDatabaseState,
): readonly Problem[] {
  const [own, ...others] = directives.filter(({ kind }) => kind === 'database');
  const problems: Problem[] = others.map(({ range }) => ({
    ...{ rule, severity: 'warning', range },
    message: 'A document has one database, and a comment above has named it. Remove this one.',
    fixes: [fix('Remove the comment', true, [range.start, range.end, ''])],
  }));
  if (own !== undefined) {
    const place = own.value === '' ? own.range : own.valueRange;
    if (state.kind === 'error') problems.push(problem('error', place, state.message));
    else if (state.kind === 'none') problems.push(problem('information', place, state.message));
    return problems;
  }
  const [first] = statements;
  if (state.kind === 'error' && first !== undefined) {
    const word = first.tokens[0];
    const end = first.start + (word?.end ?? 0);
    problems.push(
      problem('information', { start: first.start, end }, `Names are not checked: ${state.message}`),
    );
  }
  return problems;
}

function problem(severity: Problem['severity'], range: Range, message: string): Problem {
  return { rule, severity, message, range };
}
