import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../record.ts';
import { citation } from '../testing/records.ts';
import { importCitations } from './importCitations.ts';
import { ImportError } from './item.ts';
import { cleanText, normaliseDate, normaliseDoi } from './normalise.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** Everything that a file of these chunks gives: records, and rejections as `line reason`. */
async function read(name: string, ...chunks: (string | Uint8Array)[]) {
  const records: CitationRecord[] = [];
  const rejected: string[] = [];
  for await (const item of importCitations(chunks, name)) {
    if (item.kind === 'record') records.push(item.record);
    else
      rejected.push(
        item.kind === 'deleted' ? `${item.line} deletes ${item.id}` : `${item.line} ${item.reason}`,
      );
  }
  return { records, rejected, ids: records.map((record) => record.id) };
}

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
    const bytes = encode('\ufeff{"pmid":1,"title":"é😀"}\r\n{"pmid":2}\n\n{"pm\n{"pmid":3}');
    const whole = await read('a.jsonl', bytes);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(await read('a.jsonl', ...chunks)).toEqual(whole);
      }),
    );
  });

  it('gives back what JSON.stringify wrote', async () => {
    const text = fc.string({ unit: 'grapheme' }).map(cleanText);
    const texts = fc.array(text.filter((t) => t !== ''));
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
      },
      citation({ id: '2', title: 'A book', date: '2001-05-31', year: 2001 }),
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
    ['a.ris', 'TY  - JOUR\nTI  - x\n', /looks like RIS\. .*MEDLINE\/nbib/],
    ['a.xml', '<?xml version="1.0"?>\n', /looks like XML/],
    ['a.json', '[\n{"pmid":1}]', /JSON array/],
    ['a.json', '{\n "pmid": 1\n}', /spread over several lines/],
    ['a.bib', '@article{x,\n', /BibTeX/],
    ['a.csv', 'PMID,Title,Authors\n1,x,y\n', /a table/],
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
    const start = fc.constantFrom('', '{"pmid":1}\n', 'PMID- 1\n', '{"pmid":', 'TI  - ');
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
    ['2016 Spring', '2016'],
    ['2015-02-30', '2015-02'],
    ['2015-13-01', '2015'],
    ['0123', undefined],
    ['9999', undefined],
    ['Sep 2016', undefined],
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
