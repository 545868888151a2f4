import { describe, expect, it } from 'vitest';
import { chooseFile, chooseRelease, compareVersions, isVersion, memoryNeeded, nextMinor } from './index.ts';
import type { Channel, Release } from './index.ts';
import { aChannel, aFile, aRelease } from './testing/madeChannels.ts';

describe('versions', () => {
  it.each([
    ['1.2.0', true],
    ['1.2.0-rc.1', true],
    ['10.20.30', true],
    ['v1.2.0', false],
    ['1.2', false],
    ['1.2.0+5', false],
    ['01.2.0', false],
    [' 1.2.0', false],
    ['', false],
    [`1.0.0-${'a'.repeat(200)}`, false],
  ])('%j is one: %s', (text, is) => expect(isVersion(text)).toBe(is));

  it('are in the order of semver', () => {
    const shuffled = ['1.10.0', '1.2.0', '2.0.0-rc.1', '2.0.0', '1.2.0-alpha', '2.0.0-rc.2', '2.0.0-rc.10'];
    expect([...shuffled].sort(compareVersions)).toEqual(
      ['1.2.0-alpha', '1.2.0', '1.10.0', '2.0.0-rc.1', '2.0.0-rc.2', '2.0.0-rc.10', '2.0.0'], // prettier-ignore
    );
  });
});

const several = ['1.0.0', '1.1.0', '2.0.0', '2.1.0-rc.1'].map((version) =>
  aRelease({ version, minimumExtension: version.startsWith('2') ? '0.5.0' : '0.1.0' }),
);

it.each([
  ['1.0.0', '1.1.0'],
  ['1.2.5', '1.3.0'],
  ['2.0.0-rc.1', '2.0.0'],
  ['1.1.1-rc.1', '1.2.0'],
])('after %s comes %s', (version, next) => expect(nextMinor(version)).toBe(next));

describe('the release that is used', () => {
  it.each<[why: string, channel: Partial<Channel>, wanted: object, version: string | RegExp]>([
    ['the newest', {}, { extension: '0.5.0' }, '2.0.0'],
    ['the newest that the extension is new enough for', {}, { extension: '0.4.9' }, '1.1.0'],
    ['one on trial in a preview channel', { channel: 'preview' }, { extension: '0.5.0' }, '2.1.0-rc.1'],
    ['one on trial where it is wanted', {}, { extension: '1.0.0', prereleases: true }, '2.1.0-rc.1'],
    ['the pinned one', {}, { extension: '0.5.0', pinned: '1.0.0' }, '1.0.0'],
    ['the pinned one on trial', {}, { extension: '0.5.0', pinned: '2.1.0-rc.1' }, '2.1.0-rc.1'],
    ['no pinned one that is not there', {}, { extension: '0.5.0', pinned: '9.0.0' }, /no version 9\.0\.0; it has .*Pin one of these, or none/u],
    ['no pinned one that needs a newer extension', {}, { extension: '0.4.0', pinned: '2.0.0' }, /needs Querent 0\.5\.0 or newer; this is 0\.4\.0\. Update Querent/u],
    ['none for an old extension', {}, { extension: '0.0.9' }, /2\.0\.0 needs Querent 0\.5\.0/u],
    ['none of none', { releases: [] }, { extension: '1.0.0' }, /no releases yet/u],
    ['none where all are on trial', { releases: several.slice(3) }, { extension: '1.0.0' }, /only versions on trial: 2\.1\.0-rc\.1/u],
    ['none for a version that is none', {}, { extension: 'unknown' }, /"unknown"/u],
  ])('is %s', (_why, channel, wanted, version) => {
    const choice = chooseRelease(aChannel({ releases: several, ...channel }), wanted as { extension: string });
    if (typeof version === 'string') expect(choice.release?.version).toBe(version);
    else expect(choice).toEqual({ release: undefined, reason: expect.stringMatching(version) });
  }); // prettier-ignore
});

const size = 1_000_000_000;
const quantised: Release = aRelease({
  version: '1.0.0',
  files: [
    aFile({ path: 'f16.gguf', quantisation: 'F16', bytes: 2 * size, sha256: '11'.repeat(32) }),
    aFile({ path: 'q8.gguf', quantisation: 'Q8_0', bytes: size, sha256: '22'.repeat(32) }),
    aFile({ path: 'iq4.gguf', quantisation: 'IQ4_XS', bytes: size / 2.2, sha256: '33'.repeat(32) }),
    aFile({ path: 'q4.gguf', quantisation: 'Q4_K_M', bytes: size / 2, sha256: '44'.repeat(32) }),
  ],
});

describe('the file that is fetched', () => {
  it.each<[why: string, wish: object, quantisation: string | RegExp, fits?: boolean]>([
    ['without a limit: not the largest, which costs time and gains nothing', {}, 'Q8_0', true],
    ['with much memory', { memory: 64e9 }, 'Q8_0', true],
    ['with memory for half of it', { memory: memoryNeeded(size / 2) }, 'Q4_K_M', true],
    ['with memory for one that is not among the usual', { memory: memoryNeeded(size / 2.2) }, 'IQ4_XS', true],
    ['with too little for any: the smallest, and told so', { memory: 1e6 }, 'IQ4_XS', false],
    ['by name, in any case', { quantisation: 'f16' }, 'F16', true],
    ['by name, although it does not fit', { quantisation: 'F16', memory: 1e9 }, 'F16', false],
    [
      'by a name that is not there',
      { quantisation: 'Q2_K' },
      /no file with the quantisation Q2_K; it has F16, Q8_0/u,
    ],
  ])('%s', (_why, wish, quantisation, fits) => {
    const choice = chooseFile(aChannel({ releases: [quantised] }), quantised, wish);
    if (typeof quantisation === 'string') {
      expect(choice.file?.quantisation).toBe(quantisation);
      expect(choice).toMatchObject({ fits, base: undefined });
    } else expect(choice).toEqual({ file: undefined, reason: expect.stringMatching(quantisation) });
  });

  it('of an adapter comes with its model, from wherever in the channel, and both count', () => {
    const model = aFile({ path: '1.0.0/model.gguf', bytes: size, sha256: '11'.repeat(32) });
    const adapter = aFile({
      path: '1.1.0/lora.gguf',
      kind: 'lora',
      bytes: 1e6,
      base: model.sha256,
      quantisation: 'F16',
    });
    const newer = aRelease({ version: '1.1.0', files: [adapter] });
    const channel = aChannel({ releases: [newer, aRelease({ version: '1.0.0', files: [model] })] });
    expect(chooseFile(channel, newer)).toEqual({ file: adapter, base: model, fits: true });
    expect(chooseFile(channel, newer, { memory: size })).toMatchObject({ fits: false });
    const without = aChannel({ releases: [newer] });
    expect(chooseFile(without, newer)).toEqual({
      file: undefined,
      reason: expect.stringMatching(/does not list/u),
    });
  });

  it('is a whole model before an adapter', () => {
    const model = aFile({ quantisation: 'F32' });
    const adapter = aFile({ path: 'l.gguf', kind: 'lora', base: model.sha256, quantisation: 'Q8_0' });
    const both = aRelease({ version: '1.0.0', files: [adapter, model] });
    expect(chooseFile(aChannel({ releases: [both] }), both).file).toBe(model);
  });
});
