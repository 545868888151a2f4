import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareTexts, TextTable } from './textTable.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 6 });

it('orders texts as their UTF-8 is ordered', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

it('finds texts and prefixes as a list of strings does', () => {
  fc.assert(
    fc.property(fc.uniqueArray(text), text, (texts, wanted) => {
      const sorted = [...texts].sort(compareTexts);
      const table = TextTable.of(sorted);
      expect(table.range(0, table.length)).toEqual(sorted);
      expect(table.find(wanted)).toBe(sorted.indexOf(wanted));
      for (const [i, one] of sorted.entries()) expect(table.find(one)).toBe(i);
      const { from, to } = table.prefixRange(wanted);
      expect(table.range(from, to)).toEqual(sorted.filter((one) => one.startsWith(wanted)));
      const order = Uint32Array.from(texts.keys()).sort((a, b) =>
        compareTexts(texts[a] ?? '', texts[b] ?? ''),
      );
      expect(TextTable.of(texts).find(wanted, order)).toBe(texts.indexOf(wanted));
    }),
  );
});

it('works in memory that threads share', () => {
  const { bytes, starts } = TextTable.of(['Ångström', 'b']);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  expect(new TextTable(shared, starts).at(0)).toBe('Ångström');
});
