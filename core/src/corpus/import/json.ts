import type { ImportItem } from './item.ts';
import { MAX_RECORD_LENGTH } from './item.ts';
import { readJsonRecord } from './jsonRecord.ts';
import { BAD_BYTES, BAD_BYTES_REASON, lineEnds } from './textPieces.ts';

/** Keys under which an object may hold the array of its records. */
const WRAPPERS = 'records|items|results|citations|references|articles|documents|data';

/** The beginning of a file that holds one array of records: bare, or as the first value of an object. */
export const JSON_ARRAY = new RegExp(`^\\s*(?:\\{\\s*"(?:${WRAPPERS})"\\s*:\\s*)?\\[\\s*(?:[{\\]]|$)`);

/** Longest text between two objects that is held back until it is complete. */
const LONGEST_OTHER = 65_536;

/**
 * Reads JSON that is no JSON lines: an array of objects, or objects one after another, however they are spread over lines. One object is
 * held at a time. A fault costs the object it is in; reading goes on at the next that begins with the same key as the first.
 */
export async function* readJson(pieces: AsyncIterable<string>): AsyncGenerator<ImportItem> {
  const reader = new JsonReader();
  for await (const piece of pieces) yield* reader.push(piece);
  yield* reader.end();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

class JsonReader {
  /** The text that is not done with, and where in it reading goes on. */
  #text = '';
  #at = 0;
  /** Line ends up to here are counted. */
  #counted = 0;
  #line = 1;
  #isBegun = false;
  /** Within an array that has not ended; behind the array of a wrapper. */
  #isArray = false;
  #isWrapped = false;
  #isOver = false;
  /** Of the object that is open: where it begins, the brackets that close it, and whether it is within a string. */
  #start = -1;
  #closing: number[] = [];
  #inString = false;
  /** UTF-16 units read, and those read again behind faults, which may not be many times as many. */
  #consumed = 0;
  #reread = 0;
  /** How the first object begins, `{"pmid"`: what is looked for behind a fault. */
  #beginning: RegExp | undefined;
  #isSearching = false;

  push(piece: string): readonly ImportItem[] {
    this.#text += piece;
    this.#consumed += piece.length;
    const items: ImportItem[] = [];
    if (!this.#isBegun && !this.#begin()) return items;
    for (let more = true; more;) more = this.#step(items);
    let done = this.#start >= 0 ? this.#start : this.#at;
    // A line end is not cut in two, which would count it twice.
    if (done > 0 && this.#text[done - 1] === '\r') done--;
    this.#lineAt(done);
    this.#counted = 0;
    this.#text = this.#text.slice(done);
    this.#at -= done;
    if (this.#start >= 0) this.#start -= done;
    return items;
  }

  /** The line of a place behind those asked for before. */
  #lineAt(at: number): number {
    if (at > this.#counted) {
      this.#line += lineEnds(this.#text.slice(this.#counted, at));
      this.#counted = at;
    }
    return this.#line;
  }

  end(): readonly ImportItem[] {
    const items: ImportItem[] = [];
    if (!this.#isBegun) {
      this.#isBegun = true;
      items.push(...this.push(''));
    }
    while (this.#start >= 0 && this.#fail(items, 'begins an object that is cut off: it does not end', true))
      for (let more = true; more;) more = this.#step(items);
    if (this.#start < 0 && !this.#isSearching && !this.#isOver) this.#pass(this.#text.slice(this.#at), items);
    if (this.#isArray && !this.#isSearching)
      items.push({
        kind: 'rejected',
        line: this.#lineAt(this.#text.length),
        reason: 'is where the file ends, though its JSON array does not: it is cut off',
      });
    return items;
  }

  /** Passes over the key of a wrapper. Needs to see enough of the file. */
  #begin(): boolean {
    const wrapper = new RegExp(`^\\s*\\{\\s*"(?:${WRAPPERS})"\\s*:\\s*(?=\\[)`).exec(this.#text);
    if (wrapper !== null) this.#at = wrapper[0].length;
    else if (this.#text.length < 256) return false;
    this.#isWrapped = wrapper !== null;
    this.#isBegun = true;
    return true;
  }

  /** Goes on to the end of an object, or of what is there. Returns whether there is more. */
  #step(items: ImportItem[]): boolean {
    if (this.#isSearching) return this.#search();
    if (this.#start < 0) {
      const found = this.#isOver ? -1 : this.#text.indexOf('{', this.#at);
      const between = this.#text.slice(this.#at, found < 0 ? undefined : found);
      // What is no object may be cut in two here; it is told when all of it is there.
      if (found < 0 && !this.#isOver && between.length < LONGEST_OTHER && /[^\s,[\]]/.test(between))
        return false;
      this.#pass(between, items);
      this.#at = found < 0 || this.#isOver ? this.#text.length : found + 1;
      if (found < 0 || this.#isOver) return false;
      this.#start = found;
      this.#closing = [CLOSE_BRACE];
      this.#inString = false;
    }
    const fault = this.#scan();
    if (fault === 'quote') this.#fail(items, 'ends within a text: a quotation mark is missing', false);
    else if (fault === 'bracket') this.#fail(items, 'begins an object that does not end', true);
    else if (this.#closing.length === 0) {
      this.#finish(items, this.#text.slice(this.#start, this.#at));
      this.#start = -1;
    } else if (this.#at - this.#start > MAX_RECORD_LENGTH)
      this.#fail(items, 'is where an object of more than 16 MiB goes on', false);
    else return false;
    return true;
  }

  /** Goes on to the end of the object that is open, or of what is there. */
  #scan(): 'quote' | 'bracket' | undefined {
    const text = this.#text;
    const closing = this.#closing;
    let at = this.#at;
    let inString = this.#inString;
    let fault: 'quote' | 'bracket' | undefined;
    for (; at < text.length && closing.length > 0; at++) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) {
          if (at + 1 === text.length) break;
          at++;
        } else if (code === QUOTE) inString = false;
        else if (code === 10 || code === 13) {
          fault = 'quote';
          break;
        }
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) closing.push(code + 2);
      else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && closing.pop() !== code) {
        fault = 'bracket';
        break;
      }
    }
    this.#at = at;
    this.#inString = inString;
    return fault;
  }

  /** What stands between objects tells whether an array is open. */
  #pass(between: string, items: ImportItem[]): void {
    for (const { 0: found, index } of between.matchAll(/[[\]]|"(?:[^"\\]|\\.)*"|[^\s,[\]"]+/g)) {
      if (found === '[' || found === ']') {
        this.#isArray = found === '[';
        if (this.#isWrapped && !this.#isArray) this.#isOver = true;
      } else if (this.#isArray && !this.#isOver)
        items.push({
          kind: 'rejected',
          line: this.#lineAt(this.#at + index),
          reason: 'is not a JSON object',
        });
    }
  }

  #finish(items: ImportItem[], object: string): void {
    const line = this.#lineAt(this.#start);
    const record = object.includes(BAD_BYTES) ? BAD_BYTES_REASON : readJsonRecord(object);
    if (typeof record === 'string') items.push({ kind: 'rejected', line, reason: record });
    else {
      items.push({ kind: 'record', line, record });
      const key = /^\{\s*("(?:[^"\\]|\\.)*")/.exec(object)?.[1];
      if (key !== undefined)
        this.#beginning ??= new RegExp(`\\{\\s*${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'g');
    }
  }

  /**
   * Gives the object up that is open. One that does not end (`fromStart`) has swallowed good ones: they are read again, as long as that is
   * linear. Returns whether, in what is there, another begins.
   */
  #fail(items: ImportItem[], reason: string, fromStart: boolean): boolean {
    items.push({ kind: 'rejected', line: this.#lineAt(fromStart ? this.#start : this.#at), reason });
    if (fromStart) {
      this.#reread += this.#at - this.#start;
      if (this.#reread <= 4 * this.#consumed + 4 * MAX_RECORD_LENGTH) this.#at = this.#start + 1;
    }
    this.#start = -1;
    this.#isSearching = true;
    return this.#search();
  }

  #search(): boolean {
    const pattern = this.#beginning ?? /\{\s*"/g;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) {
      this.#at = Math.max(this.#at, this.#text.length - 256);
      return false;
    }
    this.#at = found.index;
    this.#isSearching = false;
    return true;
  }
}
