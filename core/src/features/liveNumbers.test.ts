import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import type { Measurement } from '../search/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { ageOf } from './age.ts';
import { codeLenses } from './codeLenses.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlayHints.ts';
import { describeMeasurement } from './measurementMarkdown.ts';
import type { MeasurementView } from './measurementView.ts';
import { always, live, marked, measurement } from './testing.ts';

const day = (text: string): number => Date.parse(`2026-${text}:00Z`);
const done = (one: Measurement): MeasurementView => ({ kind: 'done', measurement: one });
const OFFLINE = 'PubMed cannot be reached: no network.';

describe('the age of live numbers', () => {
  it.each<[string, Measurement, number, string | undefined]>([
    ['now', live(1), day('11-27T12:00'), undefined],
    ['of this day', live(1), day('11-28T11:59'), undefined],
    ['of yesterday', live(1), day('11-28T12:00'), '1 d old'],
    ['offline, at once', live(1, {}, OFFLINE), day('11-27T12:30'), 'less than 1 h old'],
    ['offline, on the same day', live(1, {}, OFFLINE), day('11-27T17:30'), '5 h old'],
    ['offline for long', live(1, {}, OFFLINE), day('11-30T13:00'), '3 d old'],
    ['of a clock that went back', live(1), day('11-01T00:00'), undefined],
    ['of a library', measurement(1), day('11-27T12:00'), undefined],
    ['without a time', live(1, { provenance: { engine: 'pubmed', label: 'P', at: 'x' } }), 0, undefined],
    [
      'of ClinicalTrials.gov',
      live(1, { provenance: { engine: 'ctgov', label: 'C', at: '2026-11-27T12:00:00Z' } }),
      day('12-01T12:00'),
      '4 d old',
    ],
  ])('%s', (_, { provenance }, now, expected) => expect(ageOf(provenance, now)).toBe(expected));

  const later = day('11-30T13:00');
  const document = parseStrategy('#1 a');

  it('stands in hints, lenses and hovers, with the reason', () => {
    const view = done(live(1234, { found: ['1'], missed: ['2'] }, OFFLINE));
    expect(inlayHints(document, always(view), undefined, later)[0]?.text).toBe(
      '1,234 records · 1/2 seeds · 3 d old',
    );
    const lenses = codeLenses(document, view, { rewrite: 'r', showRecords: 's' }, Infinity, later);
    expect(lenses.at(-1)?.title).toBe('Measured in PubMed (live) · offline, 3 d old');
    const text = describeMeasurement(view, [], later).join('\n');
    expect(text).toContain(`⚠ **Offline:** these numbers are 3 d old. ${OFFLINE}`);
    expect(text).toContain('Measured in PubMed (live), 2026-11-27 12:00 UTC (3 d old).');
  });

  it('is not shown of numbers of today', () => {
    const view = done(live(1234));
    const now = day('11-27T13:00');
    expect(inlayHints(document, always(view), undefined, now)[0]?.text).toBe('1,234 records');
    expect(codeLenses(document, view, { rewrite: 'r', showRecords: 's' }, Infinity, now).at(-1)?.title).toBe(
      'Measured in PubMed (live)',
    );
    expect(describeMeasurement(view, [], now).join('\n')).not.toMatch(/old|Offline/);
  });
});

describe('a number that is there before its seeds', () => {
  const document = parseStrategy('#1 a');
  const view: MeasurementView = { kind: 'pending', count: 1234 };
  it('is shown as what it is', () => {
    expect(inlayHints(document, always(view))[0]?.text).toBe('1,234 records · …');
    expect(codeLenses(document, view, { rewrite: 'r', showRecords: 's' })[0]?.title).toBe(
      'Strategy: 1,234 records · looking for seeds…',
    );
    expect(describeMeasurement(view)).toEqual(['**1,234 records** · seeds are being looked for…']);
  });
  it('can be none at all', () => {
    expect(inlayHints(document, always({ kind: 'pending', count: 0 }))[0]?.text).toBe('0 records · …');
    expect(inlayHints(document, always({ kind: 'pending' }))[0]?.text).toBe('…');
  });
});

