import type { CitationRecord } from '../corpus/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { serializeThesaurus } from '../mesh/index.ts';
import { readThesaurus } from './libraryFile.ts';
import type { Library } from './libraryFile.ts';
import { CHUNK_BYTES, COMPLETE, CREATE_SCHEMA } from './librarySchema.ts';
import { COLUMNS, fingerprint, fromRow, mergeRecords, rowFingerprint, toRow } from './libraryRow.ts';
import { iterate, rows, run } from './sqlDatabase.ts';
import type { SqlDatabase, SqlStatement, SqlValue } from './sqlDatabase.ts';

/** What adding a record did. `merged`: the record was there under another id with the same DOI. */
export type AddOutcome = 'added' | 'updated' | 'unchanged' | 'merged';

/** Makes search indexes of records that were read from the library; their bytes are stored as they are. */
export interface Indexer {
  /** An index of all records. */
  build(records: Iterable<CitationRecord>): Uint8Array;
  /**
   * The index that was there, without the records `dropped` and with `records`. Undefined where it cannot be used: then all is indexed.
   */
  update(
    before: Uint8Array,
    dropped: ReadonlySet<string>,
    records: Iterable<CitationRecord>,
  ): Uint8Array | undefined;
}

/** Where more than this share of the records changed, indexing all of them anew takes no longer. */
const MOST_CHANGED = 0.5;

/** A record that is there. */
interface Known {
  readonly n: number;
  readonly id: string;
  readonly fingerprint: string;
}

/**
 * A library that is to be filled, in an empty database.
 * @param base what it starts with: the library that is brought up to date. It stays as it is.
 */
export function createLibrary(database: SqlDatabase, base?: Library): LibraryBuilder {
  database.exec(`BEGIN; ${CREATE_SCHEMA} COMMIT;`);
  const builder = new LibraryBuilder(database);
  if (base !== undefined) builder.copyFrom(base);
  return builder;
}

/** Goes on with a library whose filling was interrupted. */
export function resumeLibrary(database: SqlDatabase): LibraryBuilder {
  return new LibraryBuilder(database);
}

/**
 * Fills a citation library. A record is known by its id; a record without a PMID is also known by its DOI, so the same
 * article from two sources is one record, under its PMID where one source has it. Two PMIDs are two records even when
 * they share a DOI, as they are in PubMed.
 *
 * What is known of the records stays in the database, so the memory that it takes does not grow with their number. Changes are kept from
 * one {@link commit} to the next.
 */
export class LibraryBuilder {
  readonly #database: SqlDatabase;
  readonly #statements = new Map<string, SqlStatement>();
  #thesaurus: Thesaurus | undefined;
  #closed = false;

  /** Use {@link createLibrary} or {@link resumeLibrary}. */
  constructor(database: SqlDatabase) {
    this.#database = database;
    database.exec('BEGIN');
  }

  /** Keeps what was done so far, also when the program ends before {@link finish}. */
  commit(): void {
    this.#database.exec('COMMIT; BEGIN');
  }

  /** What was noted under `key`, see {@link note}. */
  noted(key: string): string | undefined {
    return this.#ask('SELECT value FROM building WHERE key = ?').first([key])?.[0] as string | undefined;
  }

  /** Notes something of the import, to be read when it goes on after an interruption. Gone when the library is complete. */
  note(key: string, value: string): void {
    this.#ask('INSERT OR REPLACE INTO building VALUES (?, ?)').run([key, value]);
  }

  /** Takes over the records, MeSH and sources of another library. */
  copyFrom(base: Library): void {
    for (const record of base.records()) this.#insert(record, toRow(record));
    this.#database.exec('DELETE FROM touched');
    for (const [id, successor] of base.aliases()) this.setAlias(id, successor);
    const thesaurus = base.thesaurus();
    if (thesaurus !== undefined) this.setThesaurus(thesaurus);
    for (const { name, records, importedAt } of base.info.sources) this.setSource(name, records, importedAt);
  }

  /** Lets the record `successor` be found under `id`, too; nothing when there is no such record. */
  setAlias(id: string, successor: string): void {
    this.#ask('INSERT OR IGNORE INTO alias SELECT ?, n FROM citation WHERE id = ?').run([id, successor]);
  }

