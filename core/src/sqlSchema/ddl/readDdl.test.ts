import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnNamed, readDdl, tableNamed } from '../index.ts';
import type { SqlTable } from '../index.ts';

/** `t(a INT key, b)`, views with `=`. What the engine says of the same text is held in server/src/databases. */
const told = ({ name, kind, columns }: SqlTable): string =>
  `${name}${kind === 'table' ? '' : kind === 'view' ? '=' : '~'}(${columns.map((column) => [column.name, column.type, column.isKey ? 'key' : ''].filter((part) => part !== '').join(' ')).join(', ')})`;
const read = (text: string): readonly string[] => readDdl(text).tables.map(told);

describe('broken text spoils one statement and not the next', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['hello', []],
    ['CREATE TABLE', []],
    ['CREATE TABLE t', ['t()']],
    ['CREATE TABLE t (a INT, CREATE TABLE u (b INT);', ['t(a INT)', 'u(b INT)']],
    ['CREATE TABLE t (a INT CREATE TABLE u (b INT)', ['t(a INT)', 'u(b INT)']],
    ['CREATE TABLE t (a INT)\nCREATE TABLE u (b INT)', ['t(a INT)', 'u(b INT)']],
    ['CREATE TABLE t (a INT,, b, );', ['t(a INT, b)']],
    ['CREATE TABLE t (a INT)); CREATE TABLE u (b)', ['t(a INT)', 'u(b)']],
    ['CREATE TABLE t ("a, b INT);', ['t(a, b INT);)']],
    ['CREATE TABLE t (a INT REFERENCES, FOREIGN KEY (a) REFERENCES, b TEXT)', ['t(a INT, b TEXT)']],
    ['CREATE INDEX ON t; CREATE INDEX i ON nowhere (x); CREATE TABLE t (a)', ['t(a)']],
    ['CREATE VIEW v; CREATE VIEW w AS SELECT; CREATE VIEW x AS VALUES (1)', ['v=()', 'w=()', 'x=()']],
    ['INSERT INTO t VALUES (1); SELECT 1; CREATE TABLE t (a)', ['t(a)']],
    ['CREATE TABLE t (a); CREATE TABLE T (b)', ['T(b)']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('whatever the text is', () => {
    const pieces = ['CREATE', 'TABLE', 'VIEW', 'INDEX', 'ALTER TABLE', 'ADD', 'DROP', 'RENAME', 'TO', 'AS SELECT', 'FROM', '(', ')', ',', ';', '.', 't', '"a b"', "'x", 'INT', 'PRIMARY KEY', 'UNIQUE', 'REFERENCES', 'FOREIGN KEY', 'DEFAULT', 'CHECK', 'CONSTRAINT', '*', '--', '/*', 'ON', 'VIRTUAL', 'USING', '\ud800']; // prettier-ignore
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (sql) => {
        for (const { place, name, columns } of readDdl(sql).tables) {
          // Places are where the name stands, in quotes or not.
          expect(sql.slice(place?.start, place?.end)).toContain(name.slice(0, 1));
          for (const column of columns)
            if (column.place !== undefined)
              expect(column.place.end).toBeLessThanOrEqual(sql.length);
        }
      }),
      { numRuns: 500 },
    ); // prettier-ignore
  });
});

describe('dumps of other databases', () => {
  it('of PostgreSQL', () => {
    const schema = readDdl(`
      SET statement_timeout = 0;
      CREATE TABLE public.author (id integer NOT NULL, name character varying(40) DEFAULT 'x'::character varying, born timestamp with time zone, tags text[]);
      ALTER TABLE public.author OWNER TO me;
      CREATE TABLE public.book (id serial, author_id integer, CONSTRAINT b CHECK ((id > 0)));
      ALTER TABLE ONLY public.author ADD CONSTRAINT author_pkey PRIMARY KEY (id);
      ALTER TABLE ONLY public.book ADD CONSTRAINT fk FOREIGN KEY (author_id) REFERENCES public.author(id) ON DELETE CASCADE;
      CREATE UNIQUE INDEX CONCURRENTLY book_i ON ONLY public.book USING btree (author_id);`);
    expect(schema.tables.map(told)).toEqual([
      'author(id INTEGER key, name character varying(40), born timestamp with time zone, tags text[])',
      'book(id serial, author_id INTEGER)',
    ]);
    expect(schema.tables[1]?.foreignKeys).toEqual([{ column: 'author_id', table: 'author', to: 'id', constraint: 0 }]);
    expect(schema.tables[1]?.columns[1]?.isUnique).toBe(true);
  }); // prettier-ignore

  it('of MySQL', () => {
    const schema = readDdl(
      "CREATE TABLE `t` (\n `id` int(11) unsigned NOT NULL AUTO_INCREMENT,\n `key` varchar(10) COLLATE utf8 COMMENT 'a, (b',\n PRIMARY KEY (`id`),\n UNIQUE KEY `u` (`key`),\n KEY `k` (`key`),\n CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `o` (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8;",
    );
    expect(schema.tables.map(told)).toEqual(['t(id int(11) unsigned key, key varchar(10))']);
    expect(schema.tables[0]?.columns.map(({ isUnique, isNotNull }) => [isUnique, isNotNull])).toEqual([[true, true], [true, false]]);
    expect(schema.tables[0]?.foreignKeys).toHaveLength(1);
  }); // prettier-ignore

  it('with rows of a megabyte between the tables', () => {
    const rows = `INSERT INTO a VALUES ('${"it''s ".repeat(200_000)}');`;
    expect(read(`CREATE TABLE a (x); ${rows} CREATE TABLE b (y);`)).toEqual(['a(x)', 'b(y)']);
  });
});

describe('names', () => {
  const text = 'CREATE TABLE "Städte ""x""" ([Größe (km²)] REAL, `ß` TEXT, Ä INT)';
  const schema = readDdl(text);

  it('have their place in the text', () => {
    const [table] = schema.tables;
    expect(text.slice(table?.place?.start, table?.place?.end)).toBe('"Städte ""x"""');
    expect(table?.columns.map(({ place }) => text.slice(place?.start, place?.end))).toEqual(['[Größe (km²)]', '`ß`', 'Ä']);
  }); // prettier-ignore

  it('are compared as SQLite does: without regard to the case of ASCII letters, and of no others', () => {
    const table = tableNamed(schema, 'sTädte "X"') as SqlTable;
    expect(columnNamed(table, 'gRößE (KM²)')?.type).toBe('REAL');
    expect(columnNamed(table, 'ä')).toBeUndefined();
  });
});
