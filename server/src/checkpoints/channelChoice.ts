import { readKey } from './keys.ts';
import type { TrustedKey } from './keys.ts';
import { channelSource } from './source.ts';
import type { ChannelSource } from './source.ts';

/** A channel as it is set. */
export interface ChannelSetting {
  /** A folder, an address, or `hf:owner/name`. */
  readonly source: string;
  /** `ed25519:...`; empty where none is set. */
  readonly key: string;
}

/** A channel to be read. */
export interface ChannelChoice {
  readonly source: ChannelSource;
  readonly key: TrustedKey | undefined;
}

/** @throws CheckpointError `usage` for a source or key that is none */
export function channelChoice({ source, key }: ChannelSetting): ChannelChoice {
  return { source: channelSource(source), key: key.trim() === '' ? undefined : readKey(key) };
}
