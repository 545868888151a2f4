import {
  CodeLensRefreshRequest,
  DiagnosticRefreshRequest,
  InlayHintRefreshRequest,
  type ClientCapabilities,
  type Connection,
} from 'vscode-languageserver/node';

/** Results arrive in bursts, one a line; the editor asks anew once a burst. */
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

  /** Numbers changed: hints and lenses. */
  numbers(): void {
    const { workspace } = this.#client();
    if (workspace?.inlayHint?.refreshSupport) this.#soon(InlayHintRefreshRequest.method);
    if (workspace?.codeLens?.refreshSupport) this.#soon(CodeLensRefreshRequest.method);
  }

  /** Problems changed without a change of the document. */
  diagnostics(): void {
    if (this.#client().workspace?.diagnostics?.refreshSupport) this.#soon(DiagnosticRefreshRequest.method);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #soon(method: string): void {
    if (this.#timers.has(method)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(method);
      // A client that cannot just now is no fault of ours.
      this.#connection.sendRequest(method).catch(() => {});
    }, burstMs);
    this.#timers.set(method, timer);
  }
}
