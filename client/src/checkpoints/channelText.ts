/** Whether texts look like a channel and its key. The server says the last word; this spares people a round. */

/** An address, `hf:owner/name`, or an absolute path. */
export function looksLikeChannel(text: string): boolean {
  if (/^https?:\/\/[^\s/]/i.test(text)) return URL.canParse(text);
  if (/^hf:/i.test(text)) return /^hf:[\w.-]+\/[\w.-]+(?:[@/][\w./-]+)?$/i.test(text);
  return /^(?:\/|\\\\|[a-z]:[\\/]|~\/)/i.test(text);
}

/** 32 bytes in base64 behind `ed25519:`. */
export function looksLikeKey(text: string): boolean {
  return /^ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text);
}
