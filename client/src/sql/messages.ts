import type { SqlPreviewResult, SqlProposeResult } from '@querent/server/sqlProtocol';

/** What is asked for, of which statement. */
export interface SqlOrder {
  /** `write` and `fix` ask for proposals. */
  readonly kind: 'run' | 'write' | 'fix';
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
  /** Rows shown, when not as many as the setting says. */
  readonly rows?: number;
}

/** Everything that the results view shows, as plain data: it travels to the page. */
export interface SqlViewState {
  readonly order: SqlOrder;
  /** Name of the document's file. */
  readonly file: string;
  /** `stopped`: by the person. `failed`: the request was refused, and `problem` says why; a statement that fails is an answer. */
  readonly phase: 'running' | 'done' | 'stopped' | 'failed';
  readonly problem?: string;
  /** What is going on now, in the server's words. */
  readonly stage?: string;
  /** Another number is another answer. */
  readonly answer: number;
  readonly preview?: SqlPreviewResult;
  readonly proposed?: SqlProposeResult;
  /** Line of the statement in the document as it is now, from 0; absent when it is not there any more. */
  readonly line?: number;
  /** Whether the document still says what was run, or what proposals were made for. */
  readonly fit: 'fits' | 'edited';
  /** Index of the proposal that was put into the document and is still there. */
  readonly inserted?: number;
}

/** What the page is sent. Rows may be many, so an answer that the page has is not sent again: its `preview` and `proposed` are left away. */
export type ToPage =
  | { readonly type: 'state'; readonly state: SqlViewState | undefined }
  | { readonly type: 'copyCells'; readonly withHeader: boolean };

export type FromPage =
  | { readonly type: PlainMessage }
  | { readonly type: 'export'; readonly format: 'csv' | 'json' }
  | { readonly type: 'rows'; readonly rows: number }
  /** Of the answer that the page shows: others may be on their way to it, and another one stand at this place among them. */
  | { readonly type: 'insert'; readonly answer: number; readonly proposal: number }
  | { readonly type: 'copy'; readonly text: string };

const plainMessages = [
  'ready',
  'cancel',
  'again',
  'goToStatement',
  'goToFailure',
  'fix',
  'explain',
  'chooseDatabase',
  'settings',
  'log',
] as const;
type PlainMessage = (typeof plainMessages)[number];

/** Most rows that a preview can be asked for; the protocol's bound. */
export const mostRows = 10_000;

/** Whether the page asks for something that there is: a window may hold a page of an older version. */
export function isFromPage(message: unknown): message is FromPage {
  const { type, format, rows, answer, proposal, text } = (message ?? {}) as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'export':
      return format === 'csv' || format === 'json';
    case 'rows':
      return Number.isInteger(rows) && Number(rows) >= 1 && Number(rows) <= mostRows;
    case 'insert':
      return Number.isInteger(answer) && Number.isInteger(proposal) && Number(proposal) >= 0;
    case 'copy':
      return typeof text === 'string';
    default:
      return plainMessages.some((known) => known === type);
  }
}
