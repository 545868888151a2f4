import { applyEdits } from '@querent/core/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../../core/src/testing/processorMs.ts';
import { postgresProblems } from './postgres.ts';
import { postgresParts } from './postgresParts.ts';

/** Texts that PostgreSQL and psql take, each of a kind that a reader of another dialect stumbles over. */
const taken: readonly string[] = [
  '',
  ' \n\t ',
  ';;; ;',
  '-- nothing\n/* but /* comments */ */',
  "SELECT a::int, b->>'x', c #>> '{a,b}', d @> '[1]', e ? 'k', f ~* 'x', g !~~ 'y', -h FROM t",
  "SELECT E'it\\'s; here', U&'\\0041', B'01', X'1F', $$a; 'b'$$, $tag$ $$;$$ $tag$, 'two\nlines'",
  'SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC NULLS LAST FETCH FIRST 3 ROWS WITH TIES',
  'SELECT arr[1:2], (row(1,2)).f1, ARRAY[1,2] || 3, x IS DISTINCT FROM y FROM t',
  'SELECT count(*) FILTER (WHERE a), percentile_cont(0.5) WITHIN GROUP (ORDER BY b) FROM t TABLESAMPLE system(10)',
  'SELECT * FROM a LEFT JOIN LATERAL (SELECT 1) b ON true, generate_series(1, 3) WITH ORDINALITY g(v, n)',
  'SELECT 1 FROM t FOR UPDATE OF t SKIP LOCKED; TABLE t; VALUES (1), (2)',
  "SELECT JSON_OBJECT('a': 1) FROM JSON_TABLE('[]', '$[*]' COLUMNS (a int)) t; SELECT 0x1F, 1_000, 0b1, $1",
  'WITH x AS MATERIALIZED (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM x ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING old.a, new.b',
  'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING merge_action()',
  "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, j jsonb NOT NULL DEFAULT '{}', EXCLUDE USING gist (r WITH &&)) PARTITION BY RANGE (id)",
  'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a > 1 THEN 2 END; END; SELECT f(1)',
  'CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END',
  'CREATE FUNCTION g() RETURNS trigger AS $body$\nBEGIN\n  NEW.a := 1; RETURN NEW;\nEND;\n$body$ LANGUAGE plpgsql;\nSELECT 1',
  "DO $$ BEGIN RAISE NOTICE 'x;'; END $$",
  'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)',
  'BEGIN; SAVEPOINT a; ROLLBACK TO a; COMMIT; EXPLAIN (ANALYZE, BUFFERS) SELECT 1; VACUUM (FULL) t',
  '\\set x 1\n\\d t\nSELECT 1 \\gset\nSELECT 2 \\g out.txt\nSELECT 3\\; SELECT 4;\n\\q',
  "COPY t (a, b) FROM stdin WITH (FORMAT text);\n1\tselec from\n2\t'open\n\\.\n\nSELECT 1;",
  "SELECT :add + 1, f(:'text'), t.:\"name\", a[1:2], b[:n], ':c', $$ :d $$ FROM :table WHERE x = :y::int; :statement;",
  '\\copy t FROM stdin\n1\tselec from\n\\.\nSELECT 1',
  'SELECT "Größe", \'😀\', 名前 FROM "a ""b"" c" -- end',
];

/** What is wrong, where, and what the fix makes of it: `«` and `»` stand around the places. */
const refused: readonly (readonly [marked: string, rules: readonly string[], fixed?: string])[] = [
  ['«selec» a FROM t', ['sql-syntax'], 'select a FROM t'],
  ['SELECT a b «c» FROM t', ['sql-syntax'], 'SELECT a b, c FROM t'],
  ['SELECT a,«,» b FROM t', ['sql-syntax'], 'SELECT a, b FROM t'],
  ['SELECT a FROM t «WHERE»', ['sql-incomplete']],
  ['SELECT a FROM t «WHERE»;', ['sql-incomplete']],
  ['SELECT f«(»a', ['sql-unclosed-parenthesis'], 'SELECT f(a)'],
  ["SELECT «'abc»", ['sql-unclosed-quote']],
  ['SELECT «"abc»', ['sql-unclosed-quote']],
  [
    "SELECT a FROM t WHERE b = 'x' AND c = «'y» AND d = 'z'",
    ['sql-unclosed-quote'],
    "SELECT a FROM t WHERE b = 'x' AND c = 'y' AND d = 'z'",
  ],
  ['SELECT «$x$abc»', ['sql-unclosed-quote']],
  ['SELECT 1 «/*» abc', ['sql-unclosed-comment']],
  ['SELECT «`a`» FROM t', ['sql-syntax'], 'SELECT "a" FROM t'],
  ['SELECT «`a`» FROM `b c`', ['sql-syntax'], 'SELECT "a" FROM "b c"'],
  ['SELECT «[a b]» FROM t', ['sql-syntax'], 'SELECT "a b" FROM t'],
  ['SELECT :a, :\'b\' FROM :"c" WHERE d = :e::int AND «FROM»', ['sql-syntax']],
  ['SELECT * FROM t WHERE a = «?»', ['sql-syntax']],
  ["SELECT 'é😀', «1a» FROM t", ['sql-unknown-token']],
  ['SELECT 1 FROM t «LIMIT» 1, 2', ['sql-syntax']],
  ["SELECT 'a«\0»b'", ['sql-nul']],
  ['«PRAGMA» table_info(t)', ['sql-syntax']],
  ['SELECT 1 FROM t ORDER BY 1 «ORDER» BY 2', ['sql-syntax']],
  ["SELECT '1' || «FROM» t", ['sql-syntax']],
  // A statement that is broken leaves its neighbours alone.
  ['SELECT 1; «selec» 2; SELECT 3; SELECT 4 «FROM»; SELECT 5', ['sql-syntax', 'sql-incomplete']],
  ['SELECT f«(»a; SELECT 1; «selec» 2', ['sql-unclosed-parenthesis', 'sql-syntax']],
  [
    "SELECT a FROM t WHERE b = «'x»\nAND c = 1;\nSELECT 'y', 'z';\n«selec» 1;",
    ['sql-unclosed-quote', 'sql-syntax'],
  ],
  ["SELECT «'x»;\nSELECT 1;\nSELECT 'y'", ['sql-unclosed-quote']],
  ['SELECT 1 FROM t -- c\n\n«SELECT» 2', ['sql-syntax'], 'SELECT 1 FROM t; -- c\n\nSELECT 2'],
  ['SELECT 1 «FROM»\n\nSELECT 2;', ['sql-incomplete']],
  ['SELECT a,«,» b\n\nSELECT 2 FROM t «WHERE»', ['sql-syntax', 'sql-incomplete']],
  ['CREATE «tabel» t (a int)\nCREATE TABLE u (a int)', ['sql-syntax']],
];

