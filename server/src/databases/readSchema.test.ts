import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readDdl } from '@querent/core/sqlSchema';
import type { SqlSchema, SqlTable } from '@querent/core/sqlSchema';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSqlJs } from '../library/sqlJs.ts';
import { describeSchema } from './describeSchema.ts';
import { rowsOf } from './connection.ts';
import type { Connection } from './connection.ts';
import { memoryConnection } from './memoryConnection.ts';
import type { SqlJs } from './memoryConnection.ts';
import { readSchema } from './readSchema.ts';

let sqlJs: SqlJs;
beforeAll(async () => {
  sqlJs = await loadSqlJs();
});

function withDatabase<T>(statements: readonly string[], use: (connection: Connection) => T): T {
  const connection = memoryConnection(new sqlJs.Database());
  try {
    for (const statement of statements) connection.run(statement);
    return use(connection);
  } finally {
    connection.close();
  }
}

const read = (...statements: readonly string[]): SqlSchema => withDatabase(statements, readSchema);

describe('a schema tells', () => {
  it.each<[string, Partial<SqlTable>]>([
    ['CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL UNIQUE DEFAULT \'x\')', {
      primaryKey: ['a'],
      columns: [
        { name: 'a', type: 'INTEGER', isKey: true, isNotNull: true, isUnique: true },
        { name: 'b', type: 'TEXT', isKey: false, isNotNull: true, isUnique: true, default: "'x'" },
      ],
      indexes: [{ name: 'sqlite_autoindex_t_1', columns: ['b'], isUnique: true, isPartial: false }],
    }],
    ['CREATE TABLE t (a TEXT PRIMARY KEY)', {
      primaryKey: ['a'],
      columns: [{ name: 'a', type: 'TEXT', isKey: true, isNotNull: false, isUnique: true }],
    }],
    ['CREATE TABLE t (b INT, a INT, PRIMARY KEY (a, b)) WITHOUT ROWID', {
      primaryKey: ['a', 'b'],
      columns: [
        { name: 'b', type: 'INT', isKey: true, isNotNull: true, isUnique: false },
        { name: 'a', type: 'INT', isKey: true, isNotNull: true, isUnique: false },
      ],
    }],
    ['CREATE TABLE t (a INT, b INT AS (a + 1) STORED, c INT GENERATED ALWAYS AS (a * 2))', {
      columns: [
        { name: 'a', type: 'INT', isKey: false, isNotNull: false, isUnique: false },
        { name: 'b', type: 'INT', isKey: false, isNotNull: false, isUnique: false, isGenerated: true },
        { name: 'c', type: 'INT', isKey: false, isNotNull: false, isUnique: false, isGenerated: true },
      ],
    }],
    ['CREATE TABLE t (a INT, b INT, FOREIGN KEY (a, b) REFERENCES p)', {
      foreignKeys: [
        { column: 'a', table: 'p', to: 'y', constraint: 0 },
        { column: 'b', table: 'p', to: 'x', constraint: 0 },
      ],
    }],
  ])('%s', (statement, expected) => {
    const schema = read('CREATE TABLE p (x INT, y INT, PRIMARY KEY (y, x))', statement);
    expect(schema.tables[1]).toMatchObject(expected);
  }); // prettier-ignore

  it('indexes: unique, partial, on expressions', () => {
    const [table] = read(
      'CREATE TABLE "odd ""name" (a INT, "b c" TEXT)',
      'CREATE UNIQUE INDEX one ON "odd ""name" ("b c")',
      'CREATE UNIQUE INDEX part ON "odd ""name" (a) WHERE a > 1',
      'CREATE INDEX both ON "odd ""name" (lower("b c"), a DESC)',
    ).tables;
    expect(table?.name).toBe('odd "name');
    expect([...(table?.indexes ?? [])].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { name: 'both', columns: [undefined, 'a'], isUnique: false, isPartial: false },
      { name: 'one', columns: ['b c'], isUnique: true, isPartial: false },
      { name: 'part', columns: ['a'], isUnique: true, isPartial: true },
    ]);
    expect(table?.columns.map(({ isUnique }) => isUnique)).toEqual([false, true]);
  });

  it('views, also one whose table is gone', () => {
    const { tables } = read(
      'CREATE TABLE a (x INT)',
      'CREATE TABLE b (y INT)',
      'CREATE VIEW v AS SELECT x AS z FROM a',
      'CREATE VIEW w AS SELECT * FROM b',
      'DROP TABLE b',
    );
    expect(tables.map(({ name, kind, columns }) => [name, kind, columns.map((column) => column.name)])).toEqual([
      ['a', 'table', ['x']],
      ['v', 'view', ['z']],
      ['w', 'view', []],
    ]);
  }); // prettier-ignore

  it('no tables that virtual ones keep for themselves, also of modules that are not in the engine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shadows-'));
    const path = join(folder, 'shadows.sqlite');
    const native = new DatabaseSync(path);
    for (const statement of [
      'CREATE VIRTUAL TABLE "Some notes" USING "FTS5"(title, body)',
      "CREATE VIRTUAL TABLE bare USING fts5(x, content='')",
      'CREATE VIRTUAL TABLE old USING fts4(x)',
      'CREATE VIRTUAL TABLE box USING rtree(id, low, high)',
      'CREATE VIRTUAL TABLE terms USING fts5vocab(bare, row)',
      'CREATE TABLE box_data (x)',
      'CREATE TABLE notes_data (x)',
      'CREATE VIEW old_content_view AS SELECT 1 AS x',
    ])
      native.exec(statement);
    native.close();
    const database = memoryConnection(new sqlJs.Database(readFileSync(path)));
    const { tables, statements } = readSchema(database);
    database.close();
    rmSync(folder, { recursive: true });
    expect(tables.map(({ name }) => name)).toEqual(['Some notes', 'bare', 'old', 'box', 'terms', 'box_data', 'notes_data', 'old_content_view']);
    expect(statements).toHaveLength(tables.length);
  }); // prettier-ignore

  it('two thousand tables, within a second', () => {
    const statements = Array.from({ length: 2_000 }, (_, i) => `CREATE TABLE t${i} (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT REFERENCES t${(i + 1) % 2_000})`); // prettier-ignore
    const [schema, ms] = withDatabase(['BEGIN', statements.join(';')], (connection) => {
      const started = performance.now();
      return [readSchema(connection), performance.now() - started] as const;
    });
    expect(schema.tables).toHaveLength(2_000);
    expect(schema.tables[7]?.foreignKeys).toEqual([{ column: 'b', table: 't8', to: 'id', constraint: 0 }]);
    expect(ms).toBeLessThan(5_000);
    console.log(`2,000 tables: schema read in ${ms.toFixed(0)} ms`);
  });
});

