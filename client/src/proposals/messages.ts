import type { ExplainResult, RewriteParams, RewritePartial, RewriteResult } from '@querent/server/protocol';

/** What is asked for: the parameters of the request, and their words for people. */
export interface RewriteOrder {
  readonly params: Omit<RewriteParams, 'workDoneToken' | 'partialResultToken'>;
  /** `the whole strategy`, `line #3`, `the block at line 12`. */
  readonly subject: string;
}

/** Everything that the proposals panel shows. Plain data: it travels to the page whole, and comes back when the window is restored. */
export interface PanelState {
  readonly order: RewriteOrder;
  /** Name of the strategy's file. */
  readonly file: string;
  /** `stopped`: by the person; what was measured until then is kept. `failed`: `problem` says why. */
  readonly phase: 'running' | 'done' | 'stopped' | 'failed';
  /** Cause and way out, where there is nothing to show or less than was asked for. */
  readonly problem?: string;
  /** What is going on now, and what the model writes. */
  readonly progress?: Omit<RewritePartial, 'result'>;
  readonly result?: RewriteResult;
  /** The text that the edits of `result` speak of; absent when the strategy was edited before the first answer. */
  readonly base?: string;
  /** The query that is rewritten, with its references written out. */
  readonly before?: string;
  /** Whether the strategy still is what the proposals were made for. */
  readonly fit: 'fits' | 'edited';
  /** What was put into the strategy and is still there: {@link proposalKey} and {@link blockKey}. */
  readonly applied: readonly string[];
  /** What each term brings, by query. */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

export type Evidence =
  | { readonly kind: 'asked' }
  | { readonly kind: 'known'; readonly result: ExplainResult }
  | { readonly kind: 'failed'; readonly problem: string };

/** What the panel sends the page. */
export interface ToPage {
  readonly type: 'state';
  readonly state: PanelState;
}

/** What the page asks for. Proposals are named by their query, since their places change while more are measured. */
export type FromPage =
  | { readonly type: 'ready' | 'cancel' | 'again' | 'settings' | 'log' | 'openStrategy' }
  | {
      readonly type: 'apply' | 'compare' | 'explain' | 'copy' | 'evidence';
      readonly query: string;
    }
  | { readonly type: 'applyBlock'; readonly query: string; readonly block: number };

/** Whether the page asks for something that there is; it is the only one that sends, but a window may hold a page of an older version. */
export function isFromPage(message: unknown): message is FromPage {
  const { type, query, block } = (message ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof type !== 'string') return false;
  if (type === 'applyBlock')
    return typeof query === 'string' && Number.isInteger(block) && Number(block) >= 0;
  return ofQuery.has(type) ? typeof query === 'string' : ofPage.has(type);
}

const ofPage: ReadonlySet<string> = new Set(['ready', 'cancel', 'again', 'settings', 'log', 'openStrategy']);
const ofQuery: ReadonlySet<string> = new Set(['apply', 'compare', 'explain', 'copy', 'evidence']);

/** Raised when what is kept changes so that it cannot be shown by another version. */
export const savedFormat = 1;

/** What was kept by a page, unless another version did that. */
export function savedPage(kept: unknown): SavedPage | undefined {
  const { format, state } = (kept ?? {}) as Partial<SavedPage>;
  return format === savedFormat && typeof state === 'object' && state !== null
    ? (kept as SavedPage)
    : undefined;
}

/** What the page keeps by itself: the state, and how the person looks at it. */
export interface SavedPage {
  readonly format: number;
  readonly state: PanelState;
  /** Query of the proposal that is looked at. */
  readonly selected?: string;
  /** Parts that were unfolded or folded by the person. */
  readonly folds: Readonly<Record<string, boolean>>;
  readonly scroll: number;
}

export const proposalKey = (query: string): string => `all ${query}`;
export const blockKey = (query: string, block: number): string => `block ${block} ${query}`;
