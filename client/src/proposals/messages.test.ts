import { describe, expect, it } from 'vitest';
import { isFromPage, savedFormat, savedPage } from './messages.ts';

describe('messages of the page', () => {
  it.each([
    { type: 'ready' },
    { type: 'openStrategy' },
    { type: 'apply', query: 'falls[tiab]' },
    { type: 'applyBlock', query: 'falls[tiab]', block: 0 },
  ])('%j is one', (message) => expect(isFromPage(message)).toBe(true));

  it.each([
    undefined,
    null,
    'ready',
    {},
    { type: 'constructor' },
    { type: 'apply' },
    { type: 'copy', query: 7 },
    { type: 'applyBlock', query: 'falls[tiab]' },
    { type: 'applyBlock', query: 'falls[tiab]', block: -1 },
    { type: 'applyBlock', query: 'falls[tiab]', block: '0' },
  ])('%j is none', (message) => expect(isFromPage(message)).toBe(false));
});

describe('what a page kept', () => {
  it('is read by the version that kept it, and by no other', () => {
    const kept = { format: savedFormat, state: {}, folds: {}, scroll: 0 };
    expect(savedPage(kept)).toBe(kept);
    for (const other of [undefined, null, 'text', {}, { ...kept, format: undefined }, { ...kept, format: 0 }])
      expect(savedPage(other)).toBeUndefined();
  });
});
