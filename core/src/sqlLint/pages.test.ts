import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../sql/index.ts';
import { readDdl } from '../sqlSchema/index.ts';
import { applyEdits } from '../text/index.ts';
import { lintSql, sqlRules } from './index.ts';

const folder = join(import.meta.dirname, '../../../docs/rules');
/** The database of the examples. */
const ddl = `
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, score INTEGER, postcode TEXT);
  CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer (id), total REAL, day TEXT);
  CREATE INDEX purchase_day ON purchase (day);
  CREATE TABLE banned (name TEXT);`;
const schema = readDdl(ddl);

const examples = sqlRules.flatMap(({ id }) => {
  const file = join(folder, `${id}.md`);
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/^```sql (fails|passes)\n([\s\S]*?)\n```$/gm)].map(
    ({ 1: kind = '', 2: text = '' }) => ({ id, kind, text }),
  );
});

let database: Database;
beforeAll(async () => {
  const sqlite = await initSqlJs();
  database = new sqlite.Database();
  database.run(ddl);
});
afterAll(() => {
  database.close();
});

/** Prepares every statement of a text. */
function prepareAll(text: string): void {
  for (const { text: statement } of parseSqlDocument(text).statements) database.prepare(statement).free();
}

describe('the pages of the rules about SQL', () => {
  it('have failing and passing examples', () => {
    const lacking = sqlRules.filter(({ id }) =>
      ['fails', 'passes'].some((kind) => !examples.some((each) => each.id === id && each.kind === kind)),
    );
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  it.each(examples.map((each) => [each.id, each.kind, each.text] as const))('%s %s: %s', (id, kind, text) => {
    // What SQLite refuses is no business of these rules.
    expect(() => {
      prepareAll(text);
    }).not.toThrow();
    const found = lintSql(parseSqlDocument(text), { schema }).filter(({ rule }) => rule === id);
    expect(found.length > 0).toBe(kind === 'fails');
  });

  it.each(examples.filter(({ kind }) => kind === 'fails').map(({ id, text }) => [id, text] as const))(
    'every fix of %s is taken by SQLite and mends: %s',
    (id, text) => {
      for (const { rule, fixes = [], range } of lintSql(parseSqlDocument(text), { schema })) {
        expect(range.end).toBeLessThanOrEqual(text.length);
        if (rule !== id) continue;
        for (const { title, edits } of fixes) {
          const fixed = applyEdits(text, edits);
          expect(() => {
            prepareAll(fixed);
          }, `${title}: ${fixed}`).not.toThrow();
          const left = lintSql(parseSqlDocument(fixed), { schema }).filter((problem) => problem.rule === id);
          expect(left.map(({ message }) => message), fixed).toEqual([]);
        }
      }
    },
  ); // prettier-ignore
});
