/**
 * The layout of a citation library: one SQLite file. The format number stands in `PRAGMA user_version`, and
 * `PRAGMA application_id` marks the file as Querent's, so both can be read from the first 100 bytes without opening it
 * (https://www.sqlite.org/fileformat.html, "The Database Header").
 *
 * Size, measured on 61,281 citations (92 % with an abstract) with MeSH 2024: 182 MB, of which records 115 MB (1.9 kB each), MeSH
 * 10 MB, index 56 MB (0.9 kB a record).
 */

/** Raised whenever an older Querent could not read the file any more. 2: the column `more`. Format 1 is still read. */
const LIBRARY_FORMAT = 2;
const OLDEST_FORMAT = 1;

/** "QRNT". */
const APPLICATION_ID = 0x51524e54;

/** Bytes in one row of a table that holds a large value: SQLite binds whole values, and copies of 100 MB are wasteful. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * An empty library that is being filled. Its format number is 0 until it is complete ({@link COMPLETE}), so that nobody takes a part for
 * the whole.
 */
export const CREATE_SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE source (name TEXT PRIMARY KEY, records INTEGER NOT NULL, imported_at TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE citation (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,        -- PMID, or another id of the source
    doi TEXT,                       -- lower case, without https://doi.org/
    title TEXT NOT NULL,
    abstract TEXT NOT NULL,
    date TEXT,
    year INTEGER,
    journal TEXT,
    journal_abbreviation TEXT,
    volume TEXT,
    issue TEXT,
    pages TEXT,
    mesh TEXT,                      -- this and what follows: JSON arrays of texts, NULL when empty
    authors TEXT,
    affiliations TEXT,
    substances TEXT,
    publication_types TEXT,
    languages TEXT,
    keywords TEXT,
    more TEXT,                      -- JSON of CitationDetails, NULL when there are none
    fingerprint TEXT NOT NULL       -- of the record, to see quickly that nothing changed
  );
  CREATE INDEX citation_doi ON citation (doi) WHERE doi IS NOT NULL;
  -- Ids under which a record was known before it was merged with another of the same DOI.
  CREATE TABLE alias (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE mesh_lines (chunk INTEGER PRIMARY KEY, lines TEXT NOT NULL);
  -- The search index as core/corpus wrote it; it is thrown away, not migrated, when its format is unknown.
  CREATE TABLE index_blob (chunk INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  -- Only while it is being filled: what the import is and how far it came, and the ids whose records changed.
  CREATE TABLE building (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE touched (id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** Makes a filled library a complete one. */
export const COMPLETE = `DROP TABLE building; DROP TABLE touched; PRAGMA user_version = ${LIBRARY_FORMAT};`;

/** Why a file cannot be used as a citation library. */
export class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly code:
    | 'empty'
    | 'not-sqlite'
    | 'not-a-library'
    | 'unfinished'
    | 'older'
    | 'newer'
    | 'truncated'
    | 'damaged'
    | 'busy';
  constructor(code: LibraryError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** `--rebuild` because a build updates the file that is there, which is not possible with this one. */
const REBUILD_COMMAND = 'querent corpus build INPUT... --out LIBRARY --rebuild';
/** The way out of every fault of a library file. */
export const REBUILD = `Rebuild it with: ${REBUILD_COMMAND}`;

const MAGIC = 'SQLite format 3\0';

/** So many bytes at the start of a file tell whether it can be a library. */
export const HEADER_BYTES = 100;

/**
 * Checks the header of a library file before SQLite sees it, so that the message says what is wrong.
 * @param start the first {@link HEADER_BYTES} bytes of the file, or all of a smaller one; a few hundred tell better what else it is.
 * @param size of the file, in bytes.
 * @param name how messages call the file.
 * @returns the library format.
 * @throws LibraryError
 */
export function checkHeader(start: Uint8Array, size: number, name: string): number {
  if (size === 0) throw new LibraryError('empty', `${name} is empty (0 bytes). ${REBUILD}`);
  const magic = String.fromCharCode(...start.subarray(0, MAGIC.length));
  if (magic !== MAGIC && !(start.length < MAGIC.length && MAGIC.startsWith(magic)))
    throw new LibraryError(
      'not-sqlite',
      `${name} is not a SQLite file${looksLike(start)}. A citation library is made from citation files with: ` +
        'querent corpus build INPUT... --out LIBRARY',
    );
  if (size < HEADER_BYTES)
    throw new LibraryError('truncated', `${name} is cut off after ${size} bytes. ${REBUILD}`);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (view.getUint32(68) !== APPLICATION_ID)
    throw new LibraryError(
      'not-a-library',
      `${name} is a SQLite database, but not a citation library of Querent. Make one with: ` +
        'querent corpus build INPUT... --out LIBRARY',
    );
  const format = view.getUint32(60);
  if (format === 0)
    throw new LibraryError(
      'unfinished',
      `${name} is a library that was not completed: its import was interrupted. Run the import again; it goes on where it was.`,
    );
  if (format > LIBRARY_FORMAT || format < OLDEST_FORMAT) {
    const age = format < LIBRARY_FORMAT ? 'older' : 'newer';
    throw new LibraryError(
      age,
      `${name} was built by ${age === 'older' ? 'an older' : 'a newer'} Querent: it has library format ${format}, ` +
        `and this Querent reads formats ${OLDEST_FORMAT} to ${LIBRARY_FORMAT}. ${REBUILD}${age === 'newer' ? ', or update Querent' : ''}`,
    );
  }
  const pageSize = view.getUint16(16) === 1 ? 65536 : view.getUint16(16);
  const expected = pageSize * view.getUint32(28);
  if (size < expected)
    throw new LibraryError(
      'truncated',
      `${name} is cut off: it has ${size} of ${expected} bytes. Copy it again, or: ${REBUILD}`,
    );
  return format;
}

function looksLike(bytes: Uint8Array): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return ' (it looks gzipped)';
  const head = new TextDecoder()
    .decode(bytes.subarray(0, 400))
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (head.startsWith('{')) return ' (it looks like JSON lines)';
  if (/^(PMID-|TY {2}- )/.test(head)) return ' (it looks like a file of citations)';
  return '';
}
