import { dialectOf } from '@querent/core/sql';
import type { Settings } from '../../protocol.ts';
import type { SqlDatabaseStatus } from '../../sqlProtocol.ts';
import { databaseStatus, tooLongStatus } from './databases/databaseStatus.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import { describe } from '../runSafe.ts';
import { SqlDatabases } from './sqlDatabases.ts';
import { SqlProblems } from './sqlProblems.ts';
import { SqlRuns } from './sqlRuns.ts';

/** What documents of SQL need of the server. */
export interface SqlParts {
  settings(): Settings;
  /** Absolute paths of the workspace folders. */
  folders(): readonly string[];
  /** Whether files that the workspace names may be opened over the network, and models run. */
  trusted(): boolean;
  /** Those that are open. */
  documents(): readonly OpenSqlDocument[];
  /** Tells the person once something that must not be overlooked. */
  warn(message: string): void;
  /** Does what may take long: shows that it is done where it takes over a second, and lets people cancel it. */
  long(title: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** A database was opened, changed or lost: what was told of its documents is out of date. */
  changed(): void;
  log(message: string): void;
}

/** Everything that documents of SQL share: their databases and schemas, and what is wrong in them. */
export class SqlServices {
  readonly databases: SqlDatabases;
  readonly problems: SqlProblems;
  readonly runs = new SqlRuns();
  readonly #parts: SqlParts;
  #isLoading = false;

  constructor(parts: SqlParts) {
    this.#parts = parts;
    this.databases = new SqlDatabases(parts);
    this.problems = new SqlProblems(parts, this.databases);
  }

  /** A document was opened or changed: its database is looked for, and opened in the background. Returns at once. */
  open(document: OpenSqlDocument): void {
    if (!this.#parts.settings().sql.enabled) return;
    this.#loadEngine();
    this.databases.open(document);
  }

  /** Databases that no document left asks are closed. */
  close(uri: string): void {
    this.databases.close(uri);
  }

  settingsChanged(): void {
    this.databases.settingsChanged();
  }

  /** How it stands with the databases of all documents, for the status bar. @param long documents that are not read, with their characters */
  statuses(long: ReadonlyMap<string, number>): readonly SqlDatabaseStatus[] {
    const { enabled, dialect } = this.#parts.settings().sql;
    if (!enabled) return [];
    return [
      ...this.#parts.documents().map((document) => this.status(document)),
      ...[...long].map(([uri, characters]) => tooLongStatus(uri, dialect, characters)),
    ];
  }

  /** How it stands with the database of a document. */
  status(document: OpenSqlDocument): SqlDatabaseStatus {
    return databaseStatus(
      document.uri,
      dialectOf(document.parsed, this.#parts.settings().sql.dialect).dialect,
      this.databases.state(document),
    );
  }

  /** Files of the workspace changed: databases that did are read again. */
  checkFiles(): void {
    this.databases.checkFiles();
  }

  async dispose(): Promise<void> {
    this.problems.dispose();
    await this.databases.dispose();
  }

  /** With the first document, what finds errors is loaded. */
  #loadEngine(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.problems.load().then(
      () => this.#parts.changed(),
      (error: unknown) => this.#parts.log(`Errors of SQL cannot be found: ${describe(error)}`),
    );
  }
}
