import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeChannel } from '@querent/core/channel';
import { CliError } from '@querent/server/terminal';
import { makeSigningKey, readSigningKey, signChannel, verifyChannel } from './keys.ts';
import type { SigningKey } from './keys.ts';
import { freshFolder } from './testing/made.ts';

let folder: string;
let file: string;
let key: SigningKey;
beforeAll(async () => {
  folder = await freshFolder();
  file = join(folder, 'key.pem');
  key = await makeSigningKey(file);
});

const channel = writeChannel({
  ...{ schemaVersion: 1, name: 'acme', channel: 'stable', serial: 1 },
  ...{ updated: '2026-11-30T12:00:00Z', releases: [] },
});

describe('making a key', () => {
  it('writes it for its owner only, and prints the public half', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/u);
    expect(key.publicKey).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=$/u);
    expect(key.keyId).toMatch(/^[0-9a-f]{16}$/u);
  });

  it('never writes over anything', async () => {
    const before = await readFile(file, 'utf8');
    await expect(makeSigningKey(file)).rejects.toThrow(/is there already.*Name another file/u);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it.each(['channel.json', 'state.json', 'plan.json', 'export.json'])(
    'never into a folder that is passed on, nor below it: %s',
    async (name) => {
      const shared = await freshFolder();
      await writeFile(join(shared, name), '{}');
      await mkdir(join(shared, 'a', 'b'), { recursive: true });
      for (const at of [shared, join(shared, 'a', 'b')])
        await expect(makeSigningKey(join(at, 'key.pem'))).rejects.toThrow(
          /is passed on.*Keep keys elsewhere/u,
        );
      expect(await readdir(shared)).toEqual(['a', name].sort());
    },
  );

  it('says that there is no such folder', async () => {
    await expect(makeSigningKey(join(folder, 'no', 'key.pem'))).rejects.toThrow(/there is no folder/u);
  });
});

describe('reading a key', () => {
  const pem = async (): Promise<string> => readFile(file, 'utf8');

  it.each<[where: string, file: () => string | undefined, environment: () => Promise<NodeJS.ProcessEnv>]>([
    ['a file', () => file, async () => ({})],
    ['a file before the environment', () => file, async () => ({ QUERENT_SIGNING_KEY: 'nonsense' })],
    ['a path in the environment', () => undefined, async () => ({ QUERENT_SIGNING_KEY: file })],
    ['PEM in the environment', () => undefined, async () => ({ QUERENT_SIGNING_KEY: await pem() })],
    ['PEM in one line', () => undefined, async () => ({ QUERENT_SIGNING_KEY: (await pem()).replaceAll('\n', '\\n') })],
  ])('from %s', async (_where, named, environment) => {
    const warnings: string[] = [];
    const read = await readSigningKey(named(), await environment(), (text) => warnings.push(text));
    expect(read).toMatchObject({ publicKey: key.publicKey, keyId: key.keyId });
    expect(warnings).toEqual([]);
  }); // prettier-ignore

  it('warns of one that others can read', async () => {
    const open = join(folder, 'open.pem');
    await writeFile(open, await pem());
    await chmod(open, 0o644);
    const warnings: string[] = [];
    await readSigningKey(open, {}, (text) => warnings.push(text));
    expect(warnings).toEqual([expect.stringMatching(/can be read by others.*chmod 600 open\.pem/u)]);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }); // prettier-ignore
  const locked = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' }); // prettier-ignore
  it.each<[why: string, content: string, says: RegExp]>([
    ['another kind of key', rsa as string, /of the kind rsa; channels are signed with Ed25519/u],
    ['an encrypted one', locked as string, /encrypted key.*Decrypt/u],
    ['a public one', 'ed25519:AAAA', /public key; to sign, the private one/u],
    ['something else', 'top secret 4711', /no private key as PEM/u],
    ['half of it', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ4711\n', /no private key as PEM/u],
  ])('refuses %s, and repeats nothing of it', async (_why, content, says) => {
    const wrong = join(folder, `wrong-${content.length}.pem`);
    await writeFile(wrong, content, { mode: 0o600 });
    for (const attempt of [
      () => readSigningKey(wrong, {}),
      () => readSigningKey(undefined, { QUERENT_SIGNING_KEY: wrong }),
    ]) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CliError);
      expect((error as CliError).message).toMatch(says);
      expect(inspect(error, { depth: 10 })).not.toMatch(/4711/u);
    }
  });

  it.each([
    ['nothing', undefined, {}, /no key to sign with.*publish keys/u],
    ['a file that is not there', 'nowhere.pem', {}, /cannot be read from nowhere\.pem \(ENOENT\)/u],
    ['a variable that is no path', undefined, { QUERENT_SIGNING_KEY: 'MC4CAQAwBQ4711' }, /file that QUERENT_SIGNING_KEY names/u],
  ])('says what is missing: %s', async (_why, named, environment, says) => {
    const error: unknown = await readSigningKey(named, environment).catch((thrown: unknown) => thrown);
    expect((error as CliError).message).toMatch(says);
    // The variable may hold a damaged key.
    expect(inspect(error, { depth: 10 })).not.toMatch(/4711/u);
  }); // prettier-ignore

  it('shows nothing of it in whatever is printed or written', async () => {
    const secret = (await pem()).split('\n')[1] ?? 'x';
    const read = await readSigningKey(file, {});
    for (const text of [inspect(read, { depth: 10 }), JSON.stringify(read)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(20, 50));
    }
  });
});

describe('signatures', () => {
  it('fit what was signed', () => {
    const signature = Buffer.from(signChannel(channel, key));
    expect(verifyChannel(Buffer.from(channel), signature, key.publicKey)).toMatchObject({ fits: true });
  });

  it('fit nothing else: any change of any byte is refused', () => {
    const bytes = Buffer.from(channel);
    const signature = Buffer.from(signChannel(channel, key));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(3), (at, by, how) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        const spoilt = [
          changed,
          Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
          Buffer.concat([bytes.subarray(0, at), Buffer.from([by]), bytes.subarray(at)]),
          bytes.subarray(0, at),
        ][how];
        expect(verifyChannel(spoilt ?? changed, signature, key.publicKey)).toMatchObject({
          fits: false,
          cause: 'content',
        });
      }),
    );
  });

  it('are themselves refused when they are changed', () => {
    const bytes = Buffer.from(channel);
    const text = signChannel(channel, key);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, by) => {
        const changed = `${text.slice(0, at)}${by}${text.slice(at + 1)}`;
        const judged = verifyChannel(bytes, Buffer.from(changed), key.publicKey);
        // White space between its parts does not count.
        if (judged.fits) expect(JSON.parse(changed)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('of another key are told apart, and a public key that is none is bad input', async () => {
    const other = await makeSigningKey(join(folder, 'other.pem'));
    const signature = Buffer.from(signChannel(channel, other));
    expect(verifyChannel(Buffer.from(channel), signature, key.publicKey)).toMatchObject({
      ...{ fits: false, cause: 'key' },
      message: `The channel is signed with the key ${other.keyId}, and this is the key ${key.keyId}.`,
    });
    // One that only claims to be of this key.
    const claimed = Buffer.from(signature.toString('utf8').replace(other.keyId, key.keyId));
    expect(verifyChannel(Buffer.from(channel), claimed, key.publicKey)).toMatchObject({ cause: 'content' });
    expect(() => verifyChannel(Buffer.from(channel), signature, 'ed25519:x')).toThrow(
      /44 characters of a public key/u,
    );
  });
});
