import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../../corpus/testing/records.ts';
import type { RankedEngine, RankingProgress } from '../../search/index.ts';
import { memoryEngine } from '../libraryEngine.ts';
import { RankedIndexBuilder } from './rankedBuilder.ts';
import type { RankedCache, RankedEngineOptions } from './rankedEngine.ts';
import { createRankedEngine, MOST_RANKED_RECORDS, rankedSource } from './rankedEngine.ts';
import { loadRankedIndex, serializeRankedIndex } from './rankedFormat.ts';
import type { RankedIndex } from './rankedIndex.ts';
import { atOnce } from './testing/atOnce.ts';

/** Invented. */
const records = [
  citation({
    id: '1',
    title: 'Exercise for preventing falls in older people',
    abstract: 'Balance training.',
  }),
  citation({ id: '2', title: 'Falls', abstract: 'Falls among the elderly were counted.' }),
  citation({ id: '3', title: 'Desmopressin in surgery', keywords: ['blood loss'] }),
  citation({ id: '4', title: 'Vitamin D and fractures', mesh: ['Accidental Falls/*prevention & control'] }),
  citation({ id: '5', title: 'Untitled', abstract: '' }),
];
const now = (): Date => new Date('2024-05-06T07:08:09Z');

function engine(options: RankedEngineOptions = {}, all = records): RankedEngine {
  return createRankedEngine(rankedSource(memoryEngine(all, { label: 'small.nbib' })), { now, ...options });
}
const ids = async (question: string, options = {}): Promise<readonly string[]> =>
  (await engine().rank(question, options)).hits.map(({ id }) => id);

/** A cache in memory; `bytes` is what it holds. */
function memoryCache(bytes?: Uint8Array): RankedCache & { bytes: Uint8Array | undefined; stored: number } {
  return {
    bytes,
    stored: 0,
    async load() {
      return this.bytes;
    },
    async store(built) {
      this.bytes = built;
      this.stored++;
    },
  };
}

describe('ranking', () => {
  it('orders by fit, scores descend, and the answer says where and when it comes from', async () => {
    const ranked = engine();
    const { hits, ...answer } = await ranked.rank('What exercises prevent falls?');
    expect(hits.map(({ id }) => id)).toEqual(['1', '4', '2']);
    expect(hits.every(({ score }, i) => score > 0 && score <= (hits[i - 1]?.score ?? Infinity))).toBe(true);
    expect(answer).toEqual({
      count: 3,
      translation: 'exercis prevent fall',
      warnings: [],
      provenance: { engine: ranked.id, label: ranked.label, at: '2024-05-06T07:08:09.000Z' },
    });
    expect(ranked.label).toBe('small.nbib, 5 records');
  });

  it.each([
    ['keywords are searched', 'blood loss', {}, ['3']],
    ['headings with their qualifiers are searched', 'control', {}, ['4']],
    ['pages', 'falls', { offset: 1, limit: 1 }, ['1']],
    ['a page behind the end is empty', 'falls', { offset: 99 }, []],
    ['required words', 'falls', { require: ['older people'] }, ['1']],
    ['excluded words', 'falls', { exclude: ['elderly', 'vitamin'] }, ['1']],
    ['a word that is asked for and excluded', 'exercise falls', { exclude: ['exercises'] }, ['2', '4']],
    ['a required word that no record has', 'falls', { require: ['nowhere'] }, []],
    ['a Boolean query', '"falls"[ti] NOT elderly[tiab]', {}, ['2', '1', '4']],
  ])('%s', async (_, question, options, expected) => {
    expect(await ids(question, options)).toEqual(expected);
  });

  it('says which words no record has; all of them unknown is an honest zero', async () => {
    const some = await engine().rank('falls xylophone');
    expect(some.warnings).toEqual([{ code: 'word-not-found', message: 'No record has “xylophone”.' }]);
    const none = await engine().rank('xylophone zither');
    expect(none).toMatchObject({ count: 0, hits: [] });
    expect(none.warnings[0]?.message).toBe('No record has any of the words “xylophone”, “zither”.');
  });

  it.each([
    ['', {}, /empty/],
    [' \n ', {}, /empty/],
    ['what is the', {}, /only words that say nothing/],
    ['?!', {}, /only words that say nothing/],
    ['the', { exclude: ['falls'] }, /Only words to exclude/],
  ])('“%s” %o is refused in words', async (question, options, message) => {
    await expect(engine().rank(question, options)).rejects.toMatchObject({
      name: 'SearchError',
      code: 'rejected',
      message: expect.stringMatching(message) as string,
    });
  });

  it('answers a question of 100 kB with the rarest of its words', async () => {
    const noise = Array.from({ length: 12_000 }, (_, i) => `word${i}`).join(' ');
    const { hits, warnings } = await engine().rank(`falls ${noise} falls`);
    expect(hits.map(({ id }) => id)).toEqual(['2', '1', '4']);
    expect(warnings.map(({ code }) => code)).toEqual(['word-not-found', 'question-too-long']);
  });

  it('never throws on what people type: lunr’s own syntax means nothing here', async () => {
    const ranked = engine();
    const syntax = fc.array(fc.constantFrom('falls', ':', '~', '^', '+', '-', '*', 'title:', '~2', '\\', '"', '(', '[mh]', ' AND ', ' '), { maxLength: 20 }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(syntax, async (pieces) => {
        const text = `falls ${pieces.join('')}`;
        expect((await ranked.rank(text)).count).toBe(3);
      }),
    );
  });

  it('ranks a library without abstracts, and one without records', async () => {
    const bare = records.map(({ id, title }) => citation({ id, title }));
    expect((await engine({}, bare).rank('falls')).hits[0]?.id).toBe('2');
    expect(await engine({}, []).rank('falls')).toMatchObject({ count: 0, hits: [] });
  });

  it('refuses a library beyond the limit', async () => {
    const source = rankedSource(memoryEngine(records));
    const huge = createRankedEngine({ ...source, documentCount: MOST_RANKED_RECORDS + 1 });
    await expect(huge.rank('falls')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('at most 500,000 records') as string,
    });
  });
});

