import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRecords } from '@querent/core/connectors';
import { measure, SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import { answerStore } from './answerStore.ts';
import { lookUp, withBatch } from './knownSeeds.ts';
import type { SeedBatch } from './knownSeeds.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import { AskedEngine } from './testing/askedEngine.ts';

let folder: string;
let inner: AskedEngine;
/** Time of day, and the monotonic time in milliseconds. */
let now: Date;
let ticks: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-remembered-'));
  inner = new AskedEngine();
  at(2026, 3, 1, 10);
  ticks = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Sets the time, of the machine's own zone. */
function at(year: number, month: number, day: number, hour: number): void {
  now = new Date(year, month - 1, day, hour);
  inner.at = now.toISOString();
}

/** A process: the engine with a memory in the folder. */
const open = () =>
  rememberedEngine(inner, answerStore(folder), {
    now: () => now,
    clock: { now: () => ticks, sleep: () => Promise.resolve() },
  });

const [a, bb, ccc] = [{ key: 'a' }, { key: 'bb' }, { key: 'ccc' }] as const;
const unreachable = new SearchError('network', 'PubMed cannot be reached (ENOTFOUND).', true);

describe('an answer of today', () => {
  it('is asked once, by all processes', async () => {
    const first = await open().count(a);
    expect(first).toEqual({
      count: 42,
      translation: 'A',
      warnings: [],
      provenance: { engine: 'asked', label: 'an engine that writes down', at: now.toISOString() },
    });
    expect(await open().count(a)).toEqual(first);
    at(2026, 3, 1, 23);
    expect(await open().count(a)).toEqual(first);
    expect(inner.asked).toEqual(['count a']);
  });

  it('is not asked for whom has given up before it was known whether it is kept', async () => {
    const engine = open();
    const leaving = new AbortController();
    const left = engine.count(a, { signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    await engine.count(a);
    expect(inner.asked).toEqual(['count a']);
    // Nor twice for whom a person joins in time.
    await Promise.all([engine.count(bb), engine.count(bb, { priority: 1 })]);
    expect(inner.asked).toEqual(['count a', 'count bb']);
    expect(inner.priorities).toEqual([0, 1]);
  });

  it('is another one for every limit of time, and for other queries', async () => {
    const engine = open();
    await engine.count(a);
    await engine.count(bb);
    await engine.count(a, { until: '2020-01-01' });
    await engine.count(a, { since: '2020-01-01' });
    await engine.count(a, { since: '2020-01-01', dateType: 'edat' });
    expect(inner.asked.length).toBe(5);
    await engine.count(a, { until: '2020-01-01', dateType: 'pdat' });
    await engine.count(a, { dateType: 'edat' }); // limits nothing
    expect(inner.asked.length).toBe(5);
  });

  it('ends with the day of the machine, also when the clock is set back', async () => {
    for (const [day, hour, asked] of [
      [1, 23, 1],
      [2, 0, 2],
      [2, 5, 2],
      [1, 5, 3],
    ] as const) {
      at(2026, 3, day, hour);
      await open().count(a);
      expect(inner.asked.length).toBe(asked);
    }
  });

  it('is asked for anew when the person wants it measured again, once', async () => {
    const engine = open();
    await engine.count(a);
    inner.counts = 43;
    engine.again();
    expect((await engine.count(a)).count).toBe(43);
    expect((await engine.count(a)).count).toBe(43);
    expect(await engine.matching(a, ['1'])).toEqual(['1']);
    engine.again();
    inner.counts = 44;
    await engine.matching(a, ['1', '2']);
    await engine.matching(a, ['2']);
    expect(inner.asked).toEqual(['count a', 'count a', 'matching a [1]', 'matching a [1 2]']);
    // Another window finds what was asked last.
    expect((await open().count(a)).count).toBe(43);
  });

  it('is a page, too, but not an endless one', async () => {
    const page = await open().search(a, { limit: 50, offset: 50 });
    expect(await open().search(a, { limit: 50, offset: 50 })).toEqual(page);
    await open().search(a, { limit: 50 });
    await open().search(a);
    await open().search(a);
    expect(inner.asked).toEqual(['search a 50 50', 'search a 0 50', 'search a 0 all', 'search a 0 all']);
  });

  it('is summaries of the last days, each by itself', async () => {
    expect((await open().summaries(['1', '2'])).map(({ title }) => title)).toEqual(['Title 1', 'Title 2']);
    at(2026, 3, 5, 10);
    expect((await open().summaries(['3', '0', '2'])).map(({ id }) => id)).toEqual(['3', '2']);
    at(2026, 3, 10, 10);
    await open().summaries(['3', '1']);
    expect(inner.asked).toEqual(['summaries [1 2]', 'summaries [3 0]', 'summaries [1]']);
    // What is not there may be there tomorrow.
    at(2026, 3, 5, 12);
    expect(await open().summaries(['0'])).toEqual([]);
    at(2026, 3, 6, 10);
    expect(await open().summaries(['0', '3'])).toHaveLength(1);
    expect(inner.asked.slice(3)).toEqual(['summaries [0]']);
  });
});

describe('seeds', () => {
  it('are asked for when they are new, and only then', async () => {
    const engine = open();
    expect(await engine.matching(bb, ['4', '1', '2'])).toEqual(['4', '2']);
    expect(await engine.matching(bb, ['1', '2'])).toEqual(['2']);
    expect(await open().matching(bb, ['6', '2', '6', '1'])).toEqual(['6', '2', '6']);
    expect(inner.asked).toEqual(['matching bb [4 1 2]', 'matching bb [6]']);
  });

  it('of many lines are one question, about the new line or the new seed', async () => {
    const engine = open();
    const seeds = ['1', '2', '3'];
    expect(await engine.matchingAll([a, bb], seeds)).toEqual([seeds, ['2']]);
    expect(await engine.matchingAll([a, bb], [...seeds, '4'])).toEqual([
      [...seeds, '4'],
      ['2', '4'],
    ]);
    expect(await engine.matchingAll([a, bb, ccc], [...seeds, '4'])).toEqual([
      [...seeds, '4'],
      ['2', '4'],
      ['3'],
    ]);
    expect(await engine.matching(ccc, ['4'])).toEqual([]);
    expect(await open().matchingAll([ccc, a], seeds)).toEqual([['3'], seeds]);
    expect(inner.asked).toEqual(['all a bb [1 2 3]', 'all a bb [4]', 'all ccc [1 2 3 4]']);
    // Lines that lack this and that are asked together in two questions, or in one.
    inner.asked.splice(0);
    const dddd = { key: 'dddd' };
    await engine.matchingAll([a, dddd], [...seeds, '8']);
    await engine.matchingAll([a, bb, { key: 'eeeee' }], [...seeds, '8', '9']);
    expect(inner.asked).toEqual(['all a [8]', 'all dddd [1 2 3 8]', 'all a bb eeeee [9 8 1 2 3]']);
  });

  it('that a question about many lines will tell are not asked for twice, unless somebody looks at them', async () => {
    const engine = open();
    inner.hold();
    const all = engine.matchingAll([a, bb], ['1', '2']);
    const leave = new AbortController();
    const one = engine.matching(bb, ['2']);
    const given = engine.matching(bb, ['2'], { signal: leave.signal });
    const looked = engine.matching(a, ['1'], { priority: 1 });
    await expect.poll(() => inner.asked).toEqual(['all a bb [1 2]', 'matching a [1]']);
    leave.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    inner.release();
    expect(await Promise.all([all, one, looked])).toEqual([[['1', '2'], ['2']], ['2'], ['1']]);
    expect(inner.asked).toEqual(['all a bb [1 2]', 'matching a [1]']);
  });

  it('are known as they were answered last, whatever was asked when', () => {
    const ids = fc.subarray(['1', '2', '3', '4', '5', '6']);
    fc.assert(
      fc.property(fc.array(fc.record({ asked: ids, hits: ids }), { maxLength: 12 }), ids, (asks, wanted) => {
        let batches: readonly SeedBatch[] = [];
        const truth = new Map<string, boolean>();
        for (const [step, { asked, hits }] of asks.entries()) {
          const found = asked.filter((id) => hits.includes(id));
          const missed = asked.filter((id) => !hits.includes(id));
          batches = withBatch(batches, { at: String(step).padStart(2, '0'), found, missed });
          for (const id of asked) truth.set(id, hits.includes(id));
        }
        const { found, unknown } = lookUp(batches, wanted, () => true);
        expect([...found]).toEqual(wanted.filter((id) => truth.get(id)));
        expect(unknown).toEqual(wanted.filter((id) => !truth.has(id)));
        const all = batches.flatMap((batch) => [...batch.found, ...batch.missed]);
        expect(new Set(all).size).toBe(all.length);
        expect(lookUp(batches, wanted, () => false).unknown).toEqual(wanted);
      }),
    );
  });
});

describe('what is asked twice at once', () => {
  it('is asked once, and given up when nobody waits any more', async () => {
    const engine = open();
    inner.hold();
    const leaving = [new AbortController(), new AbortController()] as const;
    const [one, two] = leaving.map(({ signal }) => engine.count(a, { signal }));
    leaving[0].abort();
    await expect(one).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => inner.asked).toEqual(['count a']);
    leaving[1].abort();
    await expect(two).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => inner.asked).toEqual(['count a', 'gave up count a']);
    const later = engine.count(a);
    inner.release();
    expect((await later).count).toBe(42);
    await expect(engine.count(a, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('by two processes is given up by the one that waits when the other is told', async () => {
    inner.hold();
    const waiting = open().count(a);
    await expect.poll(() => inner.asked).toEqual(['count a']);
    const other = new AskedEngine();
    other.at = inner.at;
    other.counts = 50;
    const told = await rememberedEngine(other, answerStore(folder), { now: () => now }).count(a);
    expect(await waiting).toEqual(told);
    expect(told.count).toBe(50);
    expect(inner.asked).toEqual(['count a', 'gave up count a']);
  });

  it('is asked ahead of others when somebody looks at it, for all who wait', async () => {
    const engine = open();
    inner.hold();
    const background = engine.count(a);
    await expect.poll(() => inner.asked.length).toBe(1);
    const hover = engine.count(a, { priority: 1 });
    await expect.poll(() => inner.priorities).toEqual([0, 1]);
    inner.release();
    expect(await background).toEqual(await hover);
    expect(inner.asked).toEqual(['count a', 'gave up count a', 'count a']);
  });
});

describe('when the service cannot be reached', () => {
  beforeEach(async () => {
    const engine = open();
    await measure(engine, a, ['1', '2']);
    await engine.matchingAll([a, bb], ['1', '2']);
    await engine.count(bb);
    await engine.search(a, { limit: 10 });
    await engine.summaries(['1']);
    at(2026, 3, 9, 10);
    inner.asked.splice(0);
    inner.fault = unreachable;
  });

  it('an older answer is given, with its time and the reason', async () => {
    const measured = await measure(open(), a, ['1', '2']);
    expect(measured).toMatchObject({ count: 42, found: ['1', '2'], translation: 'A' });
    expect(measured.provenance).toEqual({
      engine: 'asked',
      label: inner.label,
      at: new Date(2026, 2, 1, 10).toISOString(),
      offline: 'PubMed cannot be reached (ENOTFOUND).',
    });
    expect(await open().search(a, { limit: 10 })).toMatchObject({
      ids: ['1', '2'],
      provenance: { offline: unreachable.message },
    });
    expect(await open().summaries(['1'])).toHaveLength(1);
    await expect(open().summaries(['1', '2'])).rejects.toBe(unreachable);
    await expect(open().count(ccc)).rejects.toBe(unreachable);
  });

  it('not each line waits for its own failure, until some time has passed', async () => {
    const engine = open();
    expect((await engine.count(a)).provenance.offline).toBe(unreachable.message);
    expect((await engine.count(bb)).provenance.offline).toBe(unreachable.message);
    expect(await engine.matchingAll([a, bb], ['2', '1'])).toEqual([['2', '1'], ['2']]);
    expect((await engine.summaries(['1']))[0]?.title).toBe('Title 1');
    expect(inner.asked).toEqual(['count a']);
    await expect(engine.count(ccc)).rejects.toBe(unreachable); // there is nothing to give instead
    inner.fault = undefined;
    expect((await engine.count(a)).provenance.offline).toBe(unreachable.message);
    ticks += 30_001;
    expect((await engine.count(a)).provenance).not.toHaveProperty('offline');
    expect((await engine.count(bb)).provenance).not.toHaveProperty('offline');
    inner.fault = unreachable;
    at(2026, 3, 10, 10);
    await engine.count(bb);
    inner.fault = undefined;
    engine.again();
    expect((await engine.count(bb)).provenance).not.toHaveProperty('offline');
  });

  it.each([
    ['rejected', 'PubMed does not understand “a AND”.'],
    ['unsupported', 'The query is too long.'],
    ['internal', 'The answer could not be read.'],
  ] as const)('but an answer that is %s is an error, whatever another day said', async (code, message) => {
    const engine = open();
    inner.fault = new SearchError(code, message);
    await expect(engine.count(a)).rejects.toBe(inner.fault);
    await expect(engine.matching(a, ['1'])).rejects.toBe(inner.fault);
    await expect(engine.search(a, { limit: 10 })).rejects.toBe(inner.fault);
    at(2026, 3, 20, 10);
    await expect(engine.summaries(['1'])).rejects.toBe(inner.fault);
  });

  it('seeds of another day are not mixed with a count of today', async () => {
    const engine = open();
    inner.fault = undefined;
    await engine.count(a);
    inner.fault = unreachable;
    await expect(engine.matching(a, ['1'])).rejects.toBe(unreachable);
    await expect(engine.matchingAll([a], ['1'])).rejects.toBe(unreachable);
    // Of bb the count is an older one, too; but of the seed 3 nothing was ever known.
    expect(await engine.matching(bb, ['1', '2'])).toEqual(['2']);
    await expect(engine.matching(bb, ['3'])).rejects.toBe(unreachable);
  });

  it('nor is a count that comes, or is asked for, once the service can be reached again', async () => {
    const engine = open();
    expect(await engine.matchingAll([a, bb], ['1', '2'])).toEqual([['1', '2'], ['2']]);
    inner.fault = undefined;
    inner.counts = 50;
    expect((await engine.count(ccc)).count).toBe(50); // it can
    expect(await engine.count(a)).toMatchObject({ count: 42, provenance: { offline: unreachable.message } });
    ticks += 30_001;
    expect((await engine.count(a)).count).toBe(50);
    // On its way while the seeds were looked for.
    at(2026, 3, 10, 10);
    inner.hold();
    const underWay = engine.count(bb);
    await expect.poll(() => inner.asked.at(-1)).toBe('count bb');
    const failing = vi.spyOn(inner, 'matching').mockRejectedValue(unreachable);
    expect(await engine.matching(bb, ['1', '2'])).toEqual(['2']);
    failing.mockRestore();
    inner.release();
    expect(await underWay).toMatchObject({ count: 42, provenance: { offline: unreachable.message } });
    expect((await engine.count(bb)).count).toBe(42);
    // It was kept all the same, for when both are asked again.
    expect((await open().count(bb)).count).toBe(50);
    ticks += 30_001;
    expect((await engine.count(bb)).count).toBe(50);
    expect(await engine.matching(bb, ['1', '2'])).toEqual(['2']);
    expect(inner.asked.at(-1)).toBe('matching bb [1 2]');
  });

  it('a failure is not kept', async () => {
    const engine = open();
    await expect(engine.count(ccc)).rejects.toBe(unreachable);
    inner.fault = undefined;
    expect((await engine.count(ccc)).count).toBe(42);
  });
});

it('leaves to the engine whatever else it can do', async () => {
  const engine = open();
  expect(engine.name()).toBe('engine');
  expect('matchingAll' in engine && 'again' in engine && 'name' in engine).toBe(true);
  expect(hasRecords(engine as unknown as SearchEngine)).toBe(false);
  expect(engine.id).toBe('asked');
  await engine.close();
  expect(inner.asked).toEqual(['close']);
  const alone: SearchEngine<{ key: string }> = {
    id: inner.id,
    label: inner.label,
    count: (query, options) => inner.count(query, options),
    search: (query, options) => inner.search(query, options),
    matching: (query, ids, options) => inner.matching(query, ids, options),
    summaries: (ids, options) => inner.summaries(ids, options),
    close: () => inner.close(),
  };
  expect('matchingAll' in rememberedEngine(alone, answerStore(folder))).toBe(false);
});

it('answers where nothing can be kept', async () => {
  await writeFile(join(folder, 'file'), '');
  const told: string[] = [];
  const store = answerStore(join(folder, 'file'), { warn: (message) => told.push(message) });
  const engine = rememberedEngine(inner, store);
  expect((await engine.count(a)).count).toBe(42);
  expect(await engine.matching(bb, ['1', '2'])).toEqual(['2']);
  expect(await engine.matchingAll([a, bb], ['2'])).toEqual([['2'], ['2']]);
  expect(told).toEqual([`Answers cannot be kept for the next time: ${join(folder, 'file')} is no folder.`]);
});
