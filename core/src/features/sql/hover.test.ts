import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlDocument } from '../../sql/index.ts';
import { anySql } from '../../sql/testing/arbitrarySql.ts';
import { sqlDefinition } from './definition.ts';
import { sqlHover } from './hover.ts';
import { sqlSignatureHelp } from './signatureHelp.ts';
import { marked, testDdl, testSchema } from './testing.ts';

function at(text: string): string | undefined {
  return sqlHover(...marked(text), testSchema)?.markdown;
}

describe('hover', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT 1 FROM Own|ers', ['**Owners** — table, 1,200 rows', '| owner\\_id | INTEGER | primary key |', '| name | TEXT | not null |']],
    ['SELECT 1 FROM old|', ['**old** — view', '| dog\\_id |', 'CREATE VIEW old AS SELECT dog_id']],
    ['SELECT 1 FROM Dogs|', ['| owner\\_id | INT | → Owners.owner\\_id |', '| chip | TEXT | unique |']],
    ['SELECT sta|te FROM owners', ['**Owners.state** — TEXT', "Default: `'Ohio'`", '3 different values in 1,200 rows, 13 % NULL', 'Values: `Ohio`, `Utah`, ``a`b``']],
    ['SELECT o.owner_id| FROM Owners o', ['**Owners.owner\\_id** — INTEGER, primary key', 'Referred to by `Dogs.owner_id`']],
    ['SELECT name| FROM Owners', ['**Owners.name** — TEXT, not null']],
    ['SELECT rowid| FROM Owners', ['**Owners.rowid** — number of the row']],
    ['SELECT |d.age FROM Dogs d', ['**d** — alias of `Dogs`', '**Dogs** — table', '| age | INT |']],
    ['SELECT 1 FROM Dogs |d', ['**d** — alias of `Dogs`']],
    ['SELECT s|.x FROM (SELECT age AS x, name FROM Dogs) s', ['**s** — alias of a subquery', 'Columns: `x`, `name`']],
    ["SELECT j|.key FROM json_each('[]') j", ['**j** — alias of the rows of `json_each`', 'Columns: `key`, `value`']],
    ['WITH w AS (SELECT age, name AS n FROM Dogs) SELECT x.n FROM w x|', ['**x** — alias of the common table expression `w`', 'Columns: `age`, `n`']],
    ['WITH w AS (SELECT age, name AS n FROM Dogs) SELECT * FROM w|', ['**w** — common table expression, used once', 'Columns: `age`, `n`', '```sql\nSELECT age, name AS n FROM Dogs\n```', 'Given in line 1']],
    ['WITH w| AS (SELECT * FROM Dogs) SELECT 1', ['**w** — common table expression, not used', 'Columns: `dog_id`, `owner_id`']],
    ['WITH w(p, q) AS (SELECT age, name + 1 FROM Dogs) SELECT q| FROM w', ['**w.q** — column of a common table expression', '```sql\nname + 1\n```']],
    ['SELECT age * 2 AS twice\nFROM Dogs\nORDER BY twice|', ['**twice** — name of an expression, used once', '```sql\nage * 2\n```', 'Given in line 1']],
    ['SELECT sum(age) OVER w| FROM Dogs WINDOW w AS (ORDER BY name)', ['**w** — window, used once', 'ORDER BY name']],
    ['SELECT name| FROM Dogs, Owners', ['**name** — may be `Dogs.name` or `Owners.name`']],
    ['SELECT "Rex|" FROM Dogs', ["`Rex` — a text", "Write `'Rex'`"]],
    ['SELECT sub|str(name, 1) FROM Dogs', ['```sql\nsubstr(text, start[, length])\n```', '(scalar function)']],
    ['SELECT max|(age) FROM Dogs', ['(aggregate function)']],
    ['SELECT max|(age, 1) FROM Dogs', ['(scalar function)']],
    ["SELECT * FROM json_each|('[]')", ['json_each(json[, path])', '(table function)']],
    ['CREATE TABLE n (a INT);\nSELECT * FROM n|', ['**n** — table', '| a | INT |', 'Given in line 1']],
    ['SELECT *| FROM Dogs d JOIN Owners USING (owner_id)', ['`*` stands for', '```sql\ndog_id, owner_id, d.name, age, chip, Owners.name, state\n```']],
    ['SELECT d.*| FROM Dogs d', ['`d.*` stands for', 'd.dog_id, d.owner_id']],
    ['CREATE TABLE n|ew (a INT, b TEXT NOT NULL)', ['**new** — table', '| b | TEXT | not null |']],
  ])('%s', (text, expected) => {
    const markdown = at(text);
    for (const part of expected) expect(markdown).toContain(part);
  }); // prettier-ignore

  it('an aggregate is not described as what takes several arguments', () => {
    expect(at('SELECT max|(age) FROM Dogs')).not.toContain('scalar');
    expect(at('SELECT max|(age, 1) FROM Dogs')).not.toContain('aggregate');
  });

  it.each([
    ...['SEL|ECT 1', 'SELECT 1 FROM Dogs WHE|RE age', 'SELECT 1 FROM nowhere|', 'SELECT nothing| FROM Dogs', 'SELECT 1|2'],
    ...["SELECT 'Rex|'", 'SELECT no_function|(1)', '-- Owners|\nSELECT 1', '|', 'SELECT CASE WHEN 1 THEN 2 EN|D'],
  ])('nothing at %s', (text) => {
    expect(at(text)).toBeUndefined();
  }); // prettier-ignore

  it('says how many columns are left out, and keeps names from being markup', () => {
    const columns = Array.from({ length: 50 }, (_, i) => ({ name: `c|${i}*`, type: '', isKey: false }));
    const schema = { statements: [], tables: [{ name: 'wide', columns, foreignKeys: [] }] };
    const markdown = sqlHover(...marked('SELECT 1 FROM wide|'), schema)?.markdown;
    expect(markdown).toContain('and 10 more columns');
    expect(markdown).toContain('| c\\|0\\* |');
  });

  it('figures of a part of the rows are told as such', () => {
    const values = { examined: 10_000, isComplete: false, distinct: 1, nullShare: 0, samples: [1] };
    const columns = [{ name: 'a', type: 'INT', isKey: false, values }];
    const schema = { statements: [], tables: [{ name: 't', columns, foreignKeys: [] }] };
    expect(sqlHover(...marked('SELECT a| FROM t'), schema)?.markdown).toBe(
      '**t.a** — INT\n\n1 value among the first 10,000 rows, no NULL\n\nFor example: `1`',
    );
  });
});

