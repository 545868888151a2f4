import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import type { CitationRecord } from '../corpus/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { serializeThesaurus } from '../mesh/index.ts';
import { damaged, iterate, openDatabase, readThesaurus, rows } from './libraryFile.ts';
import { CHUNK_BYTES, CREATE_SCHEMA } from './librarySchema.ts';
import { COLUMNS, fingerprint, fromRow, mergeRecords, toRow } from './libraryRow.ts';

/** What adding a record did. `merged`: the record was there under another id with the same DOI. */
export type AddOutcome = 'added' | 'updated' | 'unchanged' | 'merged';

/** Makes the search index of records that were read from the library; its bytes are stored as they are. */
export type Indexer = (records: Iterable<CitationRecord>) => Uint8Array;

interface Known {
  readonly n: number;
  id: string;
  fingerprint: string;
  /** The record that took this one over: what still names this one means that one. */
  successor?: Known;
}

/** The entry of a key, followed to the record that it stands for now. */
function find(map: ReadonlyMap<string, Known>, key: string): Known | undefined {
  let entry = map.get(key);
  while (entry?.successor !== undefined) entry = entry.successor;
  return entry;
}

/** An empty library to be filled. */
export function createLibrary(sql: SqlJsStatic): LibraryBuilder {
  const database = new sql.Database();
  database.exec(CREATE_SCHEMA);
  return new LibraryBuilder(database);
}

/**
 * A library to be brought up to date.
 * @param name how messages call the file.
 * @throws LibraryError as `openLibrary` does.
 */
export function updateLibrary(sql: SqlJsStatic, bytes: Uint8Array, name = 'The library'): LibraryBuilder {
  const database = openDatabase(sql, bytes, name);
  try {
    return new LibraryBuilder(database);
  } catch (error) {
    database.close();
    throw damaged(name, error);
  }
}

/**
 * Fills a citation library. A record is known by its id; a record without a PMID is also known by its DOI, so the same
 * article from two sources is one record, under its PMID where one source has it. Two PMIDs are two records even when
 * they share a DOI, as they are in PubMed.
 *
 * Nothing outside memory changes before the caller writes what {@link finish} returns.
 */
export class LibraryBuilder {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #byId = new Map<string, Known>();
  readonly #byDoi = new Map<string, Known>();
  #thesaurus: Thesaurus | undefined;
  #next = 1;
  #size = 0;
  #closed = false;

