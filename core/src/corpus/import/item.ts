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
export type CitationFormat = 'jsonl' | 'medline';

/** Why a whole file cannot be imported; the message begins with the name of the file. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: 'empty' | 'wrong-format';
  constructor(code: ImportError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
