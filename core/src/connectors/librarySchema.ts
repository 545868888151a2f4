/**
 * The layout of a citation library: one SQLite file. The format number stands in `PRAGMA user_version`, and
 * `PRAGMA application_id` marks the file as Querent's, so both can be read from the first 100 bytes without opening it
 * (https://www.sqlite.org/fileformat.html, "The Database Header").
 *
 * Size, measured on 61,281 citations (92 % with an abstract) with MeSH 2024: 182 MB, of which records 115 MB (1.9 kB each), MeSH
 * 10 MB, index 56 MB (0.9 kB a record).
 */

/** Raised whenever an older Querent could not read the file any more. */
export const LIBRARY_FORMAT = 1;

/** "QRNT". */
const APPLICATION_ID = 0x51524e54;

/** Bytes in one row of a table that holds a large value: SQLite binds whole values, and copies of 100 MB are wasteful. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

export const CREATE_SCHEMA = `
  PRAGMA page_size = 8192;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LIBRARY_FORMAT};
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
    fingerprint TEXT NOT NULL       -- of the record, to see quickly that nothing changed
  );
  -- Ids under which a record was known before it was merged with another of the same DOI.
  CREATE TABLE alias (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE mesh_lines (chunk INTEGER PRIMARY KEY, lines TEXT NOT NULL);
  -- The search index as core/corpus wrote it; it is thrown away, not migrated, when its format is unknown.
  CREATE TABLE index_blob (chunk INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
`;

/** Why a file cannot be used as a citation library. */
export class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly code: 'empty' | 'not-sqlite' | 'not-a-library' | 'older' | 'newer' | 'truncated' | 'damaged';
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

/**
 * Checks the header of a library file before SQLite sees it, so that the message says what is wrong.
 * @param name how messages call the file.
 * @throws LibraryError
 */
export function checkHeader(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new LibraryError('empty', `${name} is empty (0 bytes). ${REBUILD}`);
  const start = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC && !(bytes.length < MAGIC.length && MAGIC.startsWith(start)))
    throw new LibraryError(
      'not-sqlite',
      `${name} is not a SQLite file${looksLike(bytes)}. A citation library is made from citation files with: ` +
        'querent corpus build INPUT... --out LIBRARY',
    );
  if (bytes.length < 100)
    throw new LibraryError('truncated', `${name} is cut off after ${bytes.length} bytes. ${REBUILD}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(68) !== APPLICATION_ID)
    throw new LibraryError(
      'not-a-library',
      `${name} is a SQLite database, but not a citation library of Querent. Make one with: ` +
        'querent corpus build INPUT... --out LIBRARY',
    );
  const format = view.getUint32(60);
  if (format !== LIBRARY_FORMAT) {
    const age = format < LIBRARY_FORMAT ? 'older' : 'newer';
    throw new LibraryError(
      age,
      `${name} was built by ${age === 'older' ? 'an older' : 'a newer'} Querent: it has library format ${format}, ` +
        `and this Querent reads format ${LIBRARY_FORMAT}. ${REBUILD}${age === 'newer' ? ', or update Querent' : ''}`,
    );
  }
  const pageSize = view.getUint16(16) === 1 ? 65536 : view.getUint16(16);
  const expected = pageSize * view.getUint32(28);
  if (bytes.length < expected)
    throw new LibraryError(
      'truncated',
      `${name} is cut off: it has ${bytes.length} of ${expected} bytes. Copy it again, or: ${REBUILD}`,
    );
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
