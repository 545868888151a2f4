import type { Thesaurus } from '@querent/core/mesh';
import { applyEdits } from '@querent/core/text';
import type { Range, TextEdit } from '@querent/core/text';

/** What a check needs besides the text. */
export interface Setting {
  readonly thesaurus: Thesaurus | undefined;
  /** A number made from the text, so that a check looks at the same places of it again while it is shrunk. */
  readonly seed: number;
}

/** One promise about any text. Throws where it is broken. */
export interface Check {
  readonly name: string;
  readonly run: (text: string, setting: Setting) => void;
}

/** Breaks the promise unless `condition` holds. */
export function assert(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Error(message());
}

/** Breaks the promise unless the range lies within the text. */
export function inside({ start, end }: Range, text: string, what: string): void {
  assert(
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= text.length,
    () => `${what} ${start}-${end} lies outside the text of ${text.length}`,
  );
}

/** The text after edits that must apply. */
export function applied(text: string, edits: readonly TextEdit[], what: string): string {
  for (const { range } of edits) inside(range, text, `an edit of ${what}`);
  try {
    return applyEdits(text, edits);
  } catch (error) {
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  }
}

/** A text for a message. */
export function short(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 100)}[...]${text.slice(-100)}` : text);
}
