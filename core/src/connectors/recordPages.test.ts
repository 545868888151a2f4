import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../corpus/index.ts';
import { citation } from '../corpus/testing/records.ts';
import type { SearchOptions } from '../search/index.ts';
import { isUnresolvable, resolveText } from '../strategy/index.ts';
import { memoryEngine } from './libraryEngine.ts';
import { batchesOfRecords, pagesOfIds } from './recordPages.ts';

const many = Array.from({ length: 10_500 }, (_, i) =>
  citation({ id: String(1000 + i), title: 'Falls', year: 2000 + (i % 20) }),
);
const engine = memoryEngine(many);

function everything(): Parameters<typeof engine.search>[0] {
  const query = resolveText('falls');
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

describe('allIds', () => {
  it('gives every id once, past 10,000, in the order of a search', async () => {
    const ids = await all(engine.allIds(everything()));
    expect(ids).toEqual((await engine.search(everything())).ids);
    expect(new Set(ids).size).toBe(10_500);
  });

  it('gives nothing where nothing is found', async () => {
    const none = memoryEngine([citation({ id: '1', title: 'Aspirin' })]);
    expect(await all(none.allIds(everything()))).toEqual([]);
  });

  it.each([
    ['another state of the data', { engine: 'new' }, 10_500, 500],
    ['a page that is empty', {}, 10_500, 0],
    ['more than was counted', {}, 10_500, 501],
  ])('does not pass off as whole what ends with %s', async (_, provenance, count, last) => {
    const search = async (
      _query: unknown,
      options: SearchOptions & { offset?: number } = {},
    ): Promise<never> => {
      const isFirst = options.offset === 0;
      const length = isFirst ? 10_000 : last;
      return {
        count,
        ids: Array.from({ length }, (_each, i) => String(i)),
        warnings: [],
        provenance: { engine: 'a', label: 'A', at: '', ...(isFirst ? {} : provenance) },
      } as never;
    };
    await expect(all(pagesOfIds({ search }, everything()))).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('changed while'),
    });
  });
});

describe('fetchRecords', () => {
  it('gives whole records in the order of the ids, without those that are not there', async () => {
    const ids = [...many.map(({ id }) => id).reverse(), '7'];
    const batches: (readonly CitationRecord[])[] = [];
    for await (const batch of engine.fetchRecords(ids)) batches.push(batch);
    expect(batches.flat().map(({ id }) => id)).toEqual(ids.slice(0, -1));
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(250);
  });

  it('stops between batches when it is cancelled', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const cancelled = (async () => {
      const batches = batchesOfRecords(
        (ids) => many.slice(0, ids.length),
        many.map(({ id }) => id),
        controller,
      );
      for await (const batch of batches) {
        seen.push(batch.length);
        controller.abort();
      }
    })();
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' });
    expect(seen).toEqual([250]);
  });
});
