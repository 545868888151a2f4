import { channelLimits, describeProblems, readChannel } from '@querent/core/channel';
import type { Channel } from '@querent/core/channel';
import { badInput } from '@querent/server/terminal';
import { verifyChannel } from './keys.ts';
import type { PublishingTarget } from './targets/target.ts';

/** What was found of a published channel. */
export interface Verified {
  readonly ok: boolean;
  readonly target: string;
  /** Undefined where it cannot be read. */
  readonly channel: Channel | undefined;
  readonly keyId: string | undefined;
  /** Files that were read whole. */
  readonly files: number;
  /** A sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads a channel as an editor does: its form, its signature by `publicKey`, and size and SHA-256 of every file that it lists.
 * @throws CliError when there is no channel, or it cannot be reached
 */
export async function verifyPublished(
  target: PublishingTarget,
  publicKey: string,
  options: {
    readonly withFiles?: boolean;
    readonly signal?: AbortSignal | undefined;
    readonly onMessage?: (message: string) => void;
  } = {},
): Promise<Verified> {
  const { withFiles = true, signal, onMessage } = options;
  const file = await target.read('channel.json', channelLimits.channelBytes, signal);
  if (file === undefined) throw badInput(`${target.name} has no channel.json. Look at the address.`);
  const problems: string[] = [];
  const signature = await target.read('channel.json.sig', channelLimits.signatureBytes, signal);
  const judged = signature === undefined ? undefined : verifyChannel(file.bytes, signature.bytes, publicKey);
  if (judged === undefined) problems.push('channel.json.sig is missing. Publish again.');
  else if (!judged.fits) problems.push(judged.message);
  const { value: channel, problems: faults } = readChannel(file.bytes);
  if (channel === undefined) problems.push(describeProblems(faults));
  let files = 0;
  if (withFiles)
    for (const { path, bytes, sha256 } of filesOf(channel)) {
      onMessage?.(`${path}: ${bytes} bytes are read.`);
      const stored = await target.examine(path, signal);
      files++;
      if (stored === undefined) problems.push(`${path} is missing.`);
      else if (stored.bytes !== bytes)
        problems.push(`${path} has ${stored.bytes} bytes instead of ${bytes}.`);
      else if (stored.sha256 !== sha256) problems.push(`${path} has another content (SHA-256 differs).`);
    }
  return {
    ok: problems.length === 0,
    target: target.name,
    channel,
    keyId: judged?.fits === true ? judged.signature.keyId : undefined,
    ...{ files, problems },
  };
}

/** Each path once. */
function filesOf(channel: Channel | undefined) {
  const all = channel?.releases.flatMap(({ files }) => files) ?? [];
  return new Map(all.map((each) => [each.path, each])).values();
}
