import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChannel, writeChannel } from '@querent/core/channel';
import type { Channel } from '@querent/core/channel';
import { CliError } from '@querent/server/terminal';
import { makeSigningKey, signChannel } from './keys.ts';
import { publishRelease } from './publish.ts';
import type { Published, PublishOptions } from './publish.ts';
import { folderTarget } from './targets/folder.ts';
import { stepwiseTarget } from './targets/stepwise.ts';
import {
  exportedFile,
  exportedRelease,
  freshFolder,
  heldOutWith,
  makePlace,
  recalls,
} from './testing/made.ts';
import type { Place } from './testing/made.ts';
import { verifyPublished } from './verifyPublished.ts';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});

/** What each release of a test is: the more, the better. */
const good = (level: number) => heldOutWith(recalls(12, 0.5 + level / 100));

async function channelOf(folder: string): Promise<Channel> {
  const { value } = readChannel(await readFile(join(folder, 'channel.json')));
  if (value === undefined) throw new Error('no channel');
  return value;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith('history'))
    .sort();
}

async function publish(
  to: string,
  content: string,
  change: Partial<PublishOptions> = {},
): Promise<Published> {
  return publishRelease(await place.options(to, content, change));
}

describe('publishing to a folder', () => {
  it('begins a channel, goes on with better releases, and refuses worse ones', async () => {
    const to = join(await freshFolder(), 'new', 'channel');
    const first = await publish(to, 'one', { evaluation: good(0) });
    expect(first).toMatchObject({
      status: 'published',
      version: '1.0.0',
      serial: 1,
      gate: { decision: 'first' },
    });

    const second = await publish(to, 'two', { evaluation: good(5) });
    expect(second).toMatchObject({ status: 'published', version: '1.1.0', serial: 2 });
    expect(second.release?.gate).toMatchObject({ decision: 'passed', against: 'version 1.0.0' });
    expect(second.release?.gate.difference).toBeCloseTo(0.05);

    for (const level of [5, 3]) {
      const refused = await publish(to, `worse ${level}`, { evaluation: good(level) });
      expect(refused).toMatchObject({ status: 'refused', release: null, serial: 2 });
      expect(refused.gate.reason).toMatch(/It is not better\. .* against version 1\.1\.0/u);
    }
    const channel = await channelOf(to);
    expect(channel).toMatchObject({ name: 'acme-publication-search', channel: 'stable', serial: 2 });
    expect(channel.releases.map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
    const [newest] = channel.releases;
    expect(newest?.provenance).toMatchObject({
      seed: 1,
      querent: expect.any(String),
      evaluation: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    const model = newest?.files[0];
    expect(await readFile(join(to, model?.path ?? ''), 'utf8')).toBe('two');
    expect(await verifyPublished(folderTarget(to), place.key.publicKey)).toMatchObject({
      ok: true,
      files: 2,
    });
    expect((await filesOf(to)).filter((name) => name.endsWith('.part') || name.includes('lock'))).toEqual([]);
  });

  it('publishes what the gate refuses only for a reason, which everybody can read', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(5) });
    const forced = await publish(to, 'two', { evaluation: good(0), force: 'It has the new template.' });
    expect(forced.release).toMatchObject({
      version: '1.1.0',
      gate: { decision: 'forced', reason: 'It has the new template.', against: 'version 1.0.0' },
      provenance: { gateRefusal: expect.stringMatching(/It is not better/u) },
    });
    expect((await channelOf(to)).releases[0]?.gate).toEqual(forced.release?.gate);
  });

  it('holds a first release against a baseline, where there is one', async () => {
    const to = await freshFolder();
    const baseline = { name: 'zero-shot', heldOut: heldOutWith(recalls(12, 0.5)) };
    const worse = await publish(to, 'one', { evaluation: heldOutWith(recalls(12, 0.4)), baseline });
    expect(worse.status).toBe('refused');
    expect(await readdir(to)).toEqual([]);
    const better = await publish(to, 'one', { evaluation: heldOutWith(recalls(12, 0.6)), baseline });
    expect(better.release?.gate).toMatchObject({
      decision: 'first',
      against: 'zero-shot',
      difference: expect.closeTo(0.1),
    });
  });

  it('does nothing twice: the same files are published already', async () => {
    const to = await freshFolder();
    const options = await place.options(to, 'one');
    await publishRelease(options);
    const before = await readFile(join(to, 'channel.json'), 'utf8');
    expect(await publishRelease(options)).toMatchObject({ status: 'already', version: '1.0.0', serial: 1 });
    expect(await publishRelease({ ...options, version: '1.0.0' })).toMatchObject({ status: 'already' });
    expect(await readFile(join(to, 'channel.json'), 'utf8')).toBe(before);
  });

  it('writes nothing when it is only tried', async () => {
    const to = join(await freshFolder(), 'channel');
    const result = await publish(to, 'one', { dryRun: true });
    expect(result).toMatchObject({ status: 'dry-run', version: '1.0.0', serial: 1 });
    expect(result.release?.files[0]?.path).toMatch(/^1\.0\.0\/model-Q8_0-[0-9a-f]{8}\.gguf$/u);
    await expect(stat(to)).rejects.toThrow();
  });

  it('keeps so many releases, and no file that is listed goes', async () => {
    const to = await freshFolder();
    for (let level = 0; level < 4; level++)
      await publish(to, `model ${level}`, { evaluation: good(level * 5), keep: 2 });
    const channel = await channelOf(to);
    expect(channel.releases.map(({ version }) => version)).toEqual(['1.3.0', '1.2.0']);
    const listed = channel.releases.flatMap(({ files }) => files.map(({ path }) => path));
    const there = await filesOf(to);
    expect(there.filter((name) => name.endsWith('.gguf'))).toEqual([...listed].sort());
    expect(there.filter((name) => name.includes('evaluation'))).toHaveLength(2);
    expect(await readdir(to)).toEqual(['1.2.0', '1.3.0', 'channel.json', 'channel.json.sig', 'history']);
    expect((await verifyPublished(folderTarget(to), place.key.publicKey)).ok).toBe(true);
  });

  it('keeps all where nothing is said', async () => {
    const to = await freshFolder();
    for (let level = 0; level < 3; level++)
      await publish(to, `model ${level}`, { evaluation: good(level * 5) });
    expect((await verifyPublished(folderTarget(to), place.key.publicKey)).files).toBe(3);
  });
});

