import { channelChoice } from './channelChoice.ts';
import type { ChannelSetting } from './channelChoice.ts';
import { knownChannel } from './channelReading.ts';
import type { SignedChannel } from './channelReading.ts';
import { CheckpointError } from './checkpointError.ts';
import { installedIds, needInstalled, verifyInstalled } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import type { ActionOptions, Store } from './store.ts';

/** How an installed release stands. */
export interface VerifiedRelease {
  readonly id: string;
  readonly ok: boolean;
  /** Whether the channel as it was read last lists this very file; null where that is not known. */
  readonly signed: boolean | null;
  readonly problem?: string;
}

/**
 * Reads installed releases whole and holds them to what was promised, and, where the channel is set and was read, to what it has signed.
 * @param ids by default all that are installed
 * @throws CheckpointError `aborted`, `not-installed`
 */
export async function verifyStored(
  store: Store,
  ids: readonly string[] | undefined,
  setting: ChannelSetting | undefined,
  { signal, onProgress }: ActionOptions,
): Promise<readonly VerifiedRelease[]> {
  const { folder } = store;
  const known = setting === undefined ? undefined : await knownOf(folder, setting);
  const results: VerifiedRelease[] = [];
  for (const id of ids ?? [...(await installedIds(folder))].sort()) {
    let signed: boolean | null = null;
    try {
      const installed = await needInstalled(folder, id);
      signed = isSigned(installed, known);
      if (signed === false)
        throw new CheckpointError(
          'wrong-hash',
          `What is installed as ${id} is another file than its channel has signed. Remove it (querent models remove ${id}) and pull it again.`,
        );
      const totalBytes = installed.file.bytes;
      await verifyInstalled(folder, installed, {
        full: true,
        signal,
        onBytes: (doneBytes) => onProgress?.({ phase: 'checking', doneBytes, totalBytes }),
      });
      results.push({ id, ok: true, signed });
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.code === 'aborted' || error.code === 'not-installed')
        throw error;
      results.push({ id, ok: false, signed, problem: error.message });
    }
  }
  return results;
}

async function knownOf(folder: string, setting: ChannelSetting): Promise<SignedChannel | undefined> {
  try {
    const { source, key } = channelChoice(setting);
    return await knownChannel(folder, source.name, key);
  } catch {
    return undefined;
  }
}

function isSigned(
  { name, release, file }: InstalledRelease,
  known: SignedChannel | undefined,
): boolean | null {
  if (known?.channel.name !== name) return null;
  const listed = known.channel.releases.find(({ version }) => version === release.version);
  return listed === undefined ? null : listed.files.some(({ sha256 }) => sha256 === file.sha256);
}
