import fc from 'fast-check';
import type { Channel, Release, ReleaseFile } from '../channel.ts';
import { channelLimits } from '../limits.ts';

const digits = '0123456789abcdef'.split('');
const hash = fc.string({ unit: fc.constantFrom(...digits), minLength: 64, maxLength: 64 });
const line = fc.string({ unit: fc.constantFrom(...'abc DEF-ø中0.%'.split('')), minLength: 1, maxLength: 40 });
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,20}$/);
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
  .map((each) => each + 0);
const maybe = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(each, { nil: null });
const version = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.constantFrom('', '-rc.1', '-alpha'))
  .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);

const file = (of: string, at: number): fc.Arbitrary<ReleaseFile> =>
  fc.record({
    path: fc.constant(`${of}/model-${at}.gguf`),
    kind: fc.constant('model' as const),
    bytes: fc.integer({ min: 1, max: channelLimits.fileBytes }),
    sha256: hash,
    quantisation: fc.constantFrom('Q8_0', 'F16', 'Q4_K_M', 'IQ4_XS'),
  });

const release = (of: string): fc.Arbitrary<Release> =>
  fc
    .record({
      version: fc.constant(of),
      date: fc.constantFrom('2026-11-30', '2026-11-30T10:20:30Z'),
      baseModel: fc.record({ name: line, licence: line }),
      task: fc.constantFrom('publication', 'trials'),
      template: fc.record({ id, hash }),
      step: fc.nat(1_000_000),
      files: fc
        .integer({ min: 1, max: 3 })
        .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => file(of, i)))),
      evaluation: fc.array(
        fc.record({
          name: id,
          value: number,
          interval: maybe(
            fc.tuple(number, number).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
          ),
          n: fc.integer({ min: 1, max: 1e6 }),
          on: line,
        }),
        { maxLength: 4 },
      ),
      gate: fc.record({
        decision: fc.constantFrom('passed' as const, 'forced' as const, 'first' as const),
        reason: line,
        against: line,
        difference: maybe(number),
        pValue: maybe(fc.double({ noNaN: true, min: 0, max: 1 }).map((each) => each + 0)),
      }),
      parity: maybe(
        fc.record({
          maxLogProbDifference: fc.double({ noNaN: true, min: 0, max: 10 }).map((each) => each + 0),
          limit: fc.double({ noNaN: true, min: 0, max: 10 }).map((each) => each + 0),
          positions: fc.nat(),
          tokenIdsEqual: fc.boolean(),
        }),
      ),
      minimumExtension: version,
      notes: fc.string({ unit: fc.constantFrom(...'ab ü\n.'.split('')), maxLength: 100 }),
      provenance: fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{0,9}$/), fc.oneof(line, number), {
        maxKeys: 4,
      }),
    })
    .chain((made) =>
      // An adapter of one of its own models.
      fc.boolean().map((adapter): Release => {
        const [model] = made.files;
        if (!adapter || model === undefined) return made;
        const lora: ReleaseFile = {
          ...{ path: `${of}/adapter.gguf`, kind: 'lora', bytes: 1000, sha256: 'ab'.repeat(32) },
          ...{ quantisation: 'F16', base: model.sha256 },
        };
        return { ...made, files: [...made.files, lora] };
      }),
    );

/** Channels that are in order, of any content. */
export const channels: fc.Arbitrary<Channel> = fc.uniqueArray(version, { maxLength: 4 }).chain((versions) =>
  fc.record({
    schemaVersion: fc.constant(1),
    name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/),
    channel: fc.constantFrom('stable' as const, 'preview' as const),
    serial: fc.integer({ min: 1, max: 1e9 }),
    updated: fc.constantFrom('2026-11-30T12:00:00Z', '2027-01-01T00:00:00.123Z'),
    releases: fc.tuple(...versions.map(release)),
  }),
);

/** A release that is in order, with what differs. */
export function aRelease(given: Partial<Release> & { readonly version: string }): Release {
  return {
    date: '2026-11-30',
    baseModel: { name: 'SmolLM2-135M-Instruct', licence: 'apache-2.0' },
    task: 'publication',
    template: { id: 'publication-search-direct/1', hash: 'ab'.repeat(32) },
    step: 200,
    files: [aFile({ path: `${given.version}/model-Q8_0.gguf` })],
    evaluation: [],
    gate: {
      decision: 'first',
      reason: 'There was nothing to beat.',
      against: null,
      difference: null,
      pValue: null,
    },
    parity: null,
    minimumExtension: '0.1.0',
    notes: '',
    provenance: {},
    ...given,
  };
}

/** A model file with what differs. */
export function aFile(given: Partial<ReleaseFile> = {}): ReleaseFile {
  return {
    ...{ path: '1.0.0/model-Q8_0.gguf', kind: 'model', bytes: 145_000_000, sha256: 'cd'.repeat(32) },
    quantisation: 'Q8_0',
    ...given,
  };
}

/** A channel that is in order, with what differs. */
export function aChannel(given: Partial<Channel> = {}): Channel {
  return {
    ...{ schemaVersion: 1, name: 'acme-publication-search', channel: 'stable', serial: 3 },
    updated: '2026-11-30T12:00:00Z',
    releases: [aRelease({ version: '1.0.0' })],
    ...given,
  };
}
