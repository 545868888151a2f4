import { detached } from '../text/index.ts';
import type { DescriptorJson } from './load.ts';

/** No descriptor is nearly as long (the longest have some 100,000 characters): behind it the file is damaged. */
const LONGEST_RECORD = 8_000_000;
const RECORD_END = '</DescriptorRecord>';

/**
 * Reads NLM's `desc20XX.xml` piece by piece: the 300 MB are never one text, nor a tree. The file is written by one program and has one
 * form (DTD nlmdescriptorrecordset), so that looking for its elements by name inside each `DescriptorRecord` is enough.
 */
export class DescriptorXml {
  #rest = '';
  /** How far `#rest` holds no end of a record. */
  #searched = 0;
  /** `<DescriptorRecordSet>` was there. */
  #isSet = false;

  /** The descriptors that end in this piece. */
  *push(piece: string): Generator<DescriptorJson> {
    this.#rest += piece;
    let done = 0;
    for (;;) {
      const end = this.#rest.indexOf(RECORD_END, Math.max(done, this.#searched));
      if (end < 0) break;
      const record = this.#rest.slice(done, end);
      const start = record.search(/<DescriptorRecord[\s>]/);
      this.#isSet ||= /<DescriptorRecordSet[\s>]/.test(record.slice(0, Math.max(0, start)));
      if (start >= 0) yield readRecord(record.slice(start));
      done = end + RECORD_END.length;
      this.#searched = done;
    }
    this.#rest = this.#rest.slice(done);
    this.#searched = Math.max(0, this.#rest.length - RECORD_END.length);
    if (this.#rest.length > LONGEST_RECORD) {
      this.#rest = '';
      this.#searched = 0;
    }
  }

  /** Whether the file ended as it should: a set that was opened is closed, and nothing stands behind its last descriptor. */
  get isComplete(): boolean {
    return this.#rest.includes('</DescriptorRecordSet>') || (!this.#isSet && this.#rest.trim() === '');
  }
}

function readRecord(record: string): DescriptorJson {
  const name = textIn(part(record, 'DescriptorName'), 'String');
  const concepts = part(record, 'ConceptList');
  const entry = new Set<string>();
  const perm = new Set<string>();
  for (const [, attributes = '', content = ''] of concepts.matchAll(/<Term(\s[^>]*)?>([\s\S]*?)<\/Term>/g)) {
    const term = textIn(content, 'String');
    if (term === '' || term === name) continue;
    (/IsPermutedTermYN\s*=\s*"Y"/.test(attributes) ? perm : entry).add(term);
  }
  const preferred = /<Concept\s[^>]*PreferredConceptYN\s*=\s*"Y"[^>]*>[\s\S]*?<\/Concept>/.exec(
    concepts,
  )?.[0];
  return {
    ui: textIn(record, 'DescriptorUI'),
    name,
    entry: [...entry],
    perm: [...perm].filter((term) => !entry.has(term)),
    tree: textsIn(part(record, 'TreeNumberList'), 'TreeNumber'),
    pa: textsIn(part(record, 'PharmacologicalActionList'), 'String'),
    scope: textIn(preferred ?? concepts, 'ScopeNote') || textIn(record, 'ScopeNote'),
    established: day(part(record, 'DateEstablished') || part(record, 'DateIntroduced')),
    previous: formerNames(textIn(record, 'PublicMeSHNote') || textIn(record, 'HistoryNote'), name),
    subheadings: textsIn(part(record, 'AllowableQualifiersList'), 'Abbreviation'),
  };
}

/** What stands in the first element `name`; empty where there is none. */
function part(xml: string, name: string): string {
  const open = new RegExp(`<${name}(?:\\s[^>]*)?>`).exec(xml);
  if (!open) return '';
  const start = open.index + open[0].length;
  const end = xml.indexOf(`</${name}>`, start);
  return end < 0 ? '' : xml.slice(start, end);
}

function textIn(xml: string, name: string): string {
  return plainText(part(xml, name));
}

function textsIn(xml: string, name: string): string[] {
  return xml
    .split(`</${name}>`)
    .slice(0, -1)
    .map((piece) => plainText(piece.slice(piece.lastIndexOf(`<${name}>`) + name.length + 2)))
    .filter((text) => text !== '');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(xml: string): string {
  const text = xml
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/g, ' ')
    .trim();
  // A part of a piece of the file would keep the piece in memory.
  return detached(text);
}

function day(date: string): string | undefined {
  const [year, month, dayOfMonth] = ['Year', 'Month', 'Day'].map((name) => textIn(date, name));
  return year
    ? `${year}-${(month || '1').padStart(2, '0')}-${(dayOfMonth || '1').padStart(2, '0')}`
    : undefined;
}

/**
 * Names that a heading had before, as NLM's notes tell them: `92; was NEPHROSIS, LIPOID 1966-91`. Notes that something was indexed
 * elsewhere ("was see under ...") name no former heading.
 */
export function formerNames(note: string, name: string): string[] {
  const found: string[] = [];
  for (const [, former = ''] of note.matchAll(
    /\bwas ([^;()]{2,200}?) (?:\([^)]*\) )?\d{4}(?:-\d{2,4})?\b/g,
  )) {
    const text = former.trim();
    if (/^(?:see|indexed|in|heading|major|minor|not|provisional|non|specialty)\b/i.test(text)) continue;
    if (text.toLowerCase() !== name.toLowerCase()) found.push(text);
  }
  return [...new Set(found)];
}
