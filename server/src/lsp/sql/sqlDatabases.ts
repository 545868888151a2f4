import { dialectOf } from '@querent/core/sql';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { UserFacingError } from '../runSafe.ts';
import { databaseTarget, folderOf } from '../../sqlDocuments/index.ts';
import type { DatabaseTarget, LeasedDatabase, TargetQuestion } from '../../sqlDocuments/index.ts';
import { WatchedDatabase, type WatchedState } from './databases/watchedDatabase.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import type { SqlParts } from './sqlServices.ts';
import { untilAborted } from './untilAborted.ts';

/** How it stands with the database of a document. */
export type SqlDatabaseState =
  /** None is named and none lies beside the document; `message` says how to name one. */
  { readonly kind: 'none'; readonly message: string } | WatchedState;

/** What a document asks, found by looking at files; looked for again after a second. */
interface Found {
  readonly key: string;
  target: DatabaseTarget | undefined;
  lookedAt: number;
  looking: Promise<void> | undefined;
}

const lookEveryMs = 1_000;

/** The databases that open documents ask, by path; each is opened once, read-only, and read again when its file changes. */
export class SqlDatabases {
  readonly #parts: SqlParts;
  readonly #byPath = new Map<string, WatchedDatabase>();
  /** By the document's URI. */
  readonly #found = new Map<string, Found>();
  /** Paths whose size people were told of. */
  readonly #warned = new Set<string>();
  #openedWith = '';

  constructor(parts: SqlParts) {
    this.#parts = parts;
    this.#openedWith = this.#options();
  }