describe('problems of PostgreSQL', () => {
  it.each(taken.map((text) => [text]))('none in %j', async (text) => {
    expect(await postgresProblems(text)).toEqual([]);
  });

  it.each(refused.map(([marked, rules, fixed]) => ({ marked, rules, fixed })))(
    '$marked',
    async ({ marked, rules, fixed }) => {
      const text = marked.replace(/[«»]/gu, '');
      const problems = await postgresProblems(text);
      expect(problems.map(({ rule }) => rule)).toEqual(rules);
      let shown = text;
      for (const { range } of [...problems].reverse())
        shown = `${shown.slice(0, range.start)}«${shown.slice(range.start, range.end)}»${shown.slice(range.end)}`;
      expect(shown).toBe(marked);
      if (fixed !== undefined) expect(applyEdits(text, problems[0]?.fixes?.[0]?.edits ?? [])).toBe(fixed);
    },
  );

  it.each([
    ['CREATE TABLE t (id INTEGER PRIMARY KEY «AUTOINCREMENT»)', /IDENTITY/u],
    ['«PRAGMA» table_info(t)', /information_schema/u],
    ['INSERT «OR» IGNORE INTO t VALUES (1)', /ON CONFLICT DO NOTHING/u],
    ['«REPLACE» INTO t VALUES (1)', /ON CONFLICT/u],
    ["SELECT * FROM t WHERE a «GLOB» 'x*'", /LIKE/u],
    ['SELECT TOP «10» a FROM t', /LIMIT/u],
    ['INSERT INTO t VALUES (1) ON «DUPLICATE» KEY UPDATE a = 1', /DO UPDATE/u],
    ['CREATE TABLE t (a int) «ENGINE»=InnoDB', /MySQL/u],
  ])('words of other dialects: %s', async (marked, message) => {
    const text = marked.replace(/[«»]/gu, '');
    const [problem, ...others] = await postgresProblems(text);
    expect([problem?.rule, others]).toEqual(['sql-syntax', []]);
    expect(problem?.message).toMatch(message);
    expect(problem?.range).toEqual({ start: marked.indexOf('«'), end: marked.indexOf('»') - 1 });
  });

  it('texts that are taken are taken one behind the other, in any order', async () => {
    const statements = taken.filter((text) => !/\\|COPY|--/u.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...statements), { maxLength: 6 }), async (some) => {
        expect(await postgresProblems(some.join(';\n'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('any text has problems that lie within it, and whose fixes can be applied', async () => {
    const pieces = [
      'SELECT',
      'a',
      ',',
      '(',
      ')',
      ';',
      "'",
      '"',
      '$$',
      '$x$',
      '/*',
      '*/',
      '--',
      '\n',
      ' ',
      'FROM',
      'CREATE',
      'FUNCTION',
      'BEGIN',
      'END',
      '\\g',
      '\0',
      '\ud800',
      '😀',
      'E',
      '`',
      '[',
      ':',
      '1a',
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((all) => all.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (some) => {
        for (const { range, fixes = [] } of await postgresProblems(some)) {
          expect(0 <= range.start && range.start < range.end && range.end <= some.length).toBe(true);
          for (const { edits } of fixes) applyEdits(some, edits);
        }
        let at = 0;
        for (const { start, end } of postgresParts(some)) {
          expect(at <= start && start < end && end <= some.length).toBe(true);
          at = end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what is nested deeper than can be read is said to be so, and the parser goes on', async () => {
    expect(await postgresProblems(`SELECT 1${'+1'.repeat(40_000)}; SELECT 2; selec 3`)).toMatchObject([
      { rule: 'sql-refused', severity: 'information' },
      { rule: 'sql-syntax' },
    ]);
    expect(await postgresProblems(`SELECT ${'('.repeat(30_000)}`)).toMatchObject([
      { rule: 'sql-refused', severity: 'error' },
    ]);
  });

  it('a large script does not hold up others, and can be cancelled', async () => {
    const text = Array.from(
      { length: 4_000 },
      (_, i) => `SELECT a, b FROM t${i} WHERE c = 'x' AND d IN (1, 2, ${i});`,
    ).join('\n');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect(await postgresProblems(text)).toEqual([]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    const started = processorMs();
    expect(await postgresProblems(text)).toEqual([]);
    // Nothing is parsed twice.
    expect(processorMs() - started).toBeLessThan(500);
    await expect(
      postgresProblems(`${text}\n${text.replaceAll('a, b', 'b, a')}`, AbortSignal.abort()),
    ).rejects.toThrow();
  });
});
