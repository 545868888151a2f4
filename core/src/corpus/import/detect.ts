import type { CitationFormat } from './item.ts';
import { ImportError } from './item.ts';
import { isMedlineField } from './medline.ts';

const EXPECTED = 'Querent imports JSON lines (.jsonl) and MEDLINE/nbib (.nbib, .txt), also gzipped.';

/** Files that can be told by their first bytes and are no text in UTF-8. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'is gzipped twice, or gzipped without a name that ends in .gz. Unpack it first.'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    `is a ZIP archive (or an Excel or Word file). Unpack or export it first. ${EXPECTED}`,
  ],
  [[0x25, 0x50, 0x44, 0x46], `is a PDF. ${EXPECTED}`],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], `is a SQLite database, not a file of citations. ${EXPECTED}`],
  [[0xff, 0xfe], 'is encoded in UTF-16. Save it as UTF-8 and import it again.'],
  [[0xfe, 0xff], 'is encoded in UTF-16. Save it as UTF-8 and import it again.'],
];

/** Continues "FILE ..." with what is wrong, or undefined where the first bytes may be text. */
export function signatureProblem(start: Uint8Array): string | undefined {
  if (isUtf16(start)) return 'is encoded in UTF-16. Save it as UTF-8 and import it again.';
  return SIGNATURES.find(([bytes]) => bytes.every((byte, i) => start[i] === byte))?.[1];
}

/** Whether these look like Latin letters in UTF-16 without a byte order mark: every other byte is 0. */
function isUtf16(start: Uint8Array): boolean {
  const zeros = [0, 0];
  const looked = Math.min(start.length, 64) & ~1;
  for (let i = 0; i < looked; i++) if (start[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  return looked >= 16 && Math.min(even, odd) === 0 && Math.max(even, odd) * 2 >= looked * 0.9;
}

/** Formats that are recognised in order to name them, by a line of theirs. */
const OTHERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\s*\[/, 'a JSON array. Write one record a line instead (jq -c ".[]" does it)'],
  [/^\s*\{\s*$/, 'JSON that is spread over several lines. Write one record a line instead (jq -c . does it)'],
  [/^TY {2}- /, 'RIS. Export the citations as MEDLINE/nbib ("PubMed" format) instead'],
  [
    /^\s*<\?xml|^\s*<Pubmed|^\s*<MedlineCitation/i,
    'XML. Export the citations as MEDLINE/nbib ("PubMed" format) instead',
  ],
  [/^\s*<!doctype html|^\s*<html/i, 'a web page, not an export of citations'],
  [/^\s*@\w+\s*\{/, 'BibTeX. Export the citations as MEDLINE/nbib ("PubMed" format) instead'],
  [/^%[0-9A-Z] /, 'EndNote tagged text. Export the citations as MEDLINE/nbib ("PubMed" format) instead'],
  [
    /^"?(pmid|title|authors?)"?\s*[,;\t]/i,
    'a table (CSV). Export the citations as MEDLINE/nbib ("PubMed" format) instead',
  ],
  [
    /^\d{1,8}$/,
    'a list of PMIDs, which says nothing about the citations. Export the citations themselves as MEDLINE/nbib',
  ],
];

/**
 * The format of a file by its first written lines, and where these do not tell, by its name: a broken beginning must not
 * keep good records behind it from being read.
 * @throws ImportError that says which other format it looks like.
 */
export function detectFormat(lines: readonly string[], name: string): CitationFormat {
  const other = OTHERS.find(([pattern]) => pattern.test(lines[0] ?? ''));
  if (other !== undefined)
    throw new ImportError('wrong-format', `${name} looks like ${other[1]}. ${EXPECTED}`);
  if (lines.some((line) => /^PMID- ?\d/.test(line))) return 'medline';
  const jsonLines = lines.filter((line) => line.trimStart().startsWith('{')).length;
  const fields = lines.filter(isMedlineField).length;
  if (jsonLines > 0 || fields > 0) return jsonLines >= fields ? 'jsonl' : 'medline';
  if (/\.(jsonl|ndjson|json)(\.gz)?$/i.test(name)) return 'jsonl';
  if (/\.(nbib|medline)(\.gz)?$/i.test(name)) return 'medline';
  throw new ImportError(
    'wrong-format',
    `${name} holds no citations in a format that is known here. ${EXPECTED}`,
  );
}
