import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../text/index.ts';
import { parseSqlDocument } from '../document.ts';
import { checkStatement } from './checkStatement.ts';
import { SqlDocumentErrors } from './documentErrors.ts';
import { sqlErrorIds } from './rules.ts';
import { schemaOf } from './testing/databases.ts';
import type { Schema } from './testing/databases.ts';

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOf([
    'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)',
    'CREATE TABLE u (a INT, c INT REFERENCES t (a))',
    'CREATE VIEW v AS SELECT b FROM t',
  ]);
});

/** Whole clauses, so that much of what is made of them is read, and pieces that break it. */
const clauses = [
  ...['SELECT a', 'SELECT *', 'SELECT b, COUNT(*)', 'SELECT t.a, u.c', 'FROM t', 'FROM t, u', 'FROM t JOIN u ON t.a = u.c', 'FROM v', 'FROM w'],
  ...['WHERE b = 1', 'WHERE a IN (SELECT c FROM u)', 'WHERE EXISTS (SELECT 1 FROM u WHERE u.c = t.a)', 'GROUP BY b', 'GROUP BY 2', 'HAVING COUNT(*) > 1'],
  ...['ORDER BY a', 'ORDER BY 3', 'LIMIT 1', 'UNION SELECT a FROM u', 'UNION ALL SELECT 1, 2', 'EXCEPT SELECT b FROM t', 'WITH x AS (SELECT a FROM t)', 'FROM x'],
  ...['INSERT INTO t VALUES (1, 2)', 'INSERT INTO u (a)', 'UPDATE t SET b = 1', 'DELETE FROM u', 'CREATE TABLE y (a, b)', 'DROP TABLE t', 'VALUES (1), (2)'],
  ...['(', ')', ',', ',,', "'", '"', '[', '.', ';', '*', 'AND', 'OR', 'NOT', 'NULL', 'a', 'zz', 't.zz', 'zz()', 'sum(zz)', 'max(a, b)', 'rank()', 'OVER ()'],
  ...['x\'0\'', '0x', '1e', '#', '?1', ':n', '/*', '--', '\n', '\0', '😀', '\ud800', 'é', '"no"', '`no`', "'text'"],
]; // prettier-ignore

const statement = fc
  .array(fc.constantFrom(...clauses), { minLength: 1, maxLength: 9 })
  .map((all) => all.join(' '));

describe('any text', () => {
  it('has an error exactly where the engine refuses it, within the text', () => {
    fc.assert(
      fc.property(statement, (text) => {
        // The engine reads the first statement only; what a document's statements are is decided before.
        fc.pre(!text.includes(';'));
        const problems = checkStatement(text, schema.engine.prepare, schema);
        const message = schema.engine.prepare(text);
        const isNothing = message !== undefined && /^(?:undefined|Nothing to prepare)$/u.test(message);
        expect(problems.length > 0).toBe((message !== undefined && !isNothing) || text.includes('\0'));
        for (const { rule, range, fixes, message: words } of problems) {
          expect(sqlErrorIds).toContain(rule);
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(text.length);
          expect(words).not.toContain('undefined');
          for (const { edits } of fixes ?? []) expect(applyEdits(text, edits)).not.toBe(text);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read once the correction of a syntax error is taken', () => {
    fc.assert(
      fc.property(statement, (text) => {
        fc.pre(!text.includes(';'));
        const [problem] = checkStatement(text, schema.engine.prepare, schema);
        const [offered] = problem?.fixes ?? [];
        if (problem?.rule !== 'sql-syntax' || offered === undefined) return;
        expect(schema.engine.prepare(applyEdits(text, offered.edits)) ?? '').not.toMatch(
          /syntax error$|^incomplete input$|^unrecognized token/u,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('documents as they are split', () => {
  it('remember the same as they find anew, whatever is typed', () => {
    const kept = new SqlDocumentErrors(schema.engine, schema);
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (all) => {
        const { statements } = parseSqlDocument(all.join(';\n'));
        expect(kept.check(statements)).toEqual(
          new SqlDocumentErrors(schema.engine, schema).check(statements),
        );
      }),
      { numRuns: 200 },
    );
    expect(schema.engine.prepare('SELECT a, b FROM t')).toBeUndefined();
  });

  it('a trigger is one statement, and what follows has its own errors', () => {
    const text =
      'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; DELETE FROM u; END;\nSELECT zz FROM t;\nSELECT b FROM t';
    const problems = new SqlDocumentErrors(schema.engine, schema).check(parseSqlDocument(text).statements);
    expect(problems.map(({ range }) => text.slice(range.start, range.end))).toEqual(['zz']);
  });
});
