import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  channelSchemaVersion,
  keyIdOf,
  signedBytes,
  writeChannel,
  writePublicKey,
  writeSignature,
} from '@querent/core/channel';
import type { Channel, Release } from '@querent/core/channel';
import { directTemplate } from '@querent/core/rewriting';

/** A key pair made for a test. */
export interface MadeKeys {
  readonly privateKey: KeyObject;
  /** `ed25519:...`, as people set it. */
  readonly publicKey: string;
  readonly keyId: string;
}

export function makeKeys(): MadeKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // The raw key is the end of its DER form.
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    privateKey,
    publicKey: writePublicKey(raw),
    keyId: keyIdOf(createHash('sha256').update(raw).digest()),
  };
}

/** A release of a channel under test: its version, what its one file holds, and what differs from the ordinary. */
export interface MadeRelease extends Partial<Release> {
  readonly version: string;
  readonly content: Uint8Array;
}

/** A release that is in order, of a file with this content at `VERSION/model-Q8_0.gguf`. */
export function madeRelease({ content, ...given }: MadeRelease): Release {
  return {
    date: '2026-11-30',
    baseModel: { name: 'tiny', licence: 'MIT' },
    task: 'publication',
    template: { id: directTemplate.id, hash: directTemplate.hash },
    step: 10,
    files: [
      {
        path: `${given.version}/model-Q8_0.gguf`,
        kind: 'model',
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        quantisation: 'Q8_0',
      },
    ],
    evaluation: [
      {
        name: 'recall',
        value: 0.62,
        interval: [0.54, 0.7],
        n: 32,
        on: '32 review topics, at most 1,500 records',
      },
    ],
    gate: {
      decision: 'first',
      reason: 'There was nothing to beat.',
      against: null,
      difference: null,
      pValue: null,
    },
    parity: { maxLogProbDifference: 0.01, limit: 0.05, positions: 200, tokenIdsEqual: true },
    minimumExtension: '0.1.0',
    notes: '',
    provenance: {},
    ...given,
  };
}

export interface MadeChannel {
  readonly name?: string;
  readonly channel?: Channel['channel'];
  readonly serial?: number;
  readonly releases: readonly MadeRelease[];
}

/** Writes a signed channel with its files into a folder. @returns the channel as written */
export async function makeChannel(folder: string, keys: MadeKeys, made: MadeChannel): Promise<Channel> {
  for (const release of made.releases)
    for (const { path } of madeRelease(release).files.slice(0, 1)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), release.content);
    }
  const channel: Channel = {
    schemaVersion: channelSchemaVersion,
    name: made.name ?? 'acme-publication-search',
    channel: made.channel ?? 'stable',
    serial: made.serial ?? 1,
    updated: '2026-11-30T12:00:00Z',
    releases: made.releases.map(madeRelease),
  };
  await writeSigned(folder, keys, writeChannel(channel));
  return channel;
}

/** Writes any text as a channel.json with a signature that fits it. */
export async function writeSigned(folder: string, keys: MadeKeys, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const signature = sign(null, signedBytes(text), keys.privateKey).toString('base64');
  await writeFile(join(folder, 'channel.json'), text);
  await writeFile(
    join(folder, 'channel.json.sig'),
    writeSignature({ algorithm: 'ed25519', keyId: keys.keyId, signature }),
  );
}
