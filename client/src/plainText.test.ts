import { describe, expect, it } from 'vitest';
import { plainText } from './plainText.ts';

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
