import { beforeAll, describe, expect, it } from 'vitest';
import { judgeSql } from '../../lint/index.ts';
import { parseSqlDocument, SqlDocumentErrors } from '../../sql/index.ts';
import { readDdl, tablesOf } from '../../sqlSchema/index.ts';
import { schemaOf } from '../../sql/oracle/testing/databases.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlCodeActions, type SqlAction, type SqlActionContext } from './codeActions.ts';

const ddl = [
  'CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT)',
  'CREATE TABLE concert (id INTEGER PRIMARY KEY, title TEXT, singer_id INT REFERENCES singer (id))',
];
const schema = readDdl(ddl.join(';\n'));
const commands = { write: 'write', fix: 'fix', explain: 'explain' };
let errors: SqlDocumentErrors;
beforeAll(async () => {
  const made = await schemaOf(ddl);
  errors = new SqlDocumentErrors(made.engine, made);
});

/** The actions at the mark. */
function actions(marked: string, context: SqlActionContext = {}): { text: string; found: readonly SqlAction[] } {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const document = parseSqlDocument(text);
  const problems = judgeSql(document, { schema, errors: errors.check(document.statements) });
  const range = { start: at, end: at };
  return { text, found: sqlCodeActions(document, range, problems, { tables: tablesOf(schema), ...context }) };
} // prettier-ignore

function texts(marked: string, kind: SqlAction['kind']): readonly string[] {
  const { text, found } = actions(marked);
  return found.filter((each) => each.kind === kind).map(({ title, edits = [] }) => `${title}: ${applyEdits(text, edits)}`);
} // prettier-ignore

describe('refactorings', () => {
  it.each([
    ['SELECT |* FROM singer', ['Expand * to 3 columns: SELECT id, name, country FROM singer']],
    ['SELECT |name FROM singer s', ['Qualify columns with their tables: SELECT s.name FROM singer s']],
    ['SELECT s.name| FROM singer s', ['Remove qualifiers that are not needed: SELECT name FROM singer s']],
    ['SELECT 1;\nSELECT na|me FROM singer', ['Qualify columns with their tables: SELECT 1;\nSELECT singer.name FROM singer']],
    ['SELECT |1', []],
    ['|\nSELECT name FROM singer', []],
  ] as const)('%s', (marked, expected) => {
    expect(texts(marked, 'refactor.rewrite')).toEqual(expected);
  }); // prettier-ignore
});

describe('fixes', () => {
  it('corrects a name, and switches the rule off in a comment', () => {
    expect(texts('SELECT |nmae FROM singer;', 'quickfix')).toEqual([
      'Change to name: SELECT name FROM singer;',
      'Disable sql-unknown-column for this line: SELECT nmae FROM singer; -- querent-disable-line sql-unknown-column',
    ]);
  });

  it.each([
    ['SELECT name FROM singer WHERE name |= NULL -- why', 'sql-null-comparison'],
    ['SELECT name\r\n  FROM singer\r\n  WHERE name |= NULL\r\n', 'sql-null-comparison'],
    ["SELECT 'a\nb', name |= NULL FROM singer", 'sql-null-comparison'],
    ['-- querent-disable-next-line sql-null-comparison\nSELECT |nmae FROM singer -- x', 'sql-unknown-column'],
  ])('what is switched off in %j is told no more', (marked, rule) => {
    const { text, found } = actions(marked);
    const action = found.find(({ title }) => title === `Disable ${rule} for this line`);
    const after = parseSqlDocument(applyEdits(text, action?.edits ?? []));
    expect(after.statements.length).toBe(1);
    const left = judgeSql(after, { schema, errors: errors.check(after.statements) });
    expect(action).toBeDefined();
    expect(left.map((problem) => problem.rule)).not.toContain(rule);
  });

  it('offers no comment within a text of several lines', () => {
    const { found } = actions("SELECT name, 'a\n b|' || nmae || '\n' FROM singer");
    expect(found.filter(({ title }) => title.startsWith('Disable'))).toEqual([]);
  });

  it('fixes all that is certain, and no names, which are guesses', () => {
    const { text, found } = actions(
      '|SELECT nmae FROM singer;\nSELECT 1 FROM singer WHERE name = NULL;\nSELECT 2 FROM singer WHERE name <> NULL',
    );
    const [all, ...others] = found.filter(({ kind }) => kind === 'source.fixAll.querent');
    expect(others).toEqual([]);
    expect(applyEdits(text, all?.edits ?? [])).toBe(
      'SELECT nmae FROM singer;\nSELECT 1 FROM singer WHERE name IS NULL;\nSELECT 2 FROM singer WHERE name IS NOT NULL',
    );
  });
});

describe('the assistant', () => {
  const titles = (marked: string, context: SqlActionContext): readonly string[] =>
    actions(marked, context).found.filter(({ command }) => command !== undefined).map(({ title }) => title); // prettier-ignore
  it.each([
    ['-- Q: Who |sings?\n', ['Write SQL for this question']],
    ['-- Q: Who sings?\nSELECT |name FROM singer', ['Write SQL for this question', 'Explain this statement in words']],
    ['-- Q: |\n', []],
    ['SELECT |name FROM singer', ['Explain this statement in words']],
    ['SELECT |nmae FROM singer', ['Propose corrections of this statement', 'Explain this statement in words']],
    ['DELETE |FROM singer', []],
    ['|', []],
  ] as const)('%j', (marked, expected) => {
    expect(titles(marked, { commands })).toEqual(expected);
    expect(titles(marked, {})).toEqual([]);
  }); // prettier-ignore

  it('says which place it is about', () => {
    const { text, found } = actions('SELECT 1;\n-- Q: Who |sings?\nSELECT name FROM singer', { commands });
    const [write, explain] = found.filter(({ command }) => command !== undefined);
    expect(text.slice(write?.command?.offset)).toMatch(/^-- Q/);
    expect(explain).toBeUndefined();
  });
});

it.each([
  [['refactor'], ['refactor.rewrite', 'refactor.explain']],
  [['refactor.rewrite'], ['refactor.rewrite']],
  [['quickfix'], ['quickfix']],
  [['source.organizeImports'], []],
] as const)('asked for %j, nothing else is given', (only, kinds) => {
  const { found } = actions('SELECT |nmae, name FROM singer', { only, commands });
  expect([...new Set(found.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort());
});

it('a statement of a hundred thousand characters is not tried to be rewritten whenever the cursor moves', () => {
  const rewrites = (columns: number): number =>
    sqlCodeActions(
      parseSqlDocument(`SELECT ${'t.a, '.repeat(columns)}t.a FROM t`),
      { start: 9, end: 9 },
      [],
      {
        tables: { columns: () => ['a'] },
        only: ['refactor.rewrite'],
      },
    ).length;
  expect([rewrites(10), rewrites(20_000)]).toEqual([1, 0]);
});
