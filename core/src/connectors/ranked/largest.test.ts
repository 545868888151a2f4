import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Largest } from './largest.ts';

it('keeps what sorting would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), fc.nat(12), (values, most) => {
      const largest = new Largest(most);
      for (const value of values) largest.offer(value);
      expect([...largest.descending()]).toEqual([...values].sort((a, b) => b - a).slice(0, most));
    }),
  );
});
