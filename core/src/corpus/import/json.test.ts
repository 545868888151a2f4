import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation, inventedRecords } from '../testing/records.ts';
import { expectNoOtherError, expectSameHoweverCut, read } from './testing/read.ts';

describe('JSON that is no JSON lines', () => {
  const rows = [{ pmid: 1, title: 'a {b} [c] "d" \\' }, { pmid: 2, authors: [{ name: 'x' }] }, { pmid: 3 }];
  it.each<[what: string, text: string]>([
    ['an array on one line', JSON.stringify(rows)],
    ['an array, indented', JSON.stringify(rows, undefined, 2)],
    ['an array with a blank start', `\ufeff\n\n  ${JSON.stringify(rows, undefined, '\t')}\n`],
    ['an object with the array in it', JSON.stringify({ records: rows, meta: { pmid: 9 } }, undefined, 2)],
    ['objects one after another, indented', rows.map((row) => JSON.stringify(row, undefined, 2)).join('\n')],
    ['objects with commas between', rows.map((row) => JSON.stringify(row, undefined, 2)).join(',\r\n')],
  ])('reads %s', async (_, text) => {
    const { records, rejected } = await read('a.json', text);
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      citation({ id: '1', title: 'a {b} [c] "d" \\' }),
      citation({ id: '2', authors: ['x'] }),
      citation({ id: '3' }),
    ]);
    await expectSameHoweverCut('a.json', text, 20);
  });

  it('rejects what stands between the objects and is none, wherever the file is cut', async () => {
    const text = '[{"pmid":1},\nnull, 5,\n"a, b",{"pmid":2}\n, true]';
    const { ids, rejected } = await read('a.json', text);
    expect(ids).toEqual(['1', '2']);
    expect(rejected).toEqual([2, 2, 3, 4].map((line) => `${line} is not a JSON object`));
    await expectSameHoweverCut('a.json', text, 40);
  });

  it('gives our own records back, with all details', async () => {
    const details = citation({
      id: '7',
      title: 'x',
      more: {
        days: { edat: '2016-09-30', lr: '2017' },
        fullAuthors: ['Smith, John'],
        issns: ['1468-3288'],
        grants: ['R01'],
        status: 'MEDLINE',
        links: ['RIN'],
        articleIds: ['PMC1'],
        place: 'England',
      },
    });
    expect((await read('a.json', JSON.stringify([details, inventedRecords[3]]))).records).toEqual([
      details,
      inventedRecords[3],
    ]);
  });

  it('reads CSL-JSON of reference managers', async () => {
    const item = {
      id: 'http://example.org/items/1',
      type: 'article-journal',
      title: 'A title',
      'container-title': 'Journal of Invented Results',
      'container-title-short': 'J Invent',
      author: [{ family: 'Smith', given: 'John A' }, { literal: 'The Group' }],
      issued: { 'date-parts': [[2016, 9, 30]] },
      PMID: '28775130',
      DOI: '10.1000/A',
      ISSN: '1468-3288, 0017-5749',
      page: '1-4',
      volume: '6',
    };
    expect((await read('a.json', JSON.stringify([item], undefined, 1))).records).toEqual([
      citation({
        id: '28775130',
        title: 'A title',
        date: '2016-09-30',
        year: 2016,
        journal: 'Journal of Invented Results',
        journalAbbreviation: 'J Invent',
        authors: ['Smith, John A', 'The Group'],
        doi: '10.1000/a',
        pages: '1-4',
        volume: '6',
        more: { issns: ['1468-3288', '0017-5749'] },
      }),
    ]);
  });

  it.each<[what: string, text: string, ids: string[], rejected: RegExp[]]>([
    [
      'a quotation mark',
      '[\n{"pmid":1},\n{"pmid":2,"title":"x},\n{"pmid":3}\n]',
      ['1', '3'],
      [/^3 ends within a text/],
    ],
    ['a comma', '[\n{"pmid":1},\n{"pmid":2 "title":"x"},\n{"pmid":3}]', ['1', '3'], [/^3 is not valid JSON/]],
    [
      'a brace',
      '[{"pmid":1},\n{"pmid":2,\n{"pmid":3},\n{"pmid":4}]',
      ['1', '3', '4'],
      [/^2 begins an object that does not end/],
    ],
    ['an id', '[{"title":"x"},{"pmid":3}]', ['3'], [/^1 has neither "pmid"/]],
    ['the end of an object', '[{"pmid":1},\n{"pmid":2', ['1'], [/^2 begins an object that is cut off/]],
    ['the end of the array', '[{"pmid":1},\n{"pmid":2},', ['1', '2'], [/^2 is where the file ends/]],
  ])('where %s is missing, the other records are kept', async (_, text, ids, rejected) => {
    const result = await read('a.json', text);
    expect(result.ids).toEqual(ids);
    expect(result.rejected).toEqual(rejected.map((reason): unknown => expect.stringMatching(reason)));
    await expectSameHoweverCut('a.json', text, 20);
  });

  it('reads on behind an object of 20 MB, and behind bytes that are no UTF-8', async () => {
    const megabyte = new TextEncoder().encode('x'.repeat(1_000_000));
    const { ids, rejected } = await read(
      'a.json',
      '[{"pmid":1},\n{"pmid":2,"title":"',
      ...Array<Uint8Array>(20).fill(megabyte),
      '"},\n{"pmid":3,"title":"',
      Uint8Array.of(0xe9),
      '"},\n{"pmid":4}]',
    );
    expect(ids).toEqual(['1', '4']);
    expect(rejected).toEqual([
      expect.stringMatching(/^2 .*16 MiB/),
      expect.stringMatching(/^3 is not valid UTF-8/),
    ]);
  });

  it('gives back what JSON.stringify wrote', async () => {
    const row = fc.record({ pmid: fc.integer({ min: 1, max: 99999999 }), other: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.constantFrom(0, 2), async (source, indent) => {
        const { ids, rejected } = await read('a.json', JSON.stringify(source, undefined, indent));
        expect(rejected).toEqual([]);
        expect(ids).toEqual(source.map(({ pmid }) => String(pmid)));
      }),
    );
  });

  it('throws nothing but its own error', async () => {
    await expectNoOtherError('a.json', JSON.stringify(rows, undefined, 1), [
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\n',
      ',',
      '{"pmid":5}',
    ]);
  });
});
