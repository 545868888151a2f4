import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { compareRows, contentExpectation, readExpectation } from './index.ts';
import type { ExpectedTable, ResultRows } from './index.ts';

describe('what stands behind expect:', () => {
  it.each<[string, object]>([
    ['SELECT a FROM t', { kind: 'query', sql: 'SELECT a FROM t', isOrdered: false }],
    ['select a from t order by a;', { kind: 'query', isOrdered: true }],
    ['SELECT a\nFROM t', { kind: 'query', sql: 'SELECT a\nFROM t' }],
    ['in order SELECT a FROM t', { kind: 'query', sql: 'SELECT a FROM t', isOrdered: true }],
    ['WITH x AS (SELECT 1 ORDER BY 1) SELECT * FROM x', { kind: 'query', isOrdered: false }],
    ['VALUES (1)', { kind: 'query' }],
    ['rows.csv', { kind: 'file', name: 'rows.csv', format: 'csv', isOrdered: false }],
    ['In Order ../my rows.JSON', { kind: 'file', name: '../my rows.JSON', format: 'json', isOrdered: true }],
    ['select.sql', { kind: 'file', name: 'select.sql', format: 'sql' }],
    ['SELECT a FROM t.sql', { kind: 'query' }],
    ['[["a", 1], [null, 2.5]]', { kind: 'rows', table: { width: 2, rows: [['a', 1], [null, 2.5]] } }],
    ['[[1],\n[true]]', { kind: 'rows', table: { width: 1, rows: [[1], [1]] } }],
    ['[]', { kind: 'rows', table: { width: 0, rows: [] } }],
    ['42', { kind: 'rows', table: { width: 1, rows: [[42]] } }],
    ['-1.5e3', { kind: 'rows', table: { width: 1, rows: [[-1500]] } }],
    ['null', { kind: 'rows', table: { width: 1, rows: [[null]] } }],
    ['"a text, with a comma"', { kind: 'rows', table: { width: 1, rows: [['a text, with a comma']] } }],
    ['[[9007199254740993, "9007199254740993", 1.5]]', { table: { rows: [[9007199254740993n, '9007199254740993', 1.5]] } }],
    ['[["\\"12345678901234567890"]]', { table: { rows: [['"12345678901234567890']] } }],
    ['[[{"blob": "00ff"}]]', { table: { rows: [[Uint8Array.of(0, 255)]] } }],
    ['[{"n": 1, "name": "a"}, {"name": "b", "n": 2}]', { table: { names: ['n', 'name'], isNamed: true, rows: [[1, 'a'], [2, 'b']] } }],
    ['name,n\nOsk,1', { kind: 'rows', table: { width: 2, names: ['name', 'n'] } }],
    ['"name","n"\n"Osk",1', { kind: 'rows', table: { width: 2, names: ['name', 'n'] } }],
    ['', { kind: 'problem', message: expect.stringMatching(/^Nothing is written behind "expect:"\. Write a trusted query/u) as string }],
    ['12 rows', { kind: 'problem', message: expect.stringMatching(/^"12 rows" is nothing that can be expected\. Write/u) as string }],
    ['[[1], [1, 2]]', { kind: 'problem', message: expect.stringMatching(/^Row 2 of the JSON is not an array of 1 cells/u) as string }],
    ['[1, 2]', { kind: 'problem', message: expect.stringMatching(/^This JSON holds no rows, but 1\. Write rows as/u) as string }],
    ['[[1]', { kind: 'problem', message: expect.stringMatching(/^The JSON cannot be read: /u) as string }],
    ['[[[1]]]', { kind: 'problem', message: expect.stringMatching(/^Row 1 of the JSON: a cell is an array\./u) as string }],
    ['[{"a": 1}, {"b": 1}]', { kind: 'problem', message: expect.stringMatching(/^Row 2 of the JSON does not have the keys of the first: a\./u) as string }],
    ['a,b\n1', { kind: 'problem', message: expect.stringMatching(/^The CSV cannot be read: .*line 2/u) as string }],
  ])('%j', (value, expected) => {
    expect(readExpectation(value)).toMatchObject(expected);
  }); // prettier-ignore

  it('is read or told, whatever it is, and can be held against any rows', () => {
    const piece = fc.constantFrom('SELECT ', '[', ']', '{', '}', '"', ',', '\n', '1', 'null', 'in order ', '.csv', ':', '-', 'x');
    const value = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join('')), fc.json());
    fc.assert(
      fc.property(value, (text) => {
        const read = readExpectation(text);
        if (read.kind === 'problem') expect(read.message).toMatch(/[.)]$/u);
        if (read.kind !== 'rows') return;
        const { recall, precision } = compareRows(cities, read.table, read.isOrdered, false);
        expect(Math.min(recall, precision)).toBeGreaterThanOrEqual(0);
        expect(Math.max(recall, precision)).toBeLessThanOrEqual(1);
      }),
    );
  }); // prettier-ignore

  it('is refused beyond a bound', () => {
    const rows = (count: number): string => `[${Array.from({ length: count }, () => '[1]').join(',')}]`;
    expect(readExpectation(rows(100_000))).toMatchObject({ kind: 'rows' });
    expect(readExpectation(rows(100_001))).toMatchObject({ message: expect.stringContaining('100,001 rows are expected, and 100,000 are the most') as string });
  }); // prettier-ignore
});

