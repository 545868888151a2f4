import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { LibraryError, memoryEngine, openLibrary, openLibraryEngine } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { importCitations, ImportError } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { SearchError } from '@querent/core/search';
import type { Thesaurus } from '@querent/core/mesh';
import type { RejectedRecord } from './buildLibrary.ts';
import { readCitationFile, TruncatedArchiveError } from './citationFile.ts';
import { loadMeshFile } from './meshFile.ts';
import { loadSqlJs } from './sqlJs.ts';

/** An engine over local records, and what could not be read of them. */
export interface OpenedCitations {
  readonly engine: LocalEngine;
  /** Bad records of citation files, at most 1,000; empty for a library. */
  readonly rejected: readonly RejectedRecord[];
}

const libraryExtensions = new Set(['.sqlite', '.sqlite3', '.db']);
const citationFile = /\.(?:jsonl|ndjson|nbib|medline)(?:\.gz)?$/i;
/** MeSH that lies beside citation files is used with them. */
const meshFile = /^(?:thesaurus|mesh)[^/]*\.jsonl(?:\.gz)?$/i;
const mostRejected = 1_000;

/**
 * Opens what `path` names: a citation library, a citation file (JSON lines or MEDLINE/nbib, also gzipped), or a folder of citation
 * files. Files are read into memory and indexed, which takes about a second for 5,000 records.
 * @throws SearchError `bad-library` with the cause and the way out.
 */
export async function openCitations(path: string, meshPath?: string): Promise<OpenedCitations> {
  try {
    const thesaurus = meshPath === undefined || meshPath === '' ? undefined : await loadMeshFile(meshPath);
    const found = await stat(path);
    if (found.isDirectory())
      return await openFiles(await filesIn(path), `citation folder ${basename(path)}`, thesaurus);
    if (!found.isFile()) throw new SearchError('bad-library', `${path} is a device or a pipe, not a file.`);
    if (!libraryExtensions.has(extname(path).toLowerCase()) && !(await isSqlite(path)))
      return await openFiles([path], `citation file ${basename(path)}`, thesaurus);
    const library = openLibrary(await loadSqlJs(), await readFile(path), basename(path));
    return { engine: openLibraryEngine(library, thesaurus === undefined ? {} : { thesaurus }), rejected: [] };
  } catch (error) {
    if (error instanceof SearchError) throw error;
    throw new SearchError('bad-library', messageOf(error, path), false, error);
  }
}

async function isSqlite(path: string): Promise<boolean> {
  for await (const chunk of readCitationFile(path, () => undefined))
    return Buffer.from(chunk.subarray(0, 15)).toString('latin1') === 'SQLite format 3';
  return false;
}

function messageOf(error: unknown, path: string): string {
  if (error instanceof LibraryError) return error.message;
  const { code } = error as { code?: unknown };
  if (code === 'ENOENT') return `There is no file ${path}.`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} cannot be read: permission denied.`;
  return error instanceof Error ? error.message : String(error);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder))
    .filter((name) => citationFile.test(name) && !meshFile.test(name))
    .sort();
  if (names.length === 0)
    throw new SearchError(
      'bad-library',
      `The folder ${folder} holds no citation file (.jsonl, .nbib or .medline, also .gz).`,
    );
  return names.map((name) => join(folder, name));
}

async function openFiles(
  paths: readonly string[],
  label: string,
  thesaurus: Thesaurus | undefined,
): Promise<OpenedCitations> {
  const records: CitationRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const reject = (file: string, line: number, reason: string): void => {
    if (rejected.length < mostRejected) rejected.push({ file, line, reason });
  };
  for (const path of paths) {
    try {
      for await (const item of importCitations(
        readCitationFile(path, () => undefined),
        basename(path),
      )) {
        if (item.kind === 'record') records.push(item.record);
        else if (item.kind === 'rejected') reject(path, item.line, item.reason);
      }
    } catch (error) {
      if (!(error instanceof ImportError || error instanceof TruncatedArchiveError)) throw error;
      reject(path, 0, error.message);
    }
  }
  if (records.length === 0) {
    const [first] = rejected;
    const cause =
      first === undefined ? '' : ` ${first.line > 0 ? `Line ${first.line}: ` : ''}${first.reason}`;
    throw new SearchError('bad-library', `There is no good record in the ${label}.${cause}`);
  }
  const mesh = thesaurus ?? (await meshBeside(paths[0] ?? ''));
  return {
    engine: memoryEngine(records, { label, ...(mesh === undefined ? {} : { thesaurus: mesh }) }),
    rejected,
  };
}

async function meshBeside(path: string): Promise<Thesaurus | undefined> {
  const folder = dirname(path);
  const name = (await readdir(folder)).sort().find((each) => meshFile.test(each));
  return name === undefined ? undefined : loadMeshFile(join(folder, name));
}
