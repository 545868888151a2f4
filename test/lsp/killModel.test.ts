import { expect, it } from 'vitest';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { describeReport, killDuringRewrites } from '../kills/killing.ts';

/** `npm run kills` does it a hundred times. */
const kills = 3;

it.skipIf(process.platform !== 'linux')(
  'a model process that is killed at random costs no other request, and the next rewrite has the model again (needs ps: Linux only)',
  async () => {
    const report = await killDuringRewrites({ kills, seed: 20_261_129, model: tinyGguf() });
    console.log(describeReport(report, 'a tiny model'));
    expect(report).toMatchObject({ kills, worked: kills });
    expect(report.whileLoading + report.whileWriting + report.whileIdle).toBe(kills);
    expect(report.otherRequests).toBeGreaterThan(kills);
  },
  120_000,
);
