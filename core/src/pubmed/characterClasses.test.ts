import { expect, it } from 'vitest';
import {
  CLASSES,
  INVALID,
  isLonelySurrogate,
  isQuote,
  LAST_IN_WORD,
  QUOTE,
  SPACE,
  SURROGATE,
} from './characterClasses.ts';

const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
const ofClass = (kind: number): string[] => units.filter((_, code) => CLASSES[code] === kind);

it('takes for space what JavaScript does, and the invisible marks of web pages', () => {
  expect(ofClass(SPACE)).toEqual(units.filter((unit) => /[\s\u200b\u200e\u200f\u2060]/.test(unit)));
});

it('knows control characters and halves of surrogate pairs', () => {
  expect(ofClass(INVALID)).toEqual(
    units.filter((unit) => /[\p{Cc}\ufffd-\uffff]/u.test(unit) && !/\s/.test(unit)),
  );
  expect(ofClass(SURROGATE)).toEqual(units.filter((unit) => /\p{Cs}/u.test(unit)));
  expect([0, 1, 2].map((at) => isLonelySurrogate('😀\ud800', at))).toEqual([false, false, true]);
  expect(isLonelySurrogate('a\udc00', 1)).toBe(true);
});

it('knows the quotes', () => {
  expect(ofClass(QUOTE).join('')).toBe('"“”„‟″＂');
  expect(['"', '“', 'a', ''].map(isQuote)).toEqual([true, true, false, false]);
});

it('takes every letter and digit for a part of a word', () => {
  for (const unit of units.filter((u) => /[\p{L}\p{N}]/u.test(u)))
    expect(CLASSES[unit.charCodeAt(0)], unit).toBeLessThanOrEqual(LAST_IN_WORD);
});