describe('versions', () => {
  it.each([
    ['auto', '1.1.0'],
    ['1.0.1', '1.0.1'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['1.0.0', /Version 1\.0\.0 is published already, with other files, and is never changed/u],
    ['0.9.0', /not above 1\.0\.0/u],
    ['1.0', /no semantic version/u],
    ['1.1.0+3', /no semantic version/u],
  ])('%s', async (version, expected) => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const next = publish(to, 'two', { evaluation: good(5), version });
    if (typeof expected === 'string') expect((await next).version).toBe(expected);
    else await expect(next).rejects.toThrow(expected);
  });
});

describe('what cannot be published', () => {
  const cases: readonly (readonly [why: string, change: (options: PublishOptions) => Partial<PublishOptions> | Promise<Partial<PublishOptions>>, says: RegExp])[] = [
    ['another name', () => ({ name: 'other-model' }), /is the channel of acme-publication-search, not of other-model.*--name/u],
    ['a name that is none', () => ({ name: 'Other Model' }), /is the channel of/u],
    ['preview into stable', () => ({ channel: 'preview' }), /is a stable channel, and this is a preview release/u],
    ['another task', ({ exported }) => ({ exported: { ...exported, task: 'trials' } }), /for the task publication, and this one is for trials/u],
    ['a file that is gone', async ({ exported }) => (await rm(exported.files[0]?.file ?? ''), {}), /is not there\. Run querent-trainer export again/u],
    ['a file that was changed', async ({ exported }) => (await writeFile(exported.files[0]?.file ?? '', 'TWO'), {}), /is not the file that was exported/u],
    ['no file', ({ exported }) => ({ exported: { ...exported, files: [] } }), /no file to publish/u],
    ['notes that ring', () => ({ notes: 'a\u0007' }), /notes .*control characters/u],
    ['an evaluation of another file', () => ({ evaluation: { ...good(5), model: 'ee'.repeat(32) } }), /evaluation is of another model file \(SHA-256 eeeeeeeeeeee\)/u],
    ['a place that is a file', async ({ key }) => ({ to: key.from }), /is a file|ENOTDIR|no channel/u],
    ['ways that are none', () => ({ to: 's3://bucket/x' }), /s3: is no way to publish/u],
    ['nowhere', () => ({ to: ' ' }), /Say where/u],
  ]; // prettier-ignore

  it.each(cases)('%s', async (_why, change, says) => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const before = await readFile(join(to, 'channel.json'), 'utf8');
    const options = await place.options(to, 'two', { evaluation: good(5) });
    const attempt = publishRelease({ ...options, ...(await change(options)) });
    await expect(attempt).rejects.toThrow(CliError);
    await expect(attempt).rejects.toThrow(says);
    expect(await readFile(join(to, 'channel.json'), 'utf8')).toBe(before);
  });

  it('a key that lies where the channel is', async () => {
    const to = await freshFolder();
    await mkdir(join(to, 'keys'));
    const key = await makeSigningKey(join(to, 'keys', 'key.pem'));
    await expect(publish(to, 'one', { key })).rejects.toThrow(/where everybody reads/u);
  });
});

