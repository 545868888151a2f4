import { stat } from 'node:fs/promises';
import { byteText } from '@querent/core/channel';
import type { Channel, Release, ReleaseFile } from '@querent/core/channel';
import { testAndActivate } from './activation.ts';
import type { ChannelChoice } from './channelChoice.ts';
import { askChannel, fetchChannel } from './channelReading.ts';
import { CheckpointError } from './checkpointError.ts';
import { download, removePart } from './download.ts';
import { install, lockPath, partPath } from './install.ts';
import { readInstalled, verifyInstalled } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import type { TrustedKey } from './keys.ts';
import { takeLock } from './lock.ts';
import { partsOfId, releaseId } from './releaseId.ts';
import { assertModelOfRelease } from './selfTest.ts';
import { channelSource } from './source.ts';
import type { ChannelSource } from './source.ts';
import { readState } from './state.ts';
import type { ActionOptions, Change, Store } from './store.ts';
import { fileFor, whyUnusable } from './usable.ts';

export interface PullOptions extends ActionOptions {
  /** Bytes that the person agreed to; another size is refused. Undefined: any. */
  readonly agreedBytes?: number | undefined;
  /** Of several files the one with this quantisation. */
  readonly quantisation?: string | undefined;
  /** Makes it the active one when it has answered. Default true. */
  readonly activate?: boolean | undefined;
  /** See DownloadOptions. */
  readonly stallMs?: number | undefined;
  readonly retryMs?: number | undefined;
}

/** A release that can be fetched here, and its file. */
export interface Offer {
  readonly id: string;
  readonly channel: Channel;
  readonly keyId: string;
  readonly release: Release;
  readonly file: ReleaseFile;
}

/**
 * Fetches a release, verifies size, SHA-256 and signature, tries it with one generation, and makes it the active one. What another process has fetched, or is about to, is used.
 * @throws CheckpointError
 */
export async function pull(
  store: Store,
  { source, key }: ChannelChoice,
  id: string,
  options: PullOptions,
): Promise<Change> {
  options.onProgress?.({ phase: 'reading', doneBytes: 0, totalBytes: 0 });
  const signed = await askChannel(store.folder, source, { key, signal: options.signal });
  return pullOffer(store, source, offerOf(store, signed, id, options.quantisation), options);
}

/**
 * Installs a release from a folder that was carried here, under the same checks, and activates it. The serial of the channel is not looked at: an older one in the person's own hands is
 * no attack, and may be what they want.
 * @param id by default the newest that can be used here
 * @throws CheckpointError
 */
export async function importFrom(
  store: Store,
  path: string,
  key: TrustedKey | undefined,
  id: string | undefined,
  options: PullOptions,
): Promise<Change & { readonly id: string }> {
  const source = channelSource(path, {});
  if (source.kind !== 'folder')
    throw new CheckpointError(
      'usage',
      `${path} is no folder of this machine. Import the folder of a channel, or pull from its address.`,
    );
  options.onProgress?.({ phase: 'reading', doneBytes: 0, totalBytes: 0 });
  const signed = await fetchChannel(source, { key, signal: options.signal });
  const wanted = id ?? newestUsable(store, signed.channel);
  const offer = offerOf(store, signed, wanted, options.quantisation);
  return { id: offer.id, ...(await pullOffer(store, source, offer, options)) };
}

/** The newest release that can be used here. @throws CheckpointError `refused` where there is none, with why the newest cannot */
export function newestUsable(store: Store, channel: Channel): string {
  const usable = channel.releases.find(
    (release) => whyUnusable(releaseId(channel.name, release.version), release, store.version) === undefined,
  );
  if (usable !== undefined) return releaseId(channel.name, usable.version);
  const [newest] = channel.releases;
  throw new CheckpointError(
    'refused',
    newest === undefined
      ? `The channel ${channel.name} has no releases yet.`
      : (whyUnusable(releaseId(channel.name, newest.version), newest, store.version) ?? ''),
  );
}

