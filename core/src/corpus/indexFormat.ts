import { CitationIndex } from './citationIndex.ts';
import { recordDays } from './dates.ts';
import type { PostingsData } from './postings.ts';
import { TextTable } from './textTable.ts';

/** The bytes are no index of this version, or damaged. The way out is always to build the index again. */
export class IndexFormatError extends Error {
  override readonly name = 'IndexFormatError';
}

/** Raised whenever tokenisation, fields or layout change: an older index would answer differently. */
const INDEX_FORMAT = 2;

const magic = 'QRNTIDX\n';
const headerBytes = 32;
/** Where the checksum stands, in words of 32 bits. */
const checksumWord = 5;

/**
 * The index as bytes: magic text, format version, checksum, length and content of a JSON table of contents, then the sections,
 * each at a multiple of four bytes, numbers in little-endian order (typed arrays are read in place).
 */
export function serializeIndex(index: CitationIndex): Uint8Array {
  const { parts } = index;
  const sections: [string, Uint8Array][] = [
    ...textSections('ids', parts.ids),
    ['idOrder', bytesOf(parts.idOrder)],
    ['dates', bytesOf(parts.dates)],
    ['lengths', bytesOf(parts.lengths)],
    ['flags', parts.flags],
    ['newestFirst', bytesOf(parts.newestFirst)],
  ];
  for (const kind of ['days', 'covered'] as const)
    for (const [name, column] of Object.entries(parts[kind]).sort(([a], [b]) => (a < b ? -1 : 1)))
      sections.push([`${kind}.${name}`, bytesOf(column)]);
  for (const store of stores) {
    const data = parts[store];
    sections.push(
      ...textSections(`${store}.terms`, data.terms),
      [`${store}.documentFrequencies`, bytesOf(data.documentFrequencies)],
      [`${store}.docStarts`, bytesOf(data.docStarts)],
      [`${store}.docBytes`, data.docBytes],
      [`${store}.placeStarts`, bytesOf(data.placeStarts)],
      [`${store}.placeBytes`, data.placeBytes],
    );
  }
  const contents: Contents = {
    documents: parts.ids.length,
    zoneBits: { text: parts.text.zoneBits, meta: parts.meta.zoneBits, keys: parts.keys.zoneBits },
    sections: sections.map(([name, bytes]) => [name, bytes.length]),
  };
  const table = new TextEncoder().encode(JSON.stringify(contents));
  const total = sections.reduce(
    (sum, [, bytes]) => sum + padded(bytes.length),
    headerBytes + padded(table.length),
  );
  const result = new Uint8Array(total);
  result.set(new TextEncoder().encode(magic), 0);
  let at = headerBytes;
  for (const part of [table, ...sections.map(([, bytes]) => bytes)]) {
    result.set(part, at);
    at += padded(part.length);
  }
  const view = new DataView(result.buffer);
  view.setUint32(8, INDEX_FORMAT, true);
  view.setUint32(12, table.length, true);
  view.setBigUint64(24, BigInt(total), true);
  view.setUint32(20, checksum(result), true);
  return result;
}

const stores = ['text', 'meta', 'keys'] as const;

interface Contents {
  readonly documents: number;
  readonly zoneBits: Readonly<Record<(typeof stores)[number], number>>;
  readonly sections: readonly (readonly [string, number])[];
}

/**
 * Reads what {@link serializeIndex} wrote. The bytes are used in place and must not change.
 * @param mostBytes see `CitationIndex`
 * @throws IndexFormatError when they are no index, of another version, or damaged.
 */
export function loadIndex(bytes: Uint8Array, mostBytes?: number): CitationIndex {
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  if (whole.length < headerBytes || new TextDecoder().decode(whole.subarray(0, 8)) !== magic)
    throw new IndexFormatError('This is no search index.');
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const version = view.getUint32(8, true);
  if (version !== INDEX_FORMAT)
    throw new IndexFormatError(
      `The search index has format ${version}; this version of Querent reads format ${INDEX_FORMAT}. Rebuild the library.`,
    );
  const tableLength = view.getUint32(12, true);
  if (view.getBigUint64(24, true) !== BigInt(whole.length) || headerBytes + tableLength > whole.length)
    throw new IndexFormatError('The search index is incomplete. Rebuild the library.');
  if (view.getUint32(20, true) !== checksum(whole))
    throw new IndexFormatError('The search index is damaged: its checksum is wrong. Rebuild the library.');
  const contents = JSON.parse(
    new TextDecoder().decode(whole.subarray(headerBytes, headerBytes + tableLength)),
  ) as Contents;
  const sections = new Map<string, Uint8Array>();
  let at = headerBytes + padded(tableLength);
  for (const [name, length] of contents.sections) {
    sections.set(name, whole.subarray(at, at + length));
    at += padded(length);
  }
  const section = (name: string): Uint8Array => {
    const found = sections.get(name);
    if (found === undefined) throw new IndexFormatError(`The search index lacks its part "${name}".`);
    return found;
  };
  const numbers = (name: string): Uint32Array => {
    const part = section(name);
    return new Uint32Array(part.buffer, part.byteOffset, part.byteLength >>> 2);
  };
  const texts = (name: string): TextTable => new TextTable(section(name), numbers(`${name}.starts`));
  const store = (name: (typeof stores)[number]): PostingsData => ({
    terms: texts(`${name}.terms`),
    zoneBits: contents.zoneBits[name],
    documentFrequencies: numbers(`${name}.documentFrequencies`),
    docStarts: numbers(`${name}.docStarts`),
    docBytes: section(`${name}.docBytes`),
    placeStarts: numbers(`${name}.placeStarts`),
    placeBytes: section(`${name}.placeBytes`),
  });
  const parts = {
    ids: texts('ids'),
    idOrder: numbers('idOrder'),
    dates: numbers('dates'),
    days: Object.fromEntries(
      recordDays.filter((day) => sections.has(`days.${day}`)).map((day) => [day, numbers(`days.${day}`)]),
    ),
    lengths: numbers('lengths'),
    flags: section('flags'),
    newestFirst: numbers('newestFirst'),
    covered: Object.fromEntries(
      [...sections.keys()]
        .filter((name) => name.startsWith('covered.'))
        .map((name) => [name.slice('covered.'.length), numbers(name)]),
    ),
    text: store('text'),
    meta: store('meta'),
    keys: store('keys'),
  };
  return new CitationIndex(parts, mostBytes);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function textSections(name: string, { bytes, starts }: TextTable): [string, Uint8Array][] {
  return [
    [name, bytes],
    [`${name}.starts`, bytesOf(starts)],
  ];
}

/** FNV-1a over the 32-bit words behind the magic text, its own left out: catches truncation and flipped bytes in little time. */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  let hash = 0x811c9dc5;
  for (let i = 2; i < words.length; i++)
    if (i !== checksumWord) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
