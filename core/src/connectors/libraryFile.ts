import type { CitationRecord } from '../corpus/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { loadThesaurus } from '../mesh/index.ts';
import { LibraryError, REBUILD } from './librarySchema.ts';
import { COLUMNS, fingerprint, fromRow, rowFingerprint } from './libraryRow.ts';
import { iterate, rows } from './sqlDatabase.ts';
import type { SqlDatabase, SqlStatement, SqlValue } from './sqlDatabase.ts';

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
  /** The library format, see `LIBRARY_FORMAT`. */
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
  /** What can still be read of a damaged file: records, and whether each is as it was written. Does not throw. */
  readable(): Iterable<{ readonly record: CitationRecord; readonly isSound: boolean }>;
  /** The record of that id; also under an id that it had before it was merged with another of the same DOI. */
  record(id: string): CitationRecord | undefined;
  /** In the order of `ids`; ids that are not there are left out. */
  recordsByIds(ids: readonly string[]): readonly CitationRecord[];
  /** Ids that records had before they were merged with another of the same DOI, each with the id of the record now. */
  aliases(): Iterable<readonly [id: string, successor: string]>;
  /** MeSH, when it was given at the build. Loaded on the first call (about 0.2 s), then kept. */
  thesaurus(): Thesaurus | undefined;
  /**
   * The stored search index (`loadIndex` of core/corpus), or undefined when there is none that fits these records. Its memory can be
   * shared between threads.
   */
  indexBytes(): Uint8Array | undefined;
  /**
   * Everything of the file is read: undefined when it is sound, else what is wrong with it, in words for people.
   * @param isIndex whether bytes are an index that can be used.
   */
  verify(isIndex: (bytes: Uint8Array) => boolean): string | undefined;
  close(): void;
}

/**
 * Opens a library. It is read, never written.
 * @param database of a file whose header was checked (`checkHeader`); closed with the library, and when this throws.
 * @param format what `checkHeader` returned.
 * @param name how messages call the file.
 * @throws LibraryError that says what is wrong with the file and the way out.
 */
export function openLibrary(database: SqlDatabase, format: number, name = 'The library'): Library {
  try {
    return new SqliteLibrary(database, name, readInfo(database, format));
  } catch (error) {
    database.close();
    throw damaged(name, error);
  }
}

