import { SaxesParser } from 'saxes';
import type { SaxesTagPlain } from 'saxes';
import type { ImportItem } from './item.ts';
import { MAX_RECORD_LENGTH } from './item.ts';
import { BAD_BYTES, BAD_BYTES_REASON, lineEnds } from './textPieces.ts';
import type { XmlElement } from './xmlElement.ts';

/** What tells one XML format from another. */
export interface XmlDialect {
  /** Elements that are one record each. */
  readonly records: ReadonlySet<string>;
  /** Those of them that also stand within others, of which they are a part then. */
  readonly parts: ReadonlySet<string>;
  /** Parts of records that hold nothing about the citation. */
  readonly skipped: ReadonlySet<string>;
  readonly toItems: (record: XmlElement) => readonly ImportItem[];
}

/** Deeper trees are attacks. */
const MAX_DEPTH = 256;
/** So much of the file before is kept that the beginning of a tag is still there when its name has been read. */
const TAIL = 64;

/** Leaves the parser in the middle of a text. */
class Stop extends Error {
  readonly fault: string | undefined;
  constructor(fault?: string) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Reads records from XML, one at a time. Entities that the file defines itself are not expanded, nothing outside the file is read. A fault
 * costs the record it is in: reading goes on at the next element that is a record. Several documents may follow one another.
 */
export async function* readXml(
  pieces: AsyncIterable<string>,
  dialect: XmlDialect,
): AsyncGenerator<ImportItem> {
  const reader = new XmlRecordReader(dialect);
  for await (const piece of pieces) yield* reader.push(piece);
  yield* reader.end();
}

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[];
}

type Mode = 'between' | 'parsing' | 'searching';

class XmlRecordReader {
  readonly #dialect: XmlDialect;
  /** How records begin, and what is looked for behind a fault. */
  readonly #starts: { readonly all: RegExp; readonly whole: RegExp };
  #start: RegExp;
  #items: ImportItem[] = [];
  #mode: Mode = 'between';
  #parser = new SaxesParser();
  /** Names of the elements around the records, to be opened again behind a fault. */
  #around: string[] = [];
  #depth = 0;
  #skippedFrom = 0;
  #open: OpenElement[] = [];
  /** What was read last: from the start of the record that is open, or the end of the piece before. */
  #kept = '';
  /** Where in the file the kept text begins, in UTF-16 units; and where the parser began. */
  #keptAt = 0;
  #parserAt = 0;
  #recordAt = 0;
  #recordLine = 1;
  /** The record that was closed last, where, and how many items there were before. */
  #last: { readonly record: OpenElement; readonly at: number; readonly items: number } | undefined;
  /** The line at which the kept text begins; known while nothing is parsed. */
  #line = 1;
  /** Since the last tag. */
  #quiet = 0;
  #consumed = 0;
  #reread = 0;

  constructor(dialect: XmlDialect) {
    this.#dialect = dialect;
    const starting = (names: readonly string[]): RegExp =>
      new RegExp(`<(?:${names.join('|')})(?=[\\s/>])`, 'g');
    const names = [...dialect.records];
    this.#starts = { all: starting(names), whole: starting(names.filter((one) => !dialect.parts.has(one))) };
    this.#start = this.#starts.all;
  }

  push(piece: string): readonly ImportItem[] {
    this.#consumed += piece.length;
    this.#feed(piece);
    return this.#taken();
  }

