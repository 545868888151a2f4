import type { Range } from '../text/index.ts';

/** `exact`: PubMed searches the same; `approximate`: about the same, with the reason; `refused`: left out, with the reason. */
export type NoteKind = 'exact' | 'approximate' | 'refused';

/** What became of one construct of the strategy. */
export interface ConversionNote {
  readonly kind: NoteKind;
  /** Stable, in kebab-case: `field-mp`, `proximity-truncated`; for counting. */
  readonly reason: string;
  /** Names the construct, what became of it and why. One line. */
  readonly message: string;
  /** The number of the search that the construct stands in, as in the result. */
  readonly line: string;
  /** Where the construct stands in the pasted text. */
  readonly sourceRange: Range;
  /** Where the result has it: the term, the line, or the comment that keeps what was refused. */
  readonly resultRange: Range;
}

/** A note while its search is being converted. */
export interface Draft {
  readonly kind: NoteKind;
  readonly reason: string;
  readonly message: string;
  readonly range: Range;
}

const PREFIX = '// converted from Ovid: ';

/** What a note's comment in the converted strategy says. */
export interface NoteComment {
  readonly kind: 'approximate' | 'refused';
  readonly message: string;
}

/** The comment that keeps a note in the converted strategy, `// converted from Ovid: approximate: ...`. */
export function noteComment({ kind, message }: NoteComment): string {
  return `${PREFIX}${kind}: ${oneLine(message)}`;
}

/** Reads a comment of a strategy back as a note; undefined when it is another comment. `text` begins with the slashes. */
export function readNoteComment(text: string): NoteComment | undefined {
  const match = /^\/\/\s*converted from Ovid:\s*(approximate|refused):\s*(.*)$/is.exec(text.slice(0, 2000));
  if (match === null) return undefined;
  return {
    kind: match[1]?.toLowerCase() === 'refused' ? 'refused' : 'approximate',
    message: (match[2] ?? '').trim(),
  };
}

/** Text that may stand in a comment: no line breaks, no control characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
