import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { entryTermsFor, termPlace } from './inlineTerms.ts';
import { marked } from './testing.ts';

describe('a place for a further term', () => {
  it.each([
    ['#1 falls[tiab] OR "old age"[tiab]¦', '#1 falls[tiab] OR "old age"[tiab] OR new[tiab]'],
    ['#1 falls[tiab] ¦', '#1 falls[tiab] OR new[tiab]'],
    ['#1 falls[tiab] OR ¦', '#1 falls[tiab] OR new[tiab]'],
    ['#1 falls[tiab] or¦', '#1 falls[tiab] or new[tiab]'],
    ['(falls[ti] OR slips[ti]¦) AND x[ti]', '(falls[ti] OR slips[ti] OR new[ti]) AND x[ti]'],
    ['(falls[ti] ¦OR slips[ti]) AND x[ti]', '(falls[ti] OR new[ti] OR slips[ti]) AND x[ti]'],
    ['(falls[ti] OR ¦OR slips[ti]) AND x[ti]', '(falls[ti] OR new[ti] OR slips[ti]) AND x[ti]'],
    ['x[ti] AND ("Accidental Falls"[mh]¦)', 'x[ti] AND ("Accidental Falls"[mh] OR new[tiab])'],
    ['#1 falls[tiab]¦ // why', '#1 falls[tiab] OR new[tiab] // why'],
    ['#1 falls[tiab]¦// why', '#1 falls[tiab] OR new[tiab] // why'],
  ])('%s', (text, expected) => {
    const { document, offset } = marked(text);
    const place = termPlace(document, offset);
    const insert = place?.written('new')?.insert ?? '';
    expect(document.text.slice(0, offset) + insert + document.text.slice(offset)).toBe(expected);
    expect(parseStrategy(place?.query ?? '').lines[0]?.query.problems).toEqual([]);
  });

  it.each([
    '',
    '¦',
    '#1 fal¦',
    '#1 falls¦',
    '#1 falls[tiab] AND ¦',
    '#1 falls[tiab] AND slips[tiab]¦',
    '#1 fa¦lls[tiab]',
    '#1 ¦falls[tiab]',
    '#1 falls[tiab] ¦ AND x[ti]',
    '#1 falls[tiab] // why¦',
    '#1 falls[tiab]\n#2 #1 OR slips[tiab]¦',
    '#1 falls[tiab] NOT x[ti]¦',
    '---\ntitle: "x"¦\n---\n#1 falls[tiab]',
  ])('is none in %s', (text) => {
    const { document, offset } = marked(text);
    expect(termPlace(document, offset)).toBeUndefined();
  });

  it('quotes words, and writes nothing that is no term', () => {
    const { document, offset } = marked('#1 falls[tiab]¦');
    const place = termPlace(document, offset);
    expect(place?.written('old age')?.query).toBe('"old age"[tiab]');
    expect(place?.written('a[ti] OR b')).toBeUndefined();
    expect(place?.terms).toEqual(['falls']);
  });

  it('knows entry terms', () => {
    const mesh = loadThesaurus([
      {
        ui: 'D1',
        name: 'Accidental Falls',
        entry: ['Falls', 'Slip and Fall', 'Fall, Accidental'],
        tree: ['N06'],
      },
    ]);
    expect(entryTermsFor(['falls'], mesh, 5)).toEqual([
      'accidental falls',
      'slip and fall',
      'accidental fall',
    ]);
    expect(entryTermsFor(['nothing'], mesh, 5)).toEqual([]);
    expect(entryTermsFor(['falls'], mesh, 1)).toEqual(['accidental falls']);
  });
});
