import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findSource, sourceFiles } from '../datasets/sources/openSource.ts';
import { sha256OfFile } from '../sha256OfFile.ts';
import { writeSafely } from './state.ts';

/** SHA-256 of files, remembered by size and time of change: a library of gigabytes is not read anew for every start of a run. */
export interface FileHashes {
  /** @throws the system's error when there is no such file */
  of(path: string): Promise<string>;
  /** Of a source of a dataset, over all files that it consists of. */
  ofSource(text: string): Promise<string>;
}

interface Known {
  readonly bytes: number;
  readonly changed: number;
  readonly sha256: string;
}

/** Hashes that are remembered in `hashes.json` of a run folder. */
export function fileHashes(folder: string): FileHashes {
  const file = join(folder, 'hashes.json');
  let known: Record<string, Known> | undefined;
  const load = async (): Promise<Record<string, Known>> => {
    known ??= await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as Record<string, Known>)
      // What cannot be read is only forgotten.
      .catch(() => ({}));
    return known;
  };
  const of = async (path: string): Promise<string> => {
    const full = resolve(path);
    const all = await load();
    const { size: bytes, mtimeMs: changed } = await stat(full);
    const before = all[full];
    if (before?.bytes === bytes && before.changed === changed) return before.sha256;
    const sha256 = await sha256OfFile(full);
    all[full] = { bytes, changed, sha256 };
    await writeSafely(file, `${JSON.stringify(all)}\n`);
    return sha256;
  };
  return {
    of,
    async ofSource(text) {
      const source = await findSource(text);
      const found = await stat(source.path);
      if (!found.isDirectory()) return of(source.path);
      const files = await sourceFiles(source);
      return files.map(({ name, sha256 }) => `${name}:${sha256}`).join(' ');
    },
  };
}
