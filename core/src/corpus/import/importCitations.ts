import { readCsv } from './csv.ts';
import type { CsvColumns } from './csvColumns.ts';
import { detectFormat, signatureProblem } from './detect.ts';
import { endnoteXml } from './endnoteXml.ts';
import { ImportError } from './item.ts';
import type { Chunks, CitationFormat, ImportItem } from './item.ts';
import { readJson } from './json.ts';
import { readJsonl } from './jsonl.ts';
import { readLines } from './lines.ts';
import { readMedline } from './medline.ts';
import { pubmedXml } from './pubmedXml.ts';
import { readRis } from './ris.ts';
import { readText } from './textPieces.ts';
import { readXml } from './xmlRecords.ts';

/** What is looked at to tell the format: so many lines with something in them, or so many bytes. */
const LINES_LOOKED_AT = 50;
const BYTES_LOOKED_AT = 1 << 18;

/** What a person knows of a file that it does not say itself. */
export interface ImportOptions {
  /** Which columns of a table hold what. Files of other formats are not concerned. */
  readonly csvColumns?: CsvColumns;
}

/**
 * Reads a citation file from its chunks: good records and bad ones as they come, holding one record at a time. Formats: PubMed XML,
 * MEDLINE/nbib, RIS, EndNote XML, tables (CSV, TSV), JSON and JSON lines. Compressed files are unpacked by the caller. What the chunks
 * throw (a truncated archive) comes through after the records before it.
 * @param name the file's name, for messages and as a hint at its format.
 * @throws ImportError when the file is empty, of another format (the message says which it looks like), or a table whose columns are not
 * known.
 */
export async function* importCitations(
  chunks: Chunks,
  name: string,
  options: ImportOptions = {},
): AsyncGenerator<ImportItem> {
  const rest = toBytes(chunks)[Symbol.asyncIterator]();
  const beginning = await lookAhead(rest);
  const problem = signatureProblem(firstBytes(beginning.start));
  if (problem !== undefined) throw new ImportError('wrong-format', `${name} ${problem}`);
  if (beginning.lines.length === 0) {
    if (beginning.failure !== undefined) throw beginning.failure.error;
    throw new ImportError(
      'empty',
      `${name} is empty: it has no citations. Export them again from where they came.`,
    );
  }
  const { text, lines } = beginning;
  const format = detectFormat({ text, lines, hasColumns: options.csvColumns !== undefined }, name);
  yield* read(format, resume(beginning, rest), name, text, options);
}

function read(
  format: CitationFormat,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  beginning: string,
  options: ImportOptions,
): AsyncGenerator<ImportItem> {
  switch (format) {
    case 'jsonl':
      return readJsonl(readLines(chunks));
    case 'json':
      return readJson(readText(chunks, name));
    case 'medline':
      return readMedline(readLines(chunks));
    case 'ris':
      return readRis(readLines(chunks));
    case 'csv':
      return readCsv(readLines(chunks), name, options.csvColumns);
    case 'pubmed-xml':
    case 'endnote-xml':
      return readXml(
        readText(chunks, name, declaredEncoding(beginning)),
        format === 'pubmed-xml' ? pubmedXml : endnoteXml,
      );
  }
}

/** What an XML declaration says. Plain ASCII is UTF-8 as well. */
function declaredEncoding(text: string): string | undefined {
  const encoding = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(text)?.[1];
  return encoding === undefined || /^(?:us-)?ascii$/i.test(encoding) ? undefined : encoding;
}

interface LookedAt {
  readonly start: readonly Uint8Array[];
  /** Their text without a byte order mark; bytes that are no UTF-8 are replaced. */
  readonly text: string;
  readonly lines: readonly string[];
  /** What reading on has thrown. */
  readonly failure: { readonly error: unknown } | undefined;
}

async function lookAhead(chunks: AsyncIterator<Uint8Array>): Promise<LookedAt> {
  const decoder = new TextDecoder();
  const start: Uint8Array[] = [];
  let text = '';
  let written = 0;
  let bytes = 0;
  let failure: LookedAt['failure'];
  while (written < LINES_LOOKED_AT && bytes < BYTES_LOOKED_AT) {
    try {
      const next = await chunks.next();
      if (next.done === true) break;
      // A copy, because whoever made the chunk may use its memory again.
      const chunk = next.value.slice();
      start.push(chunk);
      const more = decoder.decode(chunk.subarray(0, BYTES_LOOKED_AT), { stream: true });
      text += more;
      if (text.trim() === '') continue;
      bytes += chunk.length;
      written += more.split(/[\r\n]+/).length - 1;
    } catch (error) {
      failure = { error };
      break;
    }
  }
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  return { start, text, lines: lines.slice(0, LINES_LOOKED_AT), failure };
}

function firstBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes: number[] = [];
  for (const chunk of chunks) {
    bytes.push(...chunk.subarray(0, 64 - bytes.length));
    if (bytes.length === 64) break;
  }
  return Uint8Array.from(bytes);
}

async function* resume(
  { start, failure }: LookedAt,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* start;
  if (failure !== undefined) throw failure.error;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function* toBytes(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    if (bytes.length > 0) yield bytes;
  }
}
