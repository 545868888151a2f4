import { describe, expect, it } from 'vitest';
import { report } from './ovid.ts';
import { missingStrategies } from './realData.ts';

if (missingStrategies !== undefined)
  console.warn(`Skipped: the report on real Ovid strategies. ${missingStrategies}`);

interface Counts {
  readonly strategies: number;
  readonly parse: number;
  readonly counts: Readonly<Record<'exact' | 'approximate' | 'refused', number>>;
}

describe.skipIf(missingStrategies !== undefined)('the report on real Ovid strategies', () => {
  it('all of them convert to strategies that parse, and hardly anything is left out', () => {
    const { json, faults } = report();
    expect(faults).toEqual([]);
    const { strategies, parse, counts } = json as Counts;
    expect([strategies, parse]).toEqual([109, 109]);
    expect(counts.exact).toBeGreaterThan(2 * counts.approximate);
    expect(counts.refused).toBeLessThan(0.005 * counts.exact);
  });
});
