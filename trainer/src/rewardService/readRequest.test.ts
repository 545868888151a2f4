import { describe, expect, it } from 'vitest';
import type { Limits } from './protocol.ts';
import { RequestFault } from './protocol.ts';
import { readRequest } from './readRequest.ts';

const limits: Limits = { items: 5, bodyBytes: 1_000_000, completion: 50, queue: 10, itemMs: 1_000 };
const good = { id: 'a', task: 'publication', completion: 'x', target: { relevant: ['1'] } };

function read(text: string) {
  return readRequest(new TextEncoder().encode(text), limits);
}
function faultOf(body: string | Uint8Array): RequestFault {
  try {
    readRequest(typeof body === 'string' ? new TextEncoder().encode(body) : body, limits);
  } catch (error) {
    if (error instanceof RequestFault) return error;
    throw error;
  }
  throw new Error('The request was read.');
}
function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

it('reads items as they are', () => {
  const full = { ...good, id: 'b', context: { budget: 100, until: '2020-01-31', k: 10, reward: 'querent', variant: 'direct', original: 'o', retriever: 'dense' } }; // prettier-ignore
  expect(read(JSON.stringify({ items: [good, full], more: 1 }))).toEqual([
    { id: 'a', item: good },
    { id: 'b', item: full },
  ]);
  expect(read('{"items": []}')).toEqual([]);
  expect(read('\ufeff{"items": []}')).toEqual([]);
});

describe('a request that cannot be read', () => {
  it.each<[string, string | Uint8Array, number, RegExp]>([
    ['nothing', '', 400, /not JSON/],
    ['no JSON', 'items', 400, /not JSON/],
    ['cut off', '{"items": [', 400, /not JSON/],
    ['NaN, as Python writes it', '{"items": [{"id": NaN}]}', 400, /JSON has no NaN/],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 400, /not UTF-8/],
    ['a list', '[]', 400, /no "items"/],
    ['no items', '{}', 400, /no "items"/],
    ['null', 'null', 400, /no "items"/],
    ['items that are no list', '{"items": {"0": 1}}', 400, /"items" is not a list/],
    ['too many items', JSON.stringify({ items: [1, 2, 3, 4, 5, 6] }), 413, /6 items; at most 5/],
  ])('%s', (_, body, status, message) => {
    const fault = faultOf(body);
    expect(fault.status).toBe(status);
    expect(fault.message).toMatch(message);
  });

  it('nested 10,000 deep is read, and refused by the item', () => {
    const [item] = read(
      `{"items": [{"id": "a", "task": "t", "completion": "c", "target": ${nested(10_000)}}]}`,
    );
    expect(item).toMatchObject({ id: 'a', error: expect.stringMatching(/"target" is nested more than/) });
  });
});

describe('an item that cannot be used', () => {
  it.each<[string, unknown, RegExp]>([
    ['no object', 5, /no object/],
    ['no id', { ...good, id: undefined }, /no "id"/],
    ['an empty id', { ...good, id: '' }, /"id" of the item is no text, or empty/],
    ['a number as id', { ...good, id: 7 }, /"id" of the item is no text/],
    ['no task', { ...good, task: undefined }, /no "task"/],
    ['no completion', { ...good, completion: undefined }, /no "completion"/],
    ['a completion that is null', { ...good, completion: null }, /"completion" of the item is not the text/],
    ['a long completion', { ...good, completion: 'x'.repeat(51) }, /"completion" has 51 characters; at most 50/],
    ['no target', { ...good, target: undefined }, /no "target"/],
    ['a deep target', { ...good, target: JSON.parse(nested(40)) as unknown }, /"target" is nested/],
    ['a context that is a list', { ...good, context: [] }, /"context" of the item is no object/],
    ['an unknown part of the context', { ...good, context: { bugdet: 5 } }, /no part “bugdet”/],
    ['__proto__ in the context', JSON.parse('{"id":"a","task":"t","completion":"","target":[],"context":{"__proto__":{}}}'), /no part “__proto__”/],
    ['NaN, which JSON made null of', { ...good, context: { budget: NaN } }, /"context.budget" is not a number of records/],
    ['a budget of 0', { ...good, context: { budget: 0 } }, /"context.budget"/],
    ['half a rank', { ...good, context: { k: 1.5 } }, /"context.k" is not a whole number/],
    ['a date that is none', { ...good, context: { until: '2020' } }, /"context.until" is not a day/],
    ['a day that no month has', { ...good, context: { until: '2019-02-29' } }, /"context.until" is not a day/],
    ['a variant that is none', { ...good, context: { variant: 'loud' } }, /"context.variant"/],
    ['a signal', { ...good, context: { signal: {} } }, /no part “signal”/],
  ])('%s', (_, item, message) => {
    const [first, second] = read(JSON.stringify({ items: [item, { ...good, id: 'other' }] }));
    expect(first).toMatchObject({ error: expect.stringMatching(message) });
    expect(second).toMatchObject({ id: 'other', item: expect.anything() });
  }); // prettier-ignore

  it('an infinite budget', () => {
    const [item] = read(
      JSON.stringify({ items: [{ ...good, context: { budget: 5 } }] }).replace('5}', '1e999}'),
    );
    expect(item).toMatchObject({ error: expect.stringMatching(/"context.budget"/) });
  });

  it('an id that another one has', () => {
    const [first, second, third] = read(JSON.stringify({ items: [good, good, { ...good, id: 'b' }] }));
    expect([first, third].every((item) => item !== undefined && 'item' in item)).toBe(true);
    expect(second).toMatchObject({ id: 'a', error: expect.stringMatching(/has the id “a” as well/) });
  });
});
