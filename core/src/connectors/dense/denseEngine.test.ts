import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../../corpus/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { RankedEngine, RankingProgress } from '../../search/index.ts';
import { memoryEngine } from '../libraryEngine.ts';
import { rankedSource } from '../ranked/rankedEngine.ts';
import { atOnce } from '../ranked/testing/atOnce.ts';
import type { DenseCache, DenseEngineOptions } from './denseEngine.ts';
import { createDenseEngine, MOST_DENSE_RECORDS } from './denseEngine.ts';
import { decodeEntry, encodeEntry, textHash } from './denseFormat.ts';
import type { KeptEntry } from './denseFormat.ts';
import { wordEmbedder } from './testing/wordEmbedder.ts';
import { normalised, VectorTable } from './vectorTable.ts';

/** Invented. */
const records = [
  citation({
    id: '1',
    title: 'Exercise for preventing falls',
    abstract: 'Balance training in older people.',
  }),
  citation({ id: '2', title: 'Falls', abstract: 'Falls among the elderly were counted.' }),
  citation({ id: '3', title: 'Desmopressin in surgery', abstract: 'Blood loss was measured.' }),
  citation({ id: '4', title: '', abstract: '' }),
];
const now = (): Date => new Date('2024-05-06T07:08:09Z');
const sourceOf = (all: readonly CitationRecord[]) => rankedSource(memoryEngine(all, { label: 'small.nbib' }));

function engine(options: Partial<DenseEngineOptions> = {}, all = records): RankedEngine {
  return createDenseEngine({ embedder: wordEmbedder(), source: sourceOf(all), now, ...options });
}

/** A cache in memory. */
function memoryCache(): DenseCache & { readonly kept: Uint8Array[] } {
  const kept: Uint8Array[] = [];
  return {
    kept,
    async *entries() {
      yield* kept;
    },
    async append(entry) {
      kept.push(entry);
    },
  };
}

/** Many records, so that they take several batches. */
const many = Array.from({ length: 150 }, (_, i) =>
  citation({ id: `m${i}`, title: `Record ${i} about falls`, abstract: `word${i % 13} word${i % 7}` }),
);
const PROBES = 1;
/** Texts that were embedded of records: without the probe and the question. */
const recordTexts = ({ asked }: ReturnType<typeof wordEmbedder>): number =>
  asked.filter((texts) => !texts.some((text) => text.startsWith('Exercise for preventing falls in older') || text === 'falls')).flat().length; // prettier-ignore

describe('ranking by similarity', () => {
  it('puts the record that says the same first, and says where and when the answer comes from', async () => {
    const dense = engine();
    const { hits, ...answer } = await dense.rank(
      'Exercise for preventing falls balance training in older people',
    );
    expect(hits.map(({ id }) => id)[0]).toBe('1');
    expect(hits[0]?.score).toBeCloseTo(1, 4);
    expect(hits).toHaveLength(3); // no record without a text
    expect(hits.every(({ score }, i) => score <= (hits[i - 1]?.score ?? 1))).toBe(true);
    expect(answer).toEqual({
      count: 3,
      translation: 'Exercise for preventing falls balance training in older people',
      warnings: [],
      provenance: { engine: dense.id, label: dense.label, at: '2024-05-06T07:08:09.000Z' },
    });
    expect(dense.id).toMatch(/\+dense:words$/);
    expect(dense.label).toBe('small.nbib, 4 records, by similarity (words)');
  });

  it('gives pages of one order', async () => {
    const dense = engine({}, many);
    const ids = async (options: object): Promise<readonly string[]> =>
      (await dense.rank('falls word3', options)).hits.map(({ id }) => id);
    const all = await ids({ limit: 150 });
    expect(all).toHaveLength(150);
    expect(await ids({})).toEqual(all.slice(0, 50));
    expect(await ids({ limit: 7, offset: 20 })).toEqual(all.slice(20, 27));
    expect(await ids({ limit: 0 })).toEqual([]);
    expect(await ids({ offset: 1000 })).toEqual([]);
  });

  it('puts prefixes before questions and records, and both into its id', async () => {
    const embedder = wordEmbedder();
    const dense = engine({ embedder, queryPrefix: 'query: ', documentPrefix: 'passage: ' });
    const { translation } = await dense.rank('falls');
    expect(translation).toBe('query: falls');
    expect(embedder.asked).toEqual([
      [expect.stringMatching(/^Exercise for preventing falls in older/)],
      [
        'passage: Exercise for preventing falls Balance training in older people.',
        'passage: Falls Falls among the elderly were counted.',
        'passage: Desmopressin in surgery Blood loss was measured.',
      ],
      ['query: falls'],
    ]);
    expect(dense.id).toContain('["query: ","passage: "]');
  });

  it('refuses what it cannot answer', async () => {
    const dense = engine();
    await expect(dense.rank(' \n')).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/empty/),
    });
    await expect(dense.rank('?!')).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(/makes nothing of/) }); // prettier-ignore
    await expect(dense.rank('x', { require: ['y'] })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(dense.rank('x', { exclude: ['y'] })).rejects.toMatchObject({ code: 'unsupported' });
    const source = { ...sourceOf(records), documentCount: MOST_DENSE_RECORDS + 1 };
    await expect(engine({ source }).rank('x')).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/at most 1,000,000 records/) }); // prettier-ignore
    await dense.close();
    await expect(dense.rank('falls')).rejects.toMatchObject({ code: 'internal', message: expect.stringMatching(/is closed/) }); // prettier-ignore
  });

  it('says when the model does not do as embedders do', async () => {
    const lengths = { id: 'x', embed: async (texts: readonly string[]) => texts.map((text) => new Float32Array(text.length).fill(1)) }; // prettier-ignore
    await expect(engine({ embedder: lengths }).rank('x')).rejects.toThrow(/\d+ numbers after vectors of \d+/);
    const few = { id: 'few', embed: async () => [] };
    await expect(engine({ embedder: few }).rank('x')).rejects.toThrow('few gave 0 vectors for 1 texts');
    const zeros = {
      id: 'zeros',
      embed: async (texts: readonly string[]) => texts.map(() => new Float32Array(3)),
    };
    await expect(engine({ embedder: zeros }).rank('x')).rejects.toThrow(/gives no usable vectors/);
  });

  it('a library without a text has an empty ranking', async () => {
    expect(await engine({}, [citation({ id: '1' })]).rank('falls')).toMatchObject({ count: 0, hits: [] });
  });

  it('a waiting question gives up at once, and the next goes on where the embedding was', async () => {
    const words = wordEmbedder();
    const abort = new AbortController();
    let batches = 0;
    const embedder = {
      ...words,
      embed: async (texts: readonly string[], signal?: AbortSignal) => {
        if (++batches === 4) abort.abort(); // probe, two batches of records, the third
        return words.embed(texts, signal);
      },
    };
    const dense = engine({ embedder }, many);
    const progress: RankingProgress[] = [];
    const first = dense.rank('falls', { signal: abort.signal, onProgress: (each) => progress.push(each) });
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(progress[0]).toEqual({ done: 32, total: 150 });
    expect((await dense.rank('falls')).count).toBe(150);
    expect(recordTexts(words)).toBe(150);
  });
});

