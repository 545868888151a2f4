import type { SqlDialect, SqlDocument } from '../sql/index.ts';
import { lintSql } from '../sqlLint/index.ts';
import type { SqlSchema } from '../sqlSchema/index.ts';
import type { Problem } from '../text/index.ts';
import { findRule, levelOf, ruleCatalogue } from './catalogue.ts';
import type { LintContext } from './family.ts';
import { atLevels } from './lint.ts';
import { Suppressions } from './suppression.ts';

/** What a document of SQL is judged with. */
export interface SqlJudging {
  readonly schema?: SqlSchema | undefined;
  /** What the engine says; ranges from the start of the document. Of a statement with an error nothing else is told. */
  readonly errors?: readonly Problem[] | undefined;
  /** What is wrong with the database or the dialect that the document names. */
  readonly outside?: readonly Problem[] | undefined;
  /** SQLite's by default; of others, which need not be known, only those rules speak that hold in all of them. */
  readonly dialect?: SqlDialect | 'other' | undefined;
  readonly levels?: LintContext['levels'];
}

/**
 * Everything that is wrong or doubtful in a document of SQL: the engine's errors and what the rules find, at the levels of the settings, without
 * what comments switch off (`-- querent-disable-line RULE`, `-next-line`, `-file`), with what is wrong with these comments. By place.
 */
export function judgeSql(
  document: SqlDocument,
  { schema, errors = [], outside = [], dialect = 'sqlite', levels }: SqlJudging = {},
): readonly Problem[] {
  const refused = errors
    .filter(({ severity }) => severity === 'error')
    .map(({ range }) => range.start)
    .sort((a, b) => a - b);
  const found = lintSql(document, {
    schema,
    isRefused: ({ start, end }) => hasBetween(refused, start, end),
  });
  const valid = dialect === 'sqlite' ? found : found.filter(({ rule }) => ofEveryDialect.has(rule));
  const all = atLevels([...outside, ...errors, ...valid], levels);
  const comments = document.tokens
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end, text }) => ({ range: { start, end }, text }));
  const suppressions = new Suppressions(document.text, comments, '--');
  const left = suppressions.isEmpty ? all : all.filter((problem) => !suppressions.has(problem));
  if (!suppressions.isEmpty) left.push(...aboutComments(suppressions, levels));
  return left.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** What is doubtful whoever reads the statement, and is found without reading more than the clauses. */
const ofEveryDialect: ReadonlySet<string> = new Set([
  'sql-null-comparison',
  'sql-not-in-null',
  'sql-reversed-between',
  'sql-limit-without-order',
]);

/** Whether any of the ascending numbers is from `low` to `high`. */
function hasBetween(numbers: readonly number[], low: number, high: number): boolean {
  let from = 0;
  let to = numbers.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) < low) from = middle + 1;
    else to = middle;
  }
  const first = numbers[from];
  return first !== undefined && first <= high;
}

function aboutComments(suppressions: Suppressions, levels: LintContext['levels']): readonly Problem[] {
  const about: Problem[] = [];
  const names = [
    ...ruleCatalogue
      .filter(({ category }) => category.startsWith('sql') || category === 'comments')
      .map(({ id }) => id),
  ];
  suppressions.check(
    (rule) => findRule(rule) && levelOf(rule, levels),
    names,
    (rule, range, message, fixes = []) => {
      const severity = levelOf(rule, levels);
      if (severity !== 'off') about.push({ rule, severity, message, range, fixes });
    },
  );
  return about.filter((problem) => !suppressions.has(problem));
} // prettier-ignore
