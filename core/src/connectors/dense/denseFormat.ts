/**
 * Vectors as they are kept: entries that are appended one after the other while a library is being embedded, so that an interrupted run goes
 * on where it was. Each entry stands for itself: JSON with its length before it, then numbers.
 */

/** Raised when what is kept changes its form. */
export const DENSE_VERSION = 1;

/** Which vectors these are; those of another model, or of texts made otherwise, are not ours. */
export interface DenseKey {
  /** {@link Embedder.id}. */
  readonly model: string;
  /** How the text of a record is made, its prefix included. */
  readonly template: string;
}

/** Vectors of some records. */
export interface KeptVectors {
  readonly kind: 'vectors';
  readonly ids: readonly string[];
  /** {@link textHash} of the texts that were embedded; -1 for a record that has no text any more. */
  readonly hashes: readonly number[];
  /** Of length 1, all equally long; undefined for a text that the model makes nothing of. */
  readonly vectors: readonly (Float32Array | undefined)[];
}

/** The vector of a fixed text, which tells models apart that go by the same name. */
interface KeptProbe {
  readonly kind: 'probe';
  readonly vector: Float32Array;
}

/** A state of the data all records of which have been embedded before this entry. */
interface KeptState {
  readonly kind: 'complete';
  readonly source: string;
}

export type KeptEntry = KeptVectors | KeptProbe | KeptState;

/** An entry's bytes. */
export function encodeEntry(key: DenseKey, entry: KeptEntry): Uint8Array {
  const vectors = entry.kind === 'vectors' ? entry.vectors : entry.kind === 'probe' ? [entry.vector] : [];
  const lengths = vectors.map((vector) => vector?.length ?? 0);
  const { kind } = entry;
  const facts =
    kind === 'vectors'
      ? { ids: entry.ids, hashes: entry.hashes }
      : kind === 'complete'
        ? { source: entry.source }
        : {};
  const json = new TextEncoder().encode(
    JSON.stringify({ version: DENSE_VERSION, ...key, kind, ...facts, lengths }),
  );
  const start = Math.ceil((4 + json.length) / 4) * 4;
  const bytes = new Uint8Array(start + 4 * vectors.reduce((sum, vector) => sum + (vector?.length ?? 0), 0));
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  // Every machine that this runs on is little-endian.
  const numbers = new Float32Array(bytes.buffer, start);
  let at = 0;
  for (const vector of vectors) {
    if (vector === undefined) continue;
    numbers.set(vector, at);
    at += vector.length;
  }
  return bytes;
}

/** Reads an entry; undefined for one of another key or version, or that is damaged. */
export function decodeEntry(key: DenseKey, entry: Uint8Array): KeptEntry | undefined {
  try {
    const bytes = entry.byteOffset % 4 === 0 ? entry : entry.slice();
    const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size))) as Facts;
    if (facts.version !== DENSE_VERSION || facts.model !== key.model || facts.template !== key.template)
      return undefined;
    const { kind, ids, hashes, source, lengths } = facts;
    let at = bytes.byteOffset + Math.ceil((4 + size) / 4) * 4;
    const vectors = lengths.map((length) => {
      if (length === 0) return undefined;
      const vector = new Float32Array(bytes.buffer, at, length);
      at += 4 * length;
      return vector;
    });
    if (at !== bytes.byteOffset + bytes.byteLength) return undefined;
    if (kind === 'complete') return { kind, source };
    const [vector] = vectors;
    if (kind === 'probe') return vector === undefined ? undefined : { kind, vector };
    return ids.length === vectors.length && hashes.length === vectors.length
      ? { kind, ids, hashes, vectors }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON of an entry; each kind has its own part of it. */
interface Facts extends DenseKey, Pick<KeptVectors, 'ids' | 'hashes'>, Pick<KeptState, 'source'> {
  readonly version: number;
  readonly kind: KeptEntry['kind'];
  /** Numbers of each vector behind the JSON. */
  readonly lengths: readonly number[];
}

/**
 * A hash of a text, a whole number of 53 bits: two 32-bit FNV-1a hashes over its UTF-16 units from different starts, mixed. It tells whether
 * the text of a record has changed; it is no proof against people who want it to look unchanged.
 */
export function textHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  high ^= high >>> 15;
  low ^= low >>> 13;
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