  end(): readonly ImportItem[] {
    while (this.#mode === 'parsing') {
      try {
        this.#parser.close();
        this.#mode = 'between';
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        if (this.#open.length === 0) {
          this.#reject(this.#parser.line, 'is where the file ends, though its XML does not: it is cut off');
          break;
        }
        const from = this.#recordAt + 1 - this.#keptAt;
        this.#lookForWhole();
        this.#start.lastIndex = from;
        const goesOn = this.#start.test(this.#kept) && this.#mayReread(this.#kept.length - from);
        this.#reject(
          this.#recordLine,
          goesOn
            ? 'begins a record that does not end, or has an & or < in it that should be &amp; or &lt;'
            : 'begins a record that is cut off by the end of the file',
        );
        if (!goesOn) break;
        this.#feed(this.#search(from, this.#recordLine));
      }
    }
    return this.#taken();
  }

  #taken(): readonly ImportItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #reject(line: number, reason: string): void {
    this.#items.push({ kind: 'rejected', line, reason });
  }

  /** Takes more text in, in whatever state the file is. */
  #feed(text: string): void {
    let rest = text;
    while (rest !== '') {
      if (this.#mode === 'parsing') rest = this.#parse(rest);
      else if (this.#mode === 'between') rest = this.#begin(rest);
      else {
        this.#kept += rest;
        rest = this.#search(0, this.#line);
      }
    }
  }

  /** Between documents: white space is passed over, anything else begins one. */
  #begin(text: string): string {
    const blank = /^[\s\ufeff]*/.exec(text)?.[0] ?? '';
    this.#line += lineEnds(blank);
    this.#keptAt += blank.length;
    if (blank.length === text.length) return '';
    this.#startParser([], this.#line, this.#keptAt);
    return text.slice(blank.length);
  }

  /** Returns what is still to be read, in another mode. */
  #parse(text: string): string {
    this.#kept += text;
    this.#quiet += text.length;
    try {
      this.#parser.write(text);
      const isRecord = this.#open.length > 0;
      if ((isRecord ? this.#kept.length : this.#quiet) > MAX_RECORD_LENGTH)
        throw new Stop(`${isRecord ? 'is in a record' : 'comes after a text'} of more than 16 MiB`);
      const from = isRecord ? this.#recordAt - this.#keptAt : Math.max(0, this.#kept.length - TAIL);
      this.#kept = this.#kept.slice(from);
      this.#keptAt += from;
      return '';
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const at = this.#position() - this.#keptAt;
      if (error.fault !== undefined)
        return this.#recover(this.#kept[at - 1] === BAD_BYTES ? BAD_BYTES_REASON : error.fault, at);
      // The document is complete. What follows is another, or nothing.
      this.#mode = 'between';
      this.#line = this.#parser.line;
      const rest = this.#kept.slice(at);
      this.#keptAt += at;
      this.#kept = '';
      return rest;
    }
  }

  /** Behind a fault: rejects the record and looks for the next. */
  #recover(fault: string, at: number): string {
    const { line } = this.#parser;
    // The parser closes what is open before it says that an end tag does not fit: such a record is not whole.
    if (this.#last !== undefined && this.#last.at === this.#position()) {
      this.#items.length = this.#last.items;
      this.#open = [this.#last.record];
    }
    this.#lookForWhole();
    if (this.#open.length === 0) {
      this.#reject(line, fault);
      return this.#search(Math.max(0, at), line);
    }
    this.#reject(line, `${fault}; the record that begins at line ${this.#recordLine} is left out`);
    // What does not end (a quote, a comment, a record) has swallowed good records: they are read again, as long as that is linear.
    const from = this.#recordAt + 1 - this.#keptAt;
    return this.#mayReread(at - from)
      ? this.#search(from, this.#recordLine)
      : this.#search(Math.max(from, at), line);
  }

  /** Within a broken record, its parts are not taken for records. */
  #lookForWhole(): void {
    const [record] = this.#open;
    const isWhole = record !== undefined && !this.#dialect.parts.has(record.name);
    this.#start = isWhole ? this.#starts.whole : this.#starts.all;
  }

  #mayReread(length: number): boolean {
    this.#reread += length;
    return this.#reread <= 4 * this.#consumed + 4 * MAX_RECORD_LENGTH;
  }

  /** Looks for the start of a record in the kept text, behind `from`, which is in line `line`; returns the text from there. */
  #search(from: number, line: number): string {
    this.#mode = 'searching';
    this.#open = [];
    this.#start.lastIndex = from;
    const found = this.#start.exec(this.#kept)?.index;
    let upTo = found ?? Math.max(from, this.#kept.length - TAIL);
    // A line end is not cut in two, which would count it twice.
    if (found === undefined && this.#kept[upTo - 1] === '\r') upTo = Math.max(from, upTo - 1);
    this.#line = line + lineEnds(this.#kept.slice(from, upTo));
    this.#keptAt += upTo;
    this.#kept = this.#kept.slice(upTo);
    if (found === undefined) return '';
    const rest = this.#kept;
    this.#startParser(this.#around, this.#line, this.#keptAt);
    return rest;
  }

  /** A new parser for the text at `at`, with these elements open already. */
  #startParser(around: readonly string[], line: number, at: number): void {
    const parser = new SaxesParser();
    this.#depth = 0;
    this.#skippedFrom = 0;
    this.#quiet = 0;
    this.#open = [];
    parser.on('error', (error) => {
      throw new Stop(reasonOf(error.message));
    });
    const prefix = around.map((name) => `<${name}>`).join('');
    this.#parser = parser;
    this.#around = [];
    this.#kept = '';
    this.#keptAt = at;
    this.#parserAt = at - prefix.length;
    this.#mode = 'parsing';
    parser.on('opentagstart', (tag) => this.#opens(tag.name));
    parser.on('opentag', (tag) => this.#opened(tag));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', () => this.#closed());
    parser.write(prefix);
    parser.line = line;
  }

  #position(): number {
    return this.#parserAt + this.#parser.position;
  }

  #opens(name: string): void {
    this.#quiet = 0;
    if (!this.#dialect.records.has(name) || this.#skippedFrom > 0) return;
    if (this.#open.length === 0) {
      const at = this.#kept.lastIndexOf(`<${name}`, this.#position() - this.#keptAt);
      this.#recordAt = this.#keptAt + Math.max(0, at);
      this.#recordLine = this.#parser.line;
    } else if (this.#open[0]?.name === name) throw new Stop('begins a record within a record');
  }

  #opened(tag: SaxesTagPlain): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw new Stop(`is nested more than ${MAX_DEPTH} levels deep`);
    const { name } = tag;
    if (this.#skippedFrom > 0) return;
    if (this.#open.length > 0 && this.#dialect.skipped.has(name)) {
      this.#skippedFrom = this.#depth;
      return;
    }
    if (this.#open.length === 0 && !this.#dialect.records.has(name)) {
      this.#around.push(name);
      return;
    }
    const element = { name, attributes: tag.attributes, children: [], line: this.#parser.line };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  #text(text: string): void {
    if (this.#skippedFrom === 0) this.#open.at(-1)?.children.push(text);
  }

  #closed(): void {
    this.#quiet = 0;
    const depth = this.#depth--;
    if (this.#skippedFrom > 0) {
      if (depth === this.#skippedFrom) this.#skippedFrom = 0;
      return;
    }
    const element = this.#open.pop();
    if (element === undefined) this.#around.pop();
    else if (this.#open.length === 0) {
      this.#last = { record: element, at: this.#position(), items: this.#items.length };
      this.#items.push(...detached(this.#dialect.toItems(element)));
    }
    if (depth === 1) throw new Stop();
  }
}

/** What the parser says, without the position in front, which is told as the line. */
function reasonOf(message: string): string {
  const what = message.replace(/^(?:[^:]*:)?\d+:\d+: /, '').replace(/\.$/, '');
  return what.startsWith('disallowed character')
    ? `holds a character that XML does not allow`
    : `is not sound XML (${what})`;
}

/** Strings that are cut out of a piece of the file keep all of it in memory as long as they live; these are copies. */
function detached(items: readonly ImportItem[]): readonly ImportItem[] {
  return JSON.parse(JSON.stringify(items)) as readonly ImportItem[];
}
