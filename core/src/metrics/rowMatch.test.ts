import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { matchRows } from './index.ts';
import type { RowCell, RowMatch } from './index.ts';

type Table = readonly (readonly RowCell[])[];

function match(
  actual: Table,
  expected: Table,
  isOrdered = false,
  columns?: readonly [number, number],
): RowMatch {
  return matchRows(
    { columns: columns?.[0] ?? actual[0]?.length ?? 1, rows: actual },
    { columns: columns?.[1] ?? expected[0]?.length ?? 1, rows: expected },
    isOrdered,
  );
}

describe('cells', () => {
  it.each<[string, RowCell, RowCell, boolean]>([
    ['null is null', null, null, true],
    ['null is no text', null, '', false],
    ['null is no zero', null, 0, false],
    ['one is one, whole or not', 1, 1.0, true],
    ['minus zero is zero', -0, 0, true],
    ['the last bits of a sum', 0.1 + 0.2, 0.3, true],
    ['the last bits of a sum that is whole', 0.7 + 0.1 + 0.2, 1, true],
    ['large sums in other orders', 123456789.123456, 123456789.123456001, true],
    ['a rounded number is another', 3.14159, 3.14, false],
    ['small numbers', 1e-10, 2e-10, false],
    ['nothing', 1e-17, 0, true],
    ['whole numbers are exact', 10_000_000_000, 10_000_000_001, false],
    ['beyond 2^53', 9007199254740993n, 9007199254740992n, false],
    ['beyond 2^53, the same', 9007199254740993n, 9007199254740993n, true],
    ['a bigint that a number holds', 7n, 7, true],
    ['half of a large number', 12345678901.5, 12345678902, false],
    ['infinity', Infinity, Infinity, true],
    ['infinity and a number', Infinity, 1e308, false],
    ['infinity and minus infinity', Infinity, -Infinity, false],
    ['a number is no text', 1, '1', false],
    ['texts are exact', 'Paris', 'paris', false],
    ['texts are exact to the last space', 'a', 'a ', false],
    ['blobs', new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
    ['other blobs', new Uint8Array([1, 2]), new Uint8Array([1, 3]), false],
    ['a blob is no text', new Uint8Array([97]), 'a', false],
  ])('%s', (_, a, b, isEqual) => {
    expect(match([[a]], [[b]]).isEqual).toBe(isEqual);
    expect(match([[b]], [[a]], true).isEqual).toBe(isEqual);
    // The same beside another column, where rows are found by what is exact in them.
    expect(match([['x', a], ['y', 1]], [['y', 1], ['x', b]]).isEqual).toBe(isEqual); // prettier-ignore
  });

  it('every byte is told from every other, and large blobs take no time', () => {
    const bytes = Array.from({ length: 256 }, (_, i) => [new Uint8Array([i])]);
    expect(bytes.filter(([byte]) => match(bytes, [[byte ?? null]]).recall === 1)).toHaveLength(256);
    expect(match(bytes, [...bytes].reverse()).isEqual).toBe(true);
    expect(match([...bytes.slice(1), bytes[1] ?? []], bytes).isEqual).toBe(false);
    const started = processorMs();
    expect(match([[new Uint8Array(15_000_000)]], [['Paris']]).isEqual).toBe(false);
    expect(processorMs() - started).toBeLessThan(500);
  });

  it('texts cannot pass for two cells', () => {
    expect(match([['a\u0000t1:b', 'c']], [['a', 'b\u0000t1:c']]).isEqual).toBe(false);
  });
});

describe('rows', () => {
  it.each<[string, Table, Table, Partial<RowMatch>, Partial<RowMatch>]>([
    ['the same', [[1], [2]], [[1], [2]], { isEqual: true, recall: 1, precision: 1 }, { isEqual: true }],
    ['another order', [[2], [1]], [[1], [2]], { isEqual: true, recall: 1, precision: 1 }, { isEqual: false, recall: 1, precision: 1 }],
    ['one twice', [[1], [1]], [[1]], { isEqual: false, recall: 1, precision: 0.5 }, { isEqual: false }],
    ['one once too little', [[1]], [[1], [1]], { isEqual: false, recall: 0.5, precision: 1 }, { isEqual: false }],
    ['as many, others', [[1], [1], [2]], [[1], [2], [2]], { isEqual: false, recall: 2 / 3, precision: 2 / 3 }, { isEqual: false }],
    ['nothing, rightly', [], [], { isEqual: true, recall: 1, precision: 1 }, { isEqual: true }],
    ['nothing, wrongly', [], [[1]], { isEqual: false, recall: 0, precision: 0 }, { isEqual: false }],
    ['something for nothing', [[1]], [], { isEqual: false, recall: 0, precision: 0 }, { isEqual: false }],
    ['columns the other way round', [['a', 1]], [[1, 'a']], { isEqual: false, recall: 0, precision: 0 }, { isEqual: false }],
    ['a column too many', [[1, 2]], [[1]], { isEqual: false, recall: 0, precision: 0 }, { isEqual: false }],
    ['numbers with tolerance, in another order', [[1.5], [2.5 + 1e-12], [2.5]], [[2.5], [2.5], [1.5]], { isEqual: true }, { isEqual: false }],
  ])('%s', (_, actual, expected, unordered, ordered) => {
    expect(match(actual, expected)).toMatchObject(unordered);
    expect(match(actual, expected, true)).toMatchObject(ordered);
  }); // prettier-ignore

  it('no rows of two columns are not no rows of one', () => {
    expect(match([], [], false, [2, 1])).toEqual({ isEqual: false, recall: 0, precision: 0 });
  });

  const cell = fc.oneof(
    fc.constantFrom(null, 'a', 'b', 0, 1, 2n),
    fc.double({ noNaN: true, min: 0, max: 3 }).map((value) => Math.round(value * 8) / 8),
  );
  const table = fc.array(fc.tuple(cell, cell), { maxLength: 8 });

  it('agrees with counting one by one', () => {
    fc.assert(
      fc.property(table, table, (actual, expected) => {
        const rest = expected.map((row) => row.map(String).join('|'));
        let common = 0;
        for (const row of actual) {
          const at = rest.indexOf(row.map(String).join('|'));
          if (at >= 0) common++;
          if (at >= 0) rest.splice(at, 1);
        }
        const found = match(actual, expected, false, [2, 2]);
        expect(found.isEqual).toBe(common === actual.length && common === expected.length);
        if (expected.length > 0) expect(found.recall).toBe(common / expected.length);
        if (actual.length > 0) expect(found.precision).toBe(common / actual.length);
      }),
    );
  });

  it('does not depend on the order, nor on noise in the last bits', () => {
    fc.assert(
      fc.property(table, fc.infiniteStream(fc.integer()), (rows, keys) => {
        const noisy = rows
          .map((row) => ({
            key: keys.next().value as number,
            row: row.map((value) => (typeof value === 'number' ? value * (1 + 2 ** -50) : value)),
          }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => row);
        expect(match(noisy, rows, false, [2, 2]).isEqual).toBe(true);
      }),
    );
  });

  it('compares ten thousand rows of fractions at once', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [i + 0.5]);
    const others = rows.map(([value = 0]) => [value + 0.25]);
    const started = processorMs();
    expect(match([...rows].reverse(), rows).isEqual).toBe(true);
    expect(match(others, rows).recall).toBe(0);
    expect(processorMs() - started).toBeLessThan(2_000);
  });

  it('compares ten thousand rows at once where the first fractions tell nothing apart', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [0.5, 'x', (i % 3) + 0.5, i + 0.25]);
    const others = rows.map((row) => row.with(3, Number(row[3]) + 0.1));
    const alike = Array.from({ length: 10_000 }, () => [0.5, 1.5]);
    const started = processorMs();
    expect(match([...rows].reverse(), rows).isEqual).toBe(true);
    expect(match(others, rows).recall).toBe(0);
    expect(match(alike.slice(1), alike)).toEqual({ isEqual: false, recall: 0.9999, precision: 1 });
    expect(processorMs() - started).toBeLessThan(1_000);
  });
});
