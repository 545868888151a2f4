import fc from 'fast-check';
import type { Database } from 'sql.js';
import { beforeAll, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import type { SqlDocument } from '../../sql/index.ts';
import { anyQuery, queriedDatabase, queriedColumns as tables } from '../../sql/testing/arbitraryQueries.ts';
import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { expandStar } from './expandStar.ts';
import { sqlFormatting } from './formatting.ts';
import { qualifyColumns, removeQualifiers } from './qualifyColumns.ts';

let database: Database;
beforeAll(async () => {
  database = await queriedDatabase();
});

/** The program by which SQLite runs a statement, and the columns that it gives; undefined where it does not read it. */
function meaning(sql: string): string | undefined {
  try {
    const statement = database.prepare(sql);
    const columns = statement.getColumnNames();
    statement.free();
    return JSON.stringify([columns, database.exec(`EXPLAIN ${sql}`)[0]?.values]);
  } catch {
    return undefined;
  }
}

type Change = (document: SqlDocument) => readonly TextEdit[];

const changes: readonly (readonly [string, Change])[] = [
  ['formatting', (document) => sqlFormatting(document)],
  ['qualifying columns', (document) => document.statements.flatMap((each) => qualifyColumns(each, tables))],
  [
    'removing qualifiers',
    (document) => document.statements.flatMap((each) => removeQualifiers(each, tables)),
  ],
  [
    'expanding a star',
    (document) =>
      [...document.text.matchAll(/\*/gu)].flatMap(
        ({ index }) => expandStar(document, index, tables)?.edits ?? [],
      ),
  ],
];

it.each(changes)('%s leaves the program of any query and its columns as they are', (_, change) => {
  let changed = 0;
  fc.assert(
    fc.property(anyQuery, (sql) => {
      const before = meaning(sql);
      if (before === undefined) return;
      const after = applyEdits(sql, change(parseSqlDocument(sql)));
      if (after !== sql) changed++;
      expect(meaning(after), `${sql}\n${after}`).toBe(before);
    }),
    { numRuns: 2_500 },
  );
  expect(changed).toBeGreaterThan(50);
});
