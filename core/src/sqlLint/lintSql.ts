import type { SqlDocument, SqlStatement, SqlTables } from '../sql/index.ts';
import { tablesOf } from '../sqlSchema/index.ts';
import type { SqlSchema } from '../sqlSchema/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Problem, Range, Severity } from '../text/index.ts';
import { sqlFamilies, sqlRules } from './catalogue.ts';
import { StatementFacts } from './facts.ts';

/** What the rules may use besides the text. */
export interface SqlLintContext {
  /** Without it the rules about columns are silent. The same object as long as it says the same. */
  readonly schema?: SqlSchema | undefined;
  /** Whether the engine refuses a statement: it says why, and nothing else is said of it. */
  readonly isRefused?: ((statement: SqlStatement) => boolean) | undefined;
}

/** More findings than this in one statement help nobody. */
const most = 100;
const levels: ReadonlyMap<string, Severity> = new Map(sqlRules.map(({ id, level }) => [id, level]));

/** What was found last in a statement, while its text and the schema are the same. From the start of the statement. */
const remembered = new WeakMap<
  SqlStatement['tree'],
  { readonly schema: SqlSchema | undefined; readonly problems: readonly Problem[] }
>();
const tablesBySchema = new WeakMap<SqlSchema, SqlTables>();

/**
 * What SQLite takes and is doubtful all the same, statement by statement, at the rules' own levels; `judgeSql` of lint applies settings
 * and comments. Ranges from the start of the document. Never throws.
 */
export function lintSql(
  document: SqlDocument,
  { schema, isRefused }: SqlLintContext = {},
): readonly Problem[] {
  const problems: Problem[] = [];
  document.statements.forEach((statement, i) => {
    if (document.statements[i + 1] !== undefined) checkEnd(statement, problems);
    if (isRefused?.(statement) === true) return;
    for (const problem of problemsOf(statement, schema))
      problems.push(movedProblem(problem, statement.start));
  });
  return problems.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function problemsOf(statement: SqlStatement, schema: SqlSchema | undefined): readonly Problem[] {
  const { tree } = statement;
  const before = remembered.get(tree);
  if (before !== undefined && before.schema === schema) return before.problems;
  const problems: Problem[] = [];
  const facts = new StatementFacts(statement, schema, schema === undefined ? undefined : tablesFor(schema));
  for (const { check } of sqlFamilies)
    check(facts, (rule, range, message, fixes = []) => {
      if (problems.length >= most) return;
      problems.push({
        rule,
        severity: levels.get(rule) ?? 'warning',
        message,
        range,
        ...(fixes.length > 0 && { fixes }),
      });
    });
  remembered.set(tree, { schema, problems });
  return problems;
}

function tablesFor(schema: SqlSchema): SqlTables {
  let tables = tablesBySchema.get(schema);
  if (tables === undefined) tablesBySchema.set(schema, (tables = tablesOf(schema)));
  return tables;
}

function checkEnd({ ending, tokens, start, end }: SqlStatement, problems: Problem[]): void {
  // Behind a quote that is never closed the statement ends where it was cut off; the engine says so.
  if (ending !== 'next' || tokens.some(({ isClosed }) => !isClosed)) return;
  problems.push({
    rule: 'sql-missing-semicolon',
    severity: 'warning',
    message: 'Another statement follows, and this one has no `;`. Write one.',
    range: { start: Math.max(start, end - 1), end },
    fixes: [fix('Write ;', true, [end, end, ';'])],
  });
}

function moved({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}

function movedProblem(problem: Problem, by: number): Problem {
  const { range, fixes } = problem;
  return {
    ...problem,
    range: moved(range, by),
    ...(fixes !== undefined && {
      fixes: fixes.map(
        (each): Fix => ({ ...each, edits: each.edits.map((edit) => ({ ...edit, range: moved(edit.range, by) })) }),
      ),
    }),
  };
} // prettier-ignore
