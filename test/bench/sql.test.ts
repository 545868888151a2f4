import initSqlJs from 'sql.js';
import { expect, it } from 'vitest';
import { parseSqlDocument } from '@querent/core/sql';
import { generatedSchema, generatedTables, plantedFault, sqlOfLines } from './suites/generatedSql.ts';

it('what the bench of SQL edits is 500 lines that SQLite takes, but for the faults that are put in', async () => {
  const tables = generatedTables(100);
  expect(new Set(tables.map(({ name }) => name)).size).toBe(100);
  const text = sqlOfLines(500, tables, 'generated.sqlite');
  expect(text).toBe(sqlOfLines(500, generatedTables(100), 'generated.sqlite'));
  expect(text.split('\n').length).toBeGreaterThan(500);
  const { Database } = await initSqlJs();
  const database = new Database();
  try {
    database.run(generatedSchema(tables));
    const { statements } = parseSqlDocument(text);
    const refused = statements.flatMap(({ index, text: sql }) => {
      try {
        database.prepare(sql).free();
        return [];
      } catch (error) {
        return [{ index, message: (error as Error).message }];
      }
    });
    expect(refused.map(({ index }) => index)).toEqual(
      statements.map(({ index }) => index).filter((index) => index % plantedFault.every === plantedFault.every - 1),
    );
    for (const { message } of refused) expect(message).toMatch(/^no such column: t\./);
    expect(refused.length).toBeGreaterThan(3);
  } finally {
    database.close();
  }
}); // prettier-ignore