describe('the index', () => {
  it('is built once for questions that come together, and tells how far it is', async () => {
    const cache = memoryCache();
    const ranked = engine({ cache });
    const told: RankingProgress[] = [];
    await Promise.all([
      ranked.rank('falls', { onProgress: (progress) => told.push(progress) }),
      ranked.rank('exercise'),
    ]);
    await ranked.rank('surgery');
    expect(cache.stored).toBe(1);
    expect(told[0]).toEqual({ done: 5, total: 5 });
  });

  it('is taken from the cache when it is there', async () => {
    const cache = memoryCache();
    const before = await engine({ cache }).rank('older falls');
    const after = await engine({ cache }).rank('older falls');
    expect(cache.stored).toBe(1);
    expect(after).toEqual(before);
  });

  it.each([
    ['nonsense', () => new Uint8Array([1, 2, 3])],
    ['an index cut short', (good: Uint8Array) => good.slice(0, -1)],
    ['another version', (good: Uint8Array) => good.with(4, 99)],
    ['other records', (good: Uint8Array) => good, records.slice(1)],
  ])('in the cache that is %s is made anew', async (_, spoil, all = records) => {
    const cache = memoryCache();
    const before = await engine({ cache }, all).rank('falls');
    cache.bytes = spoil(cache.bytes ?? new Uint8Array());
    const answer = await engine({ cache }).rank('falls');
    expect(answer.hits.map(({ id }) => id)).toEqual(['2', '1', '4']);
    expect(answer.warnings).toEqual([]);
    expect(before.count).toBeGreaterThan(0);
    expect(cache.stored).toBe(2);
  });

  it('that cannot be read or kept costs a warning, not the answer', async () => {
    const failing: RankedCache = {
      load: () => Promise.reject(new Error('unreadable')),
      store: () => Promise.reject(new Error('The disk is full.')),
    };
    const { count, warnings } = await engine({ cache: failing }).rank('falls');
    expect(count).toBe(3);
    expect(warnings).toEqual([
      {
        code: 'index-not-kept',
        message: expect.stringMatching(/made anew next time: The disk is full\.$/) as string,
      },
    ]);
  });

  it('given up by the only one who waits is not built on; the next question builds it', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => citation({ id: String(i), title: `Falls ${i}`, abstract: `${'word '.repeat(50)}${i}` })); // prettier-ignore
    const controller = new AbortController();
    const cache = memoryCache();
    let pauses = 0;
    const pause = async (): Promise<void> => {
      if (++pauses === 1) controller.abort();
    };
    const ranked = engine({ cache, pause }, many);
    const source = ranked.rank('falls', { signal: controller.signal });
    await expect(source).rejects.toMatchObject({ code: 'aborted' });
    expect(cache.stored).toBe(0);
    expect((await ranked.rank('falls')).count).toBe(3000);
    expect(cache.stored).toBe(1);
  });

  it('given up by one of two is built for the other', async () => {
    const controller = new AbortController();
    const ranked = engine();
    const first = ranked.rank('falls', { signal: controller.signal });
    const second = ranked.rank('falls');
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect((await second).count).toBe(3);
  });

  it('a question cancelled before it is asked builds nothing; a closed engine says so', async () => {
    const ranked = engine();
    await expect(ranked.rank('falls', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    await ranked.close();
    await expect(ranked.rank('falls')).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('stored', () => {
  const build = (count: number): RankedIndex => {
    const builder = new RankedIndexBuilder();
    for (let i = 0; i < count; i++)
      builder.add(`id${i}`, i % 7 === 3 ? undefined : citation({ id: `id${i}`, title: `Falls ${i % 5} β`, abstract: `study ${i}` })); // prettier-ignore
    return atOnce(builder.finish());
  };

  it.each([0, 1, 300])('an index of %i records comes back as it was', (count) => {
    const index = build(count);
    const bytes = atOnce(serializeRankedIndex(index));
    expect(atOnce(loadRankedIndex(bytes))?.parts).toEqual(index.parts);
    // Also where the bytes do not begin at a multiple of four, as after a header.
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes, 1);
    expect(atOnce(loadRankedIndex(moved.subarray(1)))?.parts).toEqual(index.parts);
  });

  it('an index that is cut or spoilt is refused or harmless, and never throws', () => {
    const bytes = atOnce(serializeRankedIndex(build(40)));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        expect(atOnce(loadRankedIndex(bytes.slice(0, at)))).toBeUndefined();
        atOnce(loadRankedIndex(bytes.with(at, value)))?.best([{ term: 'fall', weight: 1, presence: 'optional' }], 9, () => undefined); // prettier-ignore
      }),
    );
  });
});
