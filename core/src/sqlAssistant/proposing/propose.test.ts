import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readingStatement } from '../../sql/index.ts';
import { anyQuery, queriedTables } from '../../sql/testing/arbitraryQueries.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import type { SqlPreview, SqlSchema } from '../../sqlSchema/index.ts';
import type { Problem } from '../../text/index.ts';
import { mendSql } from './mend.ts';
import { proposeSql } from './propose.ts';
import type { SqlTrial, SqlWriter } from './types.ts';

const schema: SqlSchema = {
  statements: [],
  tables: Object.entries(queriedTables).map(([name, columns]) => ({
    name,
    columns: columns.map((column) => ({ name: column, type: 'TEXT', isKey: false })),
    foreignKeys: [],
  })),
};

function rows(...values: readonly (string | number | null)[]): SqlPreview {
  return {
    ...{ kind: 'rows', columns: ['a'], rows: values.map((value) => [value]), total: values.length },
    ...{ isCounted: true, tables: ['t'], ms: 1, countMs: 1, plan: [] },
  };
}

/** A trial that writes down what it is asked. */
class Recording implements SqlTrial {
  readonly run: string[] = [];
  readonly #problems: (sql: string) => readonly Problem[];
  readonly #answer: (sql: string) => SqlPreview;

  constructor(
    answer: (sql: string) => SqlPreview = () => rows(1),
    problems: (sql: string) => readonly Problem[] = () => [],
  ) {
    this.#answer = answer;
    this.#problems = problems;
  }

  check(sql: string): readonly Problem[] {
    return this.#problems(sql);
  }

  preview(sql: string): Promise<SqlPreview> {
    this.run.push(sql);
    return Promise.resolve(this.#answer(sql));
  }
}

function writing(...statements: readonly string[]): SqlWriter {
  return { source: 'model', weight: 1, write: () => Promise.resolve({ statements, notes: [] }) };
}

it('whatever is written, nothing is run but single statements that read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anySql, anyQuery, fc.tuple(anyQuery, fc.constantFrom(';', '\0', '; DELETE FROM t', ';;--')).map((all) => all.join(''))), { maxLength: 5 }),
      async (statements) => {
        const trial = new Recording();
        const { candidates } = await proposeSql({ schema }, [writing(...statements)], trial);
        for (const sql of trial.run) expect(readingStatement(sql)).toEqual({ statement: sql });
        for (const { sql, votes, answers } of candidates) {
          expect(readingStatement(sql)).toEqual({ statement: sql });
          expect(votes).toBeLessThanOrEqual(answers);
        }
        // Each statement is run once, however often it was written.
        expect(new Set(trial.run).size).toBe(trial.run.length);
      },
    ),
    { numRuns: 200 },
  );
}); // prettier-ignore

it.each<readonly [what: string, results: Readonly<Record<string, SqlPreview>>, order: readonly string[]]>([
  ['votes', { 'SELECT a': rows(1), 'SELECT b': rows(2), 'SELECT c': rows(2) }, ['SELECT b', 'SELECT a']],
  ['the simpler of equals', { 'SELECT a, b FROM t JOIN u': rows(1), 'SELECT a': rows(2) }, ['SELECT a', 'SELECT a, b FROM t JOIN u']],
  ['something before nothing', { 'SELECT a': rows(), 'SELECT b': rows(), 'SELECT c': rows(2) }, ['SELECT c', 'SELECT a', 'SELECT b']],
  ['something before NULL', { 'SELECT a': rows(null), 'SELECT b': rows(null), 'SELECT c': rows(2) }, ['SELECT c', 'SELECT a', 'SELECT b']],
  ['what ended before what was stopped', { 'SELECT a': { kind: 'timeout', ms: 1 }, 'SELECT b': rows() }, ['SELECT b', 'SELECT a']],
  [
    'what was not read to its end equals nothing',
    { 'SELECT a': { ...rows(1), isCounted: false } as SqlPreview, 'SELECT b': { ...rows(1), isCounted: false } as SqlPreview },
    ['SELECT a', 'SELECT b'],
  ],
  ['order counts where both ask for one', { 'SELECT a ORDER BY 1': rows(1, 2), 'SELECT b ORDER BY 1': rows(2, 1), 'SELECT a, b': rows(1, 2) }, ['SELECT a, b', 'SELECT b ORDER BY 1']],
  ['two that stopped are no match', { 'SELECT a': { kind: 'timeout', ms: 1 }, 'SELECT b': { kind: 'timeout', ms: 1 } }, ['SELECT a', 'SELECT b']],
])('ranked by %s', async (_, results, order) => {
  const trial = new Recording((sql) => results[sql] ?? rows());
  const { candidates } = await proposeSql({ schema }, [writing(...Object.keys(results))], trial);
  expect(candidates.map(({ sql }) => sql)).toEqual(order);
}); // prettier-ignore