/** Rows of one expectation in CSV or JSON, as it would be read. */
function tableOf(text: string, format: 'csv' | 'json'): ExpectedTable {
  const read = contentExpectation(text, format, false);
  if (read.kind !== 'rows') throw new Error(JSON.stringify(read));
  return read.table;
}

const cities: ResultRows = {
  columns: ['name', 'population'],
  rows: [['Lutha', 900], ['Osk', 700], ['Mirr', null]],
}; // prettier-ignore

describe('rows held against expected ones', () => {
  it.each<[string, ResultRows['rows'], object]>([
    ['the same', [['Lutha', 900], ['Osk', 700], ['Mirr', null]], { isMatch: true, recall: 1, precision: 1, expectedRows: 3 }],
    ['another order', [['Osk', 700], ['Mirr', null], ['Lutha', 900]], { isMatch: true }],
    ['one missing', [['Lutha', 900], ['Osk', 700], ['Mirr', null], ['Venn', 1]], { isMatch: false, recall: 0.75, precision: 1, difference: 'Of 4 expected rows, 1 is missing: ("Venn", 1).' }],
    ['one too many', [['Lutha', 900], ['Osk', 700]], { isMatch: false, recall: 1, precision: 2 / 3, difference: '1 row is too many: ("Mirr", NULL).' }],
    ['twice', [...cities.rows, ['Osk', 700]], { isMatch: false, recall: 0.75, difference: 'Of 4 expected rows, 1 is missing: ("Osk", 700), which is there less often on the other side.' }],
    ['another value', [['Lutha', 900], ['Osk', 701], ['Mirr', null]], { isMatch: false, recall: 2 / 3, precision: 2 / 3, difference: 'Of 3 expected rows, 1 is missing: ("Osk", 701); 1 row is too many: ("Osk", 700).' }],
    ['texts', [['Lutha', '900'], ['Osk', '700']], { isMatch: false, recall: 0, difference: 'Column 2 (population) holds numbers where texts are expected.' }],
    ['nothing', [], { isMatch: false, recall: 0, precision: 0, difference: '3 rows are too many, such as ("Lutha", 900).' }],
    ['a long text', [...cities.rows, ['a'.repeat(36) + '😀 and more', 1]], { difference: `Of 4 expected rows, 1 is missing: ("${'a'.repeat(36)}…", 1).` }],
    ['a text that just fits', [...cities.rows, ['b'.repeat(38), 1]], { difference: `Of 4 expected rows, 1 is missing: ("${'b'.repeat(38)}", 1).` }],
    ['zero for NULL', [['Lutha', 900], ['Osk', 700], ['Mirr', 0]], { isMatch: false }],
  ])('%s', (_, rows, expected) => {
    expect(compareRows(cities, { width: 2, rows }, false, false)).toMatchObject(expected);
  }); // prettier-ignore

  it('tells an order that differs where order counts', () => {
    const rows = [['Lutha', 900], ['Mirr', null], ['Osk', 700]] as const;
    expect(compareRows(cities, { width: 2, rows }, true, true)).toEqual({
      ...{ isMatch: false, recall: 1, precision: 1, expectedRows: 3, isOrdered: true },
      difference: 'The rows are the expected ones in another order, from row 2 on: ("Mirr", NULL) is expected there.',
    });
  }); // prettier-ignore

  it('tells columns that differ', () => {
    expect(compareRows(cities, { width: 1, names: ['name'], rows: [['Osk']] }, false, true)).toMatchObject({
      ...{ isMatch: false, recall: 0, precision: 0 },
      difference: 'It gives 2 columns (name, population); 1 is expected (name).',
    });
    const swapped = { width: 2, names: ['population', 'name'], rows: [[900, 'Lutha'], [700, 'Osk'], [null, 'Mirr']] };
    expect(compareRows(cities, swapped, false, true)).toMatchObject({
      isMatch: false,
      difference: 'The columns are in another order: population, name is expected.',
    });
  }); // prettier-ignore

  it('finds columns of objects by name', () => {
    const table = tableOf('[{"Population": 900, "name": "Lutha"}, {"Population": 700, "name": "Osk"}, {"Population": null, "name": "Mirr"}]', 'json');
    expect(compareRows(cities, table, false, false).isMatch).toBe(true);
    expect(compareRows(cities, tableOf('[{"name": "Osk", "people": 1}]', 'json'), false, false)).toMatchObject({
      difference: 'It gives 2 columns (name, population); 2 are expected (name, people).',
    });
  }); // prettier-ignore

  it('that are none on both sides match, which says little where a query expects them', () => {
    const empty = { columns: ['a'], rows: [] };
    expect(compareRows(empty, { width: 1, rows: [] }, false, true)).toMatchObject({
      ...{ isMatch: true, recall: 1, precision: 1 },
      difference: 'Both give no rows, as any condition does that is never true.',
    });
    expect(compareRows(empty, { width: 0, rows: [] }, false, false)).not.toHaveProperty('difference');
    expect(compareRows(cities, { width: 0, rows: [] }, false, false)).toMatchObject({
      ...{ isMatch: false, recall: 0, precision: 0 },
      difference: 'It gives 3 rows; none are expected.',
    });
  });

  it('differ soon, however many there are', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [i / 7, 'x']);
    const started = processorMs();
    expect(compareRows({ columns: ['a', 'b'], rows }, { width: 2, rows: rows.map(([a]) => [a ?? 0, 'y']) }, true, true)).toMatchObject({ recall: 0 });
    expect(compareRows({ columns: ['a', 'b'], rows }, { width: 2, rows: rows.slice(1) }, true, true)).toMatchObject({ recall: 1 });
    expect(processorMs() - started).toBeLessThan(2_000);
  }); // prettier-ignore
});