/** @throws CheckpointError `refused` for a release that is not there or cannot be used here */
export function offerOf(
  store: Store,
  { channel, keyId }: { readonly channel: Channel; readonly keyId: string },
  id: string,
  quantisation?: string,
): Offer {
  const { name, version } = partsOfId(id);
  const release =
    name === channel.name ? channel.releases.find((each) => each.version === version) : undefined;
  if (release === undefined) {
    const offered = channel.releases.slice(0, 5).map((each) => releaseId(channel.name, each.version));
    throw new CheckpointError(
      'refused',
      `The channel does not offer ${id}${offered.length === 0 ? '; it has no releases yet' : `. It has ${offered.join(', ')}`}.`,
    );
  }
  const refused = whyUnusable(id, release, store.version);
  if (refused !== undefined) throw new CheckpointError('refused', refused);
  const { file, reason } = fileFor(channel, release, quantisation);
  if (file === undefined) throw new CheckpointError('refused', reason);
  return { id, channel, keyId, release, file };
}

/** Does as {@link pull} with what a channel that was just read offers. @throws CheckpointError */
export async function pullOffer(
  store: Store,
  source: ChannelSource,
  offer: Offer,
  options: PullOptions,
): Promise<Change> {
  const { folder } = store;
  const { id, file } = offer;
  const { agreedBytes } = options;
  if (agreedBytes !== undefined && agreedBytes !== file.bytes)
    throw new CheckpointError(
      'refused',
      `${id} has ${byteText(file.bytes)} (${file.bytes} bytes) now, and ${agreedBytes} bytes were agreed to. Nothing was fetched; look at the size and pull it again.`,
    );
  const part = partPath(folder, id);
  const totalBytes = file.bytes;
  const lock = await takeLock(lockPath(folder, id), {
    signal: options.signal,
    // Another process fetches it: its part grows.
    onWait: async () => {
      const doneBytes = await stat(part).then(
        ({ size }) => Math.min(size, totalBytes),
        () => 0,
      );
      options.onProgress?.({ phase: 'waiting', doneBytes, totalBytes });
    },
  });
  const signal = AbortSignal.any([options.signal, lock.lost]);
  try {
    const here = await readInstalled(folder, id);
    const own = await sound(store, here, file, { ...options, signal });
    if (own?.selfTest?.ok === true && own.selfTest.by === store.version) {
      // Another window has done all of it while this one waited, or long before.
      const { active, previous } = await readState(folder);
      if (active === id)
        return { active, ...(previous === null ? {} : { previous }), message: `${id} is active already.` };
    }
    const installed = own ?? (await fetch(store, source, offer, { ...options, signal }));
    if (options.activate === false)
      return { message: `${id} is installed and not activated: querent models activate ${id}` };
    return await testAndActivate(store, id, installed, { ...options, signal });
  } catch (error) {
    if (lock.lost.aborted && !options.signal.aborted)
      throw new CheckpointError(
        'in-use',
        `Another process has taken ${id} over, as after a long sleep of this machine. Try again.`,
        error,
      );
    throw error;
  } finally {
    await lock.release();
  }
}

/** What is installed, where it is this very file and whole; damaged or other ones are fetched anew. */
async function sound(
  store: Store,
  here: InstalledRelease | undefined,
  file: ReleaseFile,
  { signal, onProgress, onNote }: ActionOptions,
): Promise<InstalledRelease | undefined> {
  if (here === undefined || here.file.sha256 !== file.sha256) return undefined;
  try {
    await verifyInstalled(store.folder, here, {
      signal,
      onBytes: (doneBytes) => onProgress?.({ phase: 'checking', doneBytes, totalBytes: file.bytes }),
    });
    return here;
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code === 'aborted') throw error;
    onNote?.('What is installed is damaged; it is fetched anew.');
    return undefined;
  }
}

async function fetch(
  store: Store,
  source: ChannelSource,
  { id, channel, keyId, release, file }: Offer,
  options: PullOptions,
): Promise<InstalledRelease> {
  const part = partPath(store.folder, id);
  await download(source, file, part, options);
  try {
    await assertModelOfRelease(part, id, release);
  } catch (error) {
    await removePart(part);
    throw error;
  }
  return install(store.folder, part, {
    name: channel.name,
    channel: channel.channel,
    release,
    file,
    source: source.name,
    keyId,
  });
}
