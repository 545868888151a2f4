import type { Thesaurus } from '../../mesh/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import type { Measurements } from '../measurementView.ts';

/** What an item inserts; editors show it as an icon. */
export type CompletionKind =
  | 'heading'
  | 'textWord'
  | 'tag'
  | 'subheading'
  | 'publicationType'
  | 'language'
  | 'filter'
  | 'date'
  | 'line'
  | 'operator'
  | 'hedge'
  | 'key'
  | 'value';

/** What {@link describeSubject} can describe at length; plain data, so that it may travel to the editor and back. */
export type CompletionSubject =
  | { readonly kind: 'heading'; readonly ui: string }
  | { readonly kind: 'line'; readonly label: string }
  | { readonly kind: 'hedge'; readonly id: string };

/** One suggestion. */
export interface CompletionItem {
  readonly label: string;
  /** Directly behind the label, ` [mh]`. */
  readonly suffix?: string;
  /** At the other end of the label's line, short. */
  readonly description?: string;
  /** A line beside the list. */
  readonly detail?: string;
  readonly kind: CompletionKind;
  /** Markdown; absent where there is a subject, or nothing to say. */
  readonly documentation?: string;
  readonly subject?: CompletionSubject;
  readonly newText: string;
  /** What `newText` takes the place of when what stands behind the cursor is kept; ends at or behind the cursor, on its line. */
  readonly insert: Range;
  /** What it takes the place of when the rest of the term is replaced as well; starts where `insert` does. */
  readonly replace: Range;
  /** What the text from the start of `insert` to the cursor is compared with. */
  readonly filterText: string;
  /** Items are in the order of these. */
  readonly sortText: string;
  /** Further edits, apart from `replace`. */
  readonly additionalEdits?: readonly TextEdit[];
}

/** The suggestions at a place. */
export interface Completions {
  readonly items: readonly CompletionItem[];
  /** Typing on may bring others: ask again. */
  readonly isIncomplete: boolean;
}

/** What suggestions draw on besides the document; all may be absent. */
export interface CompletionContext {
  readonly thesaurus?: Thesaurus | undefined;
  /** Whether a thesaurus is to come. */
  readonly thesaurusLoading?: boolean;
  readonly measurements?: Measurements;
}

/** An item before it has its place in the list. */
export type Draft = Omit<CompletionItem, 'sortText'>;

/** More than these are no help to anybody; typing on brings the rest. */
export const MOST_ITEMS = 50;

export const NOTHING: Completions = { items: [], isIncomplete: false };

/** A list in the order of `drafts`, cut to what a person looks at. */
export function listOf(drafts: readonly Draft[], isIncomplete = false): Completions {
  const items = drafts
    .slice(0, MOST_ITEMS)
    .map((draft, index) => ({ ...draft, sortText: String(index).padStart(3, '0') }));
  return { items, isIncomplete: isIncomplete || drafts.length > MOST_ITEMS };
}

/** How well `name` fits what was typed: 0 begins so, 1 every word typed begins a word of it; undefined: not at all. */
export function fit(name: string, typed: string): 0 | 1 | undefined {
  const wanted = typed.toLowerCase().trim();
  const text = name.toLowerCase();
  if (text.startsWith(wanted)) return 0;
  if (wanted.includes('/')) return undefined;
  const words = text.split(/[^\p{L}\p{N}]+/u);
  const isEach = wanted
    .split(/[^\p{L}\p{N}]+/u)
    .every((word) => words.some((candidate) => candidate.startsWith(word)));
  return isEach && /[\p{L}\p{N}]/u.test(wanted) ? 1 : undefined;
}

/** Letters that are enough to look for a name by a word within it. */
const SURE = 4;

/**
 * Those of `values` whose names fit, the best first, else in their order. Where anything may be meant (`isStrict`), a few letters have to
 * be the beginning of the name.
 */
export function fitting<T>(
  values: readonly T[],
  typed: string,
  namesOf: (value: T) => readonly string[],
  isStrict = false,
): T[] {
  if (typed.trim() === '') return [...values];
  const found: { readonly value: T; readonly rank: number }[] = [];
  for (const value of values) {
    const ranks = namesOf(value).map((name) => fit(name, typed) ?? 2);
    const rank = Math.min(...ranks);
    if (rank < (isStrict && typed.trim().length < SURE ? 1 : 2)) found.push({ value, rank });
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ value }) => value);
}
