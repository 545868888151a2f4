import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../corpus/index.ts';
import { citation } from '../corpus/testing/records.ts';
import { loadThesaurus } from '../mesh/index.ts';
import { citationIndexer, isUsableIndex, LibraryError } from './index.ts';
import type { Indexer } from './index.ts';
import { finished as finish, newBuilder, openBytes, sql } from './testing/sqlJsLibrary.ts';

function record(id: string, more: Partial<CitationRecord> = {}): CitationRecord {
  return citation({ id, title: `Title ${id}`, ...more });
}

function build(...records: CitationRecord[]): Uint8Array {
  const builder = newBuilder();
  for (const each of records) builder.add(each);
  return finish(builder);
}

describe('a library', () => {
  it('gives back what was put in', () => {
    const full = record('11', {
      abstract: 'β-blockers — “quoted” 😀',
      mesh: ['*Heart/surgery', 'Humans'],
      date: '2016-09-30',
      year: 2016,
      journal: 'The Journal',
      journalAbbreviation: 'J',
      authors: ['Müller K', 'Li, W.'],
      affiliations: ['Here'],
      substances: ['Aspirin'],
      publicationTypes: ['Journal Article'],
      languages: ['eng'],
      keywords: ['k'],
      doi: '10.1/x',
      volume: '1',
      issue: '2',
      pages: '3-4',
    });
    const library = openBytes(build(full, record('7', { year: 1999 })), 'x.sqlite');
    expect([...library.records()]).toEqual([full, record('7', { year: 1999 })]);
    expect(library.recordsByIds(['7', 'nobody', '11'])).toEqual([record('7', { year: 1999 }), full]);
    expect(library.info).toMatchObject({
      records: 2,
      withAbstract: 1,
      withMesh: 1,
      years: [1999, 2016],
      version: 2,
    });
    expect(library.indexBytes()).toBeUndefined();
    expect(library.thesaurus()).toBeUndefined();
    library.close();
  });

  it('may be empty', () => {
    const library = openBytes(build());
    expect([...library.records()]).toEqual([]);
    expect(library.info).toMatchObject({ records: 0, withAbstract: 0, years: undefined });
  });

  it('keeps MeSH and an index larger than a chunk', () => {
    const builder = newBuilder();
    const mesh = loadThesaurus([{ ui: 'D1', name: 'Widgets', tree: ['Z01'] }], '2024');
    builder.setThesaurus(mesh);
    builder.add(record('1'));
    const index = new Uint8Array(9_000_000).map((_, i) => i % 251);
    const indexer: Indexer = { build: () => index, update: () => undefined };
    const bytes = finish(builder, { indexer });
    const library = openBytes(bytes);
    expect(library.thesaurus()?.descriptors).toEqual(mesh.descriptors);
    expect(library.thesaurus()?.version).toBe('2024');
    const stored = library.indexBytes();
    expect(stored?.length).toBe(index.length);
    expect(Buffer.compare(stored ?? new Uint8Array(), index)).toBe(0);

    // An index of other records is not handed out.
    const again = newBuilder(bytes);
    again.add(record('2'));
    const changed = openBytes(finish(again));
    expect(changed.indexBytes()).toBeUndefined();
    expect(changed.thesaurus()?.size).toBe(1);
  });

  it('is read in the format before, and comes out in the present one', () => {
    const database = new sql.Database(build(record('1', { abstract: 'kept' })));
    database.exec('ALTER TABLE citation DROP COLUMN more; PRAGMA user_version = 1');
    const old = database.export();
    expect(openBytes(old).record('1')).toEqual(record('1', { abstract: 'kept' }));
    const builder = newBuilder(old);
    expect(builder.add(record('1', { abstract: 'kept' }))).toBe('unchanged');
    expect(builder.add(record('2', { more: { status: 'MEDLINE' } }))).toBe('added');
    const library = openBytes(finish(builder));
    expect(library.info.version).toBe(2);
    expect([...library.records()]).toEqual([
      record('1', { abstract: 'kept' }),
      record('2', { more: { status: 'MEDLINE' } }),
    ]);
  });

  it('takes records out, and says whether they were there', () => {
    const builder = newBuilder(build(record('1'), record('x9', { doi: '10.1/a' }), record('3')));
    builder.add(record('9', { doi: '10.1/a' }));
    expect(['1', 'x9', '7'].map((id) => builder.remove(id))).toEqual([true, true, false]);
    const library = openBytes(finish(builder));
    expect([...library.records()].map(({ id }) => id)).toEqual(['3']);
    expect(library.record('x9')).toBeUndefined();
    expect(library.info.records).toBe(1);
  });

  it('hands its indexer what changed, and only that', () => {
    const indexed: string[][] = [];
    const bytesOf = (ids: Iterable<string>): Uint8Array => new TextEncoder().encode([...ids].join());
    const indexer: Indexer = {
      build: (records) => bytesOf(Array.from(records, ({ id }) => id)),
      update: (before, dropped, records) => {
        const ids = Array.from(records, ({ id }) => id);
        indexed.push([new TextDecoder().decode(before), [...dropped].sort().join(), ids.join()]);
        return bytesOf(ids);
      },
    };
    const first = newBuilder();
    for (const id of ['1', '2', '3', '4', '5', '6']) first.add(record(id));
    const bytes = finish(first, { indexer });
    const second = newBuilder(bytes);
    second.add(record('1'));
    second.add(record('2', { title: 'New' }));
    second.remove('3');
    second.add(record('7'));
    finish(second, { indexer, indexBefore: () => openBytes(bytes).indexBytes()?.slice() });
    expect(indexed).toEqual([['1,2,3,4,5,6', '2,3,7', '2,7']]);
    // Where most of it changed, all is indexed.
    const third = newBuilder(bytes);
    for (const id of ['1', '2', '3', '4', '5']) third.add(record(id, { title: 'New' }));
    finish(third, { indexer, indexBefore: () => openBytes(bytes).indexBytes() });
    expect(indexed).toHaveLength(1);
  });

  it('tells a sound file from one whose text was changed', () => {
    const bytes = build(record('1', { title: 'A title that is whole' }));
    expect(openBytes(bytes).verify(() => true)).toMatch(/search index is missing/);
    expect(
      openBytes(finish(newBuilder(bytes), { indexer: citationIndexer })).verify(isUsableIndex),
    ).toBeUndefined();
    const database = new sql.Database(bytes);
    database.exec("UPDATE citation SET title = 'Another'");
    expect(openBytes(database.export()).verify(() => true)).toBe('the record 1 is not what it was');
    const fewer = new sql.Database(bytes);
    fewer.exec('DELETE FROM citation');
    expect(openBytes(fewer.export()).verify(() => true)).toBe('0 of 1 records are there');
  });

  it('updates on the second run and never duplicates', () => {
    const first = build(record('1'), record('2', { abstract: 'kept' }));
    const second = newBuilder(first);
    expect(second.add(record('1'))).toBe('unchanged');
    expect(second.add(record('2', { title: 'New' }))).toBe('updated');
    expect(second.add(record('2', { title: 'New' }))).toBe('unchanged');
    expect(second.add(record('3'))).toBe('added');
    const library = openBytes(finish(second));
    expect([...library.records()].map((r) => r.id)).toEqual(['1', '2', '3']);
    expect(library.record('2')).toEqual(record('2', { title: 'New', abstract: 'kept' }));
  });

  it('has a hash of its content that does not depend on the order or the time', () => {
    const hash = (bytes: Uint8Array) => openBytes(bytes).info.contentHash;
    expect(hash(build(record('1'), record('2')))).toBe(hash(build(record('2'), record('1'))));
    expect(hash(build(record('1')))).not.toBe(hash(build(record('1', { year: 2000 }))));
  });

  it.each<[string, [string, string | undefined][], string[]]>([
    [
      'the same DOI without a PMID is one record',
      [
        ['x1', '10.1/a'],
        ['77', '10.1/a'],
      ],
      ['77'],
    ],
    [
      'whichever comes first',
      [
        ['77', '10.1/a'],
        ['x1', '10.1/a'],
      ],
      ['77'],
    ],
    [
      'two PMIDs stay two records',
      [
        ['77', '10.1/a'],
        ['78', '10.1/a'],
      ],
      ['77', '78'],
    ],
    [
      'two other ids are one record',
      [
        ['x1', '10.1/a'],
        ['x2', '10.1/a'],
        ['x2', undefined],
      ],
      ['x1'],
    ],
    [
      'a PMID that learns its DOI later',
      [
        ['x1', '10.1/a'],
        ['77', undefined],
        ['77', '10.1/a'],
        ['x1', '10.1/a'],
      ],
      ['77'],
    ],
    [
      'no DOI, no merging',
      [
        ['x1', undefined],
        ['x2', undefined],
      ],
      ['x1', 'x2'],
    ],
  ])('merges by DOI: %s', (_, input, ids) => {
    const records = input.map(([id, doi]) =>
      record(id, { ...(doi === undefined ? {} : { doi }), title: 'T' }),
    );
    const bytes = build(...records);
    const library = openBytes(bytes);
    expect([...library.records()].map((r) => r.id)).toEqual(ids);
    for (const [id] of input) expect(library.record(id)?.title).toBe('T');
    const again = newBuilder(bytes);
    for (const each of records) again.add(each);
    expect([...openBytes(finish(again)).records()].map((r) => r.id)).toEqual(ids);
  });

  it('never drops a year for a date of another year', () => {
    const builder = newBuilder();
    builder.add(record('1', { year: 2016, date: '2016-09' }));
    builder.add(record('1', { year: 2017 }));
    expect([...builder.records()]).toEqual([record('1', { year: 2017 })]);
    builder.close();
  });

  it('keeps any text whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ title: fc.string({ unit: 'binary' }), author: fc.string({ unit: 'binary' }) })),
        (items) => {
          const records = items.map((item, i) =>
            record(`${i + 1}`, { title: item.title, authors: [item.author] }),
          );
          const back = [...openBytes(build(...records)).records()];
          const clean = (text: string) => text.replaceAll('\0', ' ');
          expect(back.map((r) => r.title)).toEqual(records.map((r) => clean(r.title)));
          expect(back.map((r) => r.authors)).toEqual(records.map((r) => r.authors));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a file that is no library', () => {
  const good = build(record('1', { abstract: 'x '.repeat(40_000) }));
  const patched = (at: number, value: number) => {
    const copy = good.slice();
    new DataView(copy.buffer).setUint32(at, value);
    return copy;
  };
  const scrambled = good.slice().fill(0x55, 100);
  const otherDatabase = new sql.Database();
  otherDatabase.exec('CREATE TABLE t (x)');

  it.each<[string, Uint8Array, LibraryError['code'], RegExp]>([
    ['empty', new Uint8Array(), 'empty', /lib\.sqlite is empty.*corpus build/],
    ['text', new TextEncoder().encode('hello'), 'not-sqlite', /not a SQLite file\. .*corpus build/],
    ['JSON lines', new TextEncoder().encode('{"pmid":"1"}\n'), 'not-sqlite', /looks like JSON lines/],
    ['MEDLINE', new TextEncoder().encode('\nPMID- 1\n'), 'not-sqlite', /looks like a file of citations/],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8]), 'not-sqlite', /looks gzipped/],
    ['another database', otherDatabase.export(), 'not-a-library', /not a citation library of Querent/],
    ['format 0', patched(60, 0), 'unfinished', /not completed.*Run the import again/],
    ['format 9', patched(60, 9), 'newer', /newer Querent.*format 9.*reads formats 1 to 2.*update Querent/],
    ['cut off in the header', good.subarray(0, 60), 'truncated', /cut off after 60 bytes/],
    ['cut off', good.subarray(0, good.length - 1000), 'truncated', /cut off: it has \d+ of \d+ bytes/],
    ['scrambled', scrambled, 'damaged', /damaged/],
  ])('is refused with its reason: %s', (_, bytes, code, message) => {
    const open = () => openBytes(bytes, 'lib.sqlite');
    expect(open).toThrow(LibraryError);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => newBuilder(bytes, 'lib.sqlite')).toThrow(LibraryError);
  });

  it.each([
    ['years that are none', "UPDATE meta SET value = '{}' WHERE key = 'years'"],
    ['a number that is none', "UPDATE meta SET value = 'many' WHERE key = 'records'"],
    ['MeSH that lost headings', "UPDATE mesh_lines SET lines = 'rubbish'"],
    ['MeSH that was changed', "UPDATE mesh_lines SET lines = replace(lines, 'A07', 'A08')"],
  ])('is damaged with %s', (_, statement) => {
    const builder = newBuilder();
    builder.add(record('1'));
    builder.setThesaurus(loadThesaurus(['{"ui":"D1","name":"Heart","tree":["A07.1"]}']));
    const database = new sql.Database(finish(builder));
    database.exec(statement);
    const bytes = database.export();
    const open = () => openBytes(bytes, 'lib.sqlite').thesaurus();
    expect(open).toThrow(expect.objectContaining({ code: 'damaged' }) as Error);
    expect(open).toThrow(/--rebuild/);
  });

  it('shows and counts no record whose text was changed', () => {
    const database = new sql.Database(build(record('1'), record('2')));
    database.exec("UPDATE citation SET title = 'Another' WHERE id = '2'");
    const library = openBytes(database.export(), 'lib.sqlite');
    expect(library.record('1')?.title).toBe('Title 1');
    for (const read of [() => library.record('2'), () => [...library.records()]])
      expect(read).toThrow(/lib\.sqlite is damaged: the record 2 is not what it was.*corpus repair/);
    expect([...library.readable()].map(({ record: { id }, isSound }) => [id, isSound])).toEqual([
      ['1', true],
      ['2', false],
    ]);
  });

  it('never crashes, whatever byte is wrong', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 200 }), (at, bytes) => {
        const copy = good.slice();
        copy.set(bytes.subarray(0, good.length - at), at);
        try {
          const library = openBytes(copy);
          for (const each of library.records()) library.record(each.id);
          library.close();
        } catch (error) {
          expect(error).toBeInstanceOf(LibraryError);
        }
      }),
    );
  });
});
