import { channelLimits, describeProblems, readChannel } from '@querent/core/channel';
import type { Channel, Release } from '@querent/core/channel';
import { badInput } from '@querent/server/terminal';
import { createHash } from 'node:crypto';
import { heldOutSchema } from './heldOut.ts';
import type { HeldOut } from './heldOut.ts';
import { verifyChannel } from './keys.ts';
import type { SigningKey } from './keys.ts';
import type { Change, PublishingTarget } from './targets/target.ts';

/** A channel as it is now. */
export interface CurrentChannel {
  readonly channel: Channel;
  readonly before: NonNullable<Change['before']>;
  /** Whether its signature is missing or is not of this key. With `--new-key` it is gone on with. */
  readonly isOfOtherKey: boolean;
}

/**
 * Where each publication leaves its channel.json and signature, so that one that was killed between the two, or met another, can be told from one that was tampered
 * with. By serial number and content: two publishers at once leave both.
 */
export function historyPath(
  serial: number,
  channel: string | Uint8Array,
  name: 'channel.json' | 'channel.json.sig',
): string {
  const hash = createHash('sha256').update(channel).digest('hex');
  return `history/${serial}-${hash.slice(0, 8)}/${name}`;
}

/**
 * Reads what a target offers now; undefined where there is no channel yet.
 * @param acceptOtherKey whether a channel of another key may be gone on with
 * @throws CliError when it cannot be read, is of another key or none, or is not what the holder of the key signed
 */
export async function readCurrent(
  target: PublishingTarget,
  key: SigningKey,
  acceptOtherKey: boolean,
  signal?: AbortSignal,
): Promise<CurrentChannel | undefined> {
  const channelFile = await target.read('channel.json', channelLimits.channelBytes, signal);
  if (channelFile === undefined) return undefined;
  const { value: channel, problems } = readChannel(channelFile.bytes);
  if (channel === undefined)
    throw badInput(
      `${target.name} holds a channel.json that cannot be read. ${describeProblems(problems)} Look at it, or publish to another place.`,
    );
  const signatureFile = await target.read('channel.json.sig', channelLimits.signatureBytes, signal);
  const before = { channel: channelFile, signature: signatureFile };
  const judged =
    signatureFile === undefined
      ? undefined
      : verifyChannel(channelFile.bytes, signatureFile.bytes, key.publicKey);
  if (judged?.fits === true) return { channel, before, isOfOtherKey: false };
  if (await wasInterrupted(target, channel, channelFile.bytes, key, signal))
    return { channel, before, isOfOtherKey: false };
  const cause = judged?.message ?? 'It has no signature (channel.json.sig).';
  if (judged?.fits === false && judged.cause !== 'key')
    throw badInput(
      `${target.name}: ${cause} Whoever may write there can have changed it, so nothing is published on top of it. Put back the last good channel.json and channel.json.sig (each publication leaves its own in history/), or publish to another place.`,
    );
  if (!acceptOtherKey)
    throw badInput(
      `${target.name}: ${cause} Editors that trust the other key will refuse what this one signs. Use that key, or publish with --new-key and give the new public key to everybody.`,
    );
  return { channel, before, isOfOtherKey: true };
}

/** Whether channel.json is, byte for byte, one that this key signed, and only its signature has not come into its place. */
async function wasInterrupted(
  target: PublishingTarget,
  { serial }: Channel,
  bytes: Uint8Array,
  key: SigningKey,
  signal?: AbortSignal,
): Promise<boolean> {
  if (target.isAtomic) return false;
  const signature = await target.read(
    historyPath(serial, bytes, 'channel.json.sig'),
    channelLimits.signatureBytes,
    signal,
  );
  return signature !== undefined && verifyChannel(bytes, signature.bytes, key.publicKey).fits;
}

/** Where the evaluation of a release lies. */
export function evaluationPath(version: string, sha256: string): string {
  return `${version}/evaluation-${sha256.slice(0, 8)}.json`;
}

/** Name in a release's provenance of the hash of its evaluation. */
export const evaluationKey = 'evaluation';

/**
 * The evaluation that a release was published with, held to the hash in its signed record; undefined where it has none.
 * @throws CliError when it is another file than the one that was signed
 */
export async function evaluationOf(
  target: PublishingTarget,
  { version, provenance }: Release,
  signal?: AbortSignal,
): Promise<HeldOut | undefined> {
  const sha256 = provenance[evaluationKey];
  if (typeof sha256 !== 'string') return undefined;
  const path = evaluationPath(version, sha256);
  const stored = await target.read(path, 64 * 1024 * 1024, signal);
  if (stored === undefined) return undefined;
  if (createHash('sha256').update(stored.bytes).digest('hex') !== sha256)
    throw badInput(
      `${target.name}: ${path} is not what was published with version ${version} (SHA-256 differs). Name the evaluation of that version with --against.`,
    );
  const parsed = heldOutSchema.safeParse(JSON.parse(Buffer.from(stored.bytes).toString('utf8')));
  if (!parsed.success)
    throw badInput(
      `${target.name}: ${path} is of another version of Querent. Name the evaluation of version ${version} with --against.`,
    );
  return parsed.data;
}
