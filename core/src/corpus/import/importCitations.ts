import { detectFormat, signatureProblem } from './detect.ts';
import { ImportError } from './item.ts';
import type { ImportItem } from './item.ts';
import { readJsonl } from './jsonl.ts';
import type { Line } from './lines.ts';
import { readLines } from './lines.ts';
import { readMedline } from './medline.ts';

/** Lines looked at to tell the format. */
const LINES_LOOKED_AT = 50;

/**
 * Reads a citation file, JSON lines or MEDLINE/nbib, from its chunks: good records and bad ones as they come. Compressed files
 * are unpacked by the caller. What the chunks throw (a truncated archive) comes through after the records before it.
 * @param name the file's name, for messages and as a hint at its format.
 * @throws ImportError when the file is empty or of another format (the message says which it looks like).
 */
export async function* importCitations(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  name: string,
): AsyncGenerator<ImportItem> {
  const batches = readLines(checkSignature(chunks, name));
  const start: Line[] = [];
  const written: Line[] = [];
  let failure: { readonly error: unknown } | undefined;
  while (written.length < LINES_LOOKED_AT && failure === undefined) {
    try {
      const next = await batches.next();
      if (next.done === true) break;
      const lines = next.value.filter(isWritten);
      written.push(...lines);
      if (lines.length > 0) start.push(...next.value);
    } catch (error) {
      failure = { error };
    }
  }
  if (written.length === 0) {
    if (failure !== undefined) throw failure.error;
    throw new ImportError(
      'empty',
      `${name} is empty: it has no citations. Export them again from where they came.`,
    );
  }
  const texts = written.slice(0, LINES_LOOKED_AT).flatMap((line) => line.text ?? []);
  const format = detectFormat(texts, name);
  yield* (format === 'jsonl' ? readJsonl : readMedline)(resume(start, batches));
  if (failure !== undefined) throw failure.error;
}

function isWritten(line: Line): boolean {
  return line.text === undefined || line.text.trim() !== '';
}

async function* resume(
  start: readonly Line[],
  rest: AsyncIterable<readonly Line[]>,
): AsyncGenerator<readonly Line[]> {
  yield start;
  yield* rest;
}

/** Passes chunks on after a look at the first bytes. */
async function* checkSignature(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  name: string,
): AsyncGenerator<Uint8Array | string> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && chunk.length > 0) {
      isFirst = false;
      const problem = typeof chunk === 'string' ? undefined : signatureProblem(chunk);
      if (problem !== undefined) throw new ImportError('wrong-format', `${name} ${problem}`);
    }
    yield chunk;
  }
}
