import { describe, expect, it } from 'vitest';
import { SearchError } from '@querent/core/search';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { MeasurementCache, type MeasurementRequest } from './measurementCache.ts';
import { TestEngine } from './testEngine.ts';

const seeds = ['1', '2'];

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

function setUp(): {
  engine: TestEngine;
  cache: MeasurementCache;
  settled: string[][];
  ask: (text: string, extra?: Partial<MeasurementRequest>) => MeasurementRequest;
} {
  const engine = new TestEngine();
  const settled: string[][] = [];
  const cache = new MeasurementCache((owners) => settled.push([...owners]));
  return {
    engine,
    cache,
    settled,
    ask: (text, extra = {}) => ({ query: query(text), engine, seeds, until: undefined, ...extra }),
  };
}

describe('MeasurementCache', () => {
  it('measures what is wanted once, tells its owners, and keeps it', async () => {
    const { engine, cache, settled, ask } = setUp();
    cache.want('a', [ask('falls'), ask('falls')]);
    cache.want('b', [ask(' FALLS '.trim().toLowerCase())]);
    expect(cache.peek(ask('falls'))).toEqual({ kind: 'pending' });
    expect(await cache.now(ask('falls'))).toMatchObject({
      count: 5,
      found: ['1'],
      missed: ['2'],
      recall: 0.5,
    });
    expect(engine.asked).toEqual(['falls']);
    expect(settled).toEqual([['a', 'b']]);
    expect(cache.peek(ask('falls'))).toMatchObject({ kind: 'done' });
  });

  it.each<[string, Partial<MeasurementRequest>]>([
    ['other seeds', { seeds: ['3'] }],
    ['another search date', { until: '2020-01-01' }],
    ['another engine', { engine: new TestEngine('other') }],
  ])('does not mix results of %s', async (_, extra) => {
    const { cache, ask } = setUp();
    await cache.now(ask('falls'));
    expect(cache.peek(ask('falls', extra))).toBeUndefined();
  });

  it('takes equal seeds for equal whatever list they are in', async () => {
    const { cache, ask } = setUp();
    await cache.now(ask('falls'));
    expect(cache.peek(ask('falls', { seeds: [...seeds] }))).toMatchObject({ kind: 'done' });
  });

  it('cancels what a change made needless and keeps what others want', async () => {
    const { engine, cache, ask } = setUp();
    engine.hold();
    cache.want('a', [ask('one'), ask('two'), ask('three')]);
    cache.want('b', [ask('two')]);
    cache.want('a', [ask('four')]);
    await Promise.resolve();
    expect(engine.aborted).toEqual(['one']);
    expect(cache.peek(ask('one'))).toBeUndefined();
    expect(cache.peek(ask('three'))).toBeUndefined();
    engine.release();
    await cache.now(ask('four'));
    await cache.now(ask('two'));
    expect(engine.asked.sort()).toEqual(['four', 'one', 'two']);
  });

  it('asks never more than two at once', async () => {
    const { engine, cache, ask } = setUp();
    engine.hold();
    cache.want(
      'a',
      ['a1', 'b2', 'c3', 'd4', 'e5'].map((text) => ask(text)),
    );
    await Promise.resolve();
    expect(engine.asked).toHaveLength(2);
    engine.release();
    await cache.now(ask('e5'));
    await cache.now(ask('d4'));
    expect(engine.asked).toHaveLength(5);
  });

  it('lets someone who waits go first', async () => {
    const { engine, cache, ask } = setUp();
    engine.hold();
    cache.want(
      'a',
      ['a1', 'b2', 'c3', 'd4', 'e5'].map((text) => ask(text)),
    );
    const last = cache.now(ask('e5'));
    engine.release();
    await last;
    expect(engine.asked.indexOf('e5')).toBe(2);
  });

  it('a waiter who gives up is told so, and the work goes on only for others', async () => {
    const { engine, cache, ask } = setUp();
    engine.hold();
    const controller = new AbortController();
    const waiting = cache.now(ask('falls'), controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(engine.aborted).toEqual(['falls']);
    expect(cache.peek(ask('falls'))).toBeUndefined();
  });

  it('keeps a failure as failure, never as zero, until forgotten', async () => {
    const { engine, cache, ask } = setUp();
    engine.fault = new SearchError('rejected', 'Too many wildcards.');
    await expect(cache.now(ask('falls'))).rejects.toThrow('Too many wildcards.');
    expect(cache.peek(ask('falls'))).toMatchObject({
      kind: 'error',
      error: { message: 'Too many wildcards.' },
    });
    await expect(cache.now(ask('falls'))).rejects.toThrow('Too many wildcards.');
    expect(engine.asked).toHaveLength(1);
    cache.forget();
    engine.fault = undefined;
    expect(await cache.now(ask('falls'))).toMatchObject({ count: 5 });
  });

  it('asks a new engine again where the old one failed', async () => {
    const { engine, cache, ask } = setUp();
    engine.fault = new SearchError('internal', 'The worker was closed.');
    await expect(cache.now(ask('falls'))).rejects.toThrow();
    expect(await cache.now(ask('falls', { engine: new TestEngine() }))).toMatchObject({ count: 5 });
  });
});