/** What `meta` and `source` say. */
function readInfo(database: SqlDatabase, format: number): LibraryInfo {
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
    version: format,
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
export function readThesaurus(database: SqlDatabase): Thesaurus | undefined {
  const chunks = rows(database, 'SELECT lines FROM mesh_lines ORDER BY chunk');
  if (chunks.length === 0) return undefined;
  const [version] = rows(database, "SELECT value FROM meta WHERE key = 'meshVersion'");
  const [stored] = rows(database, "SELECT value FROM meta WHERE key = 'meshDescriptors'");
  const [hash] = rows(database, "SELECT value FROM meta WHERE key = 'meshHash'");
  if (hash !== undefined && hash[0] !== fingerprint(chunks.map(([text]) => fingerprint([String(text)]))))
    throw new Error('its MeSH is not what it was');
  const lines = chunks.flatMap(([text]) => String(text).split('\n'));
  const name = typeof version?.[0] === 'string' && version[0] !== '' ? version[0] : undefined;
  const thesaurus = loadThesaurus(lines, name);
  if (thesaurus.size !== Number(stored?.[0]))
    throw new Error(`${thesaurus.size} of ${String(stored?.[0])} MeSH descriptors can be read`);
  return thesaurus;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What SQLite says of a file as an error for people. */
export function damaged(name: string, error: unknown): LibraryError {
  if (error instanceof LibraryError) return error;
  const cause = error instanceof Error ? error.message : String(error);
  if (cause.includes('database is locked'))
    return new LibraryError(
      'busy',
      `${name} is locked by another program at the moment. Try again when that is done.`,
      error,
    );
  return new LibraryError('damaged', `${name} is damaged (${cause}). ${REBUILD}`, error);
}

class SqliteLibrary implements Library {
  readonly name: string;
  readonly info: LibraryInfo;
  readonly #database: SqlDatabase;
  readonly #select: string;
  #byId: SqlStatement | undefined;
  #byAlias: SqlStatement | undefined;
  #thesaurus: Thesaurus | undefined;

  constructor(database: SqlDatabase, name: string, info: LibraryInfo) {
    this.#database = database;
    this.name = name;
    this.info = info;
    const columns = COLUMNS.map((column) => (column === 'more' && info.version < 2 ? 'NULL' : column));
    this.#select = `SELECT fingerprint, ${columns.join(', ')} FROM citation`;
  }

  *records(): Generator<CitationRecord> {
    try {
      for (const row of iterate(this.#database, `${this.#select} ORDER BY n`)) yield this.#whole(row);
    } catch (error) {
      throw damaged(this.name, error);
    }
  }

  *readable(): Generator<{ readonly record: CitationRecord; readonly isSound: boolean }> {
    const [counted] = attempt(() => rows(this.#database, 'SELECT max(n) FROM citation')) ?? [];
    const last = Number(counted?.[0] ?? this.info.records * 2);
    const columns = this.#select.replace('SELECT ', 'SELECT n, ');
    for (let before = 0; before <= last;) {
      try {
        for (const [n, print, ...row] of iterate(this.#database, `${columns} WHERE n > ? ORDER BY n`, [
          before,
        ])) {
          before = Number(n);
          const record = attempt(() => fromRow(row));
          if (record !== undefined && record.id !== '')
            yield { record, isSound: print === rowFingerprint(row) };
        }
        return;
      } catch {
        // Some page is damaged; what lies behind it may be sound.
        before = Math.max(before + 1, this.#beforeNextReadable(before + 1, last));
      }
    }
  }

  /** The number before the first record from `from` on that can be read; past `last` when there is none. */
  #beforeNextReadable(from: number, last: number): number {
    for (let n = from; n <= last; n++) {
      const found = attempt(() =>
        rows(this.#database, 'SELECT n FROM citation WHERE n = ? AND length(title) >= 0', [n]),
      );
      if (found !== undefined && found.length > 0) return n - 1;
    }
    return last + 1;
  }

  record(id: string): CitationRecord | undefined {
    return this.recordsByIds([id])[0];
  }

  recordsByIds(ids: readonly string[]): readonly CitationRecord[] {
    return this.#guard(() => {
      this.#byId ??= this.#database.prepare(`${this.#select} WHERE id = ?`);
      this.#byAlias ??= this.#database.prepare(
        `${this.#select} WHERE n = (SELECT n FROM alias WHERE id = ?)`,
      );
      const found: CitationRecord[] = [];
      for (const id of ids) {
        const row = this.#byId.first([id]) ?? this.#byAlias.first([id]);
        if (row !== undefined) found.push(this.#whole(row));
      }
      return found;
    });
  }

  *aliases(): Generator<readonly [string, string]> {
    const joined =
      'SELECT alias.id, citation.id AS successor FROM alias JOIN citation ON citation.n = alias.n';
    try {
      for (const [id, successor] of iterate(this.#database, joined)) yield [String(id), String(successor)];
    } catch (error) {
      throw damaged(this.name, error);
    }
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
      const [length] = rows(this.#database, 'SELECT sum(length(bytes)) FROM index_blob');
      const whole = new Uint8Array(new SharedArrayBuffer(Number(length?.[0] ?? 0)));
      let at = 0;
      for (const [bytes] of iterate(this.#database, 'SELECT bytes FROM index_blob ORDER BY chunk')) {
        whole.set(bytes as Uint8Array, at);
        at += (bytes as Uint8Array).length;
      }
      return whole;
    });
  }

  verify(isIndex: (bytes: Uint8Array) => boolean): string | undefined {
    try {
      const [answer] = rows(this.#database, 'PRAGMA quick_check(1)');
      if (answer?.[0] !== 'ok') return String(answer?.[0]);
      let count = 0;
      for (const [print, ...row] of iterate(this.#database, `${this.#select} ORDER BY n`)) {
        count++;
        if (print !== rowFingerprint(row)) return `the record ${String(row[0])} is not what it was`;
      }
      if (count !== this.info.records) return `${count} of ${this.info.records} records are there`;
      readThesaurus(this.#database);
      const index = this.indexBytes();
      if (index === undefined || !isIndex(index))
        return 'its search index is missing, damaged or of another version';
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  close(): void {
    this.#byId?.free();
    this.#byAlias?.free();
    this.#database.close();
  }

  /** The record of a row of `#select`; text that was changed from outside is refused rather than shown and counted. */
  #whole([print, ...row]: readonly SqlValue[]): CitationRecord {
    if (print === rowFingerprint(row)) return fromRow(row);
    throw new LibraryError(
      'damaged',
      `${this.name} is damaged: the record ${String(row[0])} is not what it was. What can be read is kept by: querent corpus repair ${this.name}`,
    );
  }

  #guard<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw damaged(this.name, error);
    }
  }
}
