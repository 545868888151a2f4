import { open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

/** How the files of SQLite are called, mostly. */
const suffixes = new Set(['.sqlite', '.sqlite3', '.db', '.db3']);
/** Files of a folder whose beginning is looked at; beyond that nobody means all of them. */
const mostCandidates = 200;

/** What lies beside a document that names no database. */
export type Beside =
  | { readonly kind: 'one'; readonly path: string }
  | { readonly kind: 'several'; readonly names: readonly string[] }
  | { readonly kind: 'none' };

/** The SQLite databases of a folder by their names, those that begin as such; none for a folder that cannot be read. */
export async function databasesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const candidates = entries
    .filter((entry) => !entry.name.startsWith('.') && suffixes.has(extname(entry.name).toLowerCase()))
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .slice(0, mostCandidates)
    .map(({ name }) => join(folder, name));
  const are = await Promise.all(candidates.map((path) => beginsAsDatabase(path)));
  return candidates.filter((_, i) => are[i] === true).sort();
}

/** The database of the document's own name, else the only one of the first folder that has any. @param own the document's path */
export async function besideDatabase(own: string | undefined, folders: readonly string[]): Promise<Beside> {
  for (const folder of folders) {
    const found = await databasesIn(folder);
    const [first] = found;
    if (first === undefined) continue;
    const name = own === undefined ? undefined : basename(own, extname(own));
    const wanted = found.find((path) => basename(path, extname(path)) === name);
    if (wanted !== undefined) return { kind: 'one', path: wanted };
    if (found.length === 1) return { kind: 'one', path: first };
    return { kind: 'several', names: found.map((path) => basename(path)) };
  }
  return { kind: 'none' };
}

/** By its first bytes: `.db` is the name of much else. */
async function beginsAsDatabase(path: string): Promise<boolean> {
  // A link may lead to a pipe, which nobody may ever write into: opening it would wait, and keep the server from ending.
  const target = await stat(path).catch(() => undefined);
  if (target?.isFile() !== true) return false;
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 16 && buffer.toString('latin1') === 'SQLite format 3\0';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