describe('vectors that are kept', () => {
  it('are used again: after a whole run nothing is embedded or read but the question', async () => {
    const cache = memoryCache();
    const first = await engine({ cache }, many).rank('falls');
    const embedder = wordEmbedder();
    const source = { ...sourceOf(many), records: () => expect.unreachable('no record has to be read') };
    expect((await engine({ cache, embedder, source }).rank('falls')).hits).toEqual(first.hits);
    expect(embedder.asked.flat()).toHaveLength(PROBES + 1);
  });

  it('of an interrupted run are gone on from', async () => {
    const cache = memoryCache();
    await engine({ cache }, many).rank('falls');
    const whole = (await engine({}, many).rank('falls')).hits;
    cache.kept.splice(3); // the probe and two batches
    const embedder = wordEmbedder();
    expect((await engine({ cache, embedder }, many).rank('falls')).hits).toEqual(whole);
    expect(recordTexts(embedder)).toBe(150 - 64);
  });

  it('are not used for records that changed, came, or lost their text', async () => {
    const cache = memoryCache();
    await engine({ cache }, many).rank('falls');
    const changed = [
      ...many
        .slice(2)
        .map((record) => (record.id === 'm5' ? { ...record, title: 'Quite different' } : record)),
      citation({ id: 'm1' }),
      citation({ id: 'new', title: 'A new record' }),
    ];
    const embedder = wordEmbedder();
    const { hits, count } = await engine({ cache, embedder }, changed).rank('falls', { limit: 200 });
    const anew = await engine({}, changed).rank('falls', { limit: 200 });
    expect({ hits, count }).toEqual({ hits: anew.hits, count: 149 });
    expect(recordTexts(embedder)).toBe(2);
    // Now these are whole, and what was before them is not.
    const again = wordEmbedder();
    expect((await engine({ cache, embedder: again }, changed).rank('falls', { limit: 200 })).hits).toEqual(
      hits,
    );
    expect(recordTexts(again)).toBe(0);
    const back = wordEmbedder();
    await engine({ cache, embedder: back }, many).rank('falls');
    expect(recordTexts(back)).toBe(2); // m1 and m5; m0 is as it was kept
  });

  it('of another model, of another prefix, or of another model by the same name are not used', async () => {
    const cache = memoryCache();
    await engine({ cache }, many).rank('falls');
    for (const [options, embedder] of [
      [{}, wordEmbedder(32, 'other')],
      [{ documentPrefix: 'passage: ' }, wordEmbedder()],
      [{}, { ...wordEmbedder(32, 'impostor'), id: 'words' }],
      [{}, { ...wordEmbedder(16), id: 'words' }],
    ] as const) {
      const { hits } = await engine({ cache, embedder, ...options }, many).rank('falls');
      expect(recordTexts(embedder)).toBe(150);
      expect(hits).toEqual((await engine({ embedder, ...options }, many).rank('falls')).hits);
    }
  });

  it('that are damaged are made anew', async () => {
    const cache = memoryCache();
    await engine({ cache }, many).rank('falls');
    const whole = (await engine({}, many).rank('falls')).hits;
    cache.kept[1] = (cache.kept[1] ?? new Uint8Array()).subarray(0, 500);
    cache.kept.pop(); // the mark that all are there
    const embedder = wordEmbedder();
    expect((await engine({ cache, embedder }, many).rank('falls')).hits).toEqual(whole);
    expect(recordTexts(embedder)).toBe(32);
    const broken: DenseCache = { ...memoryCache(), entries: () => { throw new Error('unreadable'); } }; // prettier-ignore
    expect((await engine({ cache: broken }, many).rank('falls')).hits).toEqual(whole);
  });

  it('that cannot be kept are a warning', async () => {
    const cache = { ...memoryCache(), append: () => Promise.reject(new Error('there is no room left.')) };
    const { warnings, count } = await engine({ cache }).rank('falls');
    expect(count).toBe(3);
    expect(warnings).toEqual([
      {
        code: 'index-not-kept',
        message: 'Embeddings could not be kept and are made anew next time: there is no room left.',
      },
    ]);
  });
});

