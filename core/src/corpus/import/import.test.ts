import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../testing/records.ts';
import { importCitations } from './importCitations.ts';
import { ImportError } from './item.ts';
import { cleanText, normaliseDate, normaliseDoi } from './normalise.ts';
import { encode, expectSameHoweverCut, read } from './testing/read.ts';

describe('JSON lines', () => {
  it('reads every fact', async () => {
    const { records } = await read(
      'a.jsonl',
      `${JSON.stringify({
        pmid: '00880',
        title: ' A\n title\u0000 ',
        abstract: ['BACKGROUND: a.', 'RESULTS: b.'],
        mesh: ['*Chromatium/enzymology', 'Humans '],
        date: '2016 Sep 30',
        year: 1999,
        journal: 'J',
        authors: ['Yang, Z.', { lastName: 'Li', initials: 'W' }, { name: 'A Group' }],
        substances: ['Heme'],
        pubtypes: ['Journal Article'],
        languages: 'eng; fre',
        keywords: [],
        doi: 'https://doi.org/10.1016/S0140-6736(75)92721-X',
        volume: 3,
        flags: ['no_abstract'],
      })}\n`,
    );
    expect(records).toEqual([
      citation({
        id: '880',
        title: 'A title',
        abstract: 'BACKGROUND: a. RESULTS: b.',
        mesh: ['*Chromatium/enzymology', 'Humans'],
        date: '2016-09-30',
        year: 2016,
        journal: 'J',
        authors: ['Yang, Z.', 'Li, W', 'A Group'],
        substances: ['Heme'],
        publicationTypes: ['Journal Article'],
        languages: ['eng', 'fre'],
        doi: '10.1016/s0140-6736(75)92721-x',
        volume: '3',
      }),
    ]);
  });

  it('invents nothing', async () => {
    expect((await read('a.jsonl', '{"id":7,"year":"n.d.","date":"soon","doi":"none"}')).records).toEqual([
      citation({ id: '7' }),
    ]);
    expect((await read('a.jsonl', '{"doi":"doi:10.1000/X"}')).ids).toEqual(['doi:10.1000/x']);
  });

  it('keeps the good records of a half broken file and names the bad ones by line', async () => {
    const { ids, rejected } = await read(
      'a.jsonl',
      '\ufeff{"pmid":1}\r\n',
      '\r\n{"pmid":2,\n[3]\n"4"\n{"title":"no id"}\n{"pmid":"  "}\n{"pmid":5,"title":{}}\n',
      Uint8Array.of(...encode('{"pmid":6,"title":"'), 0xff, ...encode('"}\n{"pm')),
      'id":7}\rnot json\r',
      '{"pmid":8,"title":"cut o',
    );
    expect(ids).toEqual(['1', '7']);
    expect(rejected).toEqual([
      '3 is cut off: the JSON object does not end',
      '4 is not a JSON object',
      '5 is not a JSON object',
      '6 has neither "pmid" nor "id" nor "doi"',
      '7 has neither "pmid" nor "id" nor "doi"',
      '8 has no text under "title"',
      '9 is not valid UTF-8; save the file as UTF-8 and import it again',
      '11 is not valid JSON',
      '12 is cut off: the JSON object does not end',
    ]);
  });

  it('reads on behind a line of 50 MB without keeping it', async () => {
    const megabyte = encode('x'.repeat(1_000_000));
    const { ids, rejected } = await read(
      'a.jsonl',
      '{"pmid":1}\n',
      ...Array<Uint8Array>(50).fill(megabyte),
      '\n{"pmid":2}',
    );
    expect(ids).toEqual(['1', '2']);
    expect(rejected).toEqual(['2 is 48 MiB long; 16 MiB is the limit']);
  });

  it('is read the same however it is cut into chunks', async () => {
    await expectSameHoweverCut('a.jsonl', '\ufeff{"pmid":1,"title":"é😀"}\r\n{"pmid":2}\n\n{"pm\n{"pmid":3}');
  });

  it('gives back what JSON.stringify wrote', async () => {
    const text = fc.string({ unit: 'grapheme' }).map(cleanText);
    const some = text.filter((t) => t !== '');
    const texts = fc.uniqueArray(some);
    const source = fc.record({
      pmid: fc.integer({ min: 1, max: 99999999 }),
      title: text,
      abstract: text,
      mesh: texts,
      authors: texts,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1 }), async (rows) => {
        const { records, rejected } = await read(
          'a.jsonl',
          rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
        );
        expect(rejected).toEqual([]);
        expect(records).toEqual(rows.map(({ pmid, ...row }) => citation({ ...row, id: String(pmid) })));
      }),
    );
  });
});

