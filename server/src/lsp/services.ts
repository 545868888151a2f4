import type {
  CancellationToken,
  ClientCapabilities,
  Connection,
  Position,
  Range as LspRange,
  ServerCapabilities,
  TextEdit as LspTextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextEdit } from '@querent/core/text';
import type { Settings } from '../protocol.ts';
import type { StrategyInsights, StrategyMeasuring } from '../measuring/index.ts';
import type { Documents, OpenDocument } from './documents.ts';
import type { OpenText } from './openText.ts';
import type { SqlServices } from './sql/sqlServices.ts';
import type { ProblemFinder } from './problems.ts';
import type { ProgressReporter } from './progress.ts';
import type { Refresher } from './refresh.ts';
import type { ModelSlot } from './modelSlot.ts';
import type { NcbiKey } from './ncbiKey.ts';
import type { RewriteService } from './rewriting/rewriteService.ts';
import type { Answer } from './runSafe.ts';

/** What the client said of itself; empty before `initialize`. */
export interface ClientState {
  readonly capabilities: ClientCapabilities;
  /** Whether programs and models named by the workspace may run. */
  readonly trusted: boolean;
}

/** What handlers work with. One object, made once; parts that depend on the client read {@link Services.client}. */
export interface Services {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly measuring: StrategyMeasuring;
  readonly insights: StrategyInsights;
  readonly problems: ProblemFinder;
  readonly model: ModelSlot;
  readonly ncbiKey: NcbiKey;
  readonly rewriting: RewriteService;
  readonly sql: SqlServices;
  readonly refresh: Refresher;
  readonly progress: ProgressReporter;
  client(): ClientState;
  settings(): Settings;
  /**
   * Runs a handler for an open search; for a document of SQL its own provider of that request; answers `fallback` when neither is there. See
   * `runSafe`.
   */
  onDocument<T>(
    request: string,
    params: { readonly textDocument: { readonly uri: string } },
    token: CancellationToken,
    fallback: T,
    handler: (document: OpenDocument, signal: () => AbortSignal) => T | Promise<T>,
  ): Promise<Answer<T>>;
  /** Runs a handler that belongs to no document, or to one that need not be open. */
  safely<T>(
    request: string,
    subject: string,
    token: CancellationToken,
    fallback: T,
    handler: (signal: () => AbortSignal) => T | Promise<T>,
  ): Promise<Answer<T>>;
}

/** One language feature: its handlers, and what it lets the client know about them. */
export interface Feature {
  register(services: Services): void;
  capabilities(client: ClientCapabilities): ServerCapabilities;
}

/** The offset of a position that may be nonsense: clamped to the text, never NaN. */
export function offsetOf(document: OpenText, position: Position): number {
  const whole = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);
  return document.lines.offsetAt({ line: whole(position.line), character: whole(position.character) });
}

/** The offsets of a range that may be nonsense or reversed. */
export function offsetsOf(document: OpenText, range: LspRange): { start: number; end: number } {
  const a = offsetOf(document, range.start);
  const b = offsetOf(document, range.end);
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** A span of the document in LSP's terms. */
export function lspRange(
  document: OpenText,
  range: { readonly start: number; readonly end: number },
): LspRange {
  return { start: document.lines.positionAt(range.start), end: document.lines.positionAt(range.end) };
}

/** Edits of the document in LSP's terms. */
export function lspEdits(document: OpenText, edits: readonly TextEdit[]): LspTextEdit[] {
  return edits.map(({ range, newText }) => ({ range: lspRange(document, range), newText }));
}

/** Edits of one version of the document, which the client refuses when it has moved on; where it can tell versions apart. */
export function workspaceEdit(
  services: Services,
  document: OpenText,
  edits: readonly TextEdit[],
): WorkspaceEdit {
  const converted = lspEdits(document, edits);
  if (!services.client().capabilities.workspace?.workspaceEdit?.documentChanges)
    return { changes: { [document.uri]: converted } };
  return {
    documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: converted }],
  };
}