describe('the table of vectors', () => {
  const dimensions = 5;
  // Whole numbers, few of them, so that equal cosines are common.
  const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: dimensions, maxLength: dimensions });

  it('finds what sorting all would put first, of equal ones the first document', () => {
    fc.assert(
      fc.property(fc.array(vector, { maxLength: 40 }), vector, fc.nat(45), (rows, asked, most) => {
        const question = normalised(Float32Array.from(asked));
        fc.pre(question !== undefined);
        const table = new VectorTable(rows.length, dimensions);
        rows.forEach((row, doc) => {
          const unit = normalised(Float32Array.from(row));
          if (unit !== undefined) table.set(doc, unit);
        });
        const naive = rows
          .map((_, doc) => doc)
          .filter((doc) => table.has(doc))
          .map((doc) => ({ doc, score: cosine(question, table.row(doc)) }))
          .sort((a, b) => b.score - a.score || a.doc - b.doc)
          .slice(0, most);
        const found = atOnce(table.nearest(question, most));
        expect(found.map(({ doc }) => doc)).toEqual(naive.map(({ doc }) => doc));
        found.forEach(({ score }, i) => expect(score).toBeCloseTo(naive[i]?.score ?? NaN, 12));
      }),
      { numRuns: 500 },
    );
  });

  /** In the order of additions of the table, so that ties are ties here too. */
  function cosine(a: Float32Array, b: Float32Array): number {
    const product = (i: number): number => (a[i] ?? 0) * (b[i] ?? 0);
    return product(0) + product(4) + product(1) + (product(2) + product(3));
  }
});

describe('entries of what is kept', () => {
  const key = { model: 'm', template: 't' };
  const entry: fc.Arbitrary<KeptEntry> = fc.oneof(
    fc.record({ kind: fc.constant('complete' as const), source: fc.string() }),
    fc.record({
      kind: fc.constant('probe' as const),
      vector: fc.float32Array({ minLength: 1, maxLength: 6 }),
    }),
    fc
      .array(
        fc.tuple(fc.string(), fc.maxSafeNat(), fc.option(fc.float32Array({ minLength: 3, maxLength: 3 }), { nil: undefined })), // prettier-ignore
        { maxLength: 5 },
      )
      .map((rows) => ({
        kind: 'vectors' as const,
        ids: rows.map(([id]) => id),
        hashes: rows.map(([, hash]) => hash),
        vectors: rows.map(([, , vector]) => vector),
      })),
  );

  it('come back as they went, wherever they lie in memory; damaged or foreign ones do not', () => {
    fc.assert(
      fc.property(entry, fc.nat(3), fc.nat(), (kept, shift, at) => {
        const bytes = encodeEntry(key, kept);
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        expect(decodeEntry(key, moved.subarray(shift))).toEqual(kept);
        expect(decodeEntry({ ...key, model: 'other' }, bytes)).toBeUndefined();
        expect(decodeEntry({ ...key, template: 'other' }, bytes)).toBeUndefined();
        const cut = decodeEntry(key, bytes.subarray(0, at % bytes.length));
        expect(cut).toBeUndefined();
      }),
    );
  });

  it('tell texts apart by their hash', () => {
    const texts = [...Array(20_000).keys()].map((i) => `${i} ${i % 7}`);
    expect(new Set(texts.map(textHash)).size).toBe(texts.length);
    expect(textHash('falls')).toBe(textHash('falls'));
    for (const text of ['', 'falls', '😀'.repeat(50)])
      expect(Number.isSafeInteger(textHash(text))).toBe(true);
  });
});
