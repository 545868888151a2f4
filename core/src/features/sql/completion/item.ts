import type { Range } from '../../../text/index.ts';

/** What an item inserts; editors show it as an icon. */
export type SqlCompletionKind =
  | 'table'
  | 'view'
  | 'commonTable'
  | 'column'
  | 'alias'
  | 'output'
  | 'function'
  | 'keyword'
  | 'join'
  | 'value';

/** What an item is about; plain data, so that it can be sent and come back. Names as the database has them. */
export type SqlSubject =
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | { readonly kind: 'function'; readonly name: string };

/** One suggestion. Plain data. */
export interface SqlCompletionItem {
  readonly label: string;
  readonly kind: SqlCompletionKind;
  /** Beside the label, short: a column's table and type, a function's signature. */
  readonly detail?: string;
  /** What `describeSqlItem` tells more of. */
  readonly subject?: SqlSubject;
  readonly newText: string;
  /** Where the caret goes within `newText`, in UTF-16 units; its end where absent. */
  readonly caret?: number;
  /** What `newText` takes the place of, from the start of the document; holds the offset. */
  readonly range: Range;
  /** What the text of the range up to the cursor is compared with. */
  readonly filterText: string;
  /** Items are in the order of these. */
  readonly sortText: string;
}

export interface SqlCompletions {
  readonly items: readonly SqlCompletionItem[];
  /** Typing on may bring others: ask again. */
  readonly isIncomplete: boolean;
}

/** An item with what it is ranked by. */
export interface Candidate {
  readonly label: string;
  readonly kind: SqlCompletionKind;
  readonly detail?: string;
  readonly subject?: SqlSubject;
  readonly newText: string;
  readonly caret?: number;
  /** What is typed for it, where that is not the label: the name without quotes. */
  readonly name?: string;
  /** Larger is better; of equals the first one is. */
  readonly score: number;
}

/** More than these are no help to anybody; typing on brings the rest. */
export const mostItems = 100;
