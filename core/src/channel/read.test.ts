import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelLimits,
  describeProblems,
  pathFault,
  readChannel,
  readSignature,
  writeChannel,
  writeSignature,
} from './index.ts';
import type { Channel } from './index.ts';
import { aChannel, aFile, aRelease, channels } from './testing/madeChannels.ts';

describe('reading and writing a channel', () => {
  it('gives back what was written, newest release first', () => {
    fc.assert(
      fc.property(channels, (channel) => {
        const { value, problems } = readChannel(writeChannel(channel));
        expect(problems).toEqual([]);
        expect({ ...value, releases: byVersion(value?.releases) }).toEqual({
          ...channel,
          releases: byVersion(channel.releases),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('writes the same channel as the same text, whatever the order of keys and releases', () => {
    fc.assert(
      fc.property(channels, (channel) => {
        const text = writeChannel(channel);
        expect(writeChannel(turned(channel) as Channel)).toBe(text);
        expect(writeChannel(readChannel(new TextEncoder().encode(text)).value ?? channel)).toBe(text);
        expect(text.endsWith('}\n')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('never throws, and is either a channel or problems with places, whatever one value in it becomes', () => {
    const strange = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        -1,
        1.5,
        '',
        '..',
        [],
        {},
        Number.MAX_SAFE_INTEGER,
        'x'.repeat(2000),
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(channels, fc.nat(), strange, (channel, at, value) => {
        const json = structuredClone(channel) as unknown;
        const places = placesOf(json);
        const [holder, key] = places[at % places.length] ?? [];
        if (holder !== undefined && key !== undefined) holder[key] = value;
        const reading = readChannel(JSON.stringify(json));
        if (reading.value !== undefined) writeChannel(reading.value);
        else
          for (const problem of reading.problems) {
            expect(problem.message).toMatch(/^channel\.json[: ].*\.$/su);
            expect(problem.message.length).toBeLessThan(600);
          }
      }),
      { numRuns: 150 },
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readChannel(bytes).problems.length).toBeGreaterThan(0);
        expect(readSignature(bytes).problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

/** A change of a channel that is in order, and what is to be said of it. */
const bad: readonly (readonly [why: string, change: unknown, place: string, says: RegExp])[] = [
  ['a newer schema', { schemaVersion: 2 }, 'schemaVersion', /schema version 2.*Update Querent/u],
  ['a newer schema that is otherwise unknown', { schemaVersion: 9, releases: 5 }, 'schemaVersion', /Update Querent/u],
  ['no schema', { schemaVersion: undefined }, 'schemaVersion', /is missing/u],
  ['a schema of text', { schemaVersion: '1' }, 'schemaVersion', /is "1"; it must be a number/u],
  ['a name with capitals', { name: 'Acme' }, 'name', /lower-case/u],
  ['a name that leads elsewhere', { name: '../x' }, 'name', /lower-case/u],
  ['another channel', { channel: 'beta' }, 'channel', /"beta"; it must be "stable" or "preview"/u],
  ['serial 0', { serial: 0 }, 'serial', /too small; the least is 1/u],
  ['half a serial', { serial: 1.5 }, 'serial', /whole number/u],
  ['a local time', { updated: '2026-11-30 12:00' }, 'updated', /time in UTC/u],
  ['releases that are none', { releases: {} }, 'releases', /is an object; it must be a list/u],
  ['too many releases', { releases: Array.from({ length: 501 }, (_, i) => aRelease({ version: `1.${i}.0`, files: [aFile({ path: `1.${i}.0/m.gguf` })] })) }, 'releases', /too long; the most is 500/u],
  ['a version twice', { releases: [aRelease({ version: '1.0.0' }), aRelease({ version: '1.0.0' })] }, 'releases[1].version', /is 1\.0\.0, as that of releases\[0\]/u],
  ['a version with v', release({ version: 'v1.0.0' }), 'releases[0].version', /semantic version/u],
  ['a version with build', release({ version: '1.0.0+5' }), 'releases[0].version', /semantic version/u],
  ['a version of two parts', release({ version: '1.0' }), 'releases[0].version', /semantic version/u],
  ['no minimum', release({ minimumExtension: null }), 'releases[0].minimumExtension', /is null; it must be text/u],
  ['no files', release({ files: [] }), 'releases[0].files', /too short/u],
  ['a hash in capitals', file({ sha256: 'CD'.repeat(32) }), 'releases[0].files[0].sha256', /64 hexadecimal digits in lower case/u],
  ['a short hash', file({ sha256: 'cd' }), 'releases[0].files[0].sha256', /64 hexadecimal/u],
  ['0 bytes', file({ bytes: 0 }), 'releases[0].files[0].bytes', /too small/u],
  ['half a byte', file({ bytes: 1.5 }), 'releases[0].files[0].bytes', /whole number/u],
  ['bytes as text', file({ bytes: '100' }), 'releases[0].files[0].bytes', /is "100"; it must be a number/u],
  ['more bytes than any disk', file({ bytes: 2 ** 41 }), 'releases[0].files[0].bytes', /too large/u],
  ['another kind', file({ kind: 'exe' }), 'releases[0].files[0].kind', /"model" or "lora"/u],
  ['an adapter without a base', file({ kind: 'lora' }), 'releases[0].files[0].base', /is missing/u],
  ['an adapter of a model that is not listed', file({ kind: 'lora', base: 'ef'.repeat(32) }), 'releases[0].files[0].base', /no model file in this channel/u],
  ['a model with a base', file({ base: 'ef'.repeat(32) }), 'releases[0].files[0].base', /belongs to adapters/u],
  ['one path for two files', { releases: [aRelease({ version: '1.0.0' }), aRelease({ version: '1.1.0', files: [aFile({ path: '1.0.0/MODEL-Q8_0.gguf', bytes: 5 })] })] }, 'releases[1].files[0].path', /that of releases\[0\]\.files\[0\], which is another file/u],
  ['an interval upside down', figure({ interval: [0.8, 0.2] }), 'releases[0].evaluation[0].interval', /\[low, high\]/u],
  ['a figure of no topics', figure({ n: 0 }), 'releases[0].evaluation[0].n', /too small/u],
  ['a figure that is text', figure({ value: '0.5' }), 'releases[0].evaluation[0].value', /must be a number/u],
  ['a decision that is none', gate({ decision: 'maybe' }), 'releases[0].gate.decision', /"passed" or "forced" or "first"/u],
  ['a victory over nobody', gate({ decision: 'passed' }), 'releases[0].gate.against', /must name what it won against/u],
  ['p above 1', gate({ pValue: 1.1 }), 'releases[0].gate.pValue', /too large/u],
  ['no reason', gate({ reason: '' }), 'releases[0].gate.reason', /too short/u],
  ['a reason that moves the cursor', gate({ reason: 'fine\u001b[2J' }), 'releases[0].gate.reason', /without control characters/u],
  ['a reason that turns around', gate({ reason: 'fine \u202edessap ton' }), 'releases[0].gate.reason', /without control characters/u],
  ['notes without end', release({ notes: 'x'.repeat(channelLimits.notesLength + 1) }), 'releases[0].notes', /too long/u],
  ['notes that ring', release({ notes: 'a\u0007' }), 'releases[0].notes', /control characters/u],
  ['provenance that is nested', release({ provenance: { plan: {} } }), 'releases[0].provenance.plan', /./u],
  ['a day that is none', release({ date: '2026-02-30' }), 'releases[0].date', /must be a day/u],
]; // prettier-ignore

describe('a channel that is not in order', () => {
  it.each(bad)('names %s', (_why, change, place, says) => {
    const { value, problems } = readChannel(JSON.stringify({ ...aChannel(), ...(change as object) }));
    expect(value).toBeUndefined();
    expect(problems.map((problem) => problem.place)).toContain(place);
    expect(problems.find((problem) => problem.place === place)?.message).toMatch(says);
  });

  it('tells all of its problems, up to fifty', () => {
    const files = Array.from({ length: 20 }, () => ({ path: '../x', kind: 'model' }));
    const many = Array.from({ length: 30 }, (_, i) =>
      aRelease({ version: `1.${i}.0`, files: files as never }),
    );
    expect(
      readChannel(JSON.stringify({ ...aChannel({ releases: many }), serial: 'x' })).problems,
    ).toHaveLength(50);
    const two = readChannel(JSON.stringify({ ...aChannel(), serial: 'x', name: 5 })).problems;
    expect(two.map(({ place }) => place)).toEqual(['name', 'serial']);
    expect(describeProblems([...two, ...two])).toMatch(/And 1 more\.$/u);
  });

  it.each([
    ['a web page', '<!doctype html><title>Sign in</title>', 'not-json', /is a web page instead of JSON/u],
    ['nothing', ' \n', 'not-json', /is empty/u],
    ['what is cut off', writeChannel(aChannel()).slice(0, 200), 'not-json', /may be cut off/u],
    ['JSON of another kind', '[1, 2]', 'bad-value', /is a list; it must be an object/u],
    ['null', 'null', 'bad-value', /is null/u],
    ['far too much', 'x'.repeat(channelLimits.channelBytes + 1), 'too-large', /at most/u],
  ])('says what %s is', (_what, text, code, says) => {
    const { problems } = readChannel(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, place: '' });
    expect(problems[0]?.message).toMatch(says);
  });

  it('says that bytes are no text', () => {
    expect(readChannel(Uint8Array.of(0x7b, 0xff)).problems[0]?.code).toBe('not-text');
  });

  it('reads what has a byte order mark, and passes over keys that it does not know', () => {
    const text = `\uFEFF${JSON.stringify({ ...aChannel(), later: { than: 'this' } })}`;
    expect(readChannel(text).value).toEqual(aChannel());
    expect(readChannel(new TextEncoder().encode(text)).value).toEqual(aChannel());
  });

  it('is not written', () => {
    expect(() => writeChannel(aChannel({ name: 'A b' }))).toThrow(/lower-case/u);
  });
});

describe('paths of files', () => {
  it.each([
    ['1.0.0/model-Q8_0.gguf', undefined],
    ['model.gguf', undefined],
    ['a/b/c/d_e-f+g.1.gguf', undefined],
    ['history/channel.json', undefined],
    ['', 'empty'],
    ['../model.gguf', '..'],
    ['1.0.0/../../model.gguf', '..'],
    ['./model.gguf', '`.` or `..`'],
    ['/etc/passwd', 'absolute'],
    ['C:/model.gguf', 'drive letter'],
    ['c:model.gguf', 'drive letter'],
    ['\\\\server\\share', 'backslash'],
    ['1.0.0\\model.gguf', 'backslash'],
    ['//host/model.gguf', 'address'],
    ['https://host/model.gguf', 'address'],
    ['file:model.gguf', 'address'],
    ['data:,x', 'address'],
    ['a\u0000.gguf', 'control characters'],
    ['a\n.gguf', 'control characters'],
    ['%2e%2e/model.gguf', 'not every system'],
    ['a b.gguf', 'not every system'],
    ['model.gguf?x=1', 'not every system'],
    ['model.gguf#x', 'not every system'],
    ['ＣＯＮ.gguf', 'not every system'],
    ['con.gguf', 'not every system'],
    ['1.0.0/NUL', 'not every system'],
    ['com1.gguf', 'not every system'],
    ['model.gguf.', 'not every system'],
    ['-rf', 'not every system'],
    ['.hidden', 'not every system'],
    ['a//b', 'empty part'],
    ['a/', 'empty part'],
    ['channel.json', 'place of the channel'],
    ['CHANNEL.JSON.SIG', 'place of the channel'],
    ['x'.repeat(201), 'longer than'],
  ])('%j: %s', (path, fault) => {
    if (fault === undefined) expect(pathFault(path)).toBeUndefined();
    else expect(pathFault(path)).toContain(fault);
    const { problems } = readChannel(JSON.stringify({ ...aChannel(), ...file({ path }) }));
    expect(problems.some(({ place }) => place === 'releases[0].files[0].path')).toBe(fault !== undefined);
  });

  it('never lead out of the folder, when they are allowed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...'./\\:ab%~ C'.split('')), maxLength: 12 }),
          fc.webPath(),
          fc.string({ maxLength: 20 }),
        ),
        (path) => {
          if (pathFault(path) !== undefined) return;
          const url = new URL(path, 'https://host/folder/');
          expect(url.href).toBe(`https://host/folder/${path}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a signature file', () => {
  const good = { algorithm: 'ed25519', keyId: '0123456789abcdef', signature: `${'A'.repeat(86)}==` } as const;

  it('is read as it was written', () => {
    expect(readSignature(writeSignature(good)).value).toEqual(good);
  });

  it.each([
    ['another algorithm', { algorithm: 'rsa' }, /"rsa"; it must be "ed25519"/u],
    ['a key that is none', { keyId: '0123' }, /16 hexadecimal digits/u],
    ['too short a signature', { signature: 'AAAA' }, /base64 of 64 bytes/u],
    ['bits too many', { signature: `${'A'.repeat(85)}B==` }, /base64 of 64 bytes/u],
  ])('names %s', (_why, change, says) => {
    const { value, problems } = readSignature(JSON.stringify({ ...good, ...change }));
    expect(value).toBeUndefined();
    expect(describeProblems(problems)).toMatch(says);
  });
});

function release(change: object): object {
  return { releases: [{ ...aRelease({ version: '1.0.0' }), ...change }] };
}

function file(change: object): object {
  return release({ files: [{ ...aFile(), ...change }] });
}

function figure(change: object): object {
  return release({
    evaluation: [{ name: 'recall', value: 0.5, interval: null, n: 32, on: 'topics', ...change }],
  });
}

function gate(change: object): object {
  return release({ gate: { ...aRelease({ version: '1.0.0' }).gate, ...change } });
}

function byVersion(releases: Channel['releases'] = []): Channel['releases'] {
  return [...releases].sort((a, b) => (a.version < b.version ? -1 : 1));
}

/** The same with all keys and the releases the other way around. */
function turned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((each) => turned(each));
    return key === 'releases' ? items.reverse() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, turned(each, name)]),
  );
}

/** Every place of a value, as what holds it and its key there. */
function placesOf(value: unknown): readonly (readonly [Record<string, unknown>, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesOf(holder[key])]);
}
