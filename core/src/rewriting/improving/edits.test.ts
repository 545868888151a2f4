import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../connectors/index.ts';
import { edited, narrowedBy, readQuery, textOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import { broughtBy, docsOf, lostWithout, measureQuery, sitesOf } from './measuredQuery.ts';
import { queries, sampleLibrary } from './testing/sampleLibrary.ts';

let engine: LocalEngine;
beforeAll(async () => ({ engine } = await sampleLibrary()));

/** The edit of the part that is written so. */
function at(text: string, part: string): number {
  const query = readQuery(text);
  const found = query?.parts.findIndex((_, i) => textOf(query, i) === part) ?? -1;
  expect(found).toBeGreaterThanOrEqual(0);
  return found;
}

function edit(text: string, ...edits: readonly QueryEdit[]): string | undefined {
  const query = readQuery(text);
  return query === undefined ? undefined : edited(query, edits);
}

describe('edits of whole operands', () => {
  it.each([
    ['a[ti] OR b[ti] OR c[ti]', 'b[ti]', 'a[ti] OR c[ti]'],
    ['a[ti] OR b[ti]', 'a[ti]', 'b[ti]'],
    ['x[ti] AND (a[ti] OR b[ti])', 'b[ti]', 'x[ti] AND a[ti]'],
    ['x[ti] AND (a OR b[ti])', 'b[ti]', 'x[ti] AND (a)'],
    ['x[ti] AND\n  (a[ti] OR\n   b[ti] OR c[ti])', 'b[ti]', 'x[ti] AND\n  (a[ti] OR c[ti])'],
    ['x[ti] AND (a[ti] OR b[ti])', '(a[ti] OR b[ti])', 'x[ti]'],
    ['a[ti] OR b[ti] AND x[ti]', 'b[ti]', 'a[ti] AND x[ti]'],
    ['a[ti] NOT (b[ti] OR c[ti])', '(b[ti] OR c[ti])', 'a[ti]'],
    ['a[ti] OR (b[ti] OR (c[ti] AND d[ti]))', 'b[ti]', 'a[ti] OR (c[ti] AND d[ti])'],
    ['a[ti] NOT b[ti]', 'a[ti]', undefined],
    ['a[ti]', 'a[ti]', undefined],
  ])('removes a part of %j', (text, part, expected) => {
    expect(edit(text, { kind: 'remove', at: at(text, part) })).toBe(expected);
  });

  it.each([
    ['a[ti] AND b[ti]', 'b[ti]', 'a[ti] AND (b[ti] OR n[ti])'],
    ['a[ti]', 'a[ti]', 'a[ti] OR n[ti]'],
    ['(a[ti] OR b[ti]) AND c[ti]', '(a[ti] OR b[ti])', '(a[ti] OR b[ti] OR n[ti]) AND c[ti]'],
    ['a[ti] OR b[ti] AND c[ti]', 'a[ti] OR b[ti]', 'a[ti] OR b[ti] OR n[ti] AND c[ti]'],
    ['a[ti] OR (b[ti] AND c[ti])', 'a[ti] OR (b[ti] AND c[ti])', 'a[ti] OR (b[ti] AND c[ti]) OR n[ti]'],
    ['a[ti] // why\nOR b[ti] // what', 'a[ti] // why OR b[ti]', 'a[ti] // why\nOR b[ti] OR n[ti] // what'],
    ['a[ti] OR b[ti] OR c[ti]', 'a[ti]', 'a[ti] OR n[ti] OR b[ti] OR c[ti]'],
  ])('adds a term to %j', (text, part, expected) => {
    expect(edit(text, { kind: 'add', at: at(text, part), terms: ['n[ti]'] })).toBe(expected);
  });

  it('takes several edits at once, in any order', () => {
    const text = '(a[ti] OR b[ti]) AND c[ti] NOT d[ti]';
    expect(
      edit(
        text,
        { kind: 'add', at: at(text, '(a[ti] OR b[ti])'), terms: ['n[ti]', 'm[ti]'] },
        { kind: 'remove', at: at(text, 'b[ti]') },
        { kind: 'replace', at: at(text, 'c[ti]'), text: 'c[majr]' },
        { kind: 'remove', at: at(text, 'd[ti]') },
      ),
    ).toBe('(a[ti] OR n[ti] OR m[ti]) AND c[majr]');
  });

  it.each(['(a[tiab]', '', '   ', 'AND'])('reads nothing into %j', (text) => {
    expect(readQuery(text)).toBeUndefined();
  });

  it('brings and loses just the records that the parts say', () => {
    fc.assert(
      fc.property(queries, fc.constantFrom('balance[tiab]', '"Stroke"[mh]', 'home[tiab]'), (text, term) => {
        const query = measureQuery(text, engine);
        if (query === undefined) return;
        const docs = docsOf(term, engine);
        for (const site of sitesOf(query)) {
          const after = measureQuery(edited(query, [{ kind: 'add', at: site, terms: [term] }]) ?? '', engine);
          expect(after?.docs.equals(query.docs.or(broughtBy(query, site, docs ?? query.docs)))).toBe(true);
        }
        for (const [i, part] of query.parts.entries()) {
          if (part.role !== 'OR' || query.isPositive[i] !== true || query.sets[i] === undefined) continue;
          const without = edited(query, [{ kind: 'remove', at: i }]);
          const after = without === undefined ? undefined : measureQuery(without, engine);
          if (after !== undefined)
            expect(after.docs.equals(query.docs.andNot(lostWithout(query, i)))).toBe(true);
        }
        const narrowed = measureQuery(narrowedBy(query, [term, 'exercise[tiab]']), engine);
        const both = docsOf(`${term} OR exercise[tiab]`, engine);
        expect(narrowed?.docs.equals(query.docs.and(both ?? query.docs))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
