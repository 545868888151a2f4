import type { DescriptorJson } from './load.ts';
import { DescriptorAscii } from './nlmAscii.ts';
import { DescriptorXml } from './nlmXml.ts';

/** A file that is not MeSH's descriptors; the message says what it is and what to give instead. */
class MeshFormatError extends Error {
  override readonly name = 'MeshFormatError';
}

/** Characters that tell what a file is: the document type of NLM's XML stands in the first lines. */
const HEAD = 4_000;

/** What people give by mistake, and how to know it. */
const WRONG_FILES: readonly (readonly [RegExp, string])[] = [
  [/^PK\u0003\u0004/, 'is a zip archive: unpack it'],
  [
    /<!DOCTYPE SupplementalRecordSet|<SupplementalRecord/,
    'holds MeSH’s supplementary concepts, not its headings',
  ],
  [/<!DOCTYPE QualifierRecordSet|<QualifierRecord/, 'holds MeSH’s subheadings, not its headings'],
  [
    /<!DOCTYPE PharmacologicalActionSet|<PharmacologicalActionSet/,
    'holds MeSH’s pharmacological actions only',
  ],
  [/<!DOCTYPE html|<html[\s>]/i, 'is a web page, not MeSH: the download may have failed'],
  [/^[^\n;]{1,200};[A-Z]\d\d(?:\.\d+)*\r?\n/, 'holds the tree numbers only'],
  [/^(?:<http:\/\/id\.nlm\.nih\.gov\/mesh\/|@prefix )/, 'is MeSH as RDF, which is not read'],
  [/<(?:!DOCTYPE |\?xml)[^]*<(?!!|\?|Descriptor)/, 'is XML, but not of MeSH descriptors'],
];

/** What there is to download, for messages. */
const RIGHT_FILES =
  'Give NLM’s descriptor file (desc2026.xml, desc2026.gz or d2026.bin), or JSON lines such as {"ui": "D003894", ' +
  '"name": "Deamino Arginine Vasopressin", "entry": ["Desmopressin"], "tree": ["D12.644.548.691.692.208"]}';

/**
 * What {@link loadThesaurus} takes, out of a file in pieces: JSON lines as they are, or the descriptors of NLM's XML (`desc2026.xml`)
 * and ASCII (`d2026.bin`) files. The kind of file is told by its beginning.
 * @throws MeshFormatError when it is something else, or ends too early.
 */
export async function* readMesh(pieces: AsyncIterable<string>): AsyncGenerator<string | DescriptorJson> {
  const source = pieces[Symbol.asyncIterator]();
  let head = '';
  while (head.length < HEAD) {
    const next = await source.next();
    if (next.done === true) break;
    head += next.value;
  }
  if (head.startsWith('\ufeff')) head = head.slice(1);
  const beginning = head.slice(0, HEAD);
  const all = { [Symbol.asyncIterator]: () => resume(head, source) };
  if (/<!DOCTYPE DescriptorRecordSet|<DescriptorRecord(?:Set)?[\s>]/.test(beginning)) yield* readXml(all);
  else if (/^\s*\*NEWRECORD\s/.test(beginning)) yield* readAscii(all);
  else {
    const wrong = beginning.trimStart().startsWith('{')
      ? undefined
      : WRONG_FILES.find(([sign]) => sign.test(beginning));
    if (wrong) throw new MeshFormatError(`it ${wrong[1]}. ${RIGHT_FILES}`);
    yield* linesOf(all);
  }
}

const CUT_OFF = 'the file is cut off. Download it again';

/** The year in the document type of NLM's XML file; undefined for other files. */
export function meshYear(head: string): string | undefined {
  return /nlmdescriptorrecordset_((?:19|20)\d\d)\d{4}/i.exec(head.slice(0, HEAD))?.[1];
}

async function* resume(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* readXml(pieces: AsyncIterable<string>): AsyncGenerator<DescriptorJson> {
  const xml = new DescriptorXml();
  for await (const piece of pieces) yield* xml.push(piece);
  // Half of MeSH would silently lose headings.
  if (!xml.isComplete) throw new MeshFormatError(CUT_OFF);
}

async function* readAscii(pieces: AsyncIterable<string>): AsyncGenerator<DescriptorJson> {
  const ascii = new DescriptorAscii();
  let isAny = false;
  for await (const line of linesOf(pieces)) {
    const descriptor = ascii.line(line);
    if (descriptor === undefined) continue;
    isAny = true;
    yield descriptor;
  }
  if (!ascii.isComplete) throw new MeshFormatError(CUT_OFF);
  const last = ascii.end();
  if (last !== undefined) yield last;
  else if (!isAny)
    throw new MeshFormatError(`it holds subheadings or supplementary concepts, not headings. ${RIGHT_FILES}`);
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
