import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { parseId, parseSeeds } from './seeds.ts';

describe('parseId', () => {
  it.each([
    ['8466062', '8466062'],
    ['00123', '123'],
    ['nct01234567', 'NCT01234567'],
    ['0', undefined],
    ['NCT123', undefined],
    ['1234567890', undefined],
    ['12a', undefined],
    ['', undefined],
  ])('%s -> %s', (text, id) => expect(parseId(text)).toBe(id));
});

describe('parseSeeds', () => {
  it.each([
    ['one id per line', 'a.txt', '1\n2\r\n3\r4', ['1', '2', '3', '4']],
    ['commas, semicolons, spaces, duplicates', 'a.txt', '1, 2;3 2', ['1', '2', '3']],
    ['comments', 'a.txt', '# seeds 2016\n1 // the first 77\n2 # second 88', ['1', '2']],
    ['a byte order mark', 'a.txt', '\uFEFF1\n2', ['1', '2']],
    ['addresses and labels', 'a.txt', 'https://pubmed.ncbi.nlm.nih.gov/123/\nPMID: 456', ['123', '456']],
    ['nbib', 'a.nbib', 'PMID- 11\nTI  - x 99\n\nPMID- 12\n', ['11', '12']],
    [
      'ris',
      'a.RIS',
      'TY  - JOUR\nAN  - 21\nER  -\nTY  - JOUR\nUR  - https://pubmed.ncbi.nlm.nih.gov/22/\nER  - \nTY  - JOUR\nID  - PMID 23\n',
      ['21', '22', '23'],
    ],
  ])('reads %s', (_, file, text, ids) => {
    const list = parseSeeds(text, file);
    expect(list.ids).toEqual(ids);
    expect(list.problems).toEqual([]);
  });

  it('names each bad entry at its place and keeps the good ones', () => {
    const text = '1\n10.1000/xyz 2\nPMC77';
    const list = parseSeeds(text, 'seeds.txt');
    expect(list.ids).toEqual(['1', '2']);
    expect(list.problems.map(({ range }) => text.slice(range.start, range.end))).toEqual([
      '10.1000/xyz',
      'PMC77',
    ]);
    expect(list.problems[0]?.message).toContain('DOI');
  });

  it.each([
    ['a.nbib', 'PMID- 1'],
    ['a.ris', 'TY  - JOUR\nID  - 1'],
    ['a.txt', 'pmid'],
  ])('is not slowed down by a run of white space in %s', (file, start) => {
    const started = processorMs();
    parseSeeds(`${start}${' '.repeat(100_000)}x`, file);
    expect(processorMs() - started).toBeLessThan(2000);
  });

  it('says so when a RIS record names no id', () => {
    const list = parseSeeds('TY  - JOUR\nTI  - x\nER  -\n', 'a.ris');
    expect(list.ids).toEqual([]);
    expect(list.problems.map(({ rule }) => rule)).toEqual(['seeds-file-record']);
  });

  it.each(['', '\n', 'no ids'])('reports a file without ids: %j', (text) =>
    expect(parseSeeds(text, 'a.txt').problems.length).toBeGreaterThan(0),
  );
});
