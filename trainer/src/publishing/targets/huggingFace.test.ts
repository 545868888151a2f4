import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChannel } from '@querent/core/channel';
import { CliError } from '@querent/server/terminal';
import { publishRelease } from '../publish.ts';
import type { Published, PublishOptions } from '../publish.ts';
import { startFakeHub } from '../testing/fakeHub.ts';
import type { FakeHub } from '../testing/fakeHub.ts';
import { heldOutWith, makePlace, recalls } from '../testing/made.ts';
import type { Place } from '../testing/made.ts';
import { verifyPublished } from '../verifyPublished.ts';
import { huggingFaceTarget } from './huggingFace.ts';
import { openTarget } from './openTarget.ts';

const token = 'hf_4711secret';
const repository = 'acme/publication-search';
let place: Place;
beforeAll(async () => {
  place = await makePlace();
});

const good = (level: number) => heldOutWith(recalls(12, 0.5 + level / 100));

async function publish(
  hub: FakeHub,
  content: string,
  change: Partial<PublishOptions> = {},
): Promise<Published> {
  const environment = { HF_TOKEN: token, HF_ENDPOINT: `${hub.url}/` };
  return publishRelease(await place.options(`hf:${repository}`, content, { environment, ...change }));
}

describe('publishing to the Hugging Face hub', () => {
  it('makes one commit of a whole publication, on top of the one that was read', async () => {
    await using hub = await startFakeHub(repository, token);
    const first = await publish(hub, 'one', { evaluation: good(0) });
    expect(first).toMatchObject({ status: 'published', version: '1.0.0', target: `hf:${repository}` });
    const second = await publish(hub, 'two', { evaluation: good(5), keep: 1 });
    expect(second).toMatchObject({ version: '1.1.0', serial: 2, gate: { decision: 'passed' } });
    expect(hub.commits.map(({ title, operations }) => [title, operations])).toEqual([
      // Model, evaluation, channel, signature; then two that go.
      ['acme-publication-search 1.1.0 (stable), serial 2', 6],
      ['acme-publication-search 1.0.0 (stable), serial 1', 4],
      ['initial commit', 1],
    ]);
    expect([...hub.files.keys()].sort()).toEqual([
      expect.stringMatching(/^1\.1\.0\/evaluation-[0-9a-f]{8}\.json$/u),
      expect.stringMatching(/^1\.1\.0\/model-Q8_0-[0-9a-f]{8}\.gguf$/u),
      'channel.json',
      'channel.json.sig',
    ]);
    const { value } = readChannel(hub.files.get('channel.json') ?? '');
    expect(hub.files.get(value?.releases[0]?.files[0]?.path ?? '')?.toString()).toBe('two');
    expect(await publish(hub, 'three', { evaluation: good(1) })).toMatchObject({ status: 'refused' });
    expect(await publish(hub, 'two', { evaluation: good(5) })).toMatchObject({ status: 'already' });
    expect(hub.commits).toHaveLength(3);
    expect(hub.authorizations).toEqual(new Set([`Bearer ${token}`, undefined]));
  });

  it('is verified without a token', async () => {
    await using hub = await startFakeHub(repository, token);
    await publish(hub, 'one');
    const target = openTarget(`hf:${repository}`, { HF_ENDPOINT: hub.url });
    expect(await verifyPublished(target, place.key.publicKey)).toMatchObject({ ok: true, files: 1 });
    hub.commitByOther({
      'channel.json': (hub.files.get('channel.json') ?? '').toString().replace('acme', 'evil'),
    });
    const changed = openTarget(`hf:${repository}`, { HF_ENDPOINT: hub.url });
    expect(await verifyPublished(changed, place.key.publicKey)).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/signature does not fit/u)],
    });
  });

  it('refuses to go on top of what somebody else has committed meanwhile', async () => {
    await using hub = await startFakeHub(repository, token);
    await publish(hub, 'one', { evaluation: good(0) });
    const inner = huggingFaceTarget(repository, { token, hubUrl: hub.url });
    const slow = {
      ...{ name: inner.name, isAtomic: true },
      read: inner.read.bind(inner),
      examine: inner.examine.bind(inner),
      apply: async (...args: Parameters<typeof inner.apply>) => {
        hub.commitByOther({ 'README.md': 'hello' });
        return inner.apply(...args);
      },
    };
    const options = await place.options(slow, 'two', { evaluation: good(5) });
    await expect(publishRelease(options)).rejects.toThrow(
      /another publication came in between \(HTTP 412\)\. Serial 2/u,
    );
    expect(readChannel(hub.files.get('channel.json') ?? '').value?.serial).toBe(1);
    expect((await publish(hub, 'two', { evaluation: good(5) })).status).toBe('published');
  });

  it.each([
    ['without a token', { HF_TOKEN: '' }, [], /put a token with write access into HF_TOKEN/u],
    ['with what is no token', { HF_TOKEN: 'secret-4711' }, [], /begin with hf_/u],
    [
      'with a token that may only read',
      { HF_TOKEN: 'hf_4711read' },
      [],
      /refuses \(HTTP 401\).*write access/u,
    ],
    [
      'when the repository is not there',
      {},
      [['/commits/', 404]],
      /no such repository.*Make it on the hub first/u,
    ],
    ['when it fails', {}, [['/commit/main', 500]], /HTTP 500\. Try again later/u],
    ['when an upload fails', {}, [['/lfs/', 503]], /HTTP 503/u],
  ] as const)('says what is wrong %s', async (_why, environment, failures, says) => {
    await using hub = await startFakeHub(repository, token);
    await publish(hub, 'one', { evaluation: good(0) });
    for (const [path, status] of failures) hub.failOnce(path, status);
    const attempt = publish(hub, 'two', {
      evaluation: good(5),
      environment: { HF_TOKEN: token, HF_ENDPOINT: hub.url, ...environment },
    });
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).message).toMatch(says);
    expect(inspect(error, { depth: 12 })).not.toMatch(/4711/u);
    expect(readChannel(hub.files.get('channel.json') ?? '').value?.serial).toBe(1);
  });

  it.each(['hf:', 'hf:acme', 'hf:acme/a/b', 'hf:acme/../x', 'hf:acme/a b'])('%j is no repository', (to) => {
    expect(() => openTarget(to, {})).toThrow(/Write hf:owner\/name/u);
  });
});
