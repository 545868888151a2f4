import type { CitationRecord } from '../record.ts';

/** What reading a citation file gives, one after another: a good record, or a bad one with its place and reason. */
export type ImportItem =
  | { readonly kind: 'record'; readonly record: CitationRecord; readonly line: number }
  | {
      /** A record that its source took back (PubMed's update files): it has to go. */
      readonly kind: 'deleted';
      readonly id: string;
      readonly line: number;
    }
  | {
      readonly kind: 'rejected';
      /** The line, from 1, at which the trouble is. */
      readonly line: number;
      /** Continues "line 12 ...": `is not valid JSON`. */
      readonly reason: string;
    };

/** The citation formats that are read. */
export type CitationFormat = 'jsonl' | 'json' | 'medline' | 'pubmed-xml' | 'endnote-xml' | 'ris' | 'csv';

/** Where the bytes of a file come from. */
export type Chunks = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Why a whole file cannot be imported; the message begins with the name of the file. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: 'empty' | 'wrong-format' | 'columns';
  constructor(code: ImportError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A record of a citation file that is longer than this is none, and is passed over while it is read. */
export const MAX_RECORD_LENGTH = 16 * 1024 * 1024;
