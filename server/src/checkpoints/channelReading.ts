import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { channelLimits, describeProblems, readChannel, readSignature } from '@querent/core/channel';
import type { Channel } from '@querent/core/channel';
import { assertNotAborted, CheckpointError, storeError } from './checkpointError.ts';
import { readIfThere, writeWhole } from './files.ts';
import type { TrustedKey } from './keys.ts';
import type { ChannelSource } from './source.ts';
import { changeState } from './state.ts';
import type { SeenChannel } from './state.ts';

/** A channel whose signature fits. */
export interface SignedChannel {
  readonly channel: Channel;
  readonly keyId: string;
}

export interface ReadChannelOptions {
  /** Undefined: none is set, which is refused with the id of the key that the channel names. */
  readonly key: TrustedKey | undefined;
  readonly signal: AbortSignal;
  /** Before asking again when the signature does not fit: its file comes a moment after channel.json. Default 1,000 ms. */
  readonly againMs?: number;
}

interface ChannelBytes {
  readonly channel: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads channel.json and its signature where they are published, and holds one to the other. @throws CheckpointError */
export async function fetchChannel(
  source: ChannelSource,
  { key, signal, againMs = 1_000 }: ReadChannelOptions,
): Promise<SignedChannel & { readonly bytes: ChannelBytes }> {
  const fetchBoth = async (): Promise<ChannelBytes> => ({
    channel: await source.read('channel.json', channelLimits.channelBytes, signal),
    signature: await source.read('channel.json.sig', channelLimits.signatureBytes, signal),
  });
  const bytes = await fetchBoth();
  try {
    return { ...judged(source.name, bytes, key), bytes };
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code !== 'signature') throw error;
    await pause(againMs, undefined, { signal }).catch(() => undefined);
    assertNotAborted(signal);
    const again = await fetchBoth();
    return { ...judged(source.name, again, key), bytes: again };
  }
}

/** @throws CheckpointError */
function judged(
  name: string,
  { channel, signature }: ChannelBytes,
  key: TrustedKey | undefined,
): SignedChannel {
  const signed = readSignature(signature);
  if (signed.value === undefined) {
    // A server that answers everything with a page does so for both: then the page is what is wrong.
    const page = readChannel(channel).problems.filter(({ code }) => code === 'not-json');
    throw new CheckpointError(
      'channel',
      `${name}: ${describeProblems(page.length > 0 ? page : signed.problems)}`,
    );
  }
  const { keyId } = signed.value;
  if (key === undefined)
    throw new CheckpointError(
      'no-key',
      `The channel ${name} says it is signed with the key ${keyId}, and no key is set to check that with. Ask its publisher for the public key by another way than the channel, ` +
        `and set it in querent.model.channelKey (ed25519:…).`,
    );
  if (!key.fits(channel, signed.value)) {
    const page = readChannel(channel).problems.filter(({ code }) => code === 'not-json');
    if (page.length > 0) throw new CheckpointError('channel', `${name}: ${describeProblems(page)}`);
    throw new CheckpointError(
      'signature',
      keyId === key.id
        ? `The signature of the channel ${name} does not fit its channel.json: one of them was changed. Nothing is fetched from it. Tell its publisher.`
        : `The channel ${name} is signed with the key ${keyId}, and the key that is set is ${key.id}. Nothing is fetched from it. Ask its publisher, by another way than the channel, whether the key was changed.`,
    );
  }
  const read = readChannel(channel);
  if (read.value === undefined)
    throw new CheckpointError(
      read.problems[0].code === 'newer-schema' ? 'newer-schema' : 'channel',
      `${name}: ${describeProblems(read.problems)}`,
    );
  return { channel: read.value, keyId };
}

/**
 * Reads a channel and remembers it: its bytes, for lists without asking, its name and its serial. An older one than was seen before is refused, since it would bring back what was withdrawn;
 * and so is one of another name.
 * @throws CheckpointError
 */
export async function askChannel(
  folder: string,
  source: ChannelSource,
  options: ReadChannelOptions,
): Promise<SignedChannel> {
  const { channel, keyId, bytes } = await fetchChannel(source, options);
  await changeState(folder, (state) => {
    const seen = state.channels[source.name];
    // Taken in, another channel of the same key would make room for an old one of the first.
    if (seen !== undefined && seen.name !== channel.name)
      throw new CheckpointError(
        'replayed',
        `${source.name} is the channel of ${channel.name} now, and was that of ${seen.name} on ${seen.checked.slice(0, 10)}. Nothing is fetched from it. ` +
          'Ask its publisher; where it was changed on purpose, run: querent models channel --forget.',
      );
    if (seen !== undefined && channel.serial < seen.serial)
      throw new CheckpointError(
        'replayed',
        `The channel ${source.name} is older than it was: its serial is ${channel.serial}, and ${seen.serial} was seen on ${seen.checked.slice(0, 10)}. Nothing is fetched from it. ` +
          'Tell its publisher; where it was begun anew on purpose, run: querent models channel --forget.',
      );
    const now: SeenChannel = {
      name: channel.name,
      serial: channel.serial,
      keyId,
      checked: new Date().toISOString(),
    };
    return { ...state, channels: { ...state.channels, [source.name]: now } };
  });
  const place = knownPlace(folder, source.name);
  await Promise.all([
    writeWhole(join(place, 'channel.json'), bytes.channel),
    writeWhole(join(place, 'channel.json.sig'), bytes.signature),
  ]).catch((error: unknown) => {
    throw storeError(`Remembering the channel in ${place}`, error);
  });
  return { channel, keyId };
}

/** The channel as it was read last, held to the key again; undefined where it was never read, or no longer fits. */
export async function knownChannel(
  folder: string,
  name: string,
  key: TrustedKey | undefined,
): Promise<SignedChannel | undefined> {
  const place = knownPlace(folder, name);
  try {
    const channel = await readIfThere(join(place, 'channel.json'));
    const signature = await readIfThere(join(place, 'channel.json.sig'));
    return channel === undefined || signature === undefined
      ? undefined
      : judged(name, { channel, signature }, key);
  } catch {
    return undefined;
  }
}

function knownPlace(folder: string, name: string): string {
  return join(folder, 'channels', createHash('sha256').update(name).digest('hex').slice(0, 16));
}
