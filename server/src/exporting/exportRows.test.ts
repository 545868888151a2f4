import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareRows, contentExpectation } from '@querent/core/sqlExpectation';
import type { SqlCell, SqlFailure } from '@querent/core/sqlSchema';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RowsPart } from '../databases/index.ts';
import { exportRows } from './index.ts';
import type { RowsFormat } from './rowText.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'rows.csv');
beforeEach(() => rmSync(path, { force: true }));

type Rows = readonly (readonly SqlCell[])[];

async function* partsOf(
  columns: readonly string[],
  ...parts: readonly (Rows | SqlFailure)[]
): AsyncGenerator<RowsPart | SqlFailure, void> {
  for (const [i, rows] of parts.entries())
    yield 'kind' in rows ? rows : { kind: 'part', columns, rows, isLast: i === parts.length - 1 };
}

async function written(format: RowsFormat, columns: readonly string[], ...parts: Rows[]): Promise<string> {
  await exportRows(partsOf(columns, ...parts), { format, path, replace: true });
  return readFileSync(path, 'utf8');
}

const every: Rows = [
  ['plain', 1, 2.5, null],
  ['', 9007199254740993n, -0.1, Uint8Array.of(0, 255)],
  ['a "b",\nc;', -9223372036854775808n, 1e300, new Uint8Array()],
  ['007', 0, Infinity, null],
  ["X'00'", 1, -Infinity, null],
  [' =1+1', 2, 3, null],
];

describe('rows in a file', () => {
  it('as CSV', async () => {
    expect(await written('csv', ['text', 'n', 'r,"s"', 'b'], every.slice(0, 2), every.slice(2))).toBe(
      '\ufefftext,n,"r,""s""",b\r\n' +
        'plain,1,2.5,\r\n' +
        '"",9007199254740993,-0.1,X\'00FF\'\r\n' +
        '"a ""b"",\nc;",-9223372036854775808,1e+300,X\'\'\r\n' +
        '"007",0,Infinity,\r\n' +
        '"X\'00\'",1,-Infinity,\r\n' +
        '" =1+1",2,3,\r\n',
    );
  });

  it('as JSON, which JSON.parse takes', async () => {
    const text = await written('json', ['text', 'n', 'N', 'b'], every.slice(0, 1), every.slice(1));
    expect(text.split('\n').slice(0, 3)).toEqual([
      '[',
      '{"text": "plain", "n": 1, "N_2": 2.5, "b": null},',
      '{"text": "", "n": 9007199254740993, "N_2": -0.1, "b": {"blob": "00FF"}},',
    ]);
    expect(JSON.parse(text)).toHaveLength(every.length);
    expect(JSON.parse(text)).toMatchObject([{}, {}, {}, { N_2: Infinity }, { N_2: -Infinity }, {}]);
    expect(await written('json', ['a'], [])).toBe('[]\n');
  });

  const cell = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((value) => !Number.isSafeInteger(Number(value))),
    fc.double({ noNaN: true }),
    fc.constantFrom(61251666712782650, -36029379874486730, 1e21, 123456789012345680000),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('', '007', '-1e5', 'Infinity', "x'00'", '"', ',', '\r\n', ' a ', '=1', '.5', '{"blob": "00"}'),
    fc.uint8Array({ maxLength: 4 }),
  ); // prettier-ignore
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      columns: fc.array(fc.oneof(fc.constantFrom('a', 'A', 'a_2', '1', '__proto__', 'x,y'), fc.string()), {
        ...{ minLength: width, maxLength: width },
      }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }),
    }),
  );
  it.each(['csv', 'json'] as const)('are the same when they are expected, as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, rows }) => {
        const read = contentExpectation(await written(format, columns, rows), format, true);
        if (read.kind !== 'rows') throw new Error(JSON.stringify(read));
        const { isMatch, difference } = compareRows({ columns, rows }, read.table, true, false);
        expect(difference).toBeUndefined();
        expect(isMatch).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('are told with what other programs may read otherwise', async () => {
    const notes = async (format: RowsFormat): Promise<readonly string[]> =>
      (await exportRows(partsOf(['a', 'a', 'b', 'c'], [...every, ['=1', 1, 1, null]]), { format, path, replace: true })).notes;
    expect(await notes('csv')).toEqual([
      '2 whole numbers beyond 2^53: exact in the file, but rounded by spreadsheets and programs that read numbers as doubles.',
      "2 blobs in hexadecimal digits, as X'00FF'.",
      'NULL is nothing between the commas, an empty text is "": many programs take both for the same.',
      '1 text beginning with =, +, - or @, which spreadsheets take for formulas: import the columns as text.',
    ]);
    expect(await notes('json')).toEqual([
      'Columns of the same name were numbered, since keys are unique: a_2.',
      expect.stringContaining('2 whole numbers beyond 2^53') as string,
      '2 blobs in hexadecimal digits, as {"blob": "00FF"}.',
      '2 infinite numbers written as 9e999, which is read as infinite.',
    ]);
  }); // prettier-ignore

  it('are no more than a bound, which is told', async () => {
    const parts = [[[1], [2]], [[3], [4]], [[5]]];
    const options = { format: 'csv' as const, path, replace: false };
    const cut = await exportRows(partsOf(['n'], ...parts), { ...options, rows: 3 });
    expect(cut).toEqual({
      rows: 3,
      bytes: readFileSync(path).length,
      notes: ['The statement gives more than 3 rows; the file has the first 3. Narrow it to have all.'],
    });
    const told: number[] = [];
    const whole = { ...options, replace: true, rows: 5, onProgress: (rows: number) => told.push(rows) };
    expect(await exportRows(partsOf(['n'], ...parts), whole)).toMatchObject({ rows: 5, notes: [] });
    expect(told).toEqual([2, 4, 5]);
  });

  it.each<[string, SqlFailure, RegExp]>([
    ['fails', { kind: 'error', code: 'failed', message: 'no such column: x' }, /^The statement cannot be run: no such column: x\. Nothing was written\.$/u],
    ['takes too long', { kind: 'timeout', ms: 5_000 }, /^The statement gave no further row behind row 1 for 5 s and was stopped\. Nothing was written\./u],
  ])('are not there, nor a part of them, when the statement %s', async (_, failure, message) => {
    writeFileSync(path, 'of before');
    const failed = exportRows(partsOf(['n'], [[1]], failure), { format: 'csv', path, replace: true });
    await expect(failed).rejects.toThrow(message);
    expect(readFileSync(path, 'utf8')).toBe('of before');
    expect(readdirSync(folder)).toEqual(['rows.csv']);
  }); // prettier-ignore

  it('are not written over a file that is there, and not left when they are cancelled', async () => {
    writeFileSync(path, 'of before');
    const parts = partsOf(['n'], [[1]]);
    await expect(exportRows(parts, { format: 'csv', path, replace: false })).rejects.toThrow(/is there already/u);
    const controller = new AbortController();
    const cancelled = exportRows(partsOf(['n'], [[1]], [[2]]), {
      ...{ format: 'csv', path, replace: true, signal: controller.signal },
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' });
    expect(readFileSync(path, 'utf8')).toBe('of before');
    expect(readdirSync(folder)).toEqual(['rows.csv']);
  }); // prettier-ignore
});
