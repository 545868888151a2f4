import { writeFile } from 'node:fs/promises';
import { loadSqlJs } from '../../library/sqlJs.ts';

/** The bytes of a database that these statements make. */
export async function databaseOf(...statements: readonly string[]): Promise<Uint8Array> {
  const sqlJs = await loadSqlJs();
  const database = new sqlJs.Database();
  for (const statement of statements) database.run(statement);
  const bytes = database.export();
  database.close();
  return bytes;
}

/** Writes a database that these statements make. */
export async function makeDatabase(path: string, ...statements: readonly string[]): Promise<void> {
  await writeFile(path, await databaseOf(...statements));
}

/** Countries and their cities, invented. */
export const atlas = [
  'CREATE TABLE country (id INTEGER PRIMARY KEY, name TEXT, capital TEXT, area REAL)',
  'CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT, country_id INTEGER REFERENCES country, population INTEGER)',
  'CREATE VIEW large_city AS SELECT name FROM city WHERE population > 500',
  "INSERT INTO country VALUES (1, 'Ardeno', 'Lutha', 10.5), (2, 'Belmar', 'Osk', 20.25), (3, 'Cintra', 'Pell', 0.1)",
  "INSERT INTO city VALUES (1, 'Lutha', 1, 900), (2, 'Osk', 2, 700), (3, 'Venn', 2, 300), (4, 'Mirr', 1, NULL)",
];
