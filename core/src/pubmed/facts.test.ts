import { describe, expect, it } from 'vitest';
import { htmlEntities, lookAlikes } from './characters.ts';
import { dateSpan, parseDate } from './dates.ts';
import { filterNames, findFilterName, isPseudoTerm } from './filterNames.ts';
import { hedges } from './hedges.ts';
import { findLanguage, languages } from './languages.ts';
import { parseQuery } from './parser.ts';
import { findPublicationType, publicationTypes } from './publicationTypes.ts';

describe('publication types', () => {
  it('are the 79 of the User Guide, found in any case and by former names', () => {
    expect(publicationTypes).toHaveLength(79);
    expect(findPublicationType('clinical trial phase iii')?.name).toBe('Clinical Trial, Phase III');
    expect(findPublicationType('META-ANALYSIS')?.name).toBe('Meta-Analysis');
    expect(findPublicationType('evaluation studies')?.name).toBe('Evaluation Study');
    expect(findPublicationType('Retraction of Publication')?.retired).toBeDefined();
    expect(findPublicationType('Reviews of all kinds')).toBeUndefined();
  });
});

describe('languages', () => {
  it('are found by name, code and other names', () => {
    expect(new Set(languages.map(({ code }) => code)).size).toBe(languages.length);
    expect(languages.every(({ code }) => /^[a-z]{3}$/.test(code))).toBe(true);
    expect(findLanguage('JPN')?.name).toBe('Japanese');
    expect(findLanguage('german')?.code).toBe('ger');
    expect(findLanguage('Farsi')?.code).toBe('per');
    expect(findLanguage('Klingon')).toBeUndefined();
  });
});

describe('filters', () => {
  it('are found in any case; values without a tag are pseudo-terms', () => {
    expect(findFilterName('Systematic')?.tags).toContain('sb');
    expect(findFilterName('therapy/narrow')?.group).toBe('Clinical Queries');
    expect(findFilterName('no such filter')).toBeUndefined();
    expect(new Set(filterNames.map(({ name }) => name)).size).toBe(filterNames.length);
    const isPseudo = (text: string): boolean => {
      const { root } = parseQuery(text);
      return root?.kind === 'term' && isPseudoTerm(root);
    };
    expect(['hasabstract', 'owner+nasa', 'ownernasa', 'jsubsetaim'].map(isPseudo)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect(['cancer', 'systematic', 'hasabstract[tiab]'].map(isPseudo)).toEqual([false, false, false]);
  });
});

describe('hedges', () => {
  it.each(hedges.map((hedge) => [hedge.id, hedge] as const))('%s has no error or warning', (_, hedge) => {
    // Some hold a heading such as sensitivity and specificity without quotes; their text stays as published.
    expect(parseQuery(hedge.query).problems.filter(({ severity }) => severity !== 'information')).toEqual([]);
    expect(hedge.source).not.toBe('');
  });

  it('have ids of their own and the published figures', () => {
    expect(new Set(hedges.map(({ id }) => id)).size).toBe(hedges.length);
    const therapy = hedges.find(({ id }) => id === 'clinical-queries-therapy-narrow');
    expect([therapy?.sensitivity, therapy?.specificity]).toEqual([93, 97]);
  });
});

describe('dates', () => {
  it.each([
    ['2016', { kind: 'date', year: 2016 }],
    ['2016/3', { kind: 'date', year: 2016, month: 3 }],
    ['2016/02/29', { kind: 'date', year: 2016, month: 2, day: 29 }],
    ['3000', { kind: 'date', year: 3000 }],
    ['2010 Spring', { kind: 'date', year: 2010, month: 4, standard: '2010/04' }],
    ['2010 Mar 4', { kind: 'date', year: 2010, month: 3, day: 4, standard: '2010/03/04' }],
    ['2010-03-04', { kind: 'date', year: 2010, month: 3, day: 4, standard: '2010/03/04' }],
    ['last 5 years', { kind: 'relative', amount: 5, unit: 'year' }],
    ['Last 90 days', { kind: 'relative', amount: 90, unit: 'day' }],
    ['last year', { kind: 'relative', amount: 1, unit: 'year' }],
  ])('%s', (text, expected) => expect(parseDate(text)).toEqual(expected));

  it.each([
    ['2016/13', 'impossible', 'month 13'],
    ['2016/00', 'impossible', 'month 0'],
    ['2016/02/30', 'impossible', '29 days'],
    ['2015/02/29', 'impossible', '28 days'],
    ['1900/02/29', 'impossible', '28 days'],
    ['last 0 days', 'impossible', 'no time'],
    ['last 2 weeks', 'none', 'days, months'],
    ['31/12/2020', 'none', 'begin with the year'],
    ['16', 'none', 'four digits'],
    ['soon', 'none', 'no date'],
  ])('%s is %s', (text, kind, reason) => {
    const reading = parseDate(text);
    expect(reading.kind).toBe(kind);
    expect('reason' in reading && reading.reason).toContain(reason);
  });

  it('cover their days', () => {
    const span = (text: string) => {
      const date = parseDate(text);
      return date.kind === 'date' ? dateSpan(date) : undefined;
    };
    expect(span('2016')).toEqual({ first: 20160101, last: 20161231 });
    expect(span('2016/02')).toEqual({ first: 20160201, last: 20160231 });
  });
});

describe('characters', () => {
  it('become plain ones', () => {
    expect(lookAlikes.get('–')?.plain).toBe('-');
    expect(lookAlikes.get('\u00a0')?.plain).toBe(' ');
    expect(lookAlikes.get('\u00ad')?.plain).toBe('');
    expect(htmlEntities.get('&quot;')).toBe('"');
  });
});
