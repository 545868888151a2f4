/** Formats that people take for a database, by how their files begin; and what to do with each. */
const formats: readonly (readonly [format: string, offset: number, beginning: string, wayOut: string])[] = [
  ['an Access database', 4, 'Standard Jet DB', 'Export its tables to CSV files, and import them with sqlite3'],
  ['an Access database', 4, 'Standard ACE DB', 'Export its tables to CSV files, and import them with sqlite3'],
  ['a DuckDB database', 8, 'DUCK', 'Write its tables to SQLite with its extension sqlite (ATTACH ... (TYPE sqlite))'],
  ['an SQLite 2 database', 0, '** This file contains an SQLite 2', 'Dump it with sqlite 2, and read the dump with sqlite3'],
  ['a dump of PostgreSQL', 0, 'PGDMP', 'Write it as plain SQL with pg_restore'],
  ['a Parquet file', 0, 'PAR1', 'Write its table to SQLite, for instance with DuckDB'],
  ['a compressed file', 0, '\x1f\x8b', 'Unpack it'],
  ['a compressed file', 0, '\x28\xb5\x2f\xfd', 'Unpack it'],
  ['a compressed file', 0, '7z\xbc\xaf', 'Unpack it'],
  ['an archive or an Office file', 0, 'PK\x03\x04', 'Unpack it, or save its tables as CSV files and import them with sqlite3'],
  ['a pointer of Git LFS, without the file itself', 0, 'version https://git-lfs', 'Fetch the file with git lfs pull'],
  ['a log of changes (-wal) of another file', 0, '\x37\x7f\x06\x82', 'Name the database that it belongs to'],
  ['a log of changes (-wal) of another file', 0, '\x37\x7f\x06\x83', 'Name the database that it belongs to'],
  ['a journal of another file', 0, '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7', 'Name the database that it belongs to'],
]; // prettier-ignore

/** Bits of information in a byte above which a beginning looks encrypted or packed; texts and tables have less. */
const encryptedBits = 7.2;

/** What a file is that does not begin as an SQLite database does, and the way out: one or two sentences behind its path. */
export function foreignFile(data: Uint8Array): string {
  const start = Buffer.from(data.subarray(0, 64)).toString('latin1');
  for (const [format, offset, beginning, wayOut] of formats)
    if (start.startsWith(beginning, offset)) return `is ${format}, no SQLite database. ${wayOut}.`;
  const head = data.subarray(0, 4_096);
  if (isText(head)) {
    const text = Buffer.from(head).toString('utf8');
    return /^\s*(?:--|\/\*|BEGIN\b|PRAGMA\b|CREATE\b|INSERT\b|DROP\b|SET\b)/iu.test(text)
      ? 'is text with SQL, no SQLite database. Make a database of it with sqlite3 (sqlite3 new.sqlite < file.sql).'
      : 'is a text, no SQLite database. Tables in text, such as CSV, are imported with sqlite3 (.import).';
  }
  if (data.length >= 512 && bitsPerByte(head) > encryptedBits)
    return 'is encrypted, as it seems, or no SQLite database at all. Write a plain copy with the program that made it.';
  return 'is no SQLite database, or it is encrypted or damaged. Write a plain copy with the program that made it.';
}

function isText(head: Uint8Array): boolean {
  return !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

/** Entropy of the bytes (Shannon), 0..8. */
function bitsPerByte(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of data) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / data.length) * Math.log2(count / data.length);
  return bits;
}
