import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import type { CitationRecord } from '../corpus/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { loadThesaurus } from '../mesh/index.ts';
import { checkHeader, LIBRARY_FORMAT, LibraryError, REBUILD } from './librarySchema.ts';
import { COLUMNS, fromRow } from './libraryRow.ts';

/** A file that was imported into a library. */
export interface LibrarySource {
  readonly name: string;
  /** Good records in it. */
  readonly records: number;
  /** ISO 8601. */
  readonly importedAt: string;
}

/** What a library says of itself. */
export interface LibraryInfo {
  readonly records: number;
  readonly withAbstract: number;
  readonly withMesh: number;
  /** First and last year of publication; undefined when no record has a year. */
  readonly years: readonly [number, number] | undefined;
  /** The library format, see {@link LIBRARY_FORMAT}. */
  readonly version: number;
  /** ISO 8601. */
  readonly builtAt: string;
  /** The Querent that built it, for example `0.1.0`. */
  readonly builtWith: string;
  readonly sources: readonly LibrarySource[];
  /** Changes exactly when the records or MeSH change, whatever their order; part of `Provenance.engine`. */
  readonly contentHash: string;
  /** Descriptors inside; 0 without MeSH. */
  readonly meshDescriptors: number;
  readonly meshVersion: string | undefined;
}

/** A citation library, opened for reading. Methods throw a {@link LibraryError} when the file turns out to be damaged. */
export interface Library {
  /** How messages call it: the file's name. */
  readonly name: string;
  readonly info: LibraryInfo;
  /** All records, in the order in which they were first imported. */
  records(): Iterable<CitationRecord>;
  /** The record of that id; also under an id that it had before it was merged with another of the same DOI. */
  record(id: string): CitationRecord | undefined;
  /** In the order of `ids`; ids that are not there are left out. */
  recordsByIds(ids: readonly string[]): readonly CitationRecord[];
  /** MeSH, when it was given at the build. Loaded on the first call (about 0.2 s), then kept. */
  thesaurus(): Thesaurus | undefined;
  /** The stored search index (`loadIndex` of core/corpus), or undefined when there is none that fits these records. */
  indexBytes(): Uint8Array | undefined;
  close(): void;
}

/**
 * Opens a library from the bytes of its file. The bytes are read, never written.
 * @param name how messages call the file.
 * @throws LibraryError that says what is wrong with the file and the way out.
 */
export function openLibrary(sql: SqlJsStatic, bytes: Uint8Array, name = 'The library'): Library {
  const database = openDatabase(sql, bytes, name);
  try {
    return new SqliteLibrary(database, name, readInfo(database));
  } catch (error) {
    database.close();
    throw damaged(name, error);
  }
}

/** The checked database of a library file, for {@link openLibrary} and the builder. */
export function openDatabase(sql: SqlJsStatic, bytes: Uint8Array, name: string): Database {
  checkHeader(bytes, name);
  try {
    return new sql.Database(bytes);
  } catch (error) {
    throw damaged(name, error);
  }
}

/** What `meta` and `source` say. */
function readInfo(database: Database): LibraryInfo {
  const meta = new Map(rows(database, 'SELECT key, value FROM meta').map(([key, value]) => [key, value]));
  const text = (key: string): string => {
    const value = meta.get(key);
    if (typeof value !== 'string') throw new Error(`"${key}" is missing`);
    return value;
  };
  const number = (key: string): number => {
    const value = Number(text(key));
    if (!Number.isSafeInteger(value)) throw new Error(`"${key}" is no number`);
    return value;
  };
  return {
    records: number('records'),
    withAbstract: number('withAbstract'),
    withMesh: number('withMesh'),
    years: readYears(text('years')),
    version: LIBRARY_FORMAT,
    builtAt: text('builtAt'),
    builtWith: text('builtWith'),
    sources: rows(database, 'SELECT name, records, imported_at FROM source ORDER BY name').map((row) => ({
      name: String(row[0]),
      records: Number(row[1]),
      importedAt: String(row[2]),
    })),
    contentHash: text('contentHash'),
    meshDescriptors: number('meshDescriptors'),
    meshVersion: text('meshVersion') === '' ? undefined : text('meshVersion'),
  };
}

