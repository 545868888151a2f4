import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  DidChangeConfigurationNotification,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { findRule, measuredRules } from '@querent/core/lint';
import { EngineRegistry, StrategyInsights, StrategyMeasuring } from '../measuring/index.ts';
import { ncbiKeyMethod, type NcbiKeyParams } from '../liveProtocol.ts';
import {
  measureAgainMethod,
  modelKeyMethod,
  type MeasureAgainParams,
  type ModelKeyParams,
  type Settings,
} from '../protocol.ts';
import { CountKeeper } from './countKeeper.ts';
import { Documents, type OpenDocument } from './documents.ts';
import { engineOpeners, meshFile } from './engines.ts';
import { features } from './features/index.ts';
import { pushDiagnostics } from './features/diagnostics.ts';
import { ModelSlot } from './modelSlot.ts';
import { NcbiKey } from './ncbiKey.ts';
import { ProblemFinder } from './problems.ts';
import { ProgressReporter } from './progress.ts';
import { Refresher } from './refresh.ts';
import { RewriteService } from './rewriting/rewriteService.ts';
import { describe, runSafe, type Answer } from './runSafe.ts';
import type { ClientState, Services } from './services.ts';
import { defaultSettings, readSettings } from './settings.ts';
import { sqlProvided } from './sql/providers/index.ts';
import { SqlServices } from './sql/sqlServices.ts';
import { StatusReporter } from './status.ts';
import { version } from './version.ts';

/** Longest wait for the client to tell its settings; then defaults hold until it does. */
const settingsPatienceMs = 1_000;
const settingsPatience = (): Promise<void> =>
  new Promise((done) => void setTimeout(done, settingsPatienceMs).unref());

