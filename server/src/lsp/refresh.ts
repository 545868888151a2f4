import {
  CodeLensRefreshRequest,
  DiagnosticRefreshRequest,
  InlayHintRefreshRequest,
  SemanticTokensRefreshRequest,
  type ClientCapabilities,
  type Connection,
} from 'vscode-languageserver/node';

/** Results arrive in bursts, one a line; the editor asks anew once a burst, or when the last one is there. */
const burstMs = 50;

/** Asks the client to ask again, where it can be asked to. */
export class Refresher {
  readonly #connection: Connection;
  readonly #client: () => ClientCapabilities;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(connection: Connection, client: () => ClientCapabilities) {
    this.#connection = connection;
    this.#client = client;
  }

  /**
   * Numbers changed: hints and lenses.
   * @param isAll no more are expected, so there is nothing to wait for.
   */
  numbers(isAll = false): void {
    const { workspace } = this.#client();
    const delay = isAll ? 0 : burstMs;
    if (workspace?.inlayHint?.refreshSupport) this.#soon(InlayHintRefreshRequest.method, delay);
    if (workspace?.codeLens?.refreshSupport) this.#soon(CodeLensRefreshRequest.method, delay);
  }

  /** Problems changed without a change of the document. */
  diagnostics(): void {
    if (this.#client().workspace?.diagnostics?.refreshSupport) this.#soon(DiagnosticRefreshRequest.method);
  }

  /** Names mean something else without a change of the document: its colours. */
  colours(): void {
    if (this.#client().workspace?.semanticTokens?.refreshSupport)
      this.#soon(SemanticTokensRefreshRequest.method);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #soon(method: string, delay = burstMs): void {
    const waiting = this.#timers.get(method);
    if (waiting !== undefined && delay > 0) return;
    clearTimeout(waiting);
    const timer = setTimeout(() => {
      this.#timers.delete(method);
      // A client that cannot just now is no fault of ours.
      this.#connection.sendRequest(method).catch(() => {});
    }, delay);
    this.#timers.set(method, timer);
  }
}