  /** Use {@link createLibrary} or {@link updateLibrary}. */
  constructor(database: Database) {
    this.#database = database;
    const known = new Map<number, Known>();
    for (const [n, id, doi, print] of iterate(database, 'SELECT n, id, doi, fingerprint FROM citation')) {
      const entry: Known = { n: Number(n), id: String(id), fingerprint: String(print) };
      known.set(entry.n, entry);
      this.#size++;
      this.#byId.set(entry.id, entry);
      if (doi !== null) this.#byDoi.set(String(doi), entry);
      this.#next = Math.max(this.#next, entry.n + 1);
    }
    for (const [id, n] of iterate(database, 'SELECT id, n FROM alias')) {
      const entry = known.get(Number(n));
      if (entry !== undefined) this.#byId.set(String(id), entry);
    }
    // The file is only ever written whole, from memory, so a journal would protect nothing.
    database.exec('PRAGMA journal_mode = OFF; BEGIN');
    const marks = COLUMNS.map(() => '?').join(', ');
    this.#insert = database.prepare(
      `INSERT INTO citation (n, ${COLUMNS.join(', ')}, fingerprint) VALUES (?, ${marks}, ?)`,
    );
    const assignments = COLUMNS.map((column) => `${column} = ?`).join(', ');
    this.#update = database.prepare(`UPDATE citation SET ${assignments}, fingerprint = ? WHERE n = ?`);
  }

  /** Adds a record, or brings the one that is there up to date; what the new one is silent about is kept. */
  add(record: CitationRecord): AddOutcome {
    const known = find(this.#byId, record.id) ?? this.#sameDoi(record);
    const row = toRow(record);
    if (known === undefined) {
      const entry: Known = { n: this.#next++, id: record.id, fingerprint: fingerprint(row) };
      this.#insert.run([entry.n, ...row, entry.fingerprint]);
      this.#remember(entry, record);
      this.#size++;
      return 'added';
    }
    const outcome = this.#byId.has(record.id) ? 'updated' : 'merged';
    const other = this.#sameDoi(record);
    if (other !== undefined && other !== known) this.#absorb(other, known);
    if (outcome === 'updated' && known.id === record.id && known.fingerprint === fingerprint(row))
      return 'unchanged';
    return this.#merge(known, record) ? outcome : 'unchanged';
  }

  /** MeSH as it is in the library now. */
  thesaurus(): Thesaurus | undefined {
    this.#thesaurus ??= readThesaurus(this.#database);
    return this.#thesaurus;
  }

  /** Puts MeSH in, in place of the one that is there. */
  setThesaurus(thesaurus: Thesaurus): void {
    this.#thesaurus = thesaurus;
    this.#database.exec('DELETE FROM mesh_lines');
    const insert = this.#database.prepare('INSERT INTO mesh_lines (lines) VALUES (?)');
    const hash: string[] = [];
    let chunk: string[] = [];
    let length = 0;
    const flush = (): void => {
      const text = chunk.join('\n');
      if (text !== '') insert.run([text]);
      hash.push(fingerprint([text]));
      chunk = [];
      length = 0;
    };
    for (const line of serializeThesaurus(thesaurus)) {
      chunk.push(line);
      length += line.length;
      if (length > CHUNK_BYTES / 4) flush();
    }
    flush();
    insert.free();
    this.#setMeta('meshDescriptors', String(thesaurus.size));
    this.#setMeta('meshVersion', thesaurus.version ?? '');
    this.#setMeta('meshHash', fingerprint(hash));
  }

  /** Notes that a file was imported. @param at ISO 8601 */
  setSource(name: string, records: number, at: string): void {
    this.#database.run('INSERT OR REPLACE INTO source (name, records, imported_at) VALUES (?, ?, ?)', [
      name,
      records,
      at,
    ]);
  }

  /** Number of records. */
  get size(): number {
    return this.#size;
  }

  /** All records, in the order in which they were first added. */
  *records(): Generator<CitationRecord> {
    for (const row of iterate(this.#database, `SELECT ${COLUMNS.join(', ')} FROM citation ORDER BY n`))
      yield fromRow(row);
  }

  /** Completes the library, index included, and returns the bytes of its file. The builder is closed afterwards. */
  finish(options: {
    /** ISO 8601. */
    readonly builtAt: string;
    readonly builtWith: string;
    readonly indexer?: Indexer;
  }): Uint8Array {
    this.#insert.free();
    this.#update.free();
    const contentHash = this.#contentHash();
    this.#writeStatistics();
    this.#setMeta('builtAt', options.builtAt);
    this.#setMeta('builtWith', options.builtWith);
    this.#setMeta('contentHash', contentHash);
    for (const key of ['meshDescriptors', 'meshVersion'])
      this.#database.run('INSERT OR IGNORE INTO meta VALUES (?, ?)', [
        key,
        key === 'meshDescriptors' ? '0' : '',
      ]);
    if (options.indexer !== undefined) {
      this.#writeIndex(options.indexer(this.records()));
      this.#setMeta('indexHash', contentHash);
    }
    this.#database.exec('COMMIT');
    const freed = Number(rows(this.#database, 'PRAGMA freelist_count')[0]?.[0] ?? 0);
    if (freed > 256) this.#database.exec('VACUUM');
    const bytes = this.#database.export();
    this.close();
    return bytes;
  }

  /** Gives up, or does nothing after {@link finish}. */
  close(): void {
    if (!this.#closed) this.#database.close();
    this.#closed = true;
  }

  #sameDoi(record: CitationRecord): Known | undefined {
    const known = record.doi === undefined ? undefined : find(this.#byDoi, record.doi);
    return known !== undefined && (!isPmid(known.id) || !isPmid(record.id)) ? known : undefined;
  }

  #remember(entry: Known, record: CitationRecord): void {
    this.#byId.set(record.id, entry);
    if (record.doi !== undefined && record.doi !== '') this.#byDoi.set(record.doi, entry);
  }

  /** Moves what `from` says into `into`: a record that came without a PMID turns out to be one that has one. */
  #absorb(from: Known, into: Known): void {
    const [row] = rows(this.#database, `SELECT ${COLUMNS.join(', ')} FROM citation WHERE n = ?`, [from.n]);
    const own = rows(this.#database, `SELECT ${COLUMNS.join(', ')} FROM citation WHERE n = ?`, [into.n])[0];
    const id = isPmid(into.id) ? into.id : from.id;
    const values = toRow(mergeRecords(fromRow(row ?? []), fromRow(own ?? []), id));
    this.#database.run('DELETE FROM citation WHERE n = ?', [from.n]);
    this.#size--;
    this.#database.run('UPDATE alias SET n = ? WHERE n = ?', [into.n, from.n]);
    const alias = id === into.id ? from.id : into.id;
    this.#database.run('INSERT OR REPLACE INTO alias (id, n) VALUES (?, ?)', [alias, into.n]);
    into.id = id;
    into.fingerprint = fingerprint(values);
    this.#update.run([...values, into.fingerprint, into.n]);
    from.successor = into;
  }

  /** Returns whether anything changed. */
  #merge(known: Known, record: CitationRecord): boolean {
    const [row] = rows(this.#database, `SELECT ${COLUMNS.join(', ')} FROM citation WHERE n = ?`, [known.n]);
    const id = isPmid(record.id) && !isPmid(known.id) ? record.id : known.id;
    const merged = mergeRecords(fromRow(row ?? []), record, id);
    const values = toRow(merged);
    const print = fingerprint(values);
    const alias = id === record.id ? known.id : record.id;
    const newAlias = alias !== id && !this.#byId.has(record.id);
    if (newAlias) this.#database.run('INSERT OR REPLACE INTO alias (id, n) VALUES (?, ?)', [alias, known.n]);
    this.#remember(known, record);
    if (print === known.fingerprint) return newAlias;
    this.#update.run([...values, print, known.n]);
    known.id = id;
    known.fingerprint = print;
    return true;
  }

  #writeStatistics(): void {
    const [counts] = rows(
      this.#database,
      "SELECT count(*), sum(abstract <> ''), sum(mesh IS NOT NULL), min(year), max(year) FROM citation",
    );
    const [records, withAbstract, withMesh, first, last] = (counts ?? []).map((value) => Number(value ?? 0));
    this.#setMeta('records', String(records));
    this.#setMeta('withAbstract', String(withAbstract));
    this.#setMeta('withMesh', String(withMesh));
    this.#setMeta('years', JSON.stringify(counts?.[3] === null ? null : [first, last]));
  }

  /** See `LibraryInfo.contentHash`: over the records in the order of their ids, so that the order of import is no matter. */
  #contentHash(): string {
    const prints = iterate(this.#database, 'SELECT fingerprint FROM citation ORDER BY id');
    const mesh = rows(
      this.#database,
      "SELECT value FROM meta WHERE key IN ('meshHash', 'meshVersion') ORDER BY key",
    );
    function* all(): Generator<SqlValue | undefined> {
      for (const [value] of mesh) yield value;
      for (const [print] of prints) yield print;
    }
    return fingerprint(all());
  }

  #writeIndex(bytes: Uint8Array): void {
    this.#database.exec('DELETE FROM index_blob');
    const insert = this.#database.prepare('INSERT INTO index_blob (chunk, bytes) VALUES (?, ?)');
    for (let chunk = 0; chunk * CHUNK_BYTES < bytes.length; chunk++)
      insert.run([chunk, bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES)]);
    insert.free();
  }

  #setMeta(key: string, value: string): void {
    this.#database.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', [key, value]);
  }
}

/** PMIDs have one to eight digits. */
function isPmid(id: string): boolean {
  return /^[1-9]\d{0,7}$/.test(id);
}