describe('a description', () => {
  const filled = [
    'CREATE TABLE t (id INTEGER PRIMARY KEY, colour TEXT, n INT, data BLOB)',
    "INSERT INTO t VALUES (1, 'red', 9007199254740993, x'00'), (2, 'blue', NULL, x'01'), (3, 'red', 5, NULL), (4, NULL, 5, NULL)",
    'CREATE TABLE none (a)',
    'CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n',
  ];

  it('counts rows and values', () => {
    const { tables } = withDatabase(filled, (connection) => describeSchema(connection, readSchema(connection)));
    expect(tables.map(({ name, rows }) => [name, rows])).toEqual([['t', 4], ['none', 0], ['endless', undefined]]);
    const all = { examined: 4, isComplete: true };
    expect(tables[0]?.columns.map(({ values }) => values)).toEqual([
      { ...all, distinct: 4, nullShare: 0, samples: [1, 2, 3, 4] },
      { ...all, distinct: 2, nullShare: 0.25, samples: ['red', 'blue'] },
      { ...all, distinct: 2, nullShare: 0.25, samples: [5, 9007199254740993n] },
      { ...all, distinct: 2, nullShare: 0.5, samples: [] },
    ]);
    expect(tables[1]?.columns[0]?.values).toEqual({ examined: 0, isComplete: true, distinct: 0, nullShare: 0, samples: [] });
  }); // prettier-ignore

  it('looks at the first rows of a large table only, and says so', () => {
    const [table] = withDatabase(
      ['CREATE TABLE t (a)', 'INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 500) SELECT x FROM n'],
      (connection) => describeSchema(connection, readSchema(connection), { rows: 100, ms: 10_000, countedRows: Infinity }),
    ).tables;
    expect(table).toMatchObject({ rows: 500, columns: [{ values: { examined: 100, isComplete: false, distinct: 100 } }] });
  }); // prettier-ignore

  it('leaves out what there is no time for', () => {
    const schema = withDatabase(filled, (connection) =>
      describeSchema(connection, readSchema(connection), { rows: 100, ms: -1, countedRows: Infinity }),
    );
    expect(schema.tables[0]).not.toHaveProperty('rows');
    expect(schema.tables[0]?.columns[0]).not.toHaveProperty('values');
  });

  it('leaves out what cannot be read, and tells the rest', () => {
    const { tables } = withDatabase(
      [
        'CREATE TABLE t (a INT)',
        'INSERT INTO t (a) VALUES (-9223372036854775808)',
        'ALTER TABLE t ADD COLUMN b AS (abs(a))',
      ],
      (connection) => describeSchema(connection, readSchema(connection)),
    );
    expect(tables[0]?.rows).toBe(1);
    expect(tables[0]?.columns.map(({ values }) => values?.distinct)).toEqual([1, undefined]);
  });
});