function readYears(text: string): readonly [number, number] | undefined {
  const years: unknown = JSON.parse(text);
  if (years === null) return undefined;
  const [first, last] = Array.isArray(years) ? (years as unknown[]) : [];
  if (typeof first !== 'number' || typeof last !== 'number') throw new Error('"years" are no years');
  return [first, last];
}

/** MeSH as it is stored in a library, or undefined. Throws when some of it is lost: half of MeSH would silently lose headings. */
export function readThesaurus(database: Database): Thesaurus | undefined {
  const chunks = rows(database, 'SELECT lines FROM mesh_lines ORDER BY chunk');
  if (chunks.length === 0) return undefined;
  const [version] = rows(database, "SELECT value FROM meta WHERE key = 'meshVersion'");
  const [stored] = rows(database, "SELECT value FROM meta WHERE key = 'meshDescriptors'");
  const lines = chunks.flatMap(([text]) => String(text).split('\n'));
  const name = typeof version?.[0] === 'string' && version[0] !== '' ? version[0] : undefined;
  const thesaurus = loadThesaurus(lines, name);
  if (thesaurus.size !== Number(stored?.[0]))
    throw new Error(`${thesaurus.size} of ${String(stored?.[0])} MeSH descriptors can be read`);
  return thesaurus;
}

/** All rows of a statement, read and freed. */
export function rows(database: Database, statement: string, parameters: SqlValue[] = []): SqlValue[][] {
  return [...iterate(database, statement, parameters)];
}

/** The rows of a statement one by one; the statement is freed also when the caller stops early. */
export function* iterate(
  database: Database,
  statement: string,
  parameters: SqlValue[] = [],
): Generator<SqlValue[]> {
  const prepared = database.prepare(statement, parameters);
  try {
    while (prepared.step()) yield prepared.get();
  } finally {
    prepared.free();
  }
}

/** What SQLite says of a file as an error for people. */
export function damaged(name: string, error: unknown): LibraryError {
  if (error instanceof LibraryError) return error;
  const cause = error instanceof Error ? error.message : String(error);
  return new LibraryError('damaged', `${name} is damaged (${cause}). ${REBUILD}`, error);
}

const SELECT = `SELECT ${COLUMNS.join(', ')} FROM citation`;

class SqliteLibrary implements Library {
  readonly name: string;
  readonly info: LibraryInfo;
  readonly #database: Database;
  #thesaurus: Thesaurus | undefined;

  constructor(database: Database, name: string, info: LibraryInfo) {
    this.#database = database;
    this.name = name;
    this.info = info;
  }

  *records(): Generator<CitationRecord> {
    try {
      for (const row of iterate(this.#database, `${SELECT} ORDER BY n`)) yield fromRow(row);
    } catch (error) {
      throw damaged(this.name, error);
    }
  }

  record(id: string): CitationRecord | undefined {
    return this.recordsByIds([id])[0];
  }

  recordsByIds(ids: readonly string[]): readonly CitationRecord[] {
    return this.#guard(() => {
      const found: CitationRecord[] = [];
      const byId = this.#database.prepare(`${SELECT} WHERE id = ?`);
      const byAlias = this.#database.prepare(`${SELECT} WHERE n = (SELECT n FROM alias WHERE id = ?)`);
      try {
        for (const id of ids) {
          byId.bind([id]);
          if (byId.step()) found.push(fromRow(byId.get()));
          else {
            byAlias.bind([id]);
            if (byAlias.step()) found.push(fromRow(byAlias.get()));
          }
        }
      } finally {
        byId.free();
        byAlias.free();
      }
      return found;
    });
  }

  thesaurus(): Thesaurus | undefined {
    if (this.#thesaurus !== undefined || this.info.meshDescriptors === 0) return this.#thesaurus;
    return this.#guard(() => {
      this.#thesaurus = readThesaurus(this.#database);
      return this.#thesaurus;
    });
  }

  indexBytes(): Uint8Array | undefined {
    return this.#guard(() => {
      const [key] = rows(this.#database, "SELECT value FROM meta WHERE key = 'indexHash'");
      if (key?.[0] !== this.info.contentHash) return undefined;
      const parts = rows(this.#database, 'SELECT bytes FROM index_blob ORDER BY chunk').map(
        (row) => row[0] as Uint8Array,
      );
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    });
  }

  close(): void {
    this.#database.close();
  }

  #guard<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw damaged(this.name, error);
    }
  }
}