describe("PubMed's own translation", () => {
  const heading = { ui: 'D1', name: 'Neoplasms', entry: ['Cancer'], perm: [], tree: ['C04'], pa: [] };
  const thesaurus = loadThesaurus([JSON.stringify(heading)], '2024');
  const over = (source: string, translation: string | undefined, mesh = true): string => {
    const { document, offset } = marked(source);
    const one = live(5, translation === undefined ? {} : { translation });
    const context = { measurements: always(done(one)), ...(mesh ? { thesaurus } : {}) };
    return hover(document, offset, context)?.markdown ?? '';
  };
  const OWN =
    '"cancer s"[All Fields] OR "cancerous"[All Fields] OR "neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]';

  it('stands beside the simulated one, with what differs', () => {
    const text = over('can¦cer', OWN);
    expect(text).toContain(`PubMed searched this as: \`${OWN}\``);
    expect(text).toContain('Simulated with MeSH 2024: `"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields]');
    expect(text).toContain('- searched by PubMed only: `"cancer s"[All Fields]`, `"cancerous"[All Fields]`');
    expect(text).not.toContain('simulated only');
  });

  it('that is as simulated is said to be', () => {
    const text = over('can¦cer[tiab]', '"cancer"[Title/Abstract]');
    expect(text).toContain('*Querent’s own translation is the same.*');
    expect(text).not.toContain('PubMed only');
  });

  it('that lacks what is simulated', () =>
    expect(over('can¦cer[mh]', '"cancer"[All Fields]')).toContain(
      '- simulated only: `"neoplasms"[MeSH Terms]`',
    ));

  it('is not compared without MeSH, but for fields of words', () => {
    expect(over('can¦cer', OWN, false)).not.toMatch(/imulated/);
    expect(over('can¦cer[tiab]', '"cancer"[Title]', false)).toContain('simulated only');
  });

  describe('of a term, in the answer to its line', () => {
    const inLine = (source: string, translation: string, mappings: Measurement['mappings'] = []): string => {
      const { document, offset } = marked(source);
      const line = done(live(5, { translation, mappings }));
      const measurements = { line: () => line, query: (): MeasurementView => ({ kind: 'unasked' }) };
      return hover(document, offset, { measurements, thesaurus })?.markdown ?? '';
    };
    it.each<[string, string, string, Measurement['mappings'], string]>([
      [
        'a look-up',
        'fat¦igue*[tiab] OR b',
        '"fatigue*"[Title/Abstract] OR "b"',
        [],
        '`"fatigue*"[Title/Abstract]`',
      ],
      [
        'with and without a star',
        'fat¦igue*[ti] OR fatigue[ti]',
        '"fatigue*"[Title] OR "fatigue"[Title]',
        [],
        '`"fatigue*"[Title]`',
      ],
      [
        'a dropped star',
        'fat¦igue*[tiab] OR b',
        '"fatigue"[Title/Abstract] OR "b"',
        [],
        '`"fatigue"[Title/Abstract]`',
      ],
      ['a mapping', 'can¦cer AND b', 'x', [{ from: 'cancer', to: OWN }], `\`${OWN}\``],
      [
        'a mapped heading',
        'can¦cer[mh] AND b',
        '"neoplasms"[MeSH Terms] AND "b"[All Fields]',
        [{ from: 'cancer[MeSH Terms]', to: '"neoplasms"[MeSH Terms]' }],
        '`"neoplasms"[MeSH Terms]`',
      ],
      [
        'a heading',
        'can¦cer[mh] AND b',
        '"neoplasms"[MeSH Terms] AND "b"[All Fields]',
        [],
        'found again in what PubMed made of the line',
      ],
    ])('is found: %s', (_, source, translation, mappings, expected) => {
      const text = inLine(source, translation, mappings);
      expect(text).toContain('PubMed searched this as: `');
      expect(text).toContain(expected);
    });

    it.each<[string, string, string]>([
      ['in another field', 'fat¦igue[ti]', '"fatigue"[All Fields]'],
      ['a mapped word without its mapping', 'can¦cer AND b', '"cancer"[All Fields] AND "b"[All Fields]'],
      ['explosion that was not asked for', 'can¦cer[mh:noexp]', '"neoplasms"[MeSH Terms]'],
      ['nothing', 'fat¦igue[ti]', ''],
    ])('is not made up: %s', (_, source, translation) =>
      expect(inLine(source, translation)).toContain('PubMed will search this as: `'),
    );
  });

  it('of a line is compared with that of all lines that it refers to', () => {
    const lines = '#1 cancer[mh]\n#2 fatigue*[tiab]\n#3¦ #1 AND #2';
    const same = over(lines, '"neoplasms"[MeSH Terms] AND "fatigue*"[Title/Abstract]');
    expect(same).toContain('PubMed searched this as: `"neoplasms"[MeSH Terms] AND');
    expect(same).toContain('*It looked up what was simulated.*');
    const other = over(lines, '"neoplasms"[MeSH Terms] AND "fatigue"[Title/Abstract]');
    expect(other).toContain('- searched by PubMed only: `"fatigue"[Title/Abstract]`');
    expect(other).toContain('- simulated only: `"fatigue*"[Title/Abstract]`');
  });

  it('of a block, of an operator, and of a line that goes round in circles', () => {
    const translation = '"aa"[Title] AND "bb"[Title]';
    for (const source of ['aa[ti] A¦ND bb[ti]', '¦(aa[ti] AND bb[ti])', '#1¦ aa[ti] AND bb[ti]'])
      expect(over(source, translation), source).toContain('PubMed searched this as: `"aa"[Title]');
    expect(over('#1¦ #2\n#2 #1', translation)).toContain('#1');
  });

  it('is as long as a hover bears', () => {
    const terms = Array.from({ length: 2_000 }, (_, i) => `word${i}[ti]`).join(' OR ');
    const text = over(`#1¦ ${terms}`, terms.replaceAll('[ti]', '[Title]'));
    expect(text.length).toBeLessThan(2_000);
    expect(text).not.toMatch(/imulated/);
    const fewer = Array.from({ length: 900 }, (_, i) => `word${i}[ti]`).join(' OR ');
    const started = processorMs();
    expect(over(`#1¦ ${fewer}`, '"word0"[Title]')).toContain('and 894 more');
    expect(processorMs() - started).toBeLessThan(1_000); // 60 ms on an idle machine
  });

  it('cannot bring markup into the hover', () =>
    expect(over('ab¦cd[ti]', '"<img src=x>`[a](b)"[Title]')).not.toMatch(/[^`]<img[^`]*$/));
});
