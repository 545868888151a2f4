import type { Chunks } from './item.ts';
import { ImportError } from './item.ts';

/** Bytes that are decoded at once: what a reader holds at any time is measured in these. */
const PIECE_BYTES = 1 << 16;

/**
 * What a text has in place of bytes that are no UTF-8. A noncharacter, which neither XML nor sound JSON holds: a replacement character
 * (U+FFFD) would not do, because real abstracts have it.
 */
export const BAD_BYTES = '\ufffe';

/** Why a record with {@link BAD_BYTES} is rejected; continues "line 12 ...". */
export const BAD_BYTES_REASON = 'is not valid UTF-8; save the file as UTF-8 and import it again';

/**
 * The text of a file in pieces of some ten thousand characters, for formats that are not made of lines. Never cuts within a character.
 * @param encoding what the file itself says of its encoding, for files in another than UTF-8.
 * @throws ImportError for an encoding that is not known here.
 */
export async function* readText(chunks: Chunks, name: string, encoding = 'utf-8'): AsyncGenerator<string> {
  if (!/^utf-?8$/i.test(encoding)) {
    yield* readEncoded(chunks, name, encoding);
    return;
  }
  let rest: Uint8Array = new Uint8Array();
  let isFirst = true;
  for await (const bytes of pieces(chunks)) {
    const whole = rest.length === 0 ? bytes : joined(rest, bytes);
    const end = whole.length - unfinished(whole);
    rest = whole.slice(end);
    if (end === 0) continue;
    const text = decode(whole.subarray(0, end));
    yield isFirst && text.startsWith('\ufeff') ? text.slice(1) : text;
    isFirst = false;
  }
  if (rest.length > 0) yield BAD_BYTES;
}

async function* readEncoded(chunks: Chunks, name: string, encoding: string): AsyncGenerator<string> {
  const decoder = decoderOf(encoding, name);
  for await (const bytes of pieces(chunks)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

function decoderOf(encoding: string, name: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new ImportError(
      'wrong-format',
      `${name} says that it is encoded in "${encoding}", which is not known here. Save it as UTF-8 and import it again.`,
    );
  }
}

async function* pieces(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** How many bytes at the end begin a character that is not complete. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeByLine(bytes);
  }
}

/** Only the lines with bad bytes lose their replacement characters, so that a good line stays as it is. */
function decodeByLine(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    const line = bytes.subarray(start, end);
    try {
      text += strict.decode(line);
    } catch {
      text += lenient.decode(line).replaceAll('\ufffd', BAD_BYTES);
    }
    start = end;
  }
  return text;
}

/** Line ends in a text, `\r\n` counting as one. */
export function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  if (text.includes('\r')) count += text.match(/\r(?!\n)/g)?.length ?? 0;
  return count;
}