const MEDLINE = `
PMID- 8466062
OWN - NLM
DP  - 1993 Feb-Mar
TI  - Does desmopressin acetate reduce blood loss
      after surgery?
LID - S0140 [pii] 10.1097/00000542-X [doi]
AB  - We tried it
      in many.
FAU - Mongan, Paul D
AU  - Mongan PD
AD  - Fort Sam Houston, Texas.
CN  - The Group
LA  - eng
PT  - Clinical Trial
PT  - Journal Article
JT  - Anesthesia and analgesia
TA  - Anesth Analg
VI  - 75
IP  - 6
PG  - 1-4
RN  - ENR1LLB0FP (Deamino Arginine Vasopressin)
RN  - 0 (Hemostatics)
RN  - EC 3.4.21.5 (Thrombin)
MH  - Blood Loss, Surgical/*prevention & control
MH  - *Humans
OT  - *bleeding
SO  - Anesth Analg. 1993;75(6):1-4.

PMID- 2
BTI - A book
EDAT- 2001/05/31 06:00
SO  - Book.
`;

describe('MEDLINE', () => {
  it('reads every fact', async () => {
    const { records, rejected } = await read('a.nbib', MEDLINE);
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      {
        id: '8466062',
        title: 'Does desmopressin acetate reduce blood loss after surgery?',
        abstract: 'We tried it in many.',
        mesh: ['Blood Loss, Surgical/*prevention & control', '*Humans'],
        date: '1993-02',
        year: 1993,
        journal: 'Anesthesia and analgesia',
        journalAbbreviation: 'Anesth Analg',
        authors: ['Mongan PD', 'The Group'],
        affiliations: ['Fort Sam Houston, Texas.'],
        substances: ['Deamino Arginine Vasopressin', 'ENR1LLB0FP', 'Hemostatics', 'Thrombin', 'EC 3.4.21.5'],
        publicationTypes: ['Clinical Trial', 'Journal Article'],
        languages: ['eng'],
        keywords: ['bleeding'],
        doi: '10.1097/00000542-x',
        volume: '75',
        issue: '6',
        pages: '1-4',
        more: {
          fullAuthors: ['Mongan, Paul D'],
          collectiveAuthors: ['The Group'],
          articleIds: ['S0140'],
        },
      },
      citation({
        id: '2',
        title: 'A book',
        date: '2001-05-31',
        year: 2001,
        more: { days: { edat: '2001-05-31' }, bookTitle: 'A book' },
      }),
    ]);
  });

  it('reads the rarer facts', async () => {
    const { records } = await read(
      'a.nbib',
      `PMID- 1
STAT- MEDLINE
DCOM- 20170803
LR  - 20180417
IS  - 1468-3288 (Electronic)
IS  - 0017-5749 (Linking)
DP  - 2017 Spring
TI  - A title
TT  - Ein Titel
BTI - The book
OAB - Publisher: Autre.
AU  - Smith JA
AU  - Wang Y
AU  - Wang Y
FAU - Smith, John A
FAU - Wang, Yi
FAU - Wang, Yong
AUID- ORCID: 0000000218250097
ED  - Adam MP
FED - Adam, Mary P
IR  - Doe J
PS  - Darwin C
FPS - Darwin, Charles
IRAD- Leeds
SI  - ClinicalTrials.gov/NCT00000001
GR  - R01 HL1/HL/NHLBI NIH HHS/United States
PL  - England
PB  - A Press
ISBN- 9780000000002 (bound)
JID - 2985108R
SB  - IM
CIN - Gut. 2018;1. PMID: 9
RIN - Gut. 2019;1.
EIN - Gut. 2019;2.
EIN - Gut. 2019;3.
COIS- None
      declared.
DEP - 20161024
EDAT- 2016/11/01 06:00
MHDA- 2017/08/04 06:00
CRDT- 2016/11/02 06:00
PMC - PMC5442294
MID - NIHMS1
AID - gut-1 [pii]
AID - 10.1000/J.1 [doi]
LID - gut-1 [pii]
OT  - one
OT  - one
SO  - Gut.
`,
    );
    expect(records).toEqual([
      citation({
        id: '1',
        title: 'A title',
        date: '2017-04',
        year: 2017,
        authors: ['Smith JA', 'Wang Y', 'Wang Y'],
        affiliations: ['Leeds'],
        keywords: ['one'],
        doi: '10.1000/j.1',
        more: {
          days: {
            epdat: '2016-10-24',
            edat: '2016-11-01',
            crdt: '2016-11-02',
            mhda: '2017-08-04',
            dcom: '2017-08-03',
            lr: '2018-04-17',
          },
          fullAuthors: ['Smith, John A', 'Wang, Yi', 'Wang, Yong'],
          authorIds: ['0000-0002-1825-0097'],
          editors: ['Adam, Mary P'],
          investigators: ['Doe J'],
          personalSubjects: ['Darwin, Charles'],
          transliteratedTitles: ['Ein Titel'],
          otherAbstracts: ['Publisher: Autre.'],
          issns: ['1468-3288', '0017-5749'],
          nlmId: '2985108R',
          place: 'England',
          publisher: 'A Press',
          isbns: ['9780000000002'],
          bookTitle: 'The book',
          grants: ['R01 HL1/HL/NHLBI NIH HHS/United States'],
          databankIds: ['ClinicalTrials.gov/NCT00000001'],
          articleIds: ['gut-1', 'PMC5442294', 'NIHMS1'],
          status: 'MEDLINE',
          subsets: ['IM'],
          links: ['CIN', 'EIN', 'RIN'],
          conflictStatement: 'None declared.',
        },
      }),
    ]);
  });

  it('does not need empty lines between records, and takes Windows and old Mac line ends', async () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect((await read('x', MEDLINE.replace('\n\nPMID', '\nPMID').replaceAll('\n', end))).ids).toEqual([
        '8466062',
        '2',
      ]);
  });

  it('keeps the good records of a half broken file', async () => {
    const { ids, rejected } = await read(
      'a.txt',
      'TI  - nobody\n\nPMID- 1\nTI  - a\nstray\nAB  - b\n\nPMID- 2\nTI  - x',
      Uint8Array.of(0xc3, 0x28, 0x0a),
      'SO  - s\n\nPMID- 3\nSO  - s\nPMID- 4\nTI  - cut',
    );
    expect(ids).toEqual(['3']);
    expect(rejected).toEqual([
      '1 begins a record without a PMID',
      '5 is neither a field ("TI  - ...") nor the continuation of one',
      '9 is not valid UTF-8; save the file as UTF-8 and import it again',
      '14 begins a record that is cut off by the end of the file',
    ]);
  });

  it('keeps a record that follows rubbish', async () => {
    const { ids, rejected } = await read('a.nbib', 'PMID- 1\nTI  - a\n\nDear all,\nPMID- 2\nTI  - b\n');
    expect(ids).toEqual(['1', '2']);
    expect(rejected).toEqual(['4 is neither a field ("TI  - ...") nor the continuation of one']);
  });
});

