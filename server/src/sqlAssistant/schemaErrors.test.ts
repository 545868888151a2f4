import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument } from '@querent/core/sql';
import { readDdl, type SqlSchema } from '@querent/core/sqlSchema';
import { processorMs } from '../../../core/src/testing/processorMs.ts';
import { SchemaErrors } from './schemaErrors.ts';

const errors = new SchemaErrors();
beforeAll(async () => errors.load());
afterAll(() => errors.dispose());

/** What errors are about: rule and text. */
function told(text: string, schema: SqlSchema | undefined): readonly string[] {
  const found = errors.of({ parsed: parseSqlDocument(text) }, schema) ?? [];
  return found.map(({ rule, range }) => `${rule} ${text.slice(range.start, range.end)}`);
}

const shop = readDdl(`
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
  CREATE UNIQUE INDEX by_mail ON customer (email);
  CREATE INDEX by_name ON customer (name);
  CREATE VIEW named AS SELECT name FROM customer;
  CREATE VIEW broken AS SELECT * FROM gone;`);

describe('with a schema', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT name FROM named', []],
    ['SELECT nmae FROM named', ['sql-unknown-column nmae']],
    ['INSERT INTO customer (email) VALUES (1) ON CONFLICT (email) DO NOTHING', []],
    ['INSERT INTO customer (name) VALUES (1) ON CONFLICT (name) DO NOTHING', ['sql-conflict-target CONFLICT']],
    ['SELECT name FROM customer INDEXED BY by_name WHERE name = 1', []],
    ['SELECT name FROM customer INDEXED BY by_nam WHERE name = 1', ['sql-unknown-index by_nam']],
    // Which triggers there are is not read.
    ['DROP TRIGGER audit', []],
    // Statistics may be there.
    ['SELECT * FROM sqlite_stat1', []],
    ['SELECT * FROM sqlite_schema', []],
    ['CREATE TEMP TABLE t (a); SELECT a, b FROM temp.t', ['sql-unknown-column b']],
    ["ATTACH 'x' AS other; SELECT * FROM other.t; SELECT nmae FROM customer", ['sql-unknown-column nmae']],
  ])('%s', (text, expected) => {
    expect(told(text, shop)).toEqual(expected);
  }); // prettier-ignore

  it('an index of which too little is known makes no errors', () => {
    const table = { ...shop.tables[0], name: 'customer', indexes: [{ name: 'low', columns: [undefined], isUnique: true, isPartial: false }] };
    const schema = { ...shop, tables: [table, ...shop.tables.slice(1)] } as SqlSchema;
    expect(told('SELECT name FROM customer INDEXED BY low', schema)).toEqual([]);
    expect(told('INSERT INTO customer (name) VALUES (1) ON CONFLICT (lower(name)) DO NOTHING', schema)).toEqual([]);
  }); // prettier-ignore

  it('tables of modules that are not here silence what names them', () => {
    const schema = readDdl(
      `CREATE VIRTUAL TABLE pages USING unheard (title, body);
       CREATE TABLE customer (name TEXT);
       CREATE VIEW "long pages" AS SELECT title FROM pages WHERE length(body) > 9;
       CREATE VIEW titles AS SELECT upper(title) AS t FROM "long pages";`,
    );
    expect(told('SELECT t FROM titles; SELECT title FROM [long pages]; SELECT * FROM pages_content', schema)).toEqual([]);
    expect(told('SELECT rank, bm25(pages) FROM pages; SELECT nmae FROM customer', schema)).toEqual(['sql-unknown-column nmae']);
    expect(told('SELECT FROM pages', schema)).toEqual(['sql-syntax FROM']);
  }); // prettier-ignore

  it('figures that come later make no other engine', () => {
    const described = { ...shop, tables: shop.tables.map((table) => ({ ...table, rows: 3 })) };
    expect(told('SELECT nmae FROM named', described)).toEqual(['sql-unknown-column nmae']);
  });

  it('more schemas than are kept are made again', () => {
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 9; i++)
        expect(told(`SELECT a${String(i)}, zzz FROM t`, readDdl(`CREATE TABLE t (a${String(i)})`))).toEqual([
          'sql-unknown-column zzz',
        ]);
  });
});

describe('without a schema', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT anything FROM anywhere WHERE some_function(a) > 3', []],
    ['SELECT current_user', []],
    ['SELECT 1 FROM dbo.customer c JOIN other.o ON o.id = c.id', []],
    ['SELECT name FORM anywhere', ['sql-syntax FORM']],
    ['CREATE TABLE mine (a, b); SELECT a, c FROM mine', ['sql-unknown-column c']],
    ['CREATE TABLE mine (a, b); SELECT a FROM mien; SELECT a FROM elsewhere', ['sql-unknown-table mien']],
    ['WITH recent AS (SELECT 1 AS day) SELECT dya FROM recent', ['sql-unknown-column dya']],
    ['DROP TRIGGER audit; ALTER TABLE elsewhere ADD COLUMN a', []],
  ])('%s', (text, expected) => {
    expect(told(text, undefined)).toEqual(expected);
  }); // prettier-ignore
});

it('a schema of 2,000 tables is ready in time', { timeout: 20_000 }, () => {
  const ddl = Array.from({ length: 2_000 }, (_, i) => `CREATE TABLE t${String(i)} (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c REAL)`);
  const schema = readDdl(ddl.join(';\n'));
  const begun = processorMs();
  expect(told('SELECT nmae FROM t1999', schema)).toEqual(['sql-unknown-column nmae']);
  const first = processorMs() - begun;
  const again = processorMs();
  expect(told('SELECT a FROM t1998; SELECT b FROM t7', schema)).toEqual([]);
  expect(first).toBeLessThan(5_000);
  expect(processorMs() - again).toBeLessThan(500);
  console.log(`2,000 tables: ${first.toFixed(0)} ms`);
}); // prettier-ignore