describe('definition', () => {
  it.each<[string, string | undefined, string?]>([
    ['SELECT d|.age FROM Dogs d', 'd', 'Dogs d'],
    ['WITH w AS (SELECT 1) SELECT * FROM w|', 'w', 'w AS (SELECT 1)'],
    ['WITH w(p) AS (SELECT 1) SELECT p| FROM w', 'p', 'p'],
    ['SELECT age AS x FROM Dogs ORDER BY x|', 'x', 'age AS x'],
    ['SELECT s.x| FROM (SELECT age AS x FROM Dogs) s', 'x', 'age AS x'],
    ['SELECT sum(age) OVER w| FROM Dogs WINDOW w AS (ORDER BY name)', 'w', 'w'],
    ['SELECT age FROM Dogs|', undefined, 'Dogs'],
    ['SELECT age| FROM Dogs', undefined, 'age'],
    ['SELECT "unit price"| FROM "order details"', undefined, '"unit price"'],
  ])('%s', (text, name, target) => {
    const [document, offset] = marked(text);
    const found = sqlDefinition(document, offset, testSchema);
    const within = found?.in === 'schema' ? testDdl : document.text;
    expect(found?.in).toBe(name === undefined ? 'schema' : 'document');
    expect(within.slice(found?.target.start, found?.target.end)).toBe(target);
    if (name !== undefined)
      expect(within.slice(found?.targetSelection.start, found?.targetSelection.end)).toBe(name);
  });

  it('a table that the document creates is found there, and its columns', () => {
    const ddl = 'SELECT 1;\nCREATE TABLE Dogs (age INT, x TEXT);\n';
    const [document, offset] = marked(`${ddl}SELECT age| FROM Dogs`);
    expect(sqlDefinition(document, offset, testSchema)).toMatchObject({
      in: 'document',
      target: { start: 10, end: ddl.length - 1 },
      targetSelection: { start: ddl.indexOf('age'), end: ddl.indexOf('age') + 3 },
    });
  });

  it.each(['SELECT nothing| FROM Dogs', 'SEL|ECT 1', 'SELECT name| FROM Dogs, Owners'])(
    'none at %s',
    (text) => {
      expect(sqlDefinition(...marked(text), testSchema)).toBeUndefined();
    },
  );
});

