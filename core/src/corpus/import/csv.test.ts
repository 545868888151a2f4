import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../testing/records.ts';
import { readCsvColumns } from './csvColumns.ts';
import { ImportError } from './item.ts';
import { cleanText } from './normalise.ts';
import { encode, expectNoOtherError, expectSameHoweverCut, read, readFile } from './testing/read.ts';

const PUBMED = `PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
28775130,"Falls, and ""how"" to prevent them","Smith JA, van den Berg J, Roe B.",J Invent. 2016 Sep 30;66(6):1116-22. doi: 10.1000/J.1. Epub 2016 Jan 2.,Smith JA,J Invent,2016,2016/01/03,PMC5442294,,10.1000/J.1
`;

describe('tables', () => {
  it('reads the CSV of PubMed', async () => {
    const { records, rejected } = await read('csv-falls-set.csv', `\ufeff${PUBMED}`);
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      citation({
        id: '28775130',
        title: 'Falls, and "how" to prevent them',
        date: '2016',
        year: 2016,
        journalAbbreviation: 'J Invent',
        authors: ['Smith JA', 'van den Berg J', 'Roe B'],
        doi: '10.1000/j.1',
        volume: '66',
        issue: '6',
        pages: '1116-22',
        more: { days: { crdt: '2016-01-03' }, articleIds: ['PMC5442294'] },
      }),
    ]);
  });

  it.each<[source: string, name: string, text: string, expected: object]>([
    [
      'ASReview',
      'a.csv',
      'record_id,title,abstract,authors,keywords,doi,year,included\n0,A title,Text.,"Smith, J.A., Doe, B.","one, two",nan,2016.0,1\n',
      {
        title: 'A title',
        abstract: 'Text.',
        authors: ['Smith, J.A.', 'Doe, B'],
        keywords: ['one', 'two'],
        year: 2016,
      },
    ],
    [
      'Rayyan',
      'a.csv',
      'key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,pubmed_id,pmc_id\nrayyan-1,A title,2016,9,30,J Invent,1468-3288,66,6,1-4,"Smith, John and Doe, B.",,eng,A Press,Leeds,Text.,,28775130.0,PMC5\n',
      {
        id: '28775130',
        date: '2016-09-30',
        authors: ['Smith, John', 'Doe, B.'],
        languages: ['eng'],
        more: { issns: ['1468-3288'], publisher: 'A Press', place: 'Leeds', articleIds: ['PMC5'] },
      },
    ],
    [
      'Covidence',
      'a.csv',
      'Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\nA title,"Smith, John; Doe, B",Text.,2016,Sep,J Invent,66,6,1-4,MEDLINE:28775130,,,#12,Smith 2016,,\n',
      { id: '28775130', date: '2016-09', authors: ['Smith, John', 'Doe, B'], journal: 'J Invent' },
    ],
    [
      'Scopus',
      'scopus.csv',
      '"Authors","Author full names","Title","Year","Source title","Volume","Issue","Art. No.","Page start","Page end","DOI","Affiliations","Abstract","Author Keywords","Index Keywords","ISSN","PubMed ID","Language of Original Document","Document Type","Abbreviated Source Title"\n"Smith J.A.; Doe B.","Smith, John A. (1)","A title","2016","Journal","66","6","","1","4","10.1000/A","Leeds; York","Text.","one; two","two; three","14683288","28775130","English","Article","J Invent"\n',
      {
        id: '28775130',
        authors: ['Smith J.A.', 'Doe B.'],
        pages: '1-4',
        keywords: ['one', 'two', 'three'],
        languages: ['English'],
        publicationTypes: ['Article'],
        affiliations: ['Leeds', 'York'],
        journal: 'Journal',
        journalAbbreviation: 'J Invent',
        more: { issns: ['1468-3288'] },
      },
    ],
    [
      'Web of Science',
      'savedrecs.txt',
      'PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tAB\tC1\tSN\tEI\tJ9\tPY\tVL\tIS\tBP\tEP\tDI\tPM\nJ\tSmith, JA; Doe, B\tSmith, John A; Doe, Bea\tA title\tJOURNAL\tEnglish\tArticle\tone; two\tText.\tLeeds\t1468-3288\t0017-5749\tJ INVENT\t2016\t66\t6\t1\t4\t10.1000/A\t28775130\n',
      {
        id: '28775130',
        authors: ['Smith, JA', 'Doe, B'],
        pages: '1-4',
        publicationTypes: ['Article'],
        more: { issns: ['1468-3288', '0017-5749'] },
      },
    ],
    [
      'Zotero',
      'a.csv',
      '"Key","Item Type","Publication Year","Author","Title","Publication Title","ISSN","DOI","Abstract Note","Date","Pages","Issue","Volume","Journal Abbreviation","Extra","Manual Tags"\n"X1","journalArticle","2016","Smith, John; Doe, B","A title","Journal","1468-3288","10.1000/A","Text.","2016-09-30","1-4","6","66","J Invent","PMID: 28775130","one; two"\n',
      {
        id: '28775130',
        date: '2016-09-30',
        journal: 'Journal',
        title: 'A title',
        abstract: 'Text.',
        keywords: ['one', 'two'],
      },
    ],
    [
      'Excel in Germany',
      'a.csv',
      'sep=;\r\nPMID;Title;Year\r\n1;a, b;2016\r\n',
      { id: '1', title: 'a, b', year: 2016 },
    ],
    ['tabs', 'a.tsv', 'pmid\ttitle\n1\ta, b; c\n', { id: '1', title: 'a, b; c' }],
  ])('reads those of %s', async (_, name, text, expected) => {
    const { records, rejected } = await read(name, text);
    expect(rejected).toEqual([]);
    expect(records).toMatchObject([expected]);
  });

  it('takes the columns that are named', async () => {
    const text = 'Nr,Titel,Zusammenfassung,Title\n1,Ein Titel,Text.,Other\n2,,,\n';
    const columns = { title: 'Titel', abstract: 'zusammenfassung', id: 'Nr' };
    const { records, rejected } = await readFile('a.txt', [text], { csvColumns: columns });
    expect(records).toEqual([
      citation({ id: '1', title: 'Ein Titel', abstract: 'Text.' }),
      citation({ id: '2' }),
    ]);
    expect(rejected).toEqual([]);
  });

  it.each<[text: string, columns: object | undefined, message: RegExp]>([
    [
      'Titel,Jahr\nx,2016\n',
      undefined,
      /^a\.csv has no column that is known as the title\. Its columns are: Titel, Jahr\. Say which is which: --columns title=Titel,abstract=\.\.\.$/,
    ],
    [
      'Title,Title,Year\na,b,2016\n',
      undefined,
      /has two columns "Title" \(1 and 2\), and which is the title cannot be told/,
    ],
    [
      'Titel,Jahr\nx,2016\n',
      { title: 'Title' },
      /has no column "Title" for title\. Its columns are: Titel, Jahr/,
    ],
    ['Titel,Jahr\nx,2016\n', { titel: 'Titel' }, /"titel" is no fact of a citation\. Known are: pmid, id/],
    ['Title,"Year\n2016\n', undefined, /in its first line, cannot be told apart/],
  ])('refuses %j with %j', async (text, csvColumns, message) => {
    const reading = readFile('a.csv', [text], csvColumns === undefined ? {} : { csvColumns });
    await expect(reading).rejects.toThrow(message);
    await expect(
      readFile('a.csv', [text], csvColumns === undefined ? {} : { csvColumns }),
    ).rejects.toBeInstanceOf(ImportError);
  });

  it('reads what is written behind --columns', () => {
    expect(readCsvColumns('title=Titel, abstract="Text, kurz",journalAbbreviation=J')).toEqual({
      title: 'Titel',
      abstract: 'Text, kurz',
      journalAbbreviation: 'J',
    });
    expect(() => readCsvColumns('titel=Titel')).toThrow(
      /"titel" is no fact of a citation\. Known are: pmid, id, doi, title/,
    );
    expect(() => readCsvColumns('title')).toThrow(/"title" is no pair/);
    expect(() => readCsvColumns('title=')).toThrow(ImportError);
  });

  it('keeps line ends within quotation marks, and tells bad rows by their line', async () => {
    const { records, rejected } = await read(
      'a.csv',
      'pmid,title,abstract\n1,"a\r\n\r\nb","c"\n\n2,x\n3,x,y,z\n4,x,y,\n5,a 5" pipe,"He said "no" twice"\n6,"never closed,x\n7,"d","e"\n',
      Uint8Array.of(...encode('8,caf'), 0xe9, ...encode(',x\n')),
      ',,\n9,last,"cut o',
    );
    expect(records.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'a b'],
      ['4', 'x'],
      ['5', 'a 5" pipe'],
      ['7', 'd'],
    ]);
    expect(rejected).toEqual([
      '6 has 2 cells where the headings are 3',
      '7 has 4 cells where the headings are 3',
      '10 has a quotation mark that is not closed, or one in the middle of a text (write "" for it)',
      '12 is not valid UTF-8; save the file as UTF-8 and import it again',
      '13 has neither a PMID nor a DOI nor a title',
      '14 begins a row that is cut off: its quotation mark is not closed',
    ]);
  });

  it('gives rows without an id one from their content', async () => {
    const { ids } = await read(
      'a.csv',
      'title,authors,year\nFalls,"Smith, John",2016\nFALLS.,Smith J,2016\n',
    );
    expect(ids[0]).toMatch(/^title:/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('is read the same however it is cut into chunks', async () => {
    await expectSameHoweverCut(
      'a.csv',
      `\ufeff${PUBMED}1,"é\r\n😀",,,,,,,,,\r\n2,x\r3,"y,,,,,,,,,\n4,z,,,,,,,,,`,
    );
  });

  it('is read the same in many batches, and a quotation mark that is never closed costs its row', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) =>
      i === 1_500 ? `${i + 1},"open` : `${i + 1},"a ""${i}""\nb"`,
    );
    const { ids, rejected } = await read('a.csv', `pmid,title\n${rows.join('\n')}\n`);
    expect(ids).toHaveLength(2_999);
    expect(rejected).toEqual([expect.stringMatching(/^3002 has a quotation mark/)]);
  });

  it('rows that are long and go over many lines are whole, whatever the batches', async () => {
    const text = `${'word '.repeat(2_000)}\n`.repeat(7);
    const rows = Array.from({ length: 150 }, (_, i) => `${i + 1},"${text}"`);
    const { records, rejected } = await read('a.csv', `pmid,title\n${rows.join('\n')}\n`);
    expect(rejected).toEqual([]);
    expect(new Set(records.map(({ title }) => title.length))).toEqual(new Set([7 * 10_000 - 1]));
    expect(records).toHaveLength(150);
  });

  it('gives back what was written', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .map(cleanText)
      .filter((one) => !/^(?:nan|na|n\/a|none|null)$/i.test(one));
    const source = fc.record({
      id: fc.integer({ min: 1, max: 99999999 }).map(String),
      title: text,
      abstract: text,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(source),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        async (rows, delimiter, end) => {
          const cell = (value: string): string => `"${value.replaceAll('"', '""').replace(' ', end)}"`;
          const lines = rows.map((row) => [row.id, cell(row.title), cell(row.abstract)].join(delimiter));
          const { records, rejected } = await read(
            'a.csv',
            ['pmid', 'title', 'abstract'].join(delimiter) + end + lines.join(end),
          );
          expect(rejected).toEqual([]);
          expect(records).toEqual(rows.map((row) => citation(row)));
        },
      ),
    );
  });

  it('throws nothing but its own error', async () => {
    await expectNoOtherError('a.csv', PUBMED + PUBMED, [
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\n',
      '\r',
      '"\n',
      '",',
      'sep=;',
    ]);
  });
});