describe('keys of a channel', () => {
  it('another is refused, until it is said that it is new', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const other = await makeSigningKey(join(await freshFolder(), 'other.pem'));
    await expect(publish(to, 'two', { evaluation: good(5), key: other })).rejects.toThrow(
      /signed with the key [0-9a-f]{16}.*--new-key/u,
    );
    const second = await publish(to, 'two', { evaluation: good(5), key: other, newKey: true });
    expect(second).toMatchObject({ status: 'published', serial: 2, keyId: other.keyId });
    expect((await verifyPublished(folderTarget(to), other.publicKey)).ok).toBe(true);
    expect(await verifyPublished(folderTarget(to), place.key.publicKey)).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/signed with the key/u)],
    });
  });

  it('can be changed without a new release', async () => {
    const to = await freshFolder();
    const options = await place.options(to, 'one');
    await publishRelease(options);
    const other = await makeSigningKey(join(await freshFolder(), 'other.pem'));
    const again = await publishRelease({ ...options, key: other, newKey: true });
    expect(again).toMatchObject({ status: 'published', version: '1.0.0', serial: 2 });
    expect((await channelOf(to)).releases).toHaveLength(1);
    expect((await verifyPublished(folderTarget(to), other.publicKey)).ok).toBe(true);
  });

  it('nothing goes on top of what was changed behind their back, not even with --new-key', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const channel = await channelOf(to);
    await writeFile(join(to, 'channel.json'), writeChannel({ ...channel, serial: 7 }));
    for (const newKey of [false, true])
      await expect(publish(to, 'two', { evaluation: good(5), newKey })).rejects.toThrow(
        /not what the holder of the key signed.*history/u,
      );
    await rm(join(to, 'channel.json.sig'));
    await expect(publish(to, 'two', { evaluation: good(5) })).rejects.toThrow(/no signature/u);
  });

  it.each([
    ['no JSON', '<html>', /web page/u],
    ['a newer schema', '{"schemaVersion": 2}', /Update Querent/u],
  ])('and nothing on top of %s', async (_what, text, says) => {
    const to = await freshFolder();
    await writeFile(join(to, 'channel.json'), text);
    await writeFile(join(to, 'channel.json.sig'), '{}');
    await expect(publish(to, 'one')).rejects.toThrow(says);
  });

  it('the evaluation of the current release is the one that was signed', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(5) });
    const file = (await filesOf(to)).find((name) => name.includes('evaluation')) ?? '';
    await writeFile(join(to, file), JSON.stringify(good(-50)));
    await expect(publish(to, 'two', { evaluation: good(0) })).rejects.toThrow(/SHA-256 differs.*--against/u);
    await rm(join(to, file));
    const without = await publish(to, 'two', { evaluation: good(6) });
    expect(without.gate.reason).toMatch(/no evaluation of version 1\.0\.0 in the channel.*--against/u);
    const named = await publish(to, 'two', { evaluation: good(6), against: good(5) });
    expect(named).toMatchObject({ status: 'published', gate: { decision: 'passed' } });
  });
});

