import { afterEach, describe, expect, it, vi } from 'vitest';
import { SearchError } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { MeasurementCache, type MeasurementRequest, type MeasurementState } from './measurementCache.ts';
import { TestService } from './testEngine.ts';

const seeds = ['1', '2'];
afterEach(() => vi.useRealTimers());

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

class World {
  readonly engine = new TestService();
  /** For every call of the cache's listener: whether it said that all is there. */
  readonly told: boolean[] = [];
  readonly #changed: (() => void)[] = [];
  readonly cache = new MeasurementCache((_, isAll) => {
    this.told.push(isAll);
    for (const wake of this.#changed.splice(0)) wake();
  });

  ask(text: string, extra: Partial<MeasurementRequest> = {}): MeasurementRequest {
    return { query: query(text), engine: this.engine, seeds, until: undefined, ...extra };
  }

  want(...texts: string[]): void {
    this.cache.want(
      'a',
      texts.map((text) => this.ask(text)),
    );
  }

  state(text: string): MeasurementState | undefined {
    return this.cache.peek(this.ask(text));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  async allSettled(...texts: string[]): Promise<void> {
    await this.until(() => texts.every((text) => this.state(text)?.kind !== 'pending'));
  }
}

describe('seeds in batches', () => {
  it('look for the seeds of all lines in one request, after the counts, which are told as they come', async () => {
    const world = new World();
    const release = world.engine.holdOne('ccc');
    world.want('aa', 'bbb', 'ccc', 'aa');
    await world.until(() => world.state('bbb')?.kind === 'pending' && 'count' in (world.state('bbb') ?? {}));
    expect(world.state('aa')).toEqual({ kind: 'pending', count: 2 });
    expect(world.state('ccc')).toEqual({ kind: 'pending' });
    expect(world.engine.batches).toEqual([]);
    release();
    await world.allSettled('aa', 'bbb', 'ccc');
    expect(world.engine.batches).toEqual([['aa', 'bbb', 'ccc']]);
    expect(world.engine.asked.toSorted()).toEqual(['aa', 'bbb', 'ccc']);
    expect(world.state('bbb')).toMatchObject({
      kind: 'done',
      measurement: { count: 3, found: ['1'], missed: ['2'] },
    });
    expect(world.told.at(-1)).toBe(true);
    expect(world.told.slice(0, -1)).not.toContain(true);
  });

  it('ask for nothing that is known: not for the seeds of an empty result, and after an edit for the new line only', async () => {
    const world = new World();
    world.want('aa', 'none');
    await world.allSettled('aa', 'none');
    expect(world.engine.batches).toEqual([['aa']]);
    expect(world.state('none')).toMatchObject({ measurement: { count: 0, missed: seeds } });
    world.want('aa', 'none', 'dddd');
    await world.allSettled('dddd');
    expect(world.engine.batches).toEqual([['aa'], ['dddd']]);
    expect(world.engine.asked).toEqual(['aa', 'none', 'dddd']);
  });

  it('do not mix seeds and search dates', async () => {
    const world = new World();
    const others = [world.ask('bb', { until: '2020-01-01' }), world.ask('cc', { seeds: ['7'] })];
    world.cache.want('a', [world.ask('aa'), ...others]);
    await Promise.all(others.map((one) => world.cache.whenSettled(one)));
    await world.allSettled('aa');
    expect(world.engine.batches.toSorted()).toEqual([['aa'], ['bb'], ['cc']]);
  });

  it('go at once for a person, with what has come until then, ahead of others', async () => {
    const world = new World();
    const release = world.engine.holdOne('ccc');
    world.want('aa', 'bbb', 'ccc');
    await world.until(() => 'count' in (world.state('bbb') ?? {}) && 'count' in (world.state('aa') ?? {}));
    const hovered = await world.cache.now(world.ask('aa'));
    expect(hovered).toMatchObject({ count: 2, found: ['1'] });
    expect(world.engine.batches).toEqual([['aa', 'bbb']]);
    expect(world.engine.priorities.get('aa bbb')).toBe(1);
    release();
    await world.allSettled('ccc');
    expect(world.engine.batches).toEqual([['aa', 'bbb'], ['ccc']]);
    expect(world.engine.priorities.get('ccc')).toBe(0);
  });

  it('count what a person waits for with priority, before what stands in line', async () => {
    const world = new World();
    world.engine.hold();
    const texts = Array.from({ length: 20 }, (_, i) => `line${String.fromCharCode(97 + i)}`);
    world.want(...texts);
    const hovered = world.cache.now(world.ask('linet'));
    world.engine.release();
    await hovered;
    expect(world.engine.asked.indexOf('linet')).toBe(6);
    expect(world.engine.priorities.get('linet')).toBe(1);
    expect(world.engine.priorities.get('linea')).toBe(0);
  });

  it('a fault of a batch is an honest error of its lines only, and passes', async () => {
    const world = new World();
    world.want('aa');
    await world.allSettled('aa');
    world.engine.seedFault = new SearchError('network', 'PubMed did not answer.', true);
    world.want('aa', 'bbb', 'none');
    await world.allSettled('bbb', 'none');
    expect(world.state('aa')).toMatchObject({ kind: 'done' });
    expect(world.state('none')).toMatchObject({ kind: 'done' });
    expect(world.state('bbb')).toMatchObject({ kind: 'error', error: { retryable: true } });
    world.engine.seedFault = undefined;
    world.cache.retry([world.ask('bbb')]);
    world.want('aa', 'bbb', 'none');
    await world.allSettled('bbb');
    expect(world.state('bbb')).toMatchObject({ kind: 'done', measurement: { count: 3 } });
  });

  it('a line that PubMed rejects keeps its own error and costs the others nothing', async () => {
    const world = new World();
    world.engine.spoiler = 'bad';
    world.want('aa', 'bad', 'ccc');
    await world.allSettled('aa', 'bad', 'ccc');
    expect(world.state('bad')).toMatchObject({ kind: 'error', error: { code: 'rejected' } });
    for (const text of ['aa', 'ccc'])
      expect(world.state(text)).toMatchObject({ kind: 'done', measurement: { found: ['1'] } });
  });

  it('a count that nobody wants any longer keeps no others waiting', async () => {
    const world = new World();
    const release = world.engine.holdOne('ccc');
    world.want('aa', 'ccc');
    await world.until(() => 'count' in (world.state('aa') ?? {}));
    world.want('aa');
    await world.allSettled('aa');
    expect(world.engine.batches).toEqual([['aa']]);
    expect(world.state('ccc')).toBeUndefined();
    release();
  });

  it('a batch that nobody wants any longer is cancelled', async () => {
    const world = new World();
    let signal: AbortSignal | undefined;
    world.engine.matchingAll = (_queries, _ids, options) => {
      signal = options?.signal;
      return new Promise(() => {});
    };
    world.want('aa', 'bbb');
    await world.until(() => signal !== undefined);
    world.want('aa');
    expect(signal?.aborted).toBe(false);
    world.want();
    expect(signal?.aborted).toBe(true);
    expect(world.state('aa')).toBeUndefined();
  });

  it('without seeds there is nothing to look for', async () => {
    const world = new World();
    expect(await world.cache.now(world.ask('aa', { seeds: [] }))).toMatchObject({
      count: 2,
      recall: undefined,
    });
    expect(world.engine.batches).toEqual([]);
  });
});

describe('numbers of services', () => {
  it('hold for the day on which they were asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 4, 1, 23, 0) });
    const world = new World();
    const engine = Object.assign(world.engine, { again: () => {} });
    await world.cache.now(world.ask('aa'));
    vi.setSystemTime(new Date(2026, 4, 1, 23, 59));
    await world.cache.now(world.ask('aa'));
    expect(engine.asked).toEqual(['aa']);
    vi.setSystemTime(new Date(2026, 4, 2, 0, 1));
    expect(world.state('aa')).toMatchObject({ kind: 'done' });
    await world.cache.now(world.ask('aa'));
    expect(engine.asked).toEqual(['aa', 'aa']);
  });

  it('of an earlier day, shown while the service cannot be reached, are asked for again after a while', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const world = new World();
    const count = world.engine.count.bind(world.engine);
    world.engine.count = async (...asked) => {
      const answer = await count(...asked);
      return { ...answer, provenance: { ...answer.provenance, offline: 'No network.' } };
    };
    await world.cache.now(world.ask('aa'));
    await world.cache.now(world.ask('aa'));
    expect(world.engine.asked).toEqual(['aa']);
    vi.advanceTimersByTime(31_000);
    await world.cache.now(world.ask('aa'));
    expect(world.engine.asked).toEqual(['aa', 'aa']);
  });
});
