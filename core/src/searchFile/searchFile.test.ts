import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { jsonFault } from './jsonFault.ts';
import { printSearchFile, readSearchFile, SearchFileError, toSearchFile, toStrategy } from './index.ts';

const DOCUMENT = `---
title: Exercise for preventing falls
pico:
  population: older people
database: citations.sqlite
until: 2026-06-30
seeds: [90000001, 90000002]
authors:
  - name: Lee, A
    orcid: 0000-0002-1825-0097
    email: a.lee@example.org
  - B. Roe
searchFile:
  record_info: { DOI: 10.1079/invented }
  keywords: [falls, exercise]
  date: { search_updated_1: 2026.10.01 }
---
// population
#1 aged[mh] OR “older people”[tiab]
#2 falls[tiab] // the outcome
#3 #1 AND #2
`;

const exported = (text: string): string => printSearchFile(toSearchFile(parseStrategy(text), '2026-11-20'));
const imported = (json: unknown): ReturnType<typeof toStrategy> =>
  toStrategy(readSearchFile(typeof json === 'string' ? json : JSON.stringify(json)).file);

const foreign = {
  record_info: { DOI: '10.1079/another' },
  authors: [{ name: 'Roe, B', ORCID: '0000-0002-1825-0097' }],
  date: { data_entry: '2021.03.02', search_conducted: '2020.01.01', search_updated_1: '2021.02.01' },
  platform: 'PubMed',
  database: ['MEDLINE'],
  search_string: '(falls[tiab] OR "accidental falls"[mh]) AND aged[mh]',
  search_field: null,
  review_question: 'Do older people fall: why?',
  settings: { lemmatization: 'TRUE' },
};