describe('a publication that is killed or disturbed', () => {
  /** A folder whose n-th put fails as a kill would: nothing more happens. */
  function killedAt(folder: string, n: number) {
    const inner = folderTarget(folder);
    let puts = 0;
    let dead = false;
    const alive = <T>(task: () => Promise<T>): Promise<T> =>
      dead ? Promise.reject(new Error('killed')) : task();
    return stepwiseTarget({
      name: folder,
      read: (...args) => alive(() => inner.read(...args)),
      examine: (...args) => alive(() => inner.examine(...args)),
      put: (file) =>
        alive(async () => {
          if (puts++ === n) {
            dead = true;
            throw new Error('killed');
          }
          const content = 'text' in file.content ? file.content.text : await readFile(file.content.file);
          await mkdir(join(folder, file.path, '..'), { recursive: true });
          await writeFile(join(folder, file.path), content);
        }),
      remove: async () => false,
      exclusively: (task) => task(),
    });
  }

  // Model, evaluation, two of the history, channel.json, its signature.
  it.each([0, 1, 2, 3, 4, 5])('at file %i offers the old release or is refused, and goes on', async (n) => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const options = await place.options(to, 'two', { evaluation: good(5) });
    await expect(publishRelease({ ...options, to: killedAt(to, n) })).rejects.toThrow(/killed/u);
    const between = await verifyPublished(folderTarget(to), place.key.publicKey);
    if (n < 5) {
      expect(between.ok).toBe(true);
      expect(between.channel?.releases.map(({ version }) => version)).toEqual(['1.0.0']);
    } else expect(between.problems).toEqual([expect.stringMatching(/signature does not fit/u)]);
    const again = await publishRelease(options);
    expect(again).toMatchObject({ status: n < 5 ? 'published' : 'already', version: '1.1.0', serial: 2 });
    expect(await verifyPublished(folderTarget(to), place.key.publicKey)).toMatchObject({
      ok: true,
      files: 2,
    });
  });

  it('is not ended by a dry run, which writes nothing', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const options = await place.options(to, 'two', { evaluation: good(5) });
    await expect(publishRelease({ ...options, to: killedAt(to, 5) })).rejects.toThrow(/killed/u);
    const before = await readFile(join(to, 'channel.json.sig'), 'utf8');
    await publishRelease({ ...options, dryRun: true });
    expect(await readFile(join(to, 'channel.json.sig'), 'utf8')).toBe(before);
  });

  it('between its last two files is gone on with by another release, too', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const options = await place.options(to, 'two', { evaluation: good(5) });
    await expect(publishRelease({ ...options, to: killedAt(to, 5) })).rejects.toThrow(/killed/u);
    expect(await publish(to, 'three', { evaluation: good(9) })).toMatchObject({
      version: '1.2.0',
      serial: 3,
    });
    expect((await verifyPublished(folderTarget(to), place.key.publicKey)).ok).toBe(true);
  });

  it('names a publisher who was faster, and takes nothing away from it', async () => {
    const to = await freshFolder();
    await publish(to, 'one', { evaluation: good(0) });
    const mine = await place.options(to, 'mine', { evaluation: good(5) });
    const inner = folderTarget(to);
    const slow = {
      ...inner,
      apply: async (...args: Parameters<typeof inner.apply>) => {
        await publish(to, 'theirs', { evaluation: good(7) });
        return inner.apply(...args);
      },
    };
    await expect(publishRelease({ ...mine, to: slow })).rejects.toThrow(
      /another publication came in between\. Serial 2 was to be the next/u,
    );
    const channel = await channelOf(to);
    expect(await readFile(join(to, channel.releases[0]?.files[0]?.path ?? ''), 'utf8')).toBe('theirs');
    // Now it is held against the other one, and is worse.
    expect((await publishRelease(mine)).status).toBe('refused');
  });

  it('by many at once leaves a channel that is in order', async () => {
    const to = await freshFolder();
    await publish(to, 'start', { evaluation: good(0) });
    const all = await Promise.allSettled(
      [1, 2, 3, 4].map((i) => publish(to, `at once ${i}`, { evaluation: good(i * 5) })),
    );
    const done = all.filter(({ status }) => status === 'fulfilled');
    const failed = all.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(done.length).toBeGreaterThan(0);
    for (const message of failed) expect(message).toMatch(/came in between|Another command is writing/u);
    const found = await verifyPublished(folderTarget(to), place.key.publicKey);
    expect(found).toMatchObject({ ok: true, channel: { serial: 1 + done.length } });
  });

  it('in a folder that is full of other things leaves them alone', async () => {
    const to = await freshFolder();
    await writeFile(join(to, 'index.html'), 'mine');
    await publish(to, 'one');
    expect(await readFile(join(to, 'index.html'), 'utf8')).toBe('mine');
  });
});