it('takes no number for an id that is none', async () => {
  const { ids, rejected } = await read('a.jsonl', '{"pmid":-5}\n{"pmid":1.5}\n{"pmid":1e300}\n{"pmid":7}\n');
  expect(ids).toEqual(['7']);
  expect(rejected).toHaveLength(3);
});

describe('other files', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty.jsonl', '', /^empty\.jsonl is empty/],
    ['blank.nbib', '\ufeff\n \n', /is empty/],
    ['a.bib', '@article{x,\n', /BibTeX\. Export the citations as RIS.*\.\s.*PubMed XML/],
    ['a.enw', '%0 Journal Article\n%T x\n', /EndNote tagged text/],
    ['a.ciw', 'FN Clarivate Analytics Web of Science\nVR 1.0\n', /Web of Science plain text/],
    [
      'ids.xml',
      '<?xml version="1.0"?>\n<!DOCTYPE eSearchResult>\n<eSearchResult><Count>1</Count>',
      /an answer of ESearch/,
    ],
    [
      'desc2026.xml',
      '<?xml version="1.0"?>\n<DescriptorRecordSet LanguageCode="eng">',
      /MeSH, not a file of citations\. Give it as --mesh/,
    ],
    ['pmc.xml', '<?xml version="1.0"?><pmc-articleset>', /articles of PubMed Central/],
    ['feed.xml', '<!-- <PubmedArticleSet> --><rss>', /XML of another kind \(<rss>\)/],
    [
      'a.csv',
      'Titel,Autor\nx,y\n',
      /has no column that is known as the title\. Its columns are: Titel, Autor\. .*--columns title=Titel/,
    ],
    ['seeds.txt', '123\n456\n', /list of PMIDs/],
    ['a.html', '<!DOCTYPE html>', /web page/],
    ['a.jsonl', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzipped/],
    ['a.jsonl', Uint8Array.of(0xff, 0xfe, 0x7b, 0), /UTF-16/],
    [
      'a.jsonl',
      new Uint8Array([...'{"pmid":1,"title":"x"}\n'].flatMap((c) => [c.charCodeAt(0), 0])),
      /UTF-16/,
    ],
    ['a.nbib', new Uint8Array([...'PMID- 1\nTI  - x y z\n'].flatMap((c) => [0, c.charCodeAt(0)])), /UTF-16/],
    ['a.nbib', encode('PK\u0003\u0004'), /ZIP/],
    ['lib.sqlite', encode('SQLite format 3\0'), /SQLite database/],
    ['note.txt', 'Dear all,\n', /no citations in a format that is known/],
  ])('are refused with what they look like: %s', async (name, content, message) => {
    await expect(read(name, content)).rejects.toThrow(message);
    await expect(read(name, content)).rejects.toBeInstanceOf(ImportError);
  });

  it('a failing source fails behind the records that it gave', async () => {
    async function* broken() {
      yield '{"pmid":1}\n{"pmid":2}\n{"pm';
      throw new Error('unexpected end of file');
    }
    const ids: string[] = [];
    const all = async () => {
      for await (const item of importCitations(broken(), 'a.jsonl'))
        if (item.kind === 'record') ids.push(item.record.id);
    };
    await expect(all()).rejects.toThrow('unexpected end of file');
    expect(ids).toEqual(['1', '2']);
  });

  it('take any bytes at all without another error than their own', async () => {
    const start = fc.constantFrom(
      '',
      '{"pmid":1}\n',
      'PMID- 1\n',
      '{"pmid":',
      'TI  - ',
      'TY  - JOUR\n',
      '[{"pmid":1},',
      '<PubmedArticleSet>',
      '<xml><records>',
      'pmid,title\n1,"',
    );
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(fc.uint8Array()),
        fc.constantFrom('a.jsonl', 'a.nbib', 'a'),
        async (text, chunks, name) => {
          try {
            const { ids } = await read(name, text, ...chunks);
            for (const id of ids) expect(id).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(ImportError);
          }
        },
      ),
    );
  });
});