  /** Adds a record, or brings the one that is there up to date; what the new one is silent about is kept. */
  add(record: CitationRecord): AddOutcome {
    const byId = this.#byId(record.id);
    const other = this.#sameDoi(record, byId?.n);
    const known = byId ?? other;
    const row = toRow(record);
    if (known === undefined) {
      this.#insert(record, row);
      return 'added';
    }
    const outcome = byId !== undefined ? 'updated' : 'merged';
    if (byId !== undefined && other !== undefined) {
      this.#absorb(other, known);
      this.#merge(this.#byNumber(known.n) ?? known, record);
      return 'merged';
    }
    if (outcome === 'updated' && known.id === record.id && known.fingerprint === rowFingerprint(row))
      return 'unchanged';
    return this.#merge(known, record) ? outcome : 'unchanged';
  }

  /** Takes a record out; returns whether it was there. */
  remove(id: string): boolean {
    const known = this.#byId(id);
    if (known === undefined) return false;
    this.#ask('DELETE FROM citation WHERE n = ?').run([known.n]);
    this.#ask('DELETE FROM alias WHERE n = ?').run([known.n]);
    this.#touch(known.id);
    return true;
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
    const insert = this.#ask('INSERT INTO mesh_lines (lines) VALUES (?)');
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
    this.#setMeta('meshDescriptors', String(thesaurus.size));
    this.#setMeta('meshVersion', thesaurus.version ?? '');
    this.#setMeta('meshHash', fingerprint(hash));
  }