  /** A document was opened or changed: its database is looked for, and opened in the background. */
  open(document: OpenSqlDocument): void {
    if (!this.#isEnabled()) return;
    const found = this.#find(document);
    void found.looking?.then(() => this.#prune());
    if (found.looking === undefined) this.#prune();
  }

  /** Databases that no document left asks are closed. */
  close(uri: string): void {
    this.#found.delete(uri);
    this.#prune();
  }

  settingsChanged(): void {
    if (!this.#isEnabled()) {
      this.#found.clear();
      this.#prune();
      return;
    }
    const options = this.#options();
    if (options !== this.#openedWith) for (const watched of this.#byPath.values()) void watched.read();
    this.#openedWith = options;
    for (const document of this.#parts.documents()) this.open(document);
  }

  /** Looks now whether files changed, appeared or vanished. */
  checkFiles(): void {
    if (!this.#isEnabled()) return;
    for (const watched of this.#byPath.values()) void watched.look();
    for (const document of this.#parts.documents()) this.#lookAgain(document);
  }

  /** How it stands now; never waits. */
  state(document: OpenSqlDocument): SqlDatabaseState {
    const found = this.#find(document);
    const { target } = found;
    if (target === undefined) return { kind: 'opening', path: folderOf(document.uri) ?? '' };
    if (Date.now() - found.lookedAt >= lookEveryMs) this.#lookAgain(document);
    if (target.kind === 'none') return target;
    if (target.kind === 'refused') return { kind: 'error', path: target.named, message: target.message };
    const watched = this.#watched(target.path);
    watched.glance();
    return watched.state;
  }

  /** The schema as far as it is known now; undefined while there is none. */
  schema(document: OpenSqlDocument): SqlSchema | undefined {
    const state = this.state(document);
    return state.kind === 'ready' ? state.schema : undefined;
  }

  /**
   * Waits until the database is open, or cannot be opened.
   * @param signal as in {@link database}
   */
  async settled(document: OpenSqlDocument, signal?: AbortSignal): Promise<SqlDatabaseState> {
    return untilAborted(this.#settled(document), signal);
  }

  async #settled(document: OpenSqlDocument): Promise<SqlDatabaseState> {
    const found = this.#find(document);
    await found.looking;
    if (found.target?.kind === 'file') await this.#watched(found.target.path).settled();
    return this.state(document);
  }

  /**
   * The database for running statements, as its file is now; held by whoever runs more than one.
   * @param signal ends the waiting for a database that is being opened, which goes on for others
   * @throws UserFacingError where there is none; what the signal says where it fires
   */
  async database(document: OpenSqlDocument, signal?: AbortSignal): Promise<LeasedDatabase> {
    signal?.throwIfAborted();
    return untilAborted(this.#databaseOf(document), signal);
  }

  async #databaseOf(document: OpenSqlDocument): Promise<LeasedDatabase> {
    if (!this.#isSqlite(document))
      throw new UserFacingError(
        'Statements of PostgreSQL are read and checked, and not run. Write -- dialect: sqlite into the document to ask a SQLite file.',
      );
    await this.settled(document);
    const target = this.#find(document).target;
    const watched = target?.kind === 'file' ? this.#watched(target.path) : undefined;
    await watched?.look();
    if (watched?.database !== undefined) return watched.database;
    const state = this.state(document);
    if (state.kind === 'ready')
      throw new UserFacingError(
        `${state.path} holds CREATE statements and no rows, so that nothing can be run. Name a SQLite file instead: -- database: file.sqlite`,
      );
    throw new UserFacingError('message' in state ? state.message : 'The database is still being opened.');
  }

  /**
   * Reads the database of a document again, whether it changed or not.
   * @param signal as in {@link database}
   */
  async refresh(document: OpenSqlDocument, signal?: AbortSignal): Promise<SqlDatabaseState> {
    return untilAborted(this.#refresh(document), signal);
  }

  async #refresh(document: OpenSqlDocument): Promise<SqlDatabaseState> {
    this.#lookAgain(document);
    const found = this.#find(document);
    await found.looking;
    if (found.target?.kind === 'file') {
      const watched = this.#watched(found.target.path);
      await watched.settled();
      await watched.read();
    }
    return this.state(document);
  }

  async dispose(): Promise<void> {
    const all = [...this.#byPath.values()];
    this.#byPath.clear();
    this.#found.clear();
    await Promise.allSettled(all.map((watched) => watched.close()));
  }

  #watched(path: string): WatchedDatabase {
    let watched = this.#byPath.get(path);
    if (watched === undefined) {
      watched = new WatchedDatabase(path, {
        timeMs: () => this.#parts.settings().sql.timeoutSeconds * 1_000,
        long: (title, work) => this.#parts.long(title, work),
        changed: () => {
          this.#warn(path);
          this.#parts.changed();
        },
      });
      this.#byPath.set(path, watched);
    }
    return watched;
  }

  /** What the document asks as far as it is known; looked for in the background where it names another database than before. */
  #find(document: OpenSqlDocument): Found {
    const question = this.#question(document);
    const { uri, directive, setting, folders, networkPaths, isBesideMeant } = question;
    const key = JSON.stringify([directive?.value, setting, folders, networkPaths, isBesideMeant]);
    let found = this.#found.get(uri);
    if (found?.key !== key) {
      found = { key, target: undefined, lookedAt: 0, looking: undefined };
      this.#found.set(uri, found);
      this.#look(found, question);
    }
    return found;
  }

  #lookAgain(document: OpenSqlDocument): void {
    this.#look(this.#find(document), this.#question(document));
  }

  #look(found: Found, question: TargetQuestion): void {
    if (found.looking !== undefined) return;
    found.lookedAt = Date.now();
    found.looking = databaseTarget(question)
      .then((target) => {
        const isOther = JSON.stringify(target) !== JSON.stringify(found.target);
        found.target = target;
        if (!isOther || this.#found.get(question.uri) !== found) return;
        if (target.kind === 'file') this.#watched(target.path);
        this.#parts.changed();
      })
      .finally(() => (found.looking = undefined));
  }

  #question(document: OpenSqlDocument): TargetQuestion {
    return {
      uri: document.uri,
      directive: document.parsed.directives.find(({ kind }) => kind === 'database'),
      setting: this.#parts.settings().sql.database,
      folders: this.#parts.folders(),
      networkPaths: this.#parts.trusted(),
      isBesideMeant: this.#isSqlite(document),
    };
  }

  #prune(): void {
    const open = new Set(this.#parts.documents().map(({ uri }) => uri));
    // A request that came before its document was closed may have asked once more.
    for (const uri of this.#found.keys()) if (!open.has(uri)) this.#found.delete(uri);
    const used = new Set(
      [...this.#found.values()].map(({ target }) => (target?.kind === 'file' ? target.path : undefined)),
    );
    // While it is not known what a document asks, nothing is taken from it.
    if ([...this.#found.values()].some(({ target }) => target === undefined)) return;
    for (const [path, watched] of this.#byPath)
      if (!used.has(path)) {
        this.#byPath.delete(path);
        void watched.close();
      }
  }

  /** Tells once what a large database takes. */
  #warn(path: string): void {
    const state = this.#byPath.get(path)?.state;
    if (state?.kind !== 'ready' || state.warning === undefined || this.#warned.has(path)) return;
    this.#warned.add(path);
    this.#parts.warn(state.warning);
  }

  #isSqlite(document: OpenSqlDocument): boolean {
    return dialectOf(document.parsed, this.#parts.settings().sql.dialect).dialect === 'sqlite';
  }

  #isEnabled(): boolean {
    return this.#parts.settings().sql.enabled;
  }

  /** What databases are opened with. */
  #options(): string {
    return String(this.#parts.settings().sql.timeoutSeconds);
  }
}