describe('long runs of one sign', () => {
  const signs = [
    ' ',
    '.',
    '/',
    '[',
    ']',
    '(',
    ' (',
    ' [',
    ',',
    ';',
    '-',
    '"',
    '<',
    '<!--',
    '&',
    '{',
    '\\',
    '0',
    'PMID ',
    '10.1000/',
    '\t',
    ' ;',
    '. 2016;',
  ];
  const inFields = (tags: string, separator: string, value: string): string =>
    tags
      .split(' ')
      .map((tag) => `${tag}${separator}${value}x`)
      .join('\n');
  const formats: Record<string, (value: string) => string> = {
    'a.nbib': (value) =>
      `PMID- 1\n${inFields('TI AB AU FAU AD DP LID AID PMC MID IS ISBN RN OT SI GR COIS AUID', '  - '.slice(0, 4), value)}\n`,
    'a.ris': (value) =>
      `${value}\n1${value}x\nTY  - JOUR\nTI  - x\n${inFields('AB AU PY DA DO UR AN ID C1 U1 N1 KW SN M3 LA SP EP DB', '  - ', value)}\nER  - \n`,
    'a.csv': (value) =>
      `pmid,title,abstract,authors,date,citation,doi,keywords,issn,pages,language\n,x,${Array(9)
        .fill(`"${value.replaceAll('"', '""')}x"`)
        .join(',')}\n1,x,${value}`,
    'a.xml': (value) =>
      `<PubmedArticleSet>${value}<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>${value}</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>`,
    'e.xml': (value) =>
      `<xml><records><record>${['accession-num', 'auth-address', 'work-type', 'language', 'isbn', 'electronic-resource-num', 'keyword'].map((name) => `<${name}>${value}</${name}>`).join('')}</record></records></xml>`,
    'a.json': (value) => `[\n{"pmid":1,"title":"${value}","doi":"${value}","date":"${value}"},\n${value}`,
    'a.jsonl': (value) =>
      `{"pmid":1,"title":${JSON.stringify(value)},"authors":${JSON.stringify(value)},"issn":${JSON.stringify(value)}}`,
  };
  it.each(Object.keys(formats))('take no longer than reading takes: %s', async (name) => {
    for (const sign of signs) {
      const text = formats[name]?.(sign.repeat(Math.ceil(100_000 / sign.length))) ?? '';
      const started = performance.now();
      await read(name, text).catch((error: unknown) => expect(error).toBeInstanceOf(ImportError));
      expect([sign, performance.now() - started < 3_000]).toEqual([sign, true]);
    }
  });
});

describe('values', () => {
  it.each([
    ['2016', '2016'],
    ['2016-9', '2016-09'],
    ['2016/09/30 06:00', '2016-09-30'],
    ['2016-09-30T01:02:03Z', '2016-09-30'],
    ['2016 Sep 3', '2016-09-03'],
    ['2016 September 30', '2016-09-30'],
    ['2016 Sep-Oct', '2016-09'],
    ['1998 Dec-1999 Jan', '1998-12'],
    ['2015-2016', '2015'],
    ['2016 Spring', '2016-04'],
    ['2016 Summer', '2016-07'],
    ['2016 Autumn', '2016-10'],
    ['2016 Winter-Spring', '2016-01'],
    ['20160930', '2016-09-30'],
    ['2016 2nd Quart', '2016'],
    ['2016///', '2016'],
    ['30 Sep 2016', '2016-09-30'],
    ['September 30th, 2016', '2016-09-30'],
    ['Jan-Feb 2016', '2016-01'],
    ['30.09.2016', '2016-09-30'],
    ['09/30/2016', '2016-09-30'],
    ['05/06/2016', '2016'],
    ['volume 2016', undefined],
    ['2015-02-30', '2015-02'],
    ['2015-13-01', '2015'],
    ['0123', undefined],
    ['9999', undefined],
    ['Sep 2016', '2016-09'],
    ['', undefined],
  ])('the date %j is %j', (text, date) => expect(normaliseDate(text)).toBe(date));

  it.each([
    ['https://doi.org/10.1016/X', '10.1016/x'],
    ['http://dx.doi.org/10.1016/x', '10.1016/x'],
    ['doi: 10.1016/x', '10.1016/x'],
    ['10.1016/x y', undefined],
    ['https://example.org', undefined],
  ])('the DOI %j is %j', (text, doi) => expect(normaliseDoi(text)).toBe(doi));
});