describe('what is stored', () => {
  it('is what was exported, byte for byte, under a path that has only one content', async () => {
    const to = await freshFolder();
    const folder = await freshFolder();
    const content = Buffer.alloc(3_000_000, 7);
    const files = [await exportedFile(folder, content), await exportedFile(folder, 'small', 'F16')];
    const { release } = await publishRelease(
      await place.options(to, '', { exported: exportedRelease(files) }),
    );
    for (const { path, sha256, bytes } of release?.files ?? []) {
      const stored = await readFile(join(to, path));
      expect(stored.length).toBe(bytes);
      expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
      expect(path).toContain(sha256.slice(0, 8));
    }
    expect(release?.files.map(({ quantisation }) => quantisation)).toEqual(['Q8_0', 'F16']);
  });

  it('is signed over its bytes: any other channel.json is refused', async () => {
    const to = await freshFolder();
    await publish(to, 'one');
    const text = await readFile(join(to, 'channel.json'), 'utf8');
    await writeFile(join(to, 'channel.json'), text.replace('\n', '\r\n'));
    expect((await verifyPublished(folderTarget(to), place.key.publicKey)).problems).toHaveLength(1);
    await writeFile(
      join(to, 'channel.json.sig'),
      signChannel(text, await makeSigningKey(join(await freshFolder(), 'x.pem'))),
    );
    expect((await verifyPublished(folderTarget(to), place.key.publicKey)).ok).toBe(false);
  });

  it.each([
    ['truncated', 'tw', /has 2 bytes instead of 3/u],
    ['another', 'TWO', /another content/u],
    ['missing', undefined, /is missing/u],
  ])('and %s is named', async (_what, content, says) => {
    const to = await freshFolder();
    await publish(to, 'two');
    const file = join(to, (await channelOf(to)).releases[0]?.files[0]?.path ?? '');
    if (content === undefined) await rm(file);
    else await writeFile(file, content);
    const found = await verifyPublished(folderTarget(to), place.key.publicKey);
    expect(found).toMatchObject({ ok: false, problems: [expect.stringMatching(says)] });
    expect((await verifyPublished(folderTarget(to), place.key.publicKey, { withFiles: false })).ok).toBe(
      true,
    );
  });
});
