import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dialectOf, otherDialect, parseSqlDocument, sqlErrorIds, SqlDocumentErrors } from '../sql/index.ts';
import { schemaOf, type Schema } from '../sql/oracle/testing/databases.ts';
import { applyEdits, type Problem } from '../text/index.ts';
import { sqlErrorRules } from './sqlErrors.ts';

const folder = join(import.meta.dirname, '../../../docs/rules');
/** The database of the examples. */
const ddl = [
  'CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, score INTEGER)',
  'CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
  'CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer (id), total REAL, day TEXT)',
  'CREATE TABLE price (net INT, gross INT AS (net * 2))',
  'CREATE VIEW regular AS SELECT name FROM customer WHERE score > 10',
  'CREATE INDEX purchase_day ON purchase (day)',
];
/** About files, a character that no page can show, messages that nobody has seen, and what stands in no statement of a document. */
const withoutFailing = new Set(['sql-database', 'sql-nul', 'sql-refused', 'sql-unclosed-comment']);

const examples = sqlErrorRules.flatMap(({ id }) => {
  const file = join(folder, `${id}.md`);
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/^```sql (fails|passes)\n([\s\S]*?)\n```$/gm)].map(
    ({ 1: kind = '', 2: text = '' }) => [id, kind, text] as const,
  );
});

let schema: Schema;
beforeAll(async () => {
  schema = await schemaOf(ddl);
});

function problemsOf(text: string): readonly Problem[] {
  const document = parseSqlDocument(text);
  const other = otherDialect(document);
  const errors = new SqlDocumentErrors(schema.engine, schema).check(document.statements);
  const foreign: readonly Problem[] =
    other === undefined
      ? errors
      : [{ rule: 'sql-other-dialect', severity: 'hint', message: '', range: other }];
  return [...dialectOf(document).problems, ...foreign];
}

describe('the pages of the errors of SQL', () => {
  it('are there for every error', () => {
    expect([...sqlErrorIds].filter((id) => !sqlErrorRules.some((rule) => rule.id === id))).toEqual([]);
    const outside = ['sql-database', 'sql-other-dialect'];
    expect(sqlErrorRules.map(({ id }) => id).filter((id) => !sqlErrorIds.has(id))).toEqual(outside);
  });

  it('have failing and passing examples', () => {
    const has = (id: string, kind: string): boolean =>
      examples.some((each) => each[0] === id && each[1] === kind);
    const lacking = sqlErrorRules.filter(
      ({ id }) => id !== 'sql-database' && (!has(id, 'passes') || !(withoutFailing.has(id) || has(id, 'fails'))),
    );
    expect(lacking.map(({ id }) => id)).toEqual([]);
  }); // prettier-ignore

  it.each(examples)('%s %s: %s', (id, kind, text) => {
    const rules = problemsOf(text).map(({ rule }) => rule);
    if (kind === 'fails') expect(rules).toContain(id);
    else expect(rules).toEqual([]);
  });

  it.each(examples.filter(([, kind]) => kind === 'fails'))('every fix of %s mends (%s): %s', (id, _, text) => {
    for (const { rule, fixes = [] } of problemsOf(text)) {
      if (rule !== id) continue;
      for (const { title, edits } of fixes) {
        const before = problemsOf(text).filter((problem) => problem.rule === id).length;
        const fixed = applyEdits(text, edits);
        const after = problemsOf(fixed).filter((problem) => problem.rule === id).length;
        expect(after, `${title}: ${fixed}`).toBeLessThan(before);
      }
    }
  }); // prettier-ignore
});
