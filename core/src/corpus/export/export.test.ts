import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../import/normalise.ts';
import { read } from '../import/testing/read.ts';
import type { CitationDetails, CitationRecord } from '../record.ts';
import { detailedRecords } from '../testing/detailedRecords.ts';
import { citation, inventedRecords } from '../testing/records.ts';
import { ExportLosses, exportFormats, exportHead, exportText } from './index.ts';
import type { ExportFormat } from './index.ts';

const written = (records: readonly CitationRecord[], format: ExportFormat): string =>
  exportHead(format) + records.map((record) => exportText(record, format)).join('');

const readBack = async (
  records: readonly CitationRecord[],
  format: ExportFormat,
): Promise<readonly CitationRecord[]> => {
  const { records: found, rejected } = await read(`a.${format}`, written(records, format));
  expect(rejected).toEqual([]);
  return found;
};

/** Text as records hold it: clean, with letters of every kind, brackets, quotes and what looks like markup of the formats. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'TI  - x',
    'ER  -',
    'PMID- 7',
    '"quoted"',
    '=1+1',
    '[doi]',
    '(2)',
    'é',
    '😀',
    'wide '.repeat(30),
  ),
);
const prose = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  .map((pieces) => cleanText(pieces.join(' ')))
  .filter((text) => text !== '');
/** Words that no format divides at: it sets values apart by what they do not hold. */
const plain = fc
  .stringMatching(/^[A-Z][a-zé]{1,8}(?: [a-z]{1,5}){0,2}$/)
  .filter((text) => !/ and |None|Nan$|Null|^Na$/i.test(text));
const several = (one: fc.Arbitrary<string>): fc.Arbitrary<string[]> => fc.uniqueArray(one, { maxLength: 4 });
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2150-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const date = fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([text, length]) => text.slice(0, length));
const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const doi = fc.stringMatching(/^10\.\d{4}\/[a-z0-9][a-z0-9().:<>-]{0,20}[a-z0-9]$/);
const issn = fc.stringMatching(/^\d{4}-\d{3}[\dX]$/);
const person = fc.stringMatching(/^[A-Z][a-z]{2,8} [A-Z]{1,2}$/);
const fullName = fc.stringMatching(/^[A-Z][a-z]{2,8}, [A-Z][a-z]{2,6}$/);
const number = fc.integer({ min: 1, max: 9999 }).map(String);
const pages = fc.oneof(
  fc.tuple(number, number).map(([from, to]) => `${from}-${to}`),
  number.map((page) => `e${page}`),
  fc.constant('1-4, 7'),
);

