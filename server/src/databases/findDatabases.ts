import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { SearchError } from '@querent/core/search';
import { fileState } from './fileState.ts';
import { weighDatabase } from './limits.ts';
import type { DatabaseWeight } from './limits.ts';
import type { DatabasesOptions } from './openDatabases.ts';
import type { DatabaseFile } from './protocol.ts';
import type { RunnerKind } from './runner.ts';

const suffixes = ['.sqlite', '.sqlite3', '.db'];

/**
 * The databases of a folder by their names.
 * @throws SearchError `bad-library` when it holds none, two of one name, or one that is too large
 */
export async function findDatabases(
  folder: string,
  options: DatabasesOptions,
): Promise<ReadonlyMap<string, DatabaseFile>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new SearchError(
      'bad-library',
      error.code === 'ENOENT'
        ? `There is no folder ${folder}. Name the folder that holds the databases.`
        : error.code === 'ENOTDIR'
          ? `${folder} is a file. Name the folder that holds the databases.`
          : `The folder ${folder} cannot be read: ${error.message}`,
    );
  });
  const paths = entries.flatMap((entry) =>
    suffixes.includes(parse(entry.name).ext.toLowerCase())
      ? [join(folder, entry.name)]
      : entry.isDirectory()
        ? suffixes.map((suffix) => join(folder, entry.name, `${entry.name}${suffix}`))
        : [],
  );
  const files = new Map<string, DatabaseFile>();
  for (const path of paths.sort()) {
    const { name } = parse(path);
    const file = findFile(path, name, options);
    if (file === undefined) continue;
    const other = files.get(name);
    if (other !== undefined)
      throw new SearchError(
        'bad-library',
        `${other.path} and ${path} are both called ${name}. Rename one, or take it away.`,
      );
    files.set(name, file);
  }
  if (files.size === 0)
    throw new SearchError(
      'bad-library',
      `${folder} holds no database (${suffixes.map((suffix) => `*${suffix}`).join(', ')}). Name another folder.`,
    );
  return files;
}

/** Undefined for what is no file. @throws SearchError `bad-library` for one that is too large */
export function findFile(path: string, name: string, options: DatabasesOptions): DatabaseFile | undefined {
  const state = fileState(path);
  if (state === undefined) return undefined;
  const file = { name, path, ...state };
  const weight = weightOf(file, options);
  if (weight.kind === 'refused') throw new SearchError('bad-library', weight.message);
  return file;
}

/** What will happen with a file, by its size and that of its log. */
export function weightOf(
  { path, bytes, log }: DatabaseFile,
  { inPlaceFrom }: DatabasesOptions,
): DatabaseWeight {
  return weighDatabase(path, bytes + (log?.bytes ?? 0), { inPlaceFrom });
}

/** By what a file is read. */
export function engineOf(file: DatabaseFile, options: DatabasesOptions): RunnerKind {
  const weight = weightOf(file, options);
  return weight.kind === 'refused' ? 'memory' : weight.engine;
}
