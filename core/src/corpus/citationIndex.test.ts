import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import { IndexFormatError, loadIndex, serializeIndex } from './indexFormat.ts';
import { PostingsBuilder } from './postingsBuilder.ts';
import { Postings } from './postings.ts';
import { citation, inventedRecords } from './testing/records.ts';

const index = CitationIndex.build(inventedRecords);
const ids = (docs: DocSet): string[] => [...docs.toArray()].map((doc) => index.idOf(doc));

describe('CitationIndex', () => {
  it('counts documents and finds them by id', () => {
    expect(index.documentCount).toBe(6);
    expect(index.docOf('103')).toBe(2);
    expect(index.docOf('7')).toBeUndefined();
    expect(index.idOf(2)).toBe('103');
  });

  it.each([
    ['tiab', 'aspirin', 2],
    ['ti', 'aspirin', 0],
    ['tiab', 'quality of life', 2],
    ['tiab', 'randomi*', 2],
    ['mh', 'Lung Neoplasms', 1],
    ['majr', 'Lung Neoplasms', 1],
    ['majr', 'Neoplasms', 0],
    ['sh', 'prevention & control', 1],
  ] as const)('document frequency of %s %s is %i', (field, term, frequency) => {
    expect(index.documentFrequency(field, term)).toBe(frequency);
  });

  it('gives postings with frequencies', () => {
    const { docs, frequencies } = index.postings('tiab', 'Life');
    expect([...docs]).toEqual([0, 1, 4]);
    expect([...frequencies]).toEqual([1, 2, 1]);
    expect(index.postings('ti', 'life').docs).toHaveLength(2);
    expect(index.postings('tiab', 'nowhere').docs).toHaveLength(0);
  });

  it('gives the terms of a document', () => {
    const { words, headings } = index.termsOf(2);
    expect(words).toContain('neoplasms');
    expect(words).not.toContain('animals');
    expect(headings).toEqual(['animals', 'benzo a pyrene', 'neoplasms']);
  });

  it('lists words by prefix', () => {
    expect(index.wordsWithPrefix('random', 10)).toEqual([
      { word: 'randomised', documents: 1 },
      { word: 'randomized', documents: 1 },
    ]);
  });

  it('orders records newest first, those without a date last', () => {
    const all = DocSet.all(index.documentCount);
    expect(index.newest(all, 0, 10).map((doc) => index.idOf(doc))).toEqual([
      '106',
      '101',
      '102',
      '103',
      '104',
      '105',
    ]);
    expect(index.newest(all, 1, 2).map((doc) => index.idOf(doc))).toEqual(['101', '102']);
  });

  it('takes the first of records with the same id', () => {
    const twice = CitationIndex.build([
      citation({ id: '1', title: 'one' }),
      citation({ id: '1', title: 'two' }),
    ]);
    expect(twice.documentCount).toBe(1);
    expect(twice.documentFrequency('tiab', 'two')).toBe(0);
  });

  it('works without records', () => {
    const empty = loadIndex(serializeIndex(CitationIndex.build([])));
    expect(empty.documentCount).toBe(0);
    expect(empty.documentFrequency('tiab', 'aspirin')).toBe(0);
    expect(empty.averageDocumentLength).toBe(0);
  });
});

describe('index format', () => {
  const bytes = serializeIndex(index);

  it('is read back the same, also from the middle of a buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const loaded of [loadIndex(bytes), loadIndex(shifted.subarray(3))]) {
      expect(loaded.parts.ids).toEqual(index.parts.ids);
      expect(ids(loaded.docsOfTerm('tiab', 'quality of life'))).toEqual(['101', '102']);
      expect([...serializeIndex(loaded)]).toEqual([...bytes]);
    }
  });

  it.each([
    ['nothing', new Uint8Array(), /no search index/],
    ['text', new TextEncoder().encode('{"title": "this is a record and no index"}'), /no search index/],
    ['half of it', bytes.subarray(0, bytes.length >> 1), /incomplete/],
    ['another format', bytes.with(8, 99), /format 99/],
  ])('refuses %s', (_, wrong, message) => {
    expect(() => loadIndex(wrong)).toThrow(IndexFormatError);
    expect(() => loadIndex(wrong)).toThrow(message);
  });

  // When this fails, tokenisation, fields or layout have changed, and older libraries would answer differently: raise INDEX_FORMAT,
  // so that their index is made anew, and then write the new format and sum here.
  it('is the layout that its number says', () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect([view.getUint32(8, true), view.getUint32(20, true)]).toEqual([2, 3_822_997_479]);
  });

  it('refuses any flipped byte', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          expect(() => loadIndex(bytes.with(at, (bytes[at] ?? 0) ^ change))).toThrow(IndexFormatError);
        },
      ),
    );
  });
});

describe('postings', () => {
  it('keep what was added, over several segments', () => {
    const builder = new PostingsBuilder(3);
    const expected = new Map<number, number>();
    // More occurrences than one segment holds, so that terms continue from one to the next.
    for (let doc = 0; doc < 60_000; doc++)
      for (let i = 0; i < 40; i++) {
        const word = i === 0 ? 'common' : `w${(doc * 31 + i * 7) % 500}`;
        builder.add(word, doc, i % 3, i);
        if (word === 'w123') expected.set(doc, (expected.get(doc) ?? 0) + 1);
      }
    const postings = new Postings(builder.finish());
    const seen = new Map<number, number>();
    postings.forEachFrequency(postings.find('w123'), 7, (doc, frequency) => seen.set(doc, frequency));
    expect(seen).toEqual(expected);
    const common = new DocSet(60_000);
    postings.addDocs(postings.find('common'), 1, common.words);
    expect(common.count()).toBe(60_000);
    expect(postings.data.documentFrequencies[postings.find('common')]).toBe(60_000);
  });
});

describe('DocSet', () => {
  const set = fc.uniqueArray(fc.nat(99));
  it('does what sets do', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [x, y] = [DocSet.of(100, a), DocSet.of(100, b)];
        const sorted = (list: number[]): number[] => list.sort((p, q) => p - q);
        expect([...x.or(y).toArray()]).toEqual(sorted([...new Set([...a, ...b])]));
        expect([...x.and(y).toArray()]).toEqual(sorted(a.filter((doc) => b.includes(doc))));
        expect([...x.andNot(y).toArray()]).toEqual(sorted(a.filter((doc) => !b.includes(doc))));
        expect(x.countCommon(y)).toBe(x.and(y).count());
        expect(x.isEmpty()).toBe(a.length === 0);
        expect(DocSet.all(100).andNot(x).count()).toBe(100 - a.length);
      }),
    );
  });
});
