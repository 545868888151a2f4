import { describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { dialectOf } from './dialect.ts';
import { parseSqlDocument } from './document.ts';

describe('the dialect of a document', () => {
  it.each([
    ['SELECT 1', 'sqlite'],
    ['-- dialect: postgresql\nSELECT 1', 'postgresql'],
    ['SELECT 1;\n/* Dialect: Postgres */', 'postgresql'],
    ["SELECT '\n-- dialect: postgresql'", 'sqlite'],
  ] as const)('%j', (text, dialect) => {
    expect(dialectOf(parseSqlDocument(text))).toEqual({ dialect, problems: [] });
  });

  it('is named before the setting, and of no statement', () => {
    const document = parseSqlDocument('-- dialect: sqlite\nSELECT 1');
    expect(dialectOf(document, 'postgresql').dialect).toBe('sqlite');
    expect(document.directives[0]).not.toHaveProperty('statement');
    expect(dialectOf(parseSqlDocument('SELECT 1'), 'postgresql').dialect).toBe('postgresql');
  });

  it.each(['oracle', 'postgresq', 'constructor', ''])('%j is none, which is told', (name) => {
    const text = `-- dialect: ${name}\nSELECT 1`;
    const { dialect, problems } = dialectOf(parseSqlDocument(text), 'postgresql');
    expect(dialect).toBe('postgresql');
    expect(problems).toMatchObject([{ rule: 'sql-dialect', severity: 'warning' }]);
    const [problem] = problems;
    expect(text.slice(problem?.range.start, problem?.range.end)).toBe(name || '-- dialect: ');
    for (const { edits } of problem?.fixes ?? [])
      expect(dialectOf(parseSqlDocument(applyEdits(text, edits))).problems).toEqual([]);
  });

  it('is named once', () => {
    expect(dialectOf(parseSqlDocument('-- dialect: sqlite\n-- dialect: postgresql')).problems).toMatchObject([
      { rule: 'sql-dialect', range: { start: 19, end: 41 } },
    ]);
  });
});
