import type { Channel, ChannelSignature } from './channel.ts';
import { describeProblems, readChannel, readSignature } from './read.ts';

/**
 * The text of channel.json: two spaces, keys in the order of the types, newest release first, a line feed at the end. Whatever order the object's keys have, the
 * same channel gives the same text, and reading it gives the channel back.
 * @throws RangeError for a channel that would not be read, with what is wrong
 */
export function writeChannel(channel: Channel): string {
  // Reading puts keys and releases in order, and drops what is undefined.
  const { value, problems } = readChannel(JSON.stringify(channel));
  if (value === undefined) throw new RangeError(describeProblems(problems));
  const releases = value.releases.map(({ provenance, ...release }) => ({
    ...release,
    provenance: Object.fromEntries(Object.entries(provenance).sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
  return text({ ...value, releases });
}

/** The text of channel.json.sig. @throws RangeError for a signature that would not be read */
export function writeSignature(signature: ChannelSignature): string {
  const { value, problems } = readSignature(JSON.stringify(signature));
  if (value === undefined) throw new RangeError(describeProblems(problems));
  return text(value);
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