describe('signature help', () => {
  /** The label with the active parameter in angle brackets. */
  function help(text: string): string | undefined {
    const found = sqlSignatureHelp(...marked(text), testSchema);
    const signature = found?.signatures[found.activeSignature];
    if (signature === undefined) return undefined;
    const { label, parameters, activeParameter } = signature;
    const active = activeParameter === undefined ? undefined : parameters[activeParameter];
    if (active === undefined) return label;
    return `${label.slice(0, active.start)}<${label.slice(active.start, active.end)}>${label.slice(active.end)}`;
  }

  it.each<[string, string | undefined]>([
    ['SELECT substr(|', 'substr(<text>, start[, length])'],
    ['SELECT substr(name, | FROM Dogs', 'substr(text, <start>[, length])'],
    ['SELECT substr(name, 1, 2|) FROM Dogs', 'substr(text, start[, <length>])'],
    ['SELECT substr(name, 1, 2, |) FROM Dogs', 'substr(text, start[, length])'],
    ['SELECT coalesce(a, b, c, |)', 'coalesce(value, other, <...>)'],
    ['SELECT coalesce(substr(a, 1), |)', 'coalesce(value, <other>, ...)'],
    ['SELECT coalesce((1 + |), 2)', 'coalesce(<value>, other, ...)'],
    ['SELECT coalesce((SELECT |), 2)', undefined],
    ['SELECT coalesce((SELECT 1), |)', 'coalesce(value, <other>, ...)'],
    ["SELECT replace('a,(b', |)", 'replace(text, <pattern>, replacement)'],
    ['SELECT max(age|) FROM Dogs', 'max(<expression>)'],
    ['SELECT max(age, |) FROM Dogs', 'max(value, <other>, ...)'],
    ["SELECT * FROM json_each('[]', |)", 'json_each(json[, <path>])'],
    ['SELECT no_function(|)', undefined],
    ['SELECT round(1)|', undefined],
    ['SELECT (1, |)', undefined],
    ['INSERT INTO Dogs VALUES (1, |', 'Dogs (dog_id, <owner_id>, name, age, chip)'],
    ["INSERT INTO Dogs (name, age) VALUES ('a', 1), ('b', |)", 'Dogs (name, <age>)'],
    ["INSERT INTO Dogs (name, age) VALUES ('a', abs(|))", 'abs(<number>)'],
    ['INSERT INTO Dogs (name, age) VALUES (1, (2 + |))', 'Dogs (name, <age>)'],
    ['INSERT INTO Dogs (name, age) VALUES (1, 2, |)', 'Dogs (name, age)'],
    ['INSERT INTO Dogs (|) VALUES (1)', 'Dogs (dog_id, owner_id, name, age, chip)'],
    ['INSERT INTO Dogs (dog_id, nam|e) VALUES (1)', 'Dogs (dog_id, owner_id, <name>, age, chip)'],
    ['INSERT INTO Dogs (name) VALUES (|) ON CONFLICT DO UPDATE SET age = 1', 'Dogs (<name>)'],
    ['INSERT INTO nowhere VALUES (|', undefined],
    ['INSERT INTO Dogs (name, age) SELECT |', 'Dogs (<name>, age)'],
    ['INSERT INTO Dogs (name, age) SELECT name, | FROM Dogs', 'Dogs (name, <age>)'],
    ['INSERT INTO Dogs SELECT 1, own|er_id, 2 FROM Dogs', 'Dogs (dog_id, <owner_id>, name, age, chip)'],
    ['INSERT INTO Dogs SELECT 1, 2;|', undefined],
    ['INSERT INTO Dogs SELECT abs(|)', 'abs(<number>)'],
    ['INSERT INTO Dogs SELECT * FROM Dogs WHERE |', undefined],
    ['INSERT INTO Dogs (name) SELECT 1 FROM Dogs WHERE |', undefined],
    ['|', undefined],
  ])('%s', (text, expected) => {
    expect(help(text)).toBe(expected);
  });
});

it('any text has hovers, definitions and signatures whose ranges are in it', () => {
  fc.assert(
    fc.property(anySql, fc.nat(), (text, place) => {
      const document = parseSqlDocument(text);
      const offset = place % (text.length + 1);
      const hover = sqlHover(document, offset, testSchema);
      const help = sqlSignatureHelp(document, offset, testSchema);
      if (hover !== undefined) expect(hover.range.start <= offset && offset <= hover.range.end && hover.range.end <= text.length).toBe(true);
      const definition = sqlDefinition(document, offset, testSchema);
      if (definition?.in === 'document') {
        const { target, targetSelection } = definition;
        expect(target.start <= targetSelection.start && targetSelection.end <= target.end && target.end <= text.length).toBe(true);
      }
      for (const { label, parameters, activeParameter } of help?.signatures ?? []) {
        expect(activeParameter ?? 0).toBeLessThan(Math.max(1, parameters.length));
        for (const { start, end } of parameters) expect(start <= end && end <= label.length).toBe(true);
      }
    }),
    { numRuns: 500 },
  ); // prettier-ignore
});