it('what fails while it runs is no candidate, and a note says why', async () => {
  const trial = new Recording(() => ({ kind: 'error', code: 'failed', message: 'integer overflow' }));
  const found = await proposeSql({ schema }, [writing('SELECT `a` FROM t')], trial);
  expect(found.candidates).toEqual([]);
  expect(found.notes[0]).toBe('The model’s statement `SELECT a FROM t` cannot be run: integer overflow');
});

it('quotes are taken away where the engine takes the statement without them, and kept where it does not', async () => {
  const refuses: Problem = { rule: 'x', severity: 'error', message: 'no', range: { start: 0, end: 1 } };
  const trial = new Recording(undefined, (sql) => (/WHERE name = Rex/u.test(sql) ? [refuses] : []));
  await proposeSql({ schema }, [writing('SELECT "a", "order" FROM "t"', 'SELECT "a" FROM t WHERE name = "Rex"')], trial);
  expect(trial.run).toEqual(['SELECT a, "order" FROM t', 'SELECT "a" FROM t WHERE name = "Rex"']);
}); // prettier-ignore

it.each([
  ['SELECT AVG(t.a) FROM t WHERE t.b = 1 ORDER BY T.a', 'SELECT AVG(a) FROM t WHERE b = 1 ORDER BY a'],
  ['SELECT t.* FROM t', 'SELECT * FROM t'],
  ['SELECT"t".a FROM t', 'SELECT"t".a FROM t'],
  ['SELECT a"b", "c" FROM"t"', 'SELECT a"b", c FROM"t"'],
  ['SELECT x.a FROM t AS x', 'SELECT a FROM t AS x'],
  ['SELECT t.a FROM main.t', 'SELECT a FROM main.t'],
  ['SELECT t.a FROM t JOIN u ON t.b = u.b', 'SELECT t.a FROM t JOIN u ON t.b = u.b'],
  [
    'SELECT t.a FROM t WHERE t.b IN (SELECT u.b FROM u)',
    'SELECT t.a FROM t WHERE t.b IN (SELECT u.b FROM u)',
  ],
  ['SELECT COUNT(*) AS a FROM t ORDER BY t.a', 'SELECT COUNT(*) AS a FROM t ORDER BY t.a'],
  ["SELECT t.a FROM t WHERE b = 't.a'", "SELECT a FROM t WHERE b = 't.a'"],
])('%s is shown as %s', async (sql, shown) => {
  const trial = new Recording();
  await proposeSql({ schema }, [writing(sql)], trial);
  expect(trial.run).toEqual([shown]);
});

it('a writer that cannot write costs its own statements; a database that cannot be asked ends all', async () => {
  const dead: SqlWriter = {
    source: 'model',
    weight: 1,
    write: () => Promise.reject(new Error('It is dead.')),
  };
  const found = await proposeSql({ schema }, [dead, writing('SELECT a')], new Recording());
  expect(found.candidates).toHaveLength(1);
  expect(found.notes).toContain('It is dead.');
  const broken = new Recording(() => {
    throw new Error('The file is gone.');
  });
  await expect(proposeSql({ schema }, [writing('SELECT a')], broken)).rejects.toThrow('gone');
});

it('mending keeps to few corrections, whatever the engine says', async () => {
  let asked = 0;
  const trial = new Recording(undefined, (sql) => {
    asked++;
    const fix = (text: string) => ({ title: text, edits: [{ range: { start: 0, end: 0 }, newText: text }] });
    return [{ rule: 'x', severity: 'error', message: `wrong ${sql.length}`, range: { start: 0, end: 1 }, fixes: ['a', 'b', 'c'].map(fix) }];
  });
  const { candidates, fault } = await mendSql({ sql: 'SELECT 1', schema }, [], trial);
  expect(candidates).toEqual([]);
  expect(fault).toBe('wrong 8');
  expect(asked).toBeLessThan(300);
}); // prettier-ignore

it.each<readonly [what: string, rows: readonly (number | undefined)[], isLookedFor: boolean]>([
  ['small', [10, 20, 30], true],
  ['without figures', [undefined, undefined, undefined], true],
  ['large', [10, 20, 30_000_000], false],
  ['counted in part, since it took too long', [10, undefined, 30], false],
])('values are looked for in a database that is %s: %#', async (_, counts, isLookedFor) => {
  const trial = new Recording();
  const tables = schema.tables.map((table, i) => {
    const rowsOf = counts[i];
    return rowsOf === undefined ? table : { ...table, rows: rowsOf };
  });
  const found = await proposeSql({ question: 'Which is Belmar?', schema: { ...schema, tables } }, [], trial);
  expect(trial.run.length).toBe(isLookedFor ? 1 : 0);
  expect(found.notes.join().includes('large')).toBe(!isLookedFor);
});
