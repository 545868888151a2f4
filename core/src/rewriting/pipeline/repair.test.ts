import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintQuery } from '../../lint/index.ts';
import { queryText } from '../../pubmed/testQueries.ts';
import { repairQuery } from './repair.ts';
import type { Linter } from './repair.ts';

const lint: Linter = (parsed) => lintQuery(parsed, {});

describe('mending', () => {
  it.each([
    ['(aspirin[tiab] OR stroke[tiab]', '(aspirin[tiab] OR stroke[tiab])', 1],
    ['aspirin[tiab] OR stroke[tiab])', 'aspirin[tiab] OR stroke[tiab]', 1],
    ['aspirin[tiab] AND AND stroke[tiab]', 'aspirin[tiab] AND stroke[tiab]', 1],
    ['aspirin[tiab] OR', 'aspirin[tiab]', 1],
    ['aspirin[tiabb]', 'aspirin[tiab]', 1],
    ['"heart attack[tiab]', '"heart attack"[tiab]', 1],
    ['((aspirin[tiab] OR stroke[tiabb]) AND OR pain[tiab', undefined, 4],
    ['“heart attack”[tiab]', '“heart attack”[tiab]', 0],
  ])('%j', (query, mended, most) => {
    const result = repairQuery(query, lint);
    expect(result.error).toBeUndefined();
    if (mended !== undefined) expect(result.query.trim()).toBe(mended);
    expect(result.repairs.length).toBeLessThanOrEqual(most);
    if (most > 0) expect(result.repairs.length).toBeGreaterThan(0);
  });

  it('guesses nothing: an error without a fix beyond doubt stays', () => {
    expect(repairQuery('aspirin[xyzzy]', lint).error?.rule).toBe('unknown-tag');
    expect(repairQuery('aspirin[xyzzy]', lint).query).toBe('aspirin[xyzzy]');
  });

  it('ends where a fix leads back to where it came from', () => {
    const swaps: Linter = ({ text }) => [
      {
        rule: 'swap',
        severity: 'error',
        message: 'Not like this.',
        range: { start: 0, end: 1 },
        fixes: [{ title: 'Swap', preferred: true, edits: [{ range: { start: 0, end: 1 }, newText: text.startsWith('a') ? 'b' : 'a' }] }], // prettier-ignore
      },
    ];
    expect(repairQuery('a[ti]', swaps)).toMatchObject({ error: { rule: 'swap' }, query: 'b[ti]' });
  });

  it('ends for any text, without an error or with one that has no fix', () => {
    fc.assert(
      fc.property(queryText, (query) => {
        const { error, parsed, repairs, query: mended } = repairQuery(query, lint);
        expect(parsed.text).toBe(mended);
        expect(repairs.length).toBeLessThanOrEqual(40);
        if (error === undefined)
          expect(parsed.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      }),
    );
  });
});
