import lunr from 'lunr';
import type { RankedParts } from './rankedIndex.ts';
import { RankedIndex } from './rankedIndex.ts';

/** Raised whenever the bytes, the cutting into words, fields or weights change: indexes kept before are then made anew. */
const FORMAT = 1;

/** What a stored index depends on beside the records; part of the key under which it is kept. */
export const RANKED_VERSION = `${FORMAT}-lunr${lunr.version}`;

const MAGIC = 0x4b4e5251; // "QRNK"
const HEADER_WORDS = 8;
/** Terms between two steps: a millisecond or two, since most have few documents. */
const STEP = 1_000;

/**
 * An index as bytes: a header of eight 32-bit numbers, the terms' offsets, weights, delta-coded document numbers, and the texts of ids
 * and terms. Not JSON: of 61,281 records lunr's own JSON takes 171 MB, and V8 has no text of more than 512 MB. Little-endian, as every
 * machine is that VS Code runs on. In steps, between which the caller may give way.
 */
export function* serializeRankedIndex(index: RankedIndex): Generator<undefined, Uint8Array> {
  const { ids, terms, offsets, docs, weights } = index.parts;
  const encoder = new TextEncoder();
  const idBytes = encoder.encode(ids.join('\n'));
  const termBytes = encoder.encode(terms.join('\n'));
  yield;
  const deltas = yield* encodeDocs(offsets, docs);
  const header = Uint32Array.of(
    MAGIC,
    FORMAT,
    ids.length,
    terms.length,
    docs.length,
    deltas.length,
    idBytes.length,
    termBytes.length,
  );
  const parts = [header, offsets, weights, deltas, idBytes, termBytes];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** Reads, in steps too, what {@link serializeRankedIndex} wrote; undefined when it is of another version or does not hold together. */
export function* loadRankedIndex(bytes: Uint8Array): Generator<undefined, RankedIndex | undefined> {
  if (bytes.byteLength < HEADER_WORDS * 4) return undefined;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const header = new Uint32Array(aligned.buffer, aligned.byteOffset, HEADER_WORDS);
  const [magic, format, documents = 0, terms = 0, postings = 0, deltaBytes = 0, idBytes = 0, termBytes = 0] =
    header;
  if (magic !== MAGIC || format !== FORMAT) return undefined;
  const slots = terms + 1;
  const sizes = [HEADER_WORDS * 4, slots * 4, postings * 2, deltaBytes, idBytes, termBytes];
  if (sizes.reduce((sum, size) => sum + size, 0) !== bytes.byteLength) return undefined;
  let at = aligned.byteOffset;
  const next = (size: number): number => (at += size) - size;
  next(HEADER_WORDS * 4);
  const offsets = new Uint32Array(aligned.buffer, next(slots * 4), slots);
  const weights = new Uint16Array(aligned.buffer, next(postings * 2), postings);
  const deltas = new Uint8Array(aligned.buffer, next(deltaBytes), deltaBytes);
  const decoder = new TextDecoder();
  const texts = (size: number): string[] => {
    const text = decoder.decode(new Uint8Array(aligned.buffer, next(size), size));
    return text === '' ? [] : text.split('\n');
  };
  const docs = yield* decodeDocs(offsets, deltas, documents, postings);
  if (docs === undefined) return undefined;
  yield;
  const ids = texts(idBytes);
  yield;
  const parts: RankedParts = { ids, terms: texts(termBytes), offsets, docs, weights };
  return parts.ids.length === documents && parts.terms.length === terms ? new RankedIndex(parts) : undefined;
}

/** Gaps between the document numbers of a term, seven bits a byte, low bits first. */
function* encodeDocs(offsets: Uint32Array, docs: Uint32Array): Generator<undefined, Uint8Array> {
  const bytes = new Uint8Array(docs.length * 5);
  let at = 0;
  for (let slot = 0; slot + 1 < offsets.length; slot++) {
    if (slot % STEP === STEP - 1) yield;
    let before = -1;
    for (let i = offsets[slot] ?? 0; i < (offsets[slot + 1] ?? 0); i++) {
      const doc = docs[i] ?? 0;
      let gap = doc - before - 1;
      before = doc;
      for (; gap > 127; gap >>>= 7) bytes[at++] = (gap & 127) | 128;
      bytes[at++] = gap;
    }
  }
  return bytes.slice(0, at);
}

/** Undefined when the bytes are not those of `postings` ascending document numbers below `documents`. */
function* decodeDocs(
  offsets: Uint32Array,
  bytes: Uint8Array,
  documents: number,
  postings: number,
): Generator<undefined, Uint32Array | undefined> {
  if (offsets[0] !== 0 || offsets.at(-1) !== postings) return undefined;
  const docs = new Uint32Array(postings);
  let at = 0;
  for (let slot = 0; slot + 1 < offsets.length; slot++) {
    if (slot % STEP === STEP - 1) yield;
    const end = offsets[slot + 1] ?? 0;
    if (end > postings) return undefined;
    let doc = -1;
    for (let i = offsets[slot] ?? 0; i < end; i++) {
      let gap = 0;
      let shift = 0;
      let byte = bytes[at++] ?? 0;
      for (; byte > 127 && shift < 28; shift += 7) {
        gap += (byte & 127) << shift;
        byte = bytes[at++] ?? 0;
      }
      doc += gap + (byte << shift) + 1;
      if (doc < 0 || doc >= documents) return undefined;
      docs[i] = doc;
    }
  }
  return at === bytes.length ? docs : undefined;
}
