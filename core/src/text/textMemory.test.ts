import { expect, it } from 'vitest';
import { TextMemory, detached } from './textMemory.ts';

it('forgets the least recently used beyond its capacity', () => {
  const memory = new TextMemory<number>(3 * 110);
  ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc'].forEach((text, i) => memory.set(text, i));
  expect(memory.get('aaaaaaaaaa')).toBe(0);
  memory.set('dddddddddd', 3);
  expect(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc', 'dddddddddd'].map((text) => memory.get(text))).toEqual([
    0,
    undefined,
    2,
    3,
  ]);
});

it('counts a text once, however often it is set', () => {
  const memory = new TextMemory<number>(2 * 110);
  for (let i = 0; i < 10; i++) memory.set('aaaaaaaaaa', i);
  memory.set('bbbbbbbbbb', 10);
  expect([memory.get('aaaaaaaaaa'), memory.get('bbbbbbbbbb')]).toEqual([9, 10]);
  memory.clear();
  expect(memory.get('bbbbbbbbbb')).toBeUndefined();
});

it('does not remember texts that are no lines', () => {
  const memory = new TextMemory<number>(1_000_000);
  memory.set('x'.repeat(50_001), 1);
  expect(memory.get('x'.repeat(50_001))).toBeUndefined();
});

it.each(['', 'a', 'a longer text than thirteen characters', 'שלום 😀', '\ud800'])(
  'detaches %j unchanged',
  (text) => expect(detached(text)).toBe(text),
);
