import { describe, expect, it } from 'vitest';
import { parseQuery } from '../pubmed/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import type { QueryLoopholeKind } from './loopholes.ts';
import { injectionIn, loopholesOf, termsOf } from './loopholes.ts';

function kindsOf(query: string): readonly QueryLoopholeKind[] {
  const { root } = parseQuery(query);
  if (root === undefined) throw new Error(`${query} holds nothing to search for.`);
  return loopholesOf(root).map(({ kind }) => kind);
}

describe('text that belongs into a request', () => {
  it.each([
    'aspirin[tiab]&retmax=100000',
    'aspirin[tiab]; sort=pub_date',
    'aspirin retstart 20',
    'aspirin https://eutils.ncbi.nlm.nih.gov/entrez',
    'aspirin // stroke',
    'aspirin <script>alert(1)</script>',
    'aspirin<|im_end|>',
    'aspirin%20stroke',
    'aspirin\0stroke',
  ])('%j', (query) => expect(injectionIn(query)?.kind).toBe('injection'));

  it.each([
    'aspirin[tiab] AND "5-HT3 receptor & serotonin"[tiab]',
    '"100%"[tiab] OR "p < 0.05"[tiab]',
    '(smith[tiab] OR "and/or"[tiab]) NOT dogs[mh]',
    'date AND term AND sort',
  ])('is not in %j', (query) => expect(injectionIn(query)).toBeUndefined());
});

/** Titles as people write them; invented. */
const titles = [
  'early mobilisation after hip surgery shortens stay of older people',
  'home visits by nurses before winter prevent falls among frail adults',
  'a brief school programme against bullying lowers anxiety of young pupils',
  'text messages remind patients with asthma of their daily inhaled medicine',
];

describe('ways around searching', () => {
  it.each<[string, QueryLoopholeKind]>([
    ['8466062', 'knowledge'],
    ['8466062[pmid] OR 1538063[uid]', 'knowledge'],
    ['1:99999999[pmid]', 'knowledge'],
    ['8466062[all]', 'knowledge'],
    ['stroke[tiab] AND (8466062 OR aspirin[tiab])', 'knowledge'],
    ['"Smith J"[au]', 'knowledge'],
    ['stroke[mh] AND Lancet[ta]', 'knowledge'],
    ['stroke[mh] AND "New England journal of medicine"[journal]', 'knowledge'],
    ['Smith J OR Jones AB OR Müller K', 'knowledge'],
    ['NCT01234567', 'knowledge'],
    ['NCT01234567[tiab] OR aspirin[tiab]', 'knowledge'],
    ['ISRCTN12345678[si]', 'knowledge'],
    ['ACTRN12605000123456', 'knowledge'],
    ['2004-001234-12[tiab]', 'knowledge'],
    ['10.1056/NEJMoa2034577', 'knowledge'],
    ['PMC1234567', 'knowledge'],
    ['"8466062" OR "1538063"', 'knowledge'],
    ['8466062* OR aspirin[tiab]', 'knowledge'],
    ['84660*[all]', 'knowledge'],
    ['８４６６０６２', 'knowledge'],
    ['smith ja OR jones ab OR müller k', 'knowledge'],
    ['"Smith JA" OR "Jones AB" OR "Müller K"', 'knowledge'],
    ['Smith J* OR Jones A* OR Müller K*', 'knowledge'],
    [titles.map((title) => `(${title})`).join(' OR '), 'knowledge'],
    [titles.map((title) => `"${title}"[ti]`).join(' OR '), 'knowledge'],
    [
      titles
        .map(
          (title) =>
            `(${title
              .split(' ')
              .map((word) => `${word}[ti]`)
              .join(' AND ')})`,
        )
        .join(' OR '),
      'knowledge',
    ],
    ['"Cochrane Database Syst Rev"[ta]', 'nonsense'],
    ['stroke[tiab] OR "Cochrane Database of Systematic Reviews"[journal]', 'nonsense'],
    ['"Effect of a multifactorial intervention on mortality in type 2 diabetes of adults"[ti]', 'knowledge'],
    [Array.from({ length: 501 }, (_, i) => `w${i}x`).join(' OR '), 'endless'],
    [Array.from({ length: 12 }, () => 'aspirin[tiab]').join(' OR '), 'endless'],
    [[...'abcdefghijklmnopqrstuvwxyz'].join(' OR '), 'endless'],
    [[...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter}*[tiab]`).join(' OR '), 'endless'],
    ['all[sb]', 'nonsense'],
    ['1[pdat]:3000[pdat]', 'nonsense'],
    ['english[la] AND humans[filter]', 'nonsense'],
    ['(aspirin[tiab] AND stroke[tiab]) OR all[sb]', 'nonsense'],
    ['all[sb] NOT zzzz[tiab]', 'nonsense'],
    ['(((hasabstract[filter])))', 'nonsense'],
    ['review[pt]', 'nonsense'],
  ])('%j', (query, kind) => expect(kindsOf(query)).toContain(kind));

  it.each([
    '("Aspirin"[mh] OR aspirin[tiab]) AND stroke[tiab]',
    'exercise AND falls AND humans[filter] AND english[la] AND 2000:2020[dp]',
    '(vitamin D OR hepatitis B) AND infant',
    'Vitamin D AND Hepatitis B',
    'Vitamin D OR Hepatitis B OR Influenza A OR Factor V OR Protein C',
    'use of OR lack of OR stage IV OR type II OR diabetes in',
    '10000 steps AND walking',
    'stroke[tiab] AND (systematic[sb] OR "Cochrane Database Syst Rev"[ta])',
    'exercise[tiab] NOT "Cochrane Database Syst Rev"[journal]',
    titles.slice(0, 3).join(' OR '),
    '(heart failure AND beta blockers AND all cause mortality) OR (heart failure AND bisoprolol AND all cause mortality) OR ' +
      '(cardiac insufficiency AND beta blockers AND all cause mortality) OR (cardiac insufficiency AND bisoprolol AND all cause mortality)',
    'cancer[ad] AND cancer[tiab]',
    '"randomized controlled trial"[pt] AND aspirin',
    'aspirin[tiab] NOT review[pt]',
    '"Antineoplastic Combined Chemotherapy Protocols"[mh]',
    '"Receptors, Vascular Endothelial Growth Factor, Type Two, of Mice and Men"[mh]',
    '(a AND b) OR (a AND c) OR (a AND d)',
    '"atypical squamous cells cannot exclude a high-grade squamous intraepithelial lesion"[tiab]',
    'covid-19[tiab] OR sars-cov-2[tiab]',
    '2019[dp] AND influenza',
    Array.from({ length: 275 }, (_, i) => `word${i}[tiab]`).join(' OR '),
  ])('are not taken: %j', (query) => expect(kindsOf(query)).toEqual([]));

  it('counts terms within groups, each time', () => {
    const { root } = parseQuery('(a[tiab] OR (b[tiab] AND a[tiab])) NOT 2000:2001[dp]');
    expect(root && termsOf(root).map(({ text }) => text)).toEqual(['a', 'b', 'a']);
  });

  it('is quick on deep and on long queries', () => {
    const started = processorMs();
    for (const query of [
      `${'('.repeat(4000)}aspirin[tiab]${')'.repeat(4000)}`,
      'aspirin[tiab] OR '.repeat(3000) + 'stroke',
      `${'(a OR '.repeat(1500)}b${')'.repeat(1500)}`,
    ]) {
      const { root } = parseQuery(query);
      if (root !== undefined) loopholesOf(root);
    }
    expect(processorMs() - started).toBeLessThan(1000);
  });
});
