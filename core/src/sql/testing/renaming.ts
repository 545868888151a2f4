import { parseSqlDocument, referencesOf, symbolAt } from '../index.ts';
import type { SqlSymbol, SqlTables } from '../index.ts';

/** What a person may rename in a statement: aliases, common table expressions and their columns, windows. */
export function renamables(sql: string, tables: SqlTables | undefined): readonly SqlSymbol[] {
  const document = parseSqlDocument(sql);
  return document.statements.flatMap((statement) =>
    referencesOf(statement, tables)
      .filter(({ isDefinition, target }) => isDefinition && target.kind !== 'created')
      .flatMap(({ name }) => symbolAt(document, statement.start + name.range.start, tables) ?? []),
  );
}
