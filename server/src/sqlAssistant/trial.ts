import { parseSqlDocument } from '@querent/core/sql';
import type { SqlTrial } from '@querent/core/sqlAssistant';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { OpenedDatabase } from '../databases/index.ts';
import type { SchemaErrors } from './schemaErrors.ts';

/** Rows of a statement that are read to be compared with those of another; of longer results nobody can say that they are the same. */
const comparedRows = 10_000;
/** Milliseconds that counting the rows behind them may take. */
const countMs = 300;

/**
 * Where statements for a database are tried: checked by SQLite's parser on an empty database with the same schema, run on the copy in memory, within the limits that the
 * database was opened with.
 * @param errors loaded
 * @param database absent where there are no rows to run a statement on, only CREATE statements
 */
export function sqlTrial(
  errors: SchemaErrors,
  schema: SqlSchema,
  database: Pick<OpenedDatabase, 'preview'> | undefined,
): SqlTrial {
  return {
    check(sql) {
      const found = errors.of({ parsed: parseSqlDocument(sql) }, schema);
      // Nothing would be worse than to take a statement that nobody has looked at.
      if (found === undefined) throw new Error('SQLite is not loaded yet.');
      return found.filter(({ severity }) => severity === 'error');
    },
    preview(sql, signal) {
      if (database === undefined)
        return Promise.resolve({
          kind: 'error',
          code: 'refused',
          message: 'It can be prepared, and was not run: there are CREATE statements, and no rows.',
        });
      return database.preview(sql, {
        rows: comparedRows,
        countMs,
        ...(signal === undefined ? {} : { signal }),
      });
    },
  };
}
