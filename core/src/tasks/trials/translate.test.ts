import { describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { parseExpression } from '../../ctgov/index.ts';
import { printQuery } from '../../pubmed/index.ts';
import { measure, SearchError } from '../../search/index.ts';
import type { Translation, Untranslatable } from './translate.ts';
import { translateExpression } from './translate.ts';

function translated(expression: string): Translation | Untranslatable {
  const { root } = parseExpression(expression);
  if (root === undefined) throw new Error('There is nothing to translate.');
  return translateExpression(root);
}

function printed(expression: string): string {
  const translation = translated(expression);
  return 'problem' in translation ? translation.problem : printQuery(translation.query.root);
}

describe('an expression in a library', () => {
  it.each([
    ['aspirin', 'aspirin[tiab]'],
    ['heart attack', 'heart[tiab] AND attack[tiab]'],
    ['quality of life', 'quality[tiab] AND life[tiab]'],
    ['of the', 'of[tiab] AND the[tiab]'],
    ['"heart attack"', '"heart attack"[tiab]'],
    ['“heart attack”', '"heart attack"[tiab]'],
    ['covid-19', 'covid-19[tiab]'],
    ['heart attack OR stroke', '(heart[tiab] AND attack[tiab]) OR stroke[tiab]'],
    ['a OR b AND c', 'a[tiab] OR (b[tiab] AND c[tiab])'],
    ['(a OR b) AND c', '(a[tiab] OR b[tiab]) AND c[tiab]'],
    ['a AND b AND c', 'a[tiab] AND b[tiab] AND c[tiab]'],
    ['((a))', 'a[tiab]'],
    ['a NOT b', 'a[tiab] NOT b[tiab]'],
    ['a AND NOT b', 'a[tiab] NOT b[tiab]'],
    ['NOT b AND a', 'a[tiab] NOT b[tiab]'],
    ['a AND NOT (b OR c)', 'a[tiab] NOT (b[tiab] OR c[tiab])'],
    ['a AND NOT NOT b', 'a[tiab] AND b[tiab]'],
    ['a AND NOT b AND NOT c', 'a[tiab] NOT b[tiab] NOT c[tiab]'],
    ['a AND (NOT b OR c)', 'a[tiab] NOT (b[tiab] NOT c[tiab])'],
    ['a AND (NOT b OR NOT c)', 'a[tiab] NOT (b[tiab] AND c[tiab])'],
    ['AREA[TitleSearch]aspirin', 'aspirin[ti]'],
    ['AREA[BriefTitle](aspirin OR "low dose")', 'aspirin[ti] OR "low dose"[ti]'],
    ['AREA[ConditionSearch]heart attack', 'heart[tiab] AND attack[tiab]'],
    ['AREA[ConditionSearch](NOT stroke) AND AREA[InterventionSearch]aspirin', 'aspirin[tiab] NOT stroke[tiab]'],
    ['EXPANSION[None]SLE', 'SLE[tiab]'],
    ['TILT[StudyFirstPostDate]stroke', 'stroke[tiab]'],
    ['SEARCH[Study](a AND b)', 'a[tiab] AND b[tiab]'],
    ['diabet*', 'diabet[tiab]'],
    ['\\AND gate', 'gate[tiab]'],
  ])('%s', (expression, query) => expect(printed(expression)).toBe(query)); // prettier-ignore

  it.each([
    ['AREA[ConditionSearch]stroke', ['area-as-text']],
    ['AREA[ConditionSearch]a OR AREA[ConditionSearch]b', ['area-as-text']],
    ['EXPANSION[None]SLE', ['ignored']],
    ['AREA[BasicSearch]stroke', []],
    ['AREA[TitleSearch]stroke', []],
  ])('%s is told with %j', (expression, codes) => {
    const translation = translated(expression);
    expect('warnings' in translation && translation.warnings.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    'AREA[StartDate]RANGE[2015-01-01, MAX] AND a',
    'AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 25mi]',
    'a AND AREA[ResultsFirstPostDate]MISSING',
    'AREA[Phase]PHASE3 AND a',
    'AREA[OverallStatus]COMPLETED',
    'AREA[LocationCountry]France',
    'SEARCH[Location](a AND b)',
    'COVERAGE[FullMatch]EXPANSION[Term]pain',
  ])('%s cannot be asked of a library, and nobody gets a number for it', (expression) => {
    expect(() => translated(expression)).toThrow(SearchError);
    expect(() => translated(expression)).toThrow(/Leave it out/u);
  });

  it.each([
    ['NOT a', true],
    ['a OR NOT b', true],
    ['ALL', true],
    ['ALL AND a', true],
    ['NOT a AND NOT b', true],
    ['AREA[Nonsense]a', false],
    ['AREA[Nonsense]a AND NOT b', false],
    ['#3 AND a', false],
    ['"***"', false],
  ])('%s is refused', (expression, asksForAll) => {
    expect(translated(expression)).toMatchObject({ asksForAll });
  });
});

it('finds what Boolean logic says', async () => {
  // One record for each set of the letters a, b, c, so that a query is told by what it finds.
  const words = ['alpha', 'beta', 'gamma'] as const;
  const sets = Array.from({ length: 8 }, (_, bits) => words.filter((_word, i) => (bits >> i) & 1));
  const engine = memoryEngine(
    sets.map((set, i) => citation({ id: `NCT0000000${i}`, title: `Trial ${set.join(' ')}` })),
  );
  const cases: readonly (readonly [string, (has: (word: string) => boolean) => boolean])[] = [
    ['alpha OR beta AND gamma', (has) => has('alpha') || (has('beta') && has('gamma'))],
    ['alpha AND (NOT beta OR gamma)', (has) => has('alpha') && (!has('beta') || has('gamma'))],
    ['alpha AND NOT (beta AND NOT gamma)', (has) => has('alpha') && !(has('beta') && !has('gamma'))],
    ['(alpha OR NOT beta) AND (gamma OR beta)', (has) => (has('alpha') || !has('beta')) && (has('gamma') || has('beta'))],
    ['gamma alpha', (has) => has('alpha') && has('gamma')],
  ]; // prettier-ignore
  for (const [expression, holds] of cases) {
    const translation = translated(expression);
    if ('problem' in translation) throw new Error(`${expression}: ${translation.problem}`);
    const ids = sets.map((_, i) => `NCT0000000${i}`);
    const { found, count } = await measure(engine, translation.query, ids);
    const expected = ids.filter((_, i) => holds((word) => (sets[i] as readonly string[]).includes(word)));
    expect([expression, found]).toEqual([expression, expected]);
    expect(count).toBe(expected.length);
  }
});
