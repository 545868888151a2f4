import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../testing/records.ts';
import { cleanText } from './normalise.ts';
import { expectNoOtherError, expectSameHoweverCut, read } from './testing/read.ts';

const OVID = `<1>
TY  - JOUR
ID  - 28775130
AN  - 28775130
T1  - Desmopressin after surgery
A1  - Smith, John A.
A1  - The Group
Y1  - 2016/09/30/
N2  - BACKGROUND: We asked.

RESULTS: It answered.
KW  - *Desmopressin
KW  - Aged
JF  - Journal of Invented Results
JA  - J Invent
VL  - 66
IS  - 6
SP  - 1116
EP  - 22
SN  - 1468-3288; 0017-5749 (Print)
M3  - Journal Article; Review
LA  - eng
AD  - Leeds, UK
UR  - https://example.org/?D=ovid
DO  - https://doi.org/10.1000/J.1
DB  - Ovid MEDLINE(R) ALL <1946 to present>
ER  - 
`;

describe('RIS', () => {
  it('reads every fact', async () => {
    const { records, rejected } = await read('a.ris', OVID);
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      citation({
        id: '28775130',
        title: 'Desmopressin after surgery',
        abstract: 'BACKGROUND: We asked. RESULTS: It answered.',
        date: '2016-09-30',
        year: 2016,
        journal: 'Journal of Invented Results',
        journalAbbreviation: 'J Invent',
        authors: ['Smith, John A.', 'The Group'],
        affiliations: ['Leeds, UK'],
        publicationTypes: ['Journal Article', 'Review'],
        languages: ['eng'],
        keywords: ['Desmopressin', 'Aged'],
        doi: '10.1000/j.1',
        volume: '66',
        issue: '6',
        pages: '1116-22',
        more: { issns: ['1468-3288', '0017-5749'] },
      }),
    ]);
  });

  /** The lines of one record without TY and ER. */
  const one = async (...lines: string[]) => {
    const { records, rejected } = await read('a.ris', `TY  - JOUR\n${lines.join('\n')}\nER  - \n`);
    expect(rejected).toEqual([]);
    return records[0];
  };

  it.each<[source: string, lines: string[], id: string]>([
    ['EndNote from PubMed', ['AN  - 28775130', 'ID  - 12', 'DP  - NLM'], '28775130'],
    ['EndNote without an accession number', ['ID  - 12', 'DP  - NLM', 'DO  - 10.1000/a'], 'doi:10.1000/a'],
    ['Scopus', ['C2  - 28775130', 'DB  - Scopus', 'DO  - 10.1000/a'], '28775130'],
    ['Embase', ['AN  - 2001234567', 'C5  - 28775130', 'DB  - Embase'], '28775130'],
    ['Embase alone', ['AN  - 2001234567', 'DB  - Embase MEDLINE', 'DO  - 10.1000/a'], 'doi:10.1000/a'],
    ['Web of Science', ['AN  - MEDLINE:28775130'], '28775130'],
    ['Web of Science, own number', ['AN  - WOS:000123456700001', 'DO  - 10.1000/a'], 'doi:10.1000/a'],
    [
      'Cochrane',
      ['AN  - CN-01234567', 'C3  - PUBMED 1234567', 'DO  - 10.1000/a', 'U1  - PMID: 28775130'],
      '28775130',
    ],
    ['Zotero', ['N1  - PMID: 28775130'], '28775130'],
    ['a note on another article', ['N1  - Comment in: X. PMID: 1', 'DO  - 10.1000/a'], 'doi:10.1000/a'],
    ['an address', ['UR  - https://pubmed.ncbi.nlm.nih.gov/28775130/'], '28775130'],
    [
      'an address of PubMed Central',
      ['UR  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5/', 'DO  - 10.1000/a'],
      'doi:10.1000/a',
    ],
    ['a DOI as address', ['UR  - https://doi.org/10.1000/A'], 'doi:10.1000/a'],
    ['a DOI in M3', ['M3  - doi: 10.1000/A'], 'doi:10.1000/a'],
  ])('takes the id from %s', async (_, lines, id) => {
    expect((await one('TI  - x', ...lines))?.id).toBe(id);
  });

  it('gives a record without an id one from its content, however the source writes it', async () => {
    const first = await one('TI  - Falls: a trial', 'AU  - Smith, John A.', 'PY  - 2016', 'AB  - x');
    const again = await one('T1  - FALLS - A Trial.', 'A1  - Smith JA', 'Y1  - 2016/05//');
    expect(first?.id).toMatch(/^title:[0-9a-f]{16}$/);
    expect(again?.id).toBe(first?.id);
    expect((await one('TI  - Falls: a trial', 'AU  - Smith J', 'PY  - 2017'))?.id).not.toBe(first?.id);
  });

  it.each<[lines: string[], date: string | undefined]>([
    [['PY  - 2016'], '2016'],
    [['PY  - 2016///'], '2016'],
    [['Y1  - 2016/09//'], '2016-09'],
    [['Y1  - 2016//30/'], '2016'],
    [['PY  - 2016/09/30/Autumn'], '2016-09-30'],
    [['PY  - 2016', 'DA  - SEP 30'], '2016-09-30'],
    [['PY  - 2016', 'DA  - 2016/09/30'], '2016-09-30'],
    [['PY  - 2016', 'DA  - 2017/01/02'], '2016'],
    [['DA  - 2016-09-30'], '2016-09-30'],
    [['PY  - n.d.'], undefined],
  ])('the date of %j is %s', async (lines, date) => {
    expect((await one('TI  - x', ...lines))?.date).toBe(date);
  });

  it('keywords one a line without their tag, as EndNote writes them', async () => {
    expect((await one('TI  - x', 'KW  - Aged', 'Female', 'AB  - long', 'text'))?.keywords).toEqual([
      'Aged',
      'Female',
    ]);
  });

  it('reads chapters and books', async () => {
    const { records } = await read(
      'a.ris',
      'TY  - CHAP\nTI  - A chapter\nT2  - The Book\nA2  - Adam, M\nPB  - A Press\nCY  - Leeds\nSN  - 978-0-000-00000-2\nER  - \nTY  - BOOK\nTI  - The Book\nER  - \n',
    );
    expect(records[0]).toMatchObject({
      title: 'A chapter',
      more: {
        bookTitle: 'The Book',
        editors: ['Adam, M'],
        publisher: 'A Press',
        place: 'Leeds',
        isbns: ['9780000000002'],
      },
    });
    expect(records[0]?.journal).toBeUndefined();
    expect(records[1]?.more?.bookTitle).toBe('The Book');
  });

  it('keeps the good records of a half broken file', async () => {
    const { records, rejected } = await read(
      'a.ris',
      'Provider: Somebody\nContent: text/plain\n\nTY  - JOUR\nTI  - a\nER  - \n2.\nwhat is this\nand this\nTY  - JOUR\nAB  - no title\nER  -\nTY  - JOUR\nTI  - not ended\nTY  - JOUR\nTI  - caf',
      Uint8Array.of(0xe9, 0x0a),
      'ER  - \nTY  - JOUR\nTI  - z\nER  - \nTY  - JOUR\nTI  - cut',
    );
    expect(records.map(({ title }) => title)).toEqual(['a', 'not ended', 'z']);
    expect(rejected).toEqual([
      '8 is neither a field ("TI  - ...") nor within a record',
      '10 begins a record that has neither a PMID nor a DOI nor a title',
      '16 is not valid UTF-8; save the file as UTF-8 and import it again',
      '21 begins a record that is cut off by the end of the file',
    ]);
  });

  it('is known by its content, whatever its name', async () => {
    for (const name of ['a.txt', 'a.nbib', 'a']) expect((await read(name, OVID)).ids).toEqual(['28775130']);
  });

  it('is read the same however it is cut into chunks', async () => {
    await expectSameHoweverCut(
      'a.ris',
      `\ufeff${OVID}${OVID.replace('28775130', '7')}rubbish\n`.replaceAll('\n', '\r\n'),
    );
  });

  it('gives back what was written', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .map(cleanText)
      .filter((one) => one !== '');
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const source = fc.record({
      id: fc.integer({ min: 1, max: 99999999 }).map(String),
      title: text,
      abstract: text,
      authors: fc.array(word),
      keywords: fc.uniqueArray(word),
      volume: word,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1 }), async (rows) => {
        const lines = rows.flatMap((row) => [
          'TY  - JOUR',
          `AN  - PMID:${row.id}`,
          `TI  - ${row.title}`,
          `AB  - ${row.abstract}`,
          ...row.authors.map((author) => `AU  - ${author}`),
          ...row.keywords.map((keyword) => `KW  - ${keyword}`),
          `VL  - ${row.volume}`,
          'ER  - ',
          '',
        ]);
        const { records, rejected } = await read('a.ris', lines.join('\r\n'));
        expect(rejected).toEqual([]);
        expect(records).toEqual(rows.map((row) => citation(row)));
      }),
    );
  });

  it('throws nothing but its own error', async () => {
    await expectNoOtherError('a.ris', OVID + OVID, [
      'TY  - ',
      'ER  - ',
      '\n',
      '\r',
      'KW  -\n',
      'DO  - 10.',
      'PY  - 9999',
    ]);
  });
});