  /** Notes that a file was imported. @param at ISO 8601 */
  setSource(name: string, records: number, at: string): void {
    this.#ask('INSERT OR REPLACE INTO source (name, records, imported_at) VALUES (?, ?, ?)').run([
      name,
      records,
      at,
    ]);
  }

  /** Number of records. */
  get size(): number {
    return Number(this.#ask('SELECT count(*) FROM citation').first()?.[0] ?? 0);
  }

  /** All records, in the order in which they were first added. */
  *records(): Generator<CitationRecord> {
    for (const row of iterate(this.#database, `SELECT ${COLUMNS.join(', ')} FROM citation ORDER BY n`))
      yield fromRow(row);
  }

  /**
   * Completes the library, index included. Afterwards the builder can only be closed.
   * @returns the bytes of the file where the database lives in memory; undefined where it lives in its file.
   */
  finish(options: {
    /** ISO 8601. */
    readonly builtAt: string;
    readonly builtWith: string;
    readonly indexer?: Indexer;
    /** The index of the library that this one started with, if any. */
    readonly indexBefore?: () => Uint8Array | undefined;
  }): Uint8Array | undefined {
    const contentHash = this.#contentHash();
    this.#writeStatistics();
    this.#setMeta('builtAt', options.builtAt);
    this.#setMeta('builtWith', options.builtWith);
    this.#setMeta('contentHash', contentHash);
    for (const [key, value] of [
      ['meshDescriptors', '0'],
      ['meshVersion', ''],
    ] as const)
      this.#ask('INSERT OR IGNORE INTO meta VALUES (?, ?)').run([key, value]);
    if (options.indexer !== undefined) {
      const bytes =
        this.#updatedIndex(options.indexer, options.indexBefore) ?? options.indexer.build(this.records());
      this.#writeIndex(bytes);
      this.#setMeta('indexHash', contentHash);
    }
    this.#free();
    this.#database.exec(`${COMPLETE} COMMIT`);
    return this.#database.export();
  }

  /** The index that was there, brought up to date, where few enough records changed. */
  #updatedIndex(
    indexer: Indexer,
    before: (() => Uint8Array | undefined) | undefined,
  ): Uint8Array | undefined {
    if (before === undefined) return undefined;
    const touched = new Set<string>();
    for (const [id] of iterate(this.#database, 'SELECT id FROM touched')) touched.add(String(id));
    if (touched.size > this.size * MOST_CHANGED) return undefined;
    const bytes = before();
    const changed = `SELECT ${COLUMNS.join(', ')} FROM citation WHERE id IN (SELECT id FROM touched) ORDER BY n`;
    const records = function* (database: SqlDatabase): Generator<CitationRecord> {
      for (const row of iterate(database, changed)) yield fromRow(row);
    };
    return bytes === undefined ? undefined : indexer.update(bytes, touched, records(this.#database));
  }

  /** Gives up, or does nothing after {@link finish}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#free();
    this.#database.close();
  }

  #ask(statement: string): SqlStatement {
    let prepared = this.#statements.get(statement);
    if (prepared === undefined)
      this.#statements.set(statement, (prepared = this.#database.prepare(statement)));
    return prepared;
  }

  #free(): void {
    for (const statement of this.#statements.values()) statement.free();
    this.#statements.clear();
  }

  /** The record of an id, also of one that it had before it was merged with another. */
  #byId(id: string): Known | undefined {
    return (
      known(this.#ask('SELECT n, id, fingerprint FROM citation WHERE id = ?').first([id])) ??
      known(
        this.#ask(
          'SELECT n, id, fingerprint FROM citation WHERE n = (SELECT n FROM alias WHERE id = ?)',
        ).first([id]),
      )
    );
  }

  #byNumber(n: number): Known | undefined {
    return known(this.#ask('SELECT n, id, fingerprint FROM citation WHERE n = ?').first([n]));
  }

  /** Another record that is the same article by its DOI: one of the two has no PMID. */
  #sameDoi(record: CitationRecord, except: number | undefined): Known | undefined {
    if (record.doi === undefined || record.doi === '') return undefined;
    const same = this.#ask('SELECT n, id, fingerprint FROM citation WHERE doi = ? ORDER BY n');
    const found = [...same.rows([record.doi])].map(known);
    return found.find(
      (one) => one !== undefined && one.n !== except && (!isPmid(one.id) || !isPmid(record.id)),
    );
  }

  #insert(record: CitationRecord, row: readonly SqlValue[]): void {
    const marks = COLUMNS.map(() => '?').join(', ');
    this.#ask(`INSERT INTO citation (${COLUMNS.join(', ')}, fingerprint) VALUES (${marks}, ?)`).run([
      ...row,
      rowFingerprint(row),
    ]);
    this.#touch(record.id);
  }

  #write(n: number, row: readonly SqlValue[]): void {
    const assignments = COLUMNS.map((column) => `${column} = ?`).join(', ');
    this.#ask(`UPDATE citation SET ${assignments}, fingerprint = ? WHERE n = ?`).run([
      ...row,
      rowFingerprint(row),
      n,
    ]);
  }

  #read(n: number): CitationRecord {
    return fromRow(this.#ask(`SELECT ${COLUMNS.join(', ')} FROM citation WHERE n = ?`).first([n]) ?? []);
  }

  /** Notes that what the index has under `id` no longer holds. */
  #touch(id: string): void {
    this.#ask('INSERT OR IGNORE INTO touched VALUES (?)').run([id]);
  }

  /** Moves what `from` says into `into`: a record that came without a PMID turns out to be one that has one. */
  #absorb(from: Known, into: Known): void {
    const id = isPmid(into.id) ? into.id : from.id;
    const merged = mergeRecords(this.#read(from.n), this.#read(into.n), id);
    this.#ask('DELETE FROM citation WHERE n = ?').run([from.n]);
    this.#ask('UPDATE alias SET n = ? WHERE n = ?').run([into.n, from.n]);
    this.#setAlias(id === into.id ? from.id : into.id, into.n);
    this.#write(into.n, toRow(merged));
    this.#touch(from.id);
    this.#touch(into.id);
  }

  /** Returns whether anything changed. */
  #merge(one: Known, record: CitationRecord): boolean {
    const id = isPmid(record.id) && !isPmid(one.id) ? record.id : one.id;
    const row = toRow(mergeRecords(this.#read(one.n), record, id));
    const alias = id === record.id ? one.id : record.id;
    const isNewAlias = alias !== id && this.#byId(alias)?.id !== id;
    if (rowFingerprint(row) !== one.fingerprint) {
      this.#write(one.n, row);
      this.#touch(one.id);
      this.#touch(id);
    } else if (!isNewAlias) return false;
    if (alias !== id) this.#setAlias(alias, one.n);
    return true;
  }

  #setAlias(id: string, n: number): void {
    this.#ask('INSERT OR REPLACE INTO alias (id, n) VALUES (?, ?)').run([id, n]);
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
    const aliases = iterate(
      this.#database,
      'SELECT alias.id, citation.id AS successor FROM alias JOIN citation ON citation.n = alias.n ORDER BY alias.id',
    );
    function* all(): Generator<SqlValue | undefined> {
      for (const [value] of mesh) yield value;
      for (const [print] of prints) yield print;
      // Ids of before a merge are found, too.
      for (const row of aliases) yield* row;
    }
    return fingerprint(all());
  }

  #writeIndex(bytes: Uint8Array): void {
    const insert = this.#ask('INSERT INTO index_blob (chunk, bytes) VALUES (?, ?)');
    for (let chunk = 0; chunk * CHUNK_BYTES < bytes.length; chunk++)
      insert.run([chunk, bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES)]);
  }

  #setMeta(key: string, value: string): void {
    run(this.#database, 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', [key, value]);
  }
}

function known(row: readonly SqlValue[] | undefined): Known | undefined {
  return row === undefined
    ? undefined
    : { n: Number(row[0]), id: String(row[1]), fingerprint: String(row[2]) };
}

/** PMIDs have one to eight digits. */
function isPmid(id: string): boolean {
  return /^[1-9]\d{0,7}$/.test(id);
}
