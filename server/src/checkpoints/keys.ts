import { createHash, createPublicKey, verify } from 'node:crypto';
import { keyIdOf, readPublicKey, signedBytes, writePublicKey } from '@querent/core/channel';
import type { ChannelSignature } from '@querent/core/channel';
import { CheckpointError } from './checkpointError.ts';

/** The key that channel.json has to be signed with. */
export interface TrustedKey {
  /** `ed25519:` and the base64 of 32 bytes. */
  readonly text: string;
  /** First 16 hexadecimal digits of the SHA-256 of the raw key: what publishers name it by. */
  readonly id: string;
  /** Whether `signature` is one of these bytes by this key. */
  fits(bytes: Uint8Array, signature: ChannelSignature): boolean;
}

/** What DER puts before the 32 bytes of an Ed25519 key (RFC 8410, section 4). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads a public key as people write it, `ed25519:` and base64. @throws CheckpointError `usage` */
export function readKey(text: string): TrustedKey {
  const raw = readPublicKey(text);
  if (raw === undefined)
    throw new CheckpointError(
      'usage',
      /PRIVATE/.test(text)
        ? 'The channel’s key is a private one. Only its publisher may have it; ask for the public key, ed25519: and 44 characters.'
        : 'The channel’s key is none: it must be ed25519: and the 44 characters of a public key. Copy it again from whoever publishes the channel.',
    );
  const key = createPublicKey({ key: Buffer.concat([derPrefix, raw]), format: 'der', type: 'spki' });
  const id = keyIdOf(createHash('sha256').update(raw).digest());
  return {
    text: writePublicKey(raw),
    id,
    fits: (bytes, { keyId, signature }) =>
      keyId === id && verify(null, signedBytes(bytes), key, Buffer.from(signature, 'base64')),
  };
}
