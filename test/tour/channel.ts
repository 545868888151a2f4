/**
 * Writes a signed channel for the tour, with a tiny model whose answers are noise and figures that are invented; prints its public key.
 *
 *   node test/tour/channel.ts FOLDER
 */
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { makeChannel, makeKeys, type MadeRelease } from '../../server/src/checkpoints/testing/madeChannel.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder.');

const on = '32 review topics, at most 1,500 records';
const release = (
  version: string,
  date: string,
  recall: number,
  f3: number,
  more: Partial<MadeRelease>,
): MadeRelease => ({
  version,
  date,
  content: tinyGguf({ contextTokens: 8192, seed: Number(version[0]) }),
  baseModel: { name: 'Qwen2.5-3B', licence: 'Apache-2.0' },
  step: 1400,
  evaluation: [
    { name: 'recall', value: recall, interval: [recall - 0.08, recall + 0.08], n: 32, on },
    { name: 'f3', value: f3, interval: [f3 - 0.06, f3 + 0.06], n: 32, on },
    { name: 'medianRecords', value: 940, interval: [610, 1240], n: 32, on },
    { name: 'validRate', value: 0.98, interval: [0.95, 1], n: 32, on },
  ],
  ...more,
});

const keys = makeKeys();
await makeChannel(folder, keys, {
  name: 'acme-publication-search',
  serial: 2,
  releases: [
    release('2.0.0', '2026-11-24', 0.67, 0.27, {
      notes: 'Trained on 400 more topics. Finds more with fewer clauses.',
      gate: {
        decision: 'passed',
        reason: 'Better by the F3 of the held-out topics.',
        against: '1.0.0',
        difference: 0.021,
        pValue: 0.012,
      },
    }),
    release('1.0.0', '2026-09-02', 0.61, 0.24, { step: 800, notes: 'The first release.' }),
  ],
});
console.log(keys.publicKey);
