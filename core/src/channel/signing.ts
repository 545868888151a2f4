/** Length of a raw Ed25519 public key (RFC 8032, section 5.1.5). */
const keyBytes = 32;
const prefix = 'ed25519:';

/**
 * Reads a public key as people copy it: `ed25519:` and the base64 of its 32 raw bytes; spaces around it do not count. Undefined for what is no such key.
 */
export function readPublicKey(text: string): Uint8Array | undefined {
  const match = /^ed25519:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/u.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return Uint8Array.from(atob(match[1]), (character) => character.charCodeAt(0));
}

/** The key as {@link readPublicKey} reads it. @throws RangeError when it has not 32 bytes */
export function writePublicKey(raw: Uint8Array): string {
  if (raw.length !== keyBytes)
    throw new RangeError(`A public key of Ed25519 has ${keyBytes} bytes, not ${raw.length}.`);
  return `${prefix}${btoa(String.fromCharCode(...raw))}`;
}

/**
 * The name of a key in signatures: the first 16 hexadecimal digits of the SHA-256 of its 32 raw bytes.
 * @param digest that SHA-256, as bytes; hashing is not for this room
 */
export function keyIdOf(digest: Uint8Array): string {
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What is signed: the bytes of channel.json as they are, every one of them. Never what was read and written again, since two texts may be read alike.
 */
export function signedBytes(channelFile: string | Uint8Array): Uint8Array {
  return typeof channelFile === 'string' ? new TextEncoder().encode(channelFile) : channelFile;
}
