import type { SqlColumnValues, SqlSchema } from '../index.ts';

/** A schema as a database with rows has it. @param valuesOf what is known of a column's values; undefined leaves it as it is */
export function withValues(
  schema: SqlSchema,
  valuesOf: (table: string, column: string) => SqlColumnValues | undefined,
): SqlSchema {
  return {
    ...schema,
    tables: schema.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => {
        const values = valuesOf(table.name, column.name);
        return values === undefined ? column : { ...column, values };
      }),
    })),
  };
}
