import { describe, expect, it } from 'vitest';
import { inShort, plainText } from './plainText.ts';

/** How VS Code finds links in notifications and status items (its `parseLinkedText`). */
const link = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/i;

describe('plainText', () => {
  it.each([
    'There is no file "[Correct it](command:workbench.action.terminal.new)".',
    '[a](command:b?%5B1%5D "title") and [c](https://example.org)',
    'see [a b](command:c)',
  ])('makes no link of %s', (text) => {
    expect(text).toMatch(link);
    expect(plainText(text)).not.toMatch(link);
  });

  it('leaves queries as they are', () => {
    expect(plainText('falls[tiab] OR (aged[mh])')).toBe('falls[tiab] OR (aged[mh])');
  });
});

describe('inShort', () => {
  it.each([
    [
      '/home/a/models/small.Q4_1.gguf on the CPU. 25 tokens per second.',
      'small.Q4_1 on the CPU. 25 tokens/s.',
    ],
    [
      'a.gguf on CPU, 1 thread. 20.0 tokens per second. 607 MB of memory.',
      'a on CPU. 20.0 tokens/s. 607 MB.',
    ],
    ['C:\\Users\\a\\small.gguf is not there', 'small is not there'],
    ['Asked at http://localhost:8000/v1/models', 'Asked at http://localhost:8000/v1/models'],
    ['3 tokens/s and/or less', '3 tokens/s and/or less'],
  ])('%s', (text, expected) => expect(inShort(text)).toBe(expected));
});
