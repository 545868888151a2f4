import { expect, it } from 'vitest';
import type { Variant } from './prompt.ts';
import { readStructure } from './structure.ts';

it.each<[string, Variant, string, boolean]>([
  ['all four, in order', 'reasoning', '<think>a</think><answer>{}</answer>', true],
  ['text after the answer', 'reasoning', '<think>a</think>\n<answer>{}</answer> and so on', true],
  ['no reasoning', 'reasoning', '<answer>{}</answer>', false],
  ['two answers', 'reasoning', '<think>a</think><answer>{}</answer><answer>{}</answer>', false],
  ['answer within the reasoning', 'reasoning', '<think><answer>{}</answer></think>', false],
  ['cut off', 'reasoning', '<think>a</think><answer>{"query": "a', false],
  ['nothing', 'reasoning', '', false],
  ['the answer alone', 'direct', '<answer>{}</answer>', true],
  ['two answers', 'direct', '<answer>{}</answer><answer>{}</answer>', false],
  ['closed before it is opened', 'direct', '</answer><answer>', false],
])('%s (%s)', (_, variant, completion, isValid) => {
  const structure = readStructure(completion, variant);
  expect(structure.isValid).toBe(isValid);
  expect(structure.problem === undefined).toBe(isValid);
});