describe('writing search files', () => {
  it('gives the keys of the standard, with references written out', () => {
    expect(JSON.parse(exported(DOCUMENT))).toEqual({
      record_info: { DOI: '10.1079/invented' },
      authors: [
        { name: 'Lee, A', ORCID: '0000-0002-1825-0097', email: 'a.lee@example.org' },
        { name: 'B. Roe' },
      ],
      date: { search_updated_1: '2026.10.01', data_entry: '2026.11.20', search_conducted: '2026.06.30' },
      platform: 'PubMed',
      database: ['PubMed'],
      search_string: '(aged[mh] OR "older people"[tiab]) AND falls[tiab]',
      review_question: 'Exercise for preventing falls',
      keywords: ['falls', 'exercise'],
      querent: { document: DOCUMENT },
    });
  });

  it.each([
    ['', /holds no query/],
    ['#1 #1', /refers to itself/],
    ['#1 a\n#2 #7 AND b', /line #7, which does not exist/],
    ['---\ndatabase: ctgov\n---\ncancer', /ClinicalTrials\.gov/],
  ])('refuses %j with the reason', (text, reason) => {
    expect(() => exported(text)).toThrow(SearchFileError);
    expect(() => exported(text)).toThrow(reason);
  });
});

describe('reading search files', () => {
  it.each([
    DOCUMENT,
    'falls[tiab]',
    '\ufeffa // c\r\n\r\nb[ti]',
    '---\ntitle: x\n---\n1. a\n2. b\n3. 1 AND 2',
  ])('gives a document of ours back as it was: %j', (text) => {
    expect(imported(exported(text))).toEqual({ text, notes: [] });
  });

  it('gives any document back that can be written', () => {
    const piece = fc.constantFrom(
      'a',
      '#1',
      ' OR ',
      '\n',
      '(',
      ')',
      '"',
      '[tiab]',
      '// c\n',
      '---\n',
      'title: x\n',
      '“',
      '😀',
      '2. ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        let json: string;
        try {
          json = exported(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchFileError);
          return;
        }
        expect(imported(json).text).toBe(text);
      }),
    );
  });

  it('makes a document of a file of another tool, and that file again, no key lost', () => {
    const { text, notes } = imported(foreign);
    expect(notes).toEqual([]);
    const document = parseStrategy(text);
    expect(document.problems).toEqual([]);
    expect(document.frontMatter).toMatchObject({
      title: 'Do older people fall: why?',
      database: 'pubmed',
      until: '2020-01-01',
      authors: [{ name: 'Roe, B', orcid: '0000-0002-1825-0097' }],
    });
    const { querent, ...again } = JSON.parse(exported(text)) as Record<string, unknown>;
    expect(querent).toEqual({ document: text });
    expect(again).toEqual(foreign);
  });

  it('takes the change of another tool over, and says so', () => {
    const file = JSON.parse(exported(DOCUMENT)) as Record<string, unknown>;
    file['search_string'] = 'falls[ti]';
    const { text, notes } = imported(file);
    expect(text).toMatch(/---\nfalls\[ti\]\n$/);
    expect(notes).toEqual([expect.stringMatching(/^search_string: changed since Querent/) as string]);
    expect(parseStrategy(text).frontMatter?.authors).toHaveLength(2);
  });

  it('reads blocks with names, keeps them, and lists of lines', () => {
    const blocks = { ...foreign, search_string: { full_string: 'a[ti] AND b[ti]', 'first block': 'a[ti]' } };
    const { text } = imported(blocks);
    expect(text).toMatch(/---\na\[ti\] AND b\[ti\]\n$/);
    expect(JSON.parse(exported(text))).toMatchObject({ search_string: blocks.search_string });
    const lines = imported({ ...foreign, search_string: ['a[ti]', 'b[ti]', '#1 AND #2'] });
    expect(lines.text).toMatch(/\n#1 a\[ti\]\n#2 b\[ti\]\n#3 #1 AND #2\n$/);
    const numbered = imported({ ...foreign, search_string: '1. a[ti]\r\n\r\n2. b[ti]\r\n\r\n3. #1 AND #2' });
    expect(JSON.parse(exported(numbered.text))).toMatchObject({ search_string: 'a[ti] AND b[ti]' });
  });

  it('says when the document reads the query in its own way', () => {
    const { notes } = imported({ ...foreign, search_string: 'a // b' });
    expect(notes).toEqual([]);
    expect(imported({ ...foreign, search_string: '#3 AND a' }).notes[0]).toMatch(/search_string: .*#3/);
  });

  it.each([
    ['', /no JSON from line 1, column 1 on/],
    ['{\n  "platform": "PubMed",\n  "search_string": oops\n}', /no JSON from line 3, column 20 on/],
    ['[]', /holds a list; a search file is one JSON object/],
    ['{"platform":"PubMed"}', /^search_string is missing/],
    ['{"search_string":"a"}', /^platform is missing/],
    ['{"search_string":5,"platform":"PubMed"}', /^search_string is the number 5/],
    ['{"search_string":{"x":"a"},"platform":"PubMed"}', /^search_string\["full_string"\] is missing/],
    [
      '{"search_string":{"full_string":"a","x":1},"platform":"PubMed"}',
      /^search_string\["x"\] is the number 1/,
    ],
    ['{"search_string":["a",null],"platform":"PubMed"}', /^search_string\[1\] is null/],
    ['{"search_string":"a","platform":"PubMed","authors":{}}', /^authors is an object/],
    [
      '{"search_string":"a","platform":"PubMed","authors":[{"name":"x"},{}]}',
      /^authors\[1\]\.name is missing/,
    ],
    ['{"search_string":"a","platform":"Web of Science","authors":[]}', /^platform: .*"Web of Science"/],
    ['{"search_string":"a","platform":"Ovid MEDLINE","authors":[]}', /querent translate --from ovid/],
  ])('names the place of what is wrong in %j', (text, message) => {
    expect(() => imported(text)).toThrow(SearchFileError);
    try {
      imported(text);
    } catch (error) {
      expect((error as Error).message).toMatch(message);
    }
  });

  it.each([
    '{"a": [1, 2, {"b": "\\u00e9\\n"}], "c": -1.5e3, "d": null¦ "e": 1}',
    '[1, 2,¦]',
    '{"a": "x¦',
    '{"a"¦ 1}',
    '[1]¦ 2',
    '{"a": [1, 2]¦',
    '{¦a: 1}',
    '{"a": 1}}',
  ])('finds where %j stops being JSON', (marked) => {
    const at = marked.includes('¦') ? marked.indexOf('¦') : marked.length - 1;
    const text = marked.replace('¦', '');
    const fault = jsonFault(text);
    // White space before the fault belongs to neither side.
    expect(text.slice(Math.min(at, fault), Math.max(at, fault)).replaceAll('"x', '').trim()).toBe('');
  });

  it.each(['2022.02.30', '2022.13.01', 'May 2022'])('takes %s for no search date, and says so', (day) => {
    const { file } = readSearchFile(
      JSON.stringify({ search_string: 'a', platform: 'PubMed', date: { search_conducted: day } }),
    );
    const { text, notes } = toStrategy(file);
    expect(parseStrategy(text).frontMatter?.until).toBeUndefined();
    expect(parseStrategy(text).problems).toEqual([]);
    expect(notes.join()).toContain(`date.search_conducted: "${day}" is no day`);
  });

  it('names the fault behind a text of any length', () => {
    const text = `{"search_string": "${'x'.repeat(10_000_000)}",`;
    expect(jsonFault(text)).toBe(text.length);
    expect(() => readSearchFile(text)).toThrow(SearchFileError);
  });

  it('tells doubtful entries and reads the file all the same', () => {
    const { file, notes } = readSearchFile(
      '{"search_string":"a","platform":"pubmed","authors":[{"name":"x","ORCID":"12","email":"no"}]}',
    );
    expect(file.authors).toEqual([{ name: 'x', orcid: '12', email: 'no' }]);
    expect(notes).toEqual([
      expect.stringMatching(/^authors\[0\]\.ORCID: "12"/) as string,
      expect.stringMatching(/^authors\[0\]\.email: "no"/) as string,
    ]);
  });

  it('reads any text, or says why not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          imported(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchFileError);
        }
      }),
    );
  });
});