/** What both readers tell: all but places, the order of keys and indexes, and the names that SQLite gives to indexes of constraints. */
function comparable({ tables }: SqlSchema): unknown {
  const sorted = (all: readonly unknown[]): readonly string[] => all.map((each) => JSON.stringify(each)).sort();
  return tables.map(({ name, kind, columns, foreignKeys, primaryKey, indexes }) => ({
    name,
    kind,
    primaryKey,
    columns: columns.map((column) =>
      kind === 'view'
        ? column.name
        : { ...column, place: undefined, type: column.type.replace(/\s+/gu, ' ') },
    ),
    foreignKeys: sorted(foreignKeys.map(({ column, table, to }) => [column, table, to])),
    indexes: [...new Set(sorted((indexes ?? []).map((index) => [index.columns.map((column) => column ?? null), index.isUnique, index.isPartial])))],
  }));
} // prettier-ignore

describe('DDL is read as SQLite reads it', () => {
  const same = (...statements: readonly string[]): void => {
    const own = readDdl(statements.join(';\n'));
    expect(comparable(own)).toEqual(comparable(read(...statements)));
  };

  it.each([
    [['CREATE TABLE "a b" ([c d] TEXT, `e``f` VARCHAR ( 10 ), "g""h" DOUBLE PRECISION, \'i\' DECIMAL(10, 2) NOT NULL)']],
    [['CREATE TABLE IF NOT EXISTS main.städte (größe REAL DEFAULT 1.5, "名" TEXT DEFAULT (1 + 2), n INT DEFAULT -3, t TEXT DEFAULT CURRENT_TIMESTAMP, u DEFAULT \'a, b)\')']],
    [['CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT)', 'CREATE TABLE c (p_id INT REFERENCES P (ID) ON DELETE CASCADE ON UPDATE SET NULL, q INT CONSTRAINT "x y" REFERENCES p)']],
    [['CREATE TABLE t (a INT, b INT, c INT, CONSTRAINT k PRIMARY KEY (b, A), UNIQUE (c, a) ON CONFLICT IGNORE, CHECK (a > 0 AND b IN (1, 2)), FOREIGN KEY (c) REFERENCES t (a))']],
    [['CREATE TABLE t (a INT, b INT, UNIQUE (a) CHECK (a > 0) FOREIGN KEY (b) REFERENCES t (a))']],
    [['CREATE TABLE t (id INTEGER PRIMARY KEY DESC, x)']],
    [['CREATE TABLE t (id INT PRIMARY KEY, x COLLATE NOCASE UNIQUE)']],
    [['CREATE TABLE t (id INTEGER, x, PRIMARY KEY (id DESC))']],
    [['CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (a)) WITHOUT ROWID']],
    [['CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b TEXT) STRICT']],
    [['CREATE TABLE t (a INT, b INT AS (a + 1), c INT GENERATED ALWAYS AS (a * (2 + a)) STORED)']],
    [['CREATE TABLE t (key TEXT, "primary" INT, "unique" INT, action, comment TEXT, text TEXT)']],
    [['CREATE TABLE t (a, b)', 'CREATE UNIQUE INDEX i ON t (a, b DESC) WHERE b > 1', 'CREATE INDEX "j k" ON t (lower(a), b COLLATE NOCASE)', 'CREATE UNIQUE INDEX l ON t (b)']],
    [['CREATE TABLE t (a -- the first\n  INT /* , x INT */, b TEXT)']],
    [['CREATE TABLE t (a INT, b TEXT)', 'CREATE VIEW v AS SELECT a, b AS c, a + 1, t.b x, count(*) FROM t', 'CREATE VIEW w (p, q) AS SELECT * FROM t', 'CREATE VIEW x AS SELECT * FROM t JOIN w ON a = p', 'CREATE VIEW y AS SELECT t.*, CASE WHEN a THEN 1 ELSE 2 END FROM t ORDER BY a', 'CREATE VIEW z AS SELECT DISTINCT a, (SELECT max(b) FROM t) AS m FROM t']],
    [['CREATE TABLE t (a INT)', 'ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT \'x\'', 'ALTER TABLE t ADD c INT REFERENCES t']],
    [['CREATE TABLE t (a INT)', 'CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 1; SELECT 1; END', 'CREATE TABLE u (b INT)']],
    [['CREATE TABLE t (a INT, b INT)', 'ALTER TABLE t RENAME COLUMN a TO c', 'ALTER TABLE t DROP COLUMN b', 'ALTER TABLE t RENAME TO u']],
    [['CREATE TABLE a (x)', 'CREATE TABLE b (y)', 'DROP TABLE a']],
  ])('%j', (statements) => {
    same(...statements);
  }); // prettier-ignore

  it('whatever names, types and constraints are put together', () => {
    const name = fc
      .oneof(fc.constantFrom('id', 'key', 'größe', 'a b', 'x"y', '名', 'Order', 'e`f', '--', 'a;b', "o'k"), fc.string({ minLength: 1, maxLength: 6 }))
      .filter((text) => !/[\0\ud800-\udfff]/u.test(text) && !/^sqlite_/iu.test(text) && text.trim() !== '');
    const quotes = fc.constantFrom('"', '`');
    const put = (text: string, mark: string): string => mark + text.replaceAll(mark, mark + mark) + mark;
    const column = fc.record({
      name,
      mark: quotes,
      type: fc.constantFrom('', 'INT', 'INTEGER', 'VARCHAR(10)', 'DECIMAL (10, 2)', 'UNSIGNED BIG INT', 'TEXT'),
      rest: fc.subarray(['NOT NULL', 'UNIQUE', "DEFAULT 'a,b'", 'DEFAULT (1)', 'CHECK (1 < (2))', 'COLLATE NOCASE', 'DEFAULT -1.5e3'], { maxLength: 3 }),
      reference: fc.boolean(),
    });
    const table = fc.record({
      columns: fc.uniqueArray(column, { minLength: 1, maxLength: 5, selector: ({ name: own }) => own.toLowerCase() }),
      key: fc.boolean(),
      comment: fc.constantFrom(' ', '\n', ' -- , x INT)\n', '/* ( */'),
    });
    fc.assert(
      fc.property(table, ({ columns, key, comment }) => {
        const parts = columns.map((each) => [put(each.name, each.mark), each.type, ...each.rest, each.reference ? `REFERENCES t (${put(columns[0]?.name ?? '', '"')})` : ''].join(' '));
        const keyed = key ? [`PRIMARY KEY (${columns.slice(0, 2).map((each) => put(each.name, '`')).join(', ')})`] : [];
        same(`CREATE TABLE t (${comment}${[...parts, ...keyed].join(`,${comment}`)})`);
      }),
      { numRuns: 200 },
    );
  }); // prettier-ignore

  const data = resolve(
    import.meta.dirname,
    '../../..',
    process.env['QUERENT_DATA'] ?? '../shared/data',
    'sql/db',
  );
  if (!existsSync(data)) console.warn(`Skipped: the schemas of the databases for SQL, since ${data} is absent (set QUERENT_DATA).`); // prettier-ignore
  it.skipIf(!existsSync(data))('of every real database', () => {
    const files = readdirSync(data).filter((file) => file.endsWith('.sqlite'));
    for (const file of files) {
      const connection = memoryConnection(new sqlJs.Database(readFileSync(join(data, file))));
      const statements = rowsOf(connection, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"); // prettier-ignore
      const schema = readSchema(connection);
      // Northwind has a view that the engine itself cannot read.
      const broken = new Set(schema.tables.filter(({ columns }) => columns.length === 0).map(({ name }) => name));
      const whole = ({ tables, ...rest }: SqlSchema): SqlSchema => ({ ...rest, tables: tables.filter(({ name }) => !broken.has(name)) });
      const own = readDdl(statements.map(([sql]) => `${String(sql)};`).join('\n'));
      expect(comparable(whole(own)), file).toEqual(comparable(whole(schema)));
      const started = performance.now();
      const described = describeSchema(connection, schema);
      expect(performance.now() - started, file).toBeLessThan(4_000);
      for (const { kind, columns, rows } of described.tables)
        if (kind === 'table')
          expect([rows, ...columns.map(({ values }) => values)], file).not.toContain(undefined);
      connection.close();
    }
    expect(files.length).toBeGreaterThan(20);
  }); // prettier-ignore
});
