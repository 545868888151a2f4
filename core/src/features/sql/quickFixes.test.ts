import { beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument, SqlDocumentErrors } from '../../sql/index.ts';
import { schemaOf } from '../../sql/oracle/testing/databases.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlQuickFixes } from './quickFixes.ts';

let errors: SqlDocumentErrors;
beforeAll(async () => {
  const schema = await schemaOf([
    'CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT)',
    'CREATE TABLE concert (id INTEGER PRIMARY KEY, title TEXT, singer_id INT)',
  ]);
  errors = new SqlDocumentErrors(schema.engine, schema);
});

function fixed(marked: string): readonly string[] {
  const text = marked.replace('|', '');
  const at = marked.indexOf('|');
  const problems = errors.check(parseSqlDocument(text).statements);
  return sqlQuickFixes(text, { start: at, end: at }, problems).map(
    ({ title, edits }) => `${title}: ${applyEdits(text, edits)}`,
  );
}

describe('quick fixes of unknown names', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT |nmae FROM singer', ['Change to name: SELECT name FROM singer']],
    ['SELECT 1 FROM |singr', ['Change to singer: SELECT 1 FROM singer']],
    ['SELECT cuont|(*) FROM singer', ['Change to count: SELECT count(*) FROM singer']],
    ['SELECT 1;\nSELECT |nmae FROM singer', ['Change to name: SELECT 1;\nSELECT name FROM singer']],
    [
      'SELECT |nmae FROM singer; SELECT nmae FROM singer',
      [
        'Change to name: SELECT name FROM singer; SELECT nmae FROM singer',
        'Change to name at all 2 places: SELECT name FROM singer; SELECT name FROM singer',
      ],
    ],
    ['SELECT name |FROM singer', []],
    ['SELECT nmae, |1 FROM singer', []],
  ])('%s', (marked, expected) => {
    expect(fixed(marked)).toEqual(expected);
  });

  it('leave what they offer without problems', () => {
    const text = 'SELECT s.nmae, titel FROM singer s JOIN concert c ON s.id = c.singr_id';
    const problems = errors.check(parseSqlDocument(text).statements);
    expect(problems).toHaveLength(3);
    const edits = problems.flatMap(({ range }) => sqlQuickFixes(text, range, problems)[0]?.edits ?? []);
    expect(errors.check(parseSqlDocument(applyEdits(text, edits)).statements)).toEqual([]);
  });
});
