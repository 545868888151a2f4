import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { applyEdits, LineIndex } from '@querent/core/text';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const sourceEntry = join(root, 'server/src/lsp/main.ts');

export type Transport = 'stdio' | 'node-ipc';

export interface StartOptions {
  readonly transport?: Transport;
  /** The program to run; the source by default. */
  readonly entry?: string;
  /** Answer of `workspace/configuration`; undefined: a client that cannot be asked. */
  readonly settings?: Record<string, unknown>;
  /** VS Code's own settings `http.*`, which are asked for with the former. */
  readonly http?: Record<string, unknown>;
  /** Whether the client asks for diagnostics itself. */
  readonly pull?: boolean;
  readonly trusted?: boolean;
  readonly folder?: string;
  /** Do not send `initialize`. */
  readonly bare?: boolean;
  /** Measured while the server runs; undefined inherits the test's. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Received {
  readonly method: string;
  readonly params: unknown;
}

interface TextChange {
  readonly range?: {
    start: { line: number; character: number };
    end: { line: number; character: number };
  };
  readonly text: string;
}

/** A real server process and a client that plays VS Code's part, no more. */
export class TestServer {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  /** Notifications and requests of the server, in order. */
  readonly received: Received[] = [];
  readonly exited: Promise<number | null>;
  stderr = '';
  /** Answer of `initialize`. */
  initialized: { capabilities: Record<string, unknown> } = { capabilities: {} };
  #versions = new Map<string, number>();
  #listeners = new Set<() => void>();

  constructor(process: ChildProcess, connection: MessageConnection) {
    this.process = process;
    this.connection = connection;
    this.exited = new Promise((done) => process.on('exit', (code) => done(code)));
    process.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
  }

  note(method: string, params: unknown): void {
    this.received.push({ method, params });
    for (const listener of this.#listeners) listener();
  }

  /** The first message from the server that `wanted` accepts, among those that came and those to come. */
  async message(wanted: (message: Received) => boolean, timeoutMs = 15_000): Promise<Received> {
    let stop = (): void => {};
    try {
      return await new Promise<Received>((found, reject) => {
        const look = (): void => {
          const message = this.received.find(wanted);
          if (message !== undefined) found(message);
        };
        const methods = (): string => this.received.map(({ method }) => method).join(', ');
        const timer = setTimeout(
          () => reject(new Error(`Nothing came. Received: ${methods()}\n${this.stderr}`)),
          timeoutMs,
        );
        stop = () => {
          clearTimeout(timer);
          this.#listeners.delete(look);
        };
        this.#listeners.add(look);
        look();
      });
    } finally {
      stop();
    }
  }

  async request<T>(method: string, params?: unknown, token?: CancellationToken): Promise<T> {
    return token === undefined
      ? this.connection.sendRequest<T>(method, params)
      : this.connection.sendRequest<T>(method, params, token);
  }

  async open(uri: string, text: string, languageId = 'pubmed'): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async change(uri: string, contentChanges: readonly TextChange[]): Promise<number> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
    return version;
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** Asks until `good` accepts the answer: for results that come when a measurement is done. */
  async until<T>(
    ask: () => Promise<T>,
    good: (answer: T) => boolean,
    what: string,
    timeoutMs = 15_000,
  ): Promise<T> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const answer = await ask();
      if (good(answer)) return answer;
      if (Date.now() > end)
        throw new Error(`${what} did not come; last answer: ${JSON.stringify(answer)}\n${this.stderr}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** Ends the server as LSP says; the exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode === null) {
      await this.connection.sendRequest('shutdown');
      await this.connection.sendNotification('exit');
    }
    const code = await this.exited;
    this.connection.dispose();
    return code;
  }

  /** For tests that broke something: no questions asked. */
  kill(): void {
    this.connection.dispose();
    this.process.kill('SIGKILL');
  }
}

/** Starts a server and initialises it. */
export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const entry = options.entry ?? sourceEntry;
  const transport = options.transport ?? 'stdio';
  // What the person at this machine has installed is not part of a test.
  const noCheckpoints = join(tmpdir(), 'querent-lsp-no-checkpoints');
  // Nor is what was answered in another test.
  const cache = mkdtempSync(join(tmpdir(), 'querent-lsp-cache-'));
  const own = { QUERENT_CHECKPOINTS: noCheckpoints, QUERENT_INDEX_CACHE: cache };
  const env = { ...own, ...process.env, ...options.environment };
  const child =
    transport === 'stdio'
      ? spawn(process.execPath, [entry, '--stdio'], { env, stdio: 'pipe' })
      : fork(entry, ['--node-ipc'], { env, execArgv: [], silent: true });
  child.once('exit', () => rmSync(cache, { recursive: true, force: true }));
  const connection =
    transport === 'stdio' && child.stdout && child.stdin
      ? createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
      : createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const server = new TestServer(child, connection);
  connection.onNotification((method, params) => server.note(method, params));
  connection.onRequest((method, params) => {
    server.note(method, params);
    if (method === 'workspace/configuration') return [options.settings ?? null, options.http ?? null];
    return null;
  });
  connection.onUnhandledProgress((progress) => server.note('$/progress', progress));
  connection.onError(() => {});
  connection.listen();
  if (options.bare) return server;
  server.initialized = await server.request('initialize', initializeParams(options));
  await connection.sendNotification('initialized', {});
  return server;
}

/** What the client of VS Code says of itself, as far as the server looks at it. */
export function initializeParams(options: StartOptions): object {
  const folders =
    options.folder === undefined ? null : [{ uri: pathToFileURL(options.folder).href, name: 'w' }];
  return {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    initializationOptions: { trusted: options.trusted ?? true },
    capabilities: {
      workspace: {
        configuration: options.settings !== undefined,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
        inlayHint: { refreshSupport: true },
        codeLens: { refreshSupport: true },
        diagnostics: { refreshSupport: true },
        workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: false } },
      },
      window: { workDoneProgress: true },
      textDocument: {
        ...((options.pull ?? true) ? { diagnostic: { dynamicRegistration: false } } : {}),
        publishDiagnostics: { versionSupport: true, tagSupport: { valueSet: [1, 2] } },
        hover: { contentFormat: ['markdown', 'plaintext'] },
        completion: {
          completionItem: { insertReplaceSupport: true, labelDetailsSupport: true, snippetSupport: true },
        },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'refactor'] } },
          resolveSupport: { properties: ['edit'] },
          dataSupport: true,
          disabledSupport: true,
          isPreferredSupport: true,
          tagSupport: { valueSet: [1] },
        },
        rename: { prepareSupport: true },
        semanticTokens: { requests: { range: true, full: true }, formats: ['relative'] },
      },
    },
  };
}

/** A folder of its own for a test, with files; deleted by `dispose`. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'querent-lsp-'));

  /** Writes a file; gives its path. */
  write(name: string, text: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.path, name)).href;
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The text after LSP edits. */
export function edited(
  text: string,
  edits: readonly { range: NonNullable<TextChange['range']>; newText: string }[],
): string {
  const lines = new LineIndex(text);
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      range: { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) },
      newText,
    })),
  );
}

/** What an inlay hint shows, without its tooltip. */
export function hintText(hint: { label: unknown }): string {
  const { label } = hint;
  return Array.isArray(label) ? label.map(({ value }: { value: string }) => value).join('') : String(label);
}