/** Connects the parts and listens. Returns at once; everything else happens on the connection's messages. */
export function startServer(connection: Connection): void {
  let phase: 'new' | 'initialized' | 'shutdown' = 'new';
  let client: ClientState = { capabilities: {}, trusted: false };
  let settings: Settings = defaultSettings;
  /** Nothing is opened, measured or judged by defaults that hold only until the client has told its settings. */
  let settingsKnown = false;
  let tellSettings = (): void => {};
  const firstSettings = new Promise<void>((told) => (tellSettings = told));
  /** Settles when the client has told what was changed; undefined while nothing is asked. */
  let settingsInFlight: Promise<void> | undefined;
  const log = (message: string): void => connection.console.error(message);
  const warnPerson = (message: string): void =>
    void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
  const capabilities = (): ClientState['capabilities'] => client.capabilities;

  const documents = new Documents();
  const refresh = new Refresher(connection, capabilities);
  const progress = new ProgressReporter(connection, capabilities);
  const status = new StatusReporter(connection);
  const ncbiKey = new NcbiKey();
  const registry: EngineRegistry = new EngineRegistry(
    engineOpeners({
      progress,
      settings: () => settings,
      trusted: () => client.trusted,
      ncbiKey: () => ncbiKey.inUse()?.key,
      thesaurus: () => measuring.thesaurusOf(undefined),
      folders: () => measuring.folders,
      warn: (message) => connection.console.warn(message),
      offer: async (message, action) =>
        (await connection.window.showWarningMessage(message, { title: action }))?.title === action,
    }),
    () => enginesChanged(),
  );
  const measuring: StrategyMeasuring = new StrategyMeasuring(
    registry,
    () => ({
      libraryPath: settings.library.path,
      measureWhileTyping: settings.live.measureWhileTyping,
      meshPath: meshFile(settings, measuring.folders),
      networkPaths: client.trusted,
    }),
    (uris, isAll) => {
      refresh.numbers(isAll);
      if (isAll) answersCame(uris);
    },
    () => problemsChanged(),
    async (path) => {
      const { readMeshFile, noDescriptors } = await import('../library/meshFile.ts');
      const read = await readMeshFile(path).catch((error: unknown) => {
        warnPerson(error instanceof Error ? error.message : String(error));
        throw error;
      });
      return { ...read, nothing: () => warnPerson(noDescriptors(path)) };
    },
  );
  // Nobody reads what rules that are off would say.
  const wantsMeasured = (): boolean =>
    measuredRules.some(({ id }) => (settings.lint[id] ?? findRule(id)?.level) !== 'off');
  const insights = new StrategyInsights(measuring, wantsMeasured, () => problemsChanged());
  const counts = new CountKeeper(
    measuring,
    async () => {
      const { countHistory, liveFolder, previousCount } = await import('../live/index.ts');
      return { history: countHistory(join(liveFolder(), 'history')), previousCount };
    },
    () => problemsChanged(),
  );
  const problems = new ProblemFinder(measuring, insights, counts, () => settings);
  const model = new ModelSlot({
    settings: () => settings,
    trusted: () => client.trusted,
    onStatus: (now) => status.model(now),
    log,
  });
  const rewriting = new RewriteService({ measuring, model, settings: () => settings });

  const safely = async <T>(
    request: string,
    subject: string,
    token: CancellationToken,
    fallback: T,
    handler: (signal: () => AbortSignal) => T | Promise<T>,
  ): Promise<Answer<T>> => {
    if (phase === 'new')
      return new ResponseError<never>(ErrorCodes.ServerNotInitialized, 'Not initialized yet.');
    if (phase === 'shutdown')
      return new ResponseError<never>(ErrorCodes.InvalidRequest, 'The server is shut down.');
    if (!settingsKnown) await firstSettings;
    // What was changed before the request holds for it: a channel that was set is the one that is asked.
    if (settingsInFlight !== undefined) await Promise.race([settingsInFlight, settingsPatience()]);
    return runSafe(log, request, subject, token, fallback, handler);
  };
  const sql: SqlServices = new SqlServices({
    settings: () => settings,
    folders: () => measuring.folders,
    trusted: () => client.trusted,
    documents: () => documents.allSql(),
    warn: warnPerson,
    long: (title, work) => progress.run(title, (_, signal) => work(signal)),
    changed: () => sqlChanged(),
    log,
  });
  const services: Services = {
    connection,
    documents,
    measuring,
    insights,
    problems,
    model,
    ncbiKey,
    rewriting,
    sql,
    refresh,
    progress,
    client: () => client,
    settings: () => settings,
    safely,
    onDocument: (request, params, token, fallback, handler) => {
      const uri = params?.textDocument?.uri;
      return safely(request, uri, token, fallback, (signal) => {
        const document = documents.get(uri);
        if (document !== undefined) return handler(document, signal);
        const statements = documents.getSql(uri);
        if (statements === undefined || !settings.sql.enabled) return fallback;
        return sqlProvided(request, services, statements, params, fallback, signal);
      });
    },
  };

  /** The document that the status speaks of: the one touched last. */
  let current: string | undefined;
  const push = pushDiagnostics(services);
  const showStatus = (): void => {
    const document = current === undefined ? undefined : documents.get(current);
    if (document !== undefined) status.library(measuring.engineState(document));
  };
  const enginesChanged = (): void => {
    for (const document of documents.all()) {
      measuring.schedule(document);
      insights.schedule(document);
    }
    // A document or setting that names another library now leaves the old one, and its memory, behind.
    measuring.release(() => documents.all());
    // Proposals carry numbers of what the engines held before.
    rewriting.forget();
    showStatus();
    refresh.numbers();
    problemsChanged();
  };
  const problemsChanged = (): void => {
    refresh.diagnostics();
    for (const document of documents.all()) push.soon(document);
  };
  /** A database of documents of SQL was opened, changed or lost. */
  const sqlChanged = (): void => {
    refresh.diagnostics();
    refresh.numbers();
    refresh.colours();
    showDatabases();
    for (const document of documents.allSql()) push.soon(document);
  };
  const showDatabases = (): void => status.databases(sql.statuses(documents.longSql()));
  /** All lines of documents were answered: what a live database says of them becomes problems. */
  const answersCame = (uris: ReadonlySet<string>): void => {
    let isAny = false;
    for (const document of documents.all()) {
      const answered = uris.has(document.uri) ? counts.answered(document) : undefined;
      if (answered === undefined) continue;
      isAny = true;
      // Also where nobody looks at problems.
      void counts.note(document.uri, answered);
    }
    if (isAny) problemsChanged();
  };
  const changed = (document: OpenDocument): void => {
    if (phase !== 'initialized') return;
    current = document.uri;
    if (!settingsKnown) return;
    push.soon(document);
    measuring.schedule(document);
    insights.schedule(document);
    // Off the critical path: deciding where a document is asked looks at files.
    setImmediate(showStatus);
  };
  documents.listen(
    connection,
    changed,
    (uri) => {
      if (current === uri) current = undefined;
      push.clear(uri);
      measuring.close(uri, () => documents.all());
      insights.close(uri);
      counts.close(uri);
    },
    {
      changed: (document) => {
        if (phase !== 'initialized' || !settingsKnown) return;
        sql.open(document);
        push.soon(document);
        setImmediate(showDatabases);
      },
      left: (uri) => {
        push.clear(uri);
        sql.close(uri);
        showDatabases();
      },
    },
  );

  const applySettings = (raw: unknown, http?: unknown): void => {
    const read = readSettings(raw, http);
    for (const problem of read.problems) connection.console.warn(problem);
    const before = settings;
    settings = read.settings;
    if (JSON.stringify(settings) === JSON.stringify(before)) return;
    const opensAlike =
      settings.mesh.path === before.mesh.path &&
      settings.library.headingsAsText === before.library.headingsAsText;
    const asksAlike = isDeepStrictEqual(
      [liveSettings(settings), settings.http],
      [liveSettings(before), before.http],
    );
    if (!opensAlike) measuring.reopen();
    else if (!asksAlike) measuring.reopenLive();
    registry.retry();
    if (!settingsKnown) return;
    rewriting.forget();
    void model.update();
    sql.settingsChanged();
    sqlChanged();
    enginesChanged();
  };
  const pullSettings = async (): Promise<void> => {
    try {
      const [section, http]: unknown[] = await connection.sendRequest('workspace/configuration', {
        items: [{ section: 'querent' }, { section: 'http' }],
      });
      applySettings(section, http);
    } catch (error) {
      connection.console.warn(`The settings could not be read, defaults are used: ${describe(error)}`);
    }
  };

  const begin = (): void => {
    if (settingsKnown) return;
    settingsKnown = true;
    tellSettings();
    for (const document of documents.allSql()) sql.open(document);
    if (phase === 'shutdown') return;
    void model.update();
    enginesChanged();
  };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const options = (params.initializationOptions ?? {}) as { trusted?: unknown; settings?: unknown };
    client = { capabilities: params.capabilities ?? {}, trusted: options.trusted === true };
    phase = 'initialized';
    setTimeout(begin, settingsPatienceMs).unref();
    measuring.setFolders(folderPaths(params));
    if (options.settings !== undefined) applySettings(options.settings);
    const merged: ServerCapabilities = {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    };
    for (const feature of features) Object.assign(merged, feature.capabilities(client.capabilities));
    return { capabilities: merged, serverInfo: { name: 'querent', version } };
  });

  connection.onInitialized(() => {
    const { workspace } = client.capabilities;
    if (workspace?.didChangeConfiguration?.dynamicRegistration)
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'querent' })
        .catch((error: unknown) => log(describe(error)));
    if (workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => pathOf(uri)));
        const more = added.map(({ uri }) => pathOf(uri)).filter((path) => path !== undefined);
        measuring.setFolders([...measuring.folders.filter((path) => !gone.has(path)), ...more]);
        enginesChanged();
      });
    status.enable();
    void (workspace?.configuration ? pullSettings() : Promise.resolve()).finally(begin);
  });

  connection.onDidChangeConfiguration(({ settings: sent }) => {
    if (client.capabilities.workspace?.configuration) {
      const pulled = pullSettings().finally(() => {
        if (settingsInFlight === pulled) settingsInFlight = undefined;
      });
      settingsInFlight = pulled;
    } else applySettings((sent as { querent?: unknown } | null | undefined)?.querent);
  });
  connection.onDidChangeWatchedFiles(() => {
    registry.checkFiles();
    sql.checkFiles();
  });
  connection.onNotification(measureAgainMethod, (params?: MeasureAgainParams) => {
    const document = documents.get(params?.uri ?? current ?? '');
    if (document === undefined) return;
    measuring.again(document);
    rewriting.forget();
    // Lines that other documents have in common with this one were forgotten with it.
    for (const other of documents.all()) if (other !== document) measuring.schedule(other);
    refresh.numbers();
    problemsChanged();
  });
  connection.onNotification(modelKeyMethod, (params?: Partial<ModelKeyParams>) => {
    // What is wrong with a key is never told with the key.
    if (typeof params?.key === 'string') void model.setKey(params.key);
  });
  connection.onNotification(ncbiKeyMethod, (params?: Partial<NcbiKeyParams>) => {
    // Live engines are opened with the key.
    if (typeof params?.key === 'string' && ncbiKey.set(params.key)) measuring.reopenLive();
  });
  connection.onShutdown(async () => {
    phase = 'shutdown';
    push.dispose();
    refresh.dispose();
    insights.dispose();
    await Promise.allSettled([measuring.dispose(), model.dispose(), sql.dispose()]);
  });

  for (const feature of features) feature.register(services);
  connection.listen();
}

/** What live engines are opened with. */
function liveSettings({ live: { measureWhileTyping, ...rest } }: Settings): unknown {
  void measureWhileTyping;
  return rest;
}

function folderPaths(params: InitializeParams): string[] {
  const uris = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
  if (uris.length === 0 && params.rootUri) uris.push(params.rootUri);
  return uris.map(pathOf).filter((path) => path !== undefined);
}

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
