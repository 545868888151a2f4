import { editDistance, fix } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import type { SqlDocument } from './documentTypes.ts';

/** Whose statements a document holds: SQLite's, which are understood and run; PostgreSQL's, which are read. */
export type SqlDialect = 'sqlite' | 'postgresql';

const dialects: readonly SqlDialect[] = ['sqlite', 'postgresql'];

const written: Readonly<Record<string, SqlDialect>> = {
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  postgresql: 'postgresql',
  postgres: 'postgresql',
  pg: 'postgresql',
};

/**
 * The dialect of a document: what its first `-- dialect:` names, else the setting's. A name that is none is told, and the setting's counts.
 */
export function dialectOf(
  { directives }: Pick<SqlDocument, 'directives'>,
  setting: SqlDialect = 'sqlite',
): { readonly dialect: SqlDialect; readonly problems: readonly Problem[] } {
  const [first, ...others] = directives.filter(({ kind }) => kind === 'dialect');
  if (first === undefined) return { dialect: setting, problems: [] };
  const name = first.value.trim().toLowerCase();
  const named = Object.hasOwn(written, name) ? written[name] : undefined;
  const problems: Problem[] = [];
  if (named === undefined) problems.push(unknownDialect(first.value, first.valueRange, first.range, setting));
  for (const { range } of others)
    problems.push({
      rule: 'sql-dialect',
      severity: 'warning',
      message: 'A document has one dialect, and a comment above has named it. Remove this one.',
      range,
    });
  return { dialect: named ?? setting, problems };
}

function unknownDialect(
  value: string,
  valueRange: Problem['range'],
  range: Problem['range'],
  setting: SqlDialect,
): Problem {
  const isEmpty = value === '';
  const [nearest = 'sqlite'] = [...dialects].sort(
    (a, b) => editDistance(a, value.toLowerCase()) - editDistance(b, value.toLowerCase()),
  );
  return {
    rule: 'sql-dialect',
    severity: 'warning',
    message: `${isEmpty ? 'No dialect is named' : `\`${value.slice(0, 40)}\` is no dialect that is known`}, so that the document is read as ${setting}. Write sqlite or postgresql.`,
    range: isEmpty ? range : valueRange,
    fixes: isEmpty ? [] : [fix(`Change to ${nearest}`, true, [valueRange.start, valueRange.end, nearest])],
  };
}
