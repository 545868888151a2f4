import { expect, it } from 'vitest';
import { ResultCache, resultKey } from './resultCache.ts';

it('forgets what was not used for longest', () => {
  const cache = new ResultCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  cache.set('a', 4);
  expect([cache.get('a'), cache.size]).toEqual([4, 2]);
});

it('keeps less of what is large, and nothing of what is larger than all', () => {
  const cache = new ResultCache<string>(10, (key, result) => key.length + result.length);
  cache.set('a', 'xxxx');
  cache.set('b', 'xxxx');
  expect([cache.get('a'), cache.get('b')]).toEqual(['xxxx', 'xxxx']);
  cache.set('b', 'xxxxx');
  expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([undefined, 'xxxxx', 1]);
  cache.set('c', 'xxx');
  cache.set('d', 'x'.repeat(20));
  expect([cache.get('b'), cache.get('c'), cache.get('d')]).toEqual(['xxxxx', 'xxx', undefined]);
});

it('of size 0 remembers nothing', () => {
  const cache = new ResultCache<number>(0);
  cache.set('a', 1);
  expect([cache.get('a'), cache.size]).toEqual([undefined, 0]);
});

it('tells apart what gives another result, and nothing else', () => {
  const item = { id: '1', task: 't', completion: 'c', target: '["1"]' };
  const key = resultKey(item, 'engine', '2026-01-01');
  expect(resultKey({ ...item, id: '2' }, 'engine', '2026-01-01')).toBe(key);
  const others = [
    resultKey(item, 'other engine', '2026-01-01'),
    resultKey(item, 'engine', '2026-01-02'),
    resultKey({ ...item, task: 'u' }, 'engine', '2026-01-01'),
    resultKey({ ...item, completion: 'd' }, 'engine', '2026-01-01'),
    resultKey({ ...item, target: '["2"]' }, 'engine', '2026-01-01'),
    resultKey({ ...item, context: { budget: 5 } }, 'engine', '2026-01-01'),
  ];
  expect(new Set([key, ...others]).size).toBe(7);
});
