import { delimiterOf, splitRow } from './csv.ts';
import { isCitationTable } from './csvColumns.ts';
import type { CitationFormat } from './item.ts';
import { ImportError } from './item.ts';
import { JSON_ARRAY } from './json.ts';
import { isMedlineField } from './medline.ts';
import { isRisStart } from './ris.ts';

const EXPECTED =
  'Querent imports PubMed XML (.xml), MEDLINE/nbib (.nbib, .txt), RIS (.ris), EndNote XML (.xml), tables (.csv, .tsv) and JSON (.jsonl, .json), also gzipped.';

/** Files that can be told by their first bytes and are no text in UTF-8. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'is gzipped twice, or gzipped without a name that ends in .gz. Unpack it first.'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    `is a ZIP archive (or an Excel or Word file). Unpack it, or save it as CSV. ${EXPECTED}`,
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

/** Formats that are recognised in order to name them, by their first line. */
const OTHERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\s*@\w+\s*\{/, 'BibTeX. Export the citations as RIS instead'],
  [/^%[0-9A-Z] /, 'EndNote tagged text. Export the citations as RIS or EndNote XML instead'],
  [
    /^FN (?:Clarivate|Thomson|ISI)/,
    'Web of Science plain text. Export the citations as RIS or tab delimited instead',
  ],
  [
    /^\d{1,8}$/,
    'a list of PMIDs, which says nothing about the citations. Export the citations themselves as MEDLINE/nbib',
  ],
];

/** Roots of XML files that people take for citations. */
const OTHER_XML: Readonly<Record<string, string>> = {
  html: 'a web page, not an export of citations',
  eSearchResult: 'an answer of ESearch, which has ids only. Fetch the citations themselves with EFetch',
  eSummaryResult: 'an answer of ESummary, which has no abstracts. Fetch the citations themselves with EFetch',
  'pmc-articleset': 'articles of PubMed Central. Fetch the citations from the database "pubmed"',
  DescriptorRecordSet: 'MeSH, not a file of citations. Give it as --mesh',
  SupplementalRecordSet: 'supplementary concepts of MeSH, not a file of citations',
  QualifierRecordSet: 'subheadings of MeSH, not a file of citations',
};

const PUBMED_ROOTS =
  /^(?:PubmedArticleSet|PubmedBookArticleSet|PubmedArticle|PubmedBookArticle|MedlineCitationSet|MedlineCitation|DeleteCitation)$/;

/** How a file begins: what its format is told by. */
export interface Beginning {
  readonly text: string;
  /** Lines with something in them. */
  readonly lines: readonly string[];
  /** Which columns of a table hold what, where a person said so: then it is a table. */
  readonly hasColumns: boolean;
}

/**
 * The format of a file by its beginning, and where this does not tell, by its name: a broken beginning must not keep good records behind
 * it from being read.
 * @throws ImportError that says which other format it looks like.
 */
export function detectFormat({ text, lines, hasColumns }: Beginning, name: string): CitationFormat {
  const first = lines[0] ?? '';
  if (/^\s*<[?!A-Za-z]/.test(first)) return detectXml(text, name);
  if (JSON_ARRAY.test(text) || /^\s*\{\s*$/.test(first)) return 'json';
  const other = OTHERS.find(([pattern]) => pattern.test(first));
  if (other !== undefined) throw wrongFormat(name, other[1]);
  if (lines.some((line) => /^PMID- ?\d/.test(line))) return 'medline';
  if (lines.some(isRisStart)) return 'ris';
  const jsonLines = lines.filter((line) => line.trimStart().startsWith('{')).length;
  const fields = lines.filter(isMedlineField).length;
  if (jsonLines > 0 || fields > 0) return jsonLines >= fields ? 'jsonl' : 'medline';
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (hasColumns || isTable(lines) || BY_NAME[extension] === 'csv') return 'csv';
  const named = BY_NAME[extension];
  if (named !== undefined) return named;
  throw new ImportError(
    'wrong-format',
    `${name} holds no citations in a format that is known here. ${EXPECTED}`,
  );
}

const BY_NAME: Readonly<Record<string, CitationFormat>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  nbib: 'medline',
  medline: 'medline',
  ris: 'ris',
  csv: 'csv',
  tsv: 'csv',
};

function isTable(lines: readonly string[]): boolean {
  const head = lines.find((line) => !/^sep=.$/.test(line.trim())) ?? '';
  return isCitationTable(splitRow(head, delimiterOf(lines[0] === head ? head : (lines[0] ?? ''))) ?? []);
}

/** So much of an XML file is looked at. */
const XML_LOOKED_AT = 1 << 15;

/** By the first element, behind declarations and comments. */
function detectXml(beginning: string, name: string): CitationFormat {
  const text = beginning.slice(0, XML_LOOKED_AT).replace(/<!--[\s\S]*?-->/g, '');
  const root = /<([A-Za-z_][\w.:-]*)/.exec(text)?.[1];
  if (/<!doctype html/i.test(text)) throw wrongFormat(name, OTHER_XML['html'] ?? '');
  if (root !== undefined && PUBMED_ROOTS.test(root)) return 'pubmed-xml';
  if (/<records?[\s>]/.test(text) && (root === 'xml' || root === 'records' || root === 'record'))
    return 'endnote-xml';
  const [, what] = Object.entries(OTHER_XML).find(([one]) => one.toLowerCase() === root?.toLowerCase()) ?? [];
  if (what !== undefined) throw wrongFormat(name, what);
  // A beginning that is broken: what follows may be sound.
  if (/<PubmedArticle|<MedlineCitation/.test(text)) return 'pubmed-xml';
  throw wrongFormat(
    name,
    `XML of another kind (<${root ?? '...'}>). Export the citations as PubMed XML or EndNote XML instead`,
  );
}

function wrongFormat(name: string, what: string): ImportError {
  return new ImportError('wrong-format', `${name} looks like ${what}. ${EXPECTED}`);
}