describe('cells of CSV', () => {
  it.each<[string, ResultRows['rows'], string, boolean]>([
    ['numbers', [[1], [2.5]], '1\n2.5', true],
    ['numbers in quotation marks in a column of numbers', [[1]], '"1"', true],
    ['texts of digits in a column of texts', [['007'], ['1']], '007\n1', true],
    ['texts of digits are no numbers', [[7]], '007x', false],
    ['whole numbers beyond 2^53', [[9007199254740993n]], '9007199254740993', true],
    ['whole numbers beyond 2^53 exactly', [[9007199254740993n]], '9007199254740992', false],
    ['nothing is NULL', [[null], [1]], '""\n1', true],
    ['nothing is NULL beside texts', [[null, 'x'], ['', 'y']], ',x\n"",y', true],
    ['nothing is no empty text where there is NULL', [[null, 'x'], ['', 'y']], ',x\n,y', false],
    ['nothing is an empty text where there is no NULL', [['', 'x'], ['a', 'y']], ',x\na,y', true],
    ['a column of both', [['1', 1], [2, 2]], '"1",1\n2,2', true],
    ['a column of both, without quotation marks', [['1', 1], [2, 2]], '1,1\n2,2', false],
    ['blobs', [[Uint8Array.of(0, 255)]], "X'00FF'", true],
    ['infinite', [[Infinity], [-Infinity]], 'Infinity\n-Infinity', true],
    ['line breaks and quotation marks', [['a\n"b"', 1]], '"a\n""b""",1', true],
  ])('%s', (_, rows, lines, isMatch) => {
    const columns = (rows[0] ?? []).map((__, i) => `c${i}`);
    const table = tableOf(`${columns.join(',')}\n${lines}`, 'csv');
    expect(compareRows({ columns, rows }, table, true, false).isMatch).toBe(isMatch);
  }); // prettier-ignore
});
