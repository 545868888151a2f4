/** The soak in small; `npm run soak` is the whole. And what judges it can fail. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFlat } from './memory.ts';
import { soak } from './soak.ts';

const samples = join(import.meta.dirname, '../../samples');

describe('two windows over a network that fails', () => {
  it('end every line with the right number or an honest reason, and never ask faster than allowed', async () => {
    const report = await soak({
      corpus: join(samples, 'citations.jsonl'),
      mesh: join(samples, 'thesaurus.jsonl'),
      seconds: 2,
      share: 0.1,
      seed: 1,
      lines: 20,
      seeds: 8,
      stallMs: 300,
      log: () => undefined,
    });
    const { ends, afterwards, problems } = report;
    expect(problems).toEqual([]);
    expect(ends.right + ends.failed).toBe(2 * 3 * 20);
    expect(afterwards).toEqual({ right: 2 * 3 * 20, failed: 0, wrong: 0 });
    // It was no walk in the park.
    expect(Object.keys(report.faults).length).toBeGreaterThan(5);
    expect(report.mostPerSecond).toBeGreaterThan(3);
  }, 180_000);

  it.each([
    [{ early: 200, late: 249 }, true],
    [{ early: 200, late: 251 }, false],
    [{ early: 60, late: 91 }, true],
  ])('memory of %j is flat: %j', (figures, flat) => {
    expect(isFlat({ samples: 600, most: 300, ...figures })).toBe(flat);
  });
});
