import { tmpdir } from 'node:os';
import { join, normalize, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from './checkpointError.ts';
import { releaseFolder, releasesFolder } from './installed.ts';
import { lockPath, partPath } from './install.ts';
import { readKey } from './keys.ts';
import { isReleaseId, partsOfId } from './releaseId.ts';
import { channelSource } from './source.ts';
import { checkpointsFolder } from './storeFolder.ts';
import { makeKeys } from './testing/madeChannel.ts';

describe('a source', () => {
  it.each([
    ['/srv/models', '/srv/models', 'folder'],
    ['/srv/models/channel.json', '/srv/models', 'folder'],
    ['file:///srv/my%20models', '/srv/my models', 'folder'],
    ['https://Example.org', 'https://example.org/', 'address'],
    [' https://example.org/a/b ', 'https://example.org/a/b/', 'address'],
    ['https://example.org/a/channel.json', 'https://example.org/a/', 'address'],
    ['hf:acme/search', 'hf:acme/search', 'repository'],
    ['HF:acme/search@v1.2', 'hf:acme/search@v1.2', 'repository'],
    ['hf:acme/search@main', 'hf:acme/search', 'repository'],
  ])('%s is %s, a %s', (text, name, kind) => {
    expect(channelSource(text, {})).toMatchObject({ name, kind });
  });

  it.each([
    ['', /No channel is set/],
    ['relative/folder', /is no channel/],
    ['ftp://example.org/x', /is no channel/],
    ['https://', /cannot be read/],
    ['https://user:secret@example.org/x', /user name or password/],
    ['https://example.org/x?token=secret', /behind \? or #/],
    ['hf:acme', /no repository/],
    ['hf:acme/../search', /no repository/],
    ['hf:acme/search/more', /no repository/],
    ['hf:acme/search@../x', /no repository/],
    ['file://server/share', /is no channel/],
  ])('%j is refused in words, without a secret', (text, message) => {
    const refused = (): unknown => channelSource(text, {});
    expect(refused).toThrow(CheckpointError);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/secret/);
  });

  it('whatever it is gives a channel or words', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `hf:${text}`),
        ),
        (text) => {
          try {
            expect(channelSource(text, {}).name).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(CheckpointError);
          }
        },
      ),
    );
  });

  it('sends no token without encryption, but to this machine', async () => {
    // Nobody listens there: what is looked at is what the message says of the token.
    const failing = channelSource('http://127.0.0.1:9/', { QUERENT_CHANNEL_TOKEN: 'secret' });
    await expect(failing.read('channel.json', 10, AbortSignal.timeout(5_000))).rejects.not.toThrow(/secret/);
  });
});

describe('a key', () => {
  it('is read as people copy it', () => {
    const made = makeKeys();
    expect(readKey(`  ${made.publicKey}\n`)).toMatchObject({ id: made.keyId, text: made.publicKey });
  });

  it.each([
    ['', /is none/],
    ['ed25519:', /is none/],
    [`ed25519:${'A'.repeat(42)}=`, /is none/],
    ['-----BEGIN PRIVATE KEY-----', /private one/],
    [makeKeys().publicKey.replace('ed25519', 'rsa'), /is none/],
  ])('%j is refused', (text, message) => {
    expect(() => readKey(text)).toThrow(message);
  });
});

describe('an id', () => {
  const folder = join(tmpdir(), 'store');

  it('of any text leads nowhere but into the store', () => {
    const odd = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '..',
        '../x@1.0.0',
        'x@../../1.0.0',
        'x@1.0.0/..',
        'a/b@1.0.0',
        'x@1.0.0+b',
        'x@v1.0.0',
        '@1.0.0',
        'X@1.0.0',
        'x\0@1.0.0',
        'x@1.0.0\n',
      ),
      fc.tuple(fc.string(), fc.string()).map(([name, version]) => `${name}@${version}`),
    );
    fc.assert(
      fc.property(odd, (id) => {
        if (!isReleaseId(id)) {
          expect(() => releaseFolder(folder, id)).toThrow(CheckpointError);
          return;
        }
        for (const path of [releaseFolder(folder, id), partPath(folder, id), lockPath(folder, id)]) {
          expect(normalize(path)).toBe(path);
          expect(path.slice(folder.length + 1).split(sep)).toHaveLength(2);
        }
      }),
    );
  });

  it('has a name and a version', () => {
    expect(partsOfId('acme-search@1.2.0-rc.1')).toEqual({ name: 'acme-search', version: '1.2.0-rc.1' });
    expect(releaseFolder(folder, 'acme@1.0.0')).toBe(join(releasesFolder(folder), 'acme@1.0.0'));
  });
});

describe('the folder of checkpoints', () => {
  const absolute = join(tmpdir(), 'own');
  it.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, RegExp]>([
    ['is the one that is named', { QUERENT_CHECKPOINTS: absolute, XDG_DATA_HOME: '/data' }, 'linux', /own$/],
    ['is never a relative one', { QUERENT_CHECKPOINTS: 'own' }, 'linux', /[\\/]querent[\\/]checkpoints$/],
    ['is that of XDG', { XDG_DATA_HOME: '/data' }, 'linux', /^.data.querent.checkpoints$/],
    ['is in the home folder', { XDG_DATA_HOME: 'data' }, 'linux', /\.local.share.querent.checkpoints$/],
    ['is that of macOS', {}, 'darwin', /Library.Application Support.querent.checkpoints$/],
    ['is that of Windows', { LOCALAPPDATA: '/AppData/Local' }, 'win32', /Local.Querent.Data.checkpoints$/],
  ])('%s', (_, env, platform, expected) => {
    expect(checkpointsFolder(env, platform)).toMatch(expected);
  });
});
