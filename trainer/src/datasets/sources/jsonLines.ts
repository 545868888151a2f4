import { basename } from 'node:path';
import { readCitationFile } from '@querent/server/library';

/** Longest line that is read, in bytes: a topic with a hundred thousand ids takes one. */
const LONGEST_LINE = 8 * 1024 * 1024;

/** A line of a JSONL file: an object, or what is wrong with it in one sentence that names file and line. */
export type JsonLine =
  | { readonly place: string; readonly row: Readonly<Record<string, unknown>> }
  | { readonly place: string; readonly fault: string };

/** A line of a text file without its line break, or what is wrong with it. */
export type TextLine =
  { readonly place: string; readonly text: string } | { readonly place: string; readonly fault: string };

/**
 * The lines of a UTF-8 text file, gzipped or not, one by one: with LF or CRLF, with or without BOM; blank lines are left out. What cannot
 * be read (invalid UTF-8, a line beyond 8 MB, an archive that is cut off) is one fault and costs no other line.
 * @throws the system's error for a file that cannot be read
 */
export async function* readTextLines(path: string): AsyncGenerator<TextLine> {
  const name = basename(path);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  const read = (bytes: Uint8Array): TextLine | undefined => {
    const place = `${name}, line ${++number}`;
    if (bytes.length > LONGEST_LINE)
      return { place, fault: `${place} is longer than ${LONGEST_LINE / 1024 / 1024} MB. Split it up.` };
    try {
      const text = decoder
        .decode(bytes)
        .replace(/\r$/, '')
        .replace(/^\uFEFF/, number === 1 ? '' : '\uFEFF');
      return text.trim() === '' ? undefined : { place, text };
    } catch {
      return { place, fault: `${place} is not UTF-8. Save the file as UTF-8.` };
    }
  };
  let pending: Uint8Array[] = [];
  let length = 0;
  const keep = (piece: Uint8Array): void => {
    // Of a line that is too long only the fact is kept.
    if (length <= LONGEST_LINE) pending.push(piece.slice());
    length += piece.length;
  };
  const take = (): Uint8Array => {
    const bytes = Buffer.concat(pending);
    pending = [];
    length = 0;
    return bytes;
  };
  try {
    for await (const chunk of readCitationFile(path, () => undefined)) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        keep(chunk.subarray(from, at));
        from = at + 1;
        const line = read(take());
        if (line !== undefined) yield line;
      }
      keep(chunk.subarray(from));
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TruncatedArchiveError') throw error;
    const place = `${name}, line ${number + 1}`;
    yield { place, fault: `${place}: ${error.message}. Copy or download it again.` };
    return;
  }
  const last = length > 0 ? read(take()) : undefined;
  if (last !== undefined) yield last;
}

/** The lines of a file with one JSON object a line; see {@link readTextLines}. */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  for await (const line of readTextLines(path)) yield 'fault' in line ? line : parsed(line);
}

function parsed({ place, text }: { readonly place: string; readonly text: string }): JsonLine {
  try {
    const row: unknown = JSON.parse(text);
    if (isObject(row)) return { place, row };
    return { place, fault: `${place} is ${kindOf(row)}. Each line holds one JSON object.` };
  } catch (error) {
    // Brackets nested a hundred thousand deep exhaust the reader's stack: that is a RangeError, and a fault of the row as well.
    const cause = error instanceof Error ? error.message : String(error);
    return { place, fault: `${place} is not JSON (${cause}). Each line holds one JSON object.` };
  }
}

/** Whether `value` is an object with keys: no list, no null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `value` is, for messages: `missing`, `an empty text`, `a number`, `a list`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