/** Drops keys without a value, as records have none. */
function defined<T extends object>(facts: T): T {
  const kept = Object.entries(facts).filter(
    ([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0),
  );
  return Object.fromEntries(kept) as T;
}

const facts = fc.record({
  pmid: fc.integer({ min: 1, max: 99_999_999 }).map(String),
  title: prose,
  abstract: fc.oneof(fc.constant(''), prose),
  mesh: several(fc.stringMatching(/^\*?[A-Z][a-z]{1,8}(?:, [A-Z][a-z]{1,5})?(?:\/\*?[a-z]{2,8})?$/)),
  date: optional(date),
  journal: optional(plain),
  journalAbbreviation: optional(plain),
  persons: fc.array(fc.tuple(person, fullName), { maxLength: 4 }),
  groups: several(plain.map((name) => `${name} Group`)),
  affiliations: several(plain.map((name) => `University of ${name}, Town.`)),
  substances: several(
    fc.oneof(
      plain,
      fc.stringMatching(/^[A-Z\d]{9}\d$/),
      fc.constantFrom('EC 1.1.1.1', '58-08-2', 'Aspirin (old)'),
    ),
  ),
  publicationTypes: several(plain),
  languages: several(fc.constantFrom('eng', 'fre', 'ger')),
  keywords: several(plain),
  doi: optional(doi),
  volume: optional(number),
  issue: optional(number),
  pages: optional(pages),
});
const details: fc.Arbitrary<CitationDetails> = fc.record({
  days: fc
    .record({
      epdat: optional(date),
      edat: optional(day),
      crdt: optional(day),
      dcom: optional(day),
      lr: optional(day),
      mhda: optional(day),
    })
    .map(defined)
    .map((days) => (Object.keys(days).length > 0 ? days : undefined)),
  authorIds: several(fc.constantFrom('0000-0002-1825-0097', 'ISNI 7')),
  editors: several(fullName),
  investigators: several(fullName),
  personalSubjects: several(person),
  transliteratedTitles: several(prose.filter((text) => !/^\d/.test(text))),
  otherAbstracts: several(prose),
  issns: several(issn),
  nlmId: optional(fc.stringMatching(/^\d{7}[A-Z]?$/)),
  place: optional(plain),
  publisher: optional(plain),
  grants: several(plain),
  databankIds: several(plain),
  status: optional(fc.constantFrom('MEDLINE', 'In-Process')),
  subsets: several(fc.constantFrom('IM', 'AIM')),
  conflictStatement: optional(prose),
});

const record = fc.tuple(facts, details).map(([{ pmid, persons, groups, ...rest }, more]): CitationRecord => {
  const allMore = defined({
    ...more,
    fullAuthors: persons.map(([, full]) => full),
    collectiveAuthors: groups,
  });
  return defined({
    ...rest,
    id: pmid,
    ...(rest.date === undefined ? {} : { year: Number(rest.date.slice(0, 4)) }),
    authors: [...persons.map(([name]) => name), ...groups],
    mesh: rest.mesh,
    more: Object.keys(allMore).length > 0 ? allMore : undefined,
  });
});
const whole = record.map((one) => citation(one));

function pick<T extends object, K extends keyof T>(
  source: T | undefined,
  ...keys: readonly K[]
): Partial<Pick<T, K>> {
  const entries = keys.flatMap((key) => (source?.[key] === undefined ? [] : [[key, source[key]]]));
  return Object.fromEntries(entries) as Partial<Pick<T, K>>;
}

/** What of a record each format holds: what is read back must be this and nothing else. */
const held: Readonly<Record<ExportFormat, (record: CitationRecord) => CitationRecord>> = {
  nbib: (one) => {
    const { edat, crdt } = one.more?.days ?? {};

    const { date, year, ...rest } = one;
    void year;
    // A record without a date of publication is read with that of its entry.
    const dated = date ?? edat ?? crdt;
    return { ...rest, ...(dated === undefined ? {} : { date: dated, year: Number(dated.slice(0, 4)) }) };
  },
  ris: (one) => {
    const { more, mesh, substances, journalAbbreviation, journal, keywords, ...rest } = one;
    void substances;
    const kept = pick(more, 'editors', 'transliteratedTitles', 'issns', 'publisher', 'place');
    return {
      ...rest,
      mesh: [],
      substances: [],
      ...(journal === undefined ? {} : { journal }),
      ...(journalAbbreviation === undefined || journalAbbreviation === journal
        ? {}
        : { journalAbbreviation }),
      keywords: [...new Set([...keywords, ...mesh.map((heading) => heading.replaceAll('*', ''))])],
      ...(Object.keys(kept).length === 0 ? {} : { more: kept }),
    };
  },
  csv: ({ more, ...rest }) => {
    const kept = pick(more, 'issns', 'publisher', 'place');
    return { ...rest, ...(Object.keys(kept).length === 0 ? {} : { more: kept }) };
  },
};

describe.each(exportFormats)('%s', (format) => {
  it('gives back through our own import what it holds, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(whole, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
        async (records) => {
          expect(await readBack(records, format)).toEqual(records.map(held[format]));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('writes anything that can be in a record so that each is read back with its id', async () => {
    const any = fc.record({
      id: fc.oneof(fc.integer({ min: 1, max: 999_999_999 }).map(String), fc.stringMatching(/^NCT\d{8}$/)),
      title: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `T${text}`),
      abstract: fc.string({ unit: 'binary', maxLength: 200 }),
      keywords: fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 3 }),
      authors: fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 4 }), async (records) => {
        const found = await readBack(records.map(citation), format);
        expect(found.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
        expect(found.map(({ title }) => title)).toEqual(records.map(({ title }) => cleanText(title)));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps titles and ids of the invented records', async () => {
    const records = [...inventedRecords, ...detailedRecords].filter(({ title }) => title !== '');
    const found = await readBack(records, format);
    expect(found.map(({ id, title }) => ({ id, title }))).toEqual(
      records.map(({ id, title }) => ({ id, title: cleanText(title) })),
    );
  });
});

const article = citation({
  id: '27680001',
  title: 'Strength and balance training for the prevention of falls among older people who live at home',
  abstract: 'We looked at falls.',
  mesh: ['Accidental Falls/*prevention & control', 'Aged'],
  date: '2016-09-30',
  year: 2016,
  journal: 'The Invented journal of falls',
  journalAbbreviation: 'Invent J Falls',
  authors: ['Smith JA', 'Falls Group'],
  substances: ['Vitamin D', '1406-16-2', 'Sugar'],
  publicationTypes: ['Journal Article'],
  languages: ['eng'],
  keywords: ['falls'],
  doi: '10.1000/051[0933:te]2.0.co;2',
  volume: '7',
  issue: '2',
  pages: '11-9',
  more: {
    fullAuthors: ['Smith, John A'],
    collectiveAuthors: ['Falls Group'],
    authorIds: ['0000-0002-1825-0097'],
    days: { edat: '2016-10-01', dcom: '2017-01-02' },
    articleIds: ['S0140-1', 'PMC1234567'],
    status: 'MEDLINE',
  },
});

describe('what is written', () => {
  it('is MEDLINE as PubMed saves it', () => {
    expect(exportText(article, 'nbib')).toBe(`PMID- 27680001
STAT- MEDLINE
DCOM- 20170102
VI  - 7
IP  - 2
DP  - 2016 Sep 30
TI  - Strength and balance training for the prevention of falls among older people who
      live at home
PG  - 11-9
LID - 10.1000/051[0933:te]2.0.co;2 [doi]
AB  - We looked at falls.
FAU - Smith, John A
AU  - Smith JA
AUID- ORCID: 0000-0002-1825-0097
CN  - Falls Group
LA  - eng
PT  - Journal Article
TA  - Invent J Falls
JT  - The Invented journal of falls
RN  - 1406-16-2 (Vitamin D)
RN  - 0 (Sugar)
MH  - Accidental Falls/*prevention & control
MH  - Aged
PMC - PMC1234567
OT  - falls
EDAT- 2016/10/01 00:00
AID - S0140-1 [pii]
AID - 10.1000/051[0933:te]2.0.co;2 [doi]
SO  - Invent J Falls. 2016 Sep 30;7(2):11-9. doi: 10.1000/051[0933:te]2.0.co;2.

`);
  });

  it('reads back the brackets of old DOIs', async () => {
    expect((await readBack([article], 'nbib'))[0]?.doi).toBe(article.doi);
  });

  it('is RIS with pages apart and the place of the record', () => {
    const lines = exportText(article, 'ris').split('\r\n');
    for (const line of [
      'TY  - JOUR',
      'SP  - 11',
      'EP  - 9',
      'DA  - 2016/09/30/',
      'AN  - 27680001',
      'DB  - PubMed',
      'ER  - ',
    ])
      expect(lines).toContain(line);
    expect(lines).toContain('UR  - https://pubmed.ncbi.nlm.nih.gov/27680001/');
  });

  it('is a table that a spreadsheet runs no formulas of', () => {
    const cells = exportText(
      citation({ id: '1', title: '=HYPERLINK("x")', authors: ['Smith, John'] }),
      'csv',
    );
    expect(cells).toContain('" =HYPERLINK(""x"")"');
    expect(cells).toContain('"Smith, John;"');
  });

  it('stars major headings as MEDLINE does, and not at all where there are only keywords', () => {
    const starred = citation({ id: '1', mesh: ['Falls/prevention*', 'Aged*', '*Walking/trends'] });
    expect(exportText(starred, 'nbib')).toContain(
      'MH  - Falls/*prevention\nMH  - *Aged\nMH  - *Walking/trends\n',
    );
    expect(exportText(starred, 'ris')).toContain('KW  - Falls/prevention\r\nKW  - Aged\r\n');
  });

  it('keeps trials apart from articles', async () => {
    const trial = citation({ id: 'NCT00000102', title: 'A trial', keywords: ['Asthma'] });
    for (const format of exportFormats) expect((await readBack([trial], format))[0]).toMatchObject(trial);
  });
});

describe('ExportLosses', () => {
  const notes = (format: ExportFormat, ...records: readonly CitationRecord[]): readonly string[] => {
    const losses = new ExportLosses(format);
    records.forEach((one) => losses.add(one));
    return losses.notes();
  };

  it('says nothing where nothing is lost', () => {
    for (const format of exportFormats) expect(notes(format, citation({ id: '1', title: 'T' }))).toEqual([]);
  });

  it('says what a format has no place for, and of how many records', () => {
    expect(notes('ris', article, article)).toEqual([
      'RIS has no place for MeSH: headings are written as keywords (2 records).',
      expect.stringMatching(
        /^RIS has no place for substances \(2 records\), dates of entry.*ids of publishers/,
      ),
    ]);
    expect(notes('nbib', citation({ id: 'NCT00000102' }))).toEqual([
      '1 record has no PMID: their own ids stand in the place of it.',
    ]);
    expect(notes('csv', article)[0]).toMatch(
      /^A table has no place for .*full names of authors \(1 record\)/,
    );
  });
});
