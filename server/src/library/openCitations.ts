import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { LibraryError, memoryEngine, mergeRecords, openLibraryEngine } from '@querent/core/connectors';
import type { LocalEngine, LocalEngineOptions } from '@querent/core/connectors';
import { importCitations, ImportError } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { SearchError } from '@querent/core/search';
import type { Thesaurus } from '@querent/core/mesh';
import type { RejectedRecord } from './buildTally.ts';
import { readCitationFile, TruncatedArchiveError } from './citationFile.ts';
import { loadMeshFile } from './meshFile.ts';
import { openLibraryFile } from './openLibraryFile.ts';
import type { SharedIndex } from './workerProtocol.ts';

/** An engine over local records, and what could not be read of them. */
export interface OpenedCitations {
  readonly engine: LocalEngine;
  /** Bad records of citation files, at most 1,000; empty for a library. */
  readonly rejected: readonly RejectedRecord[];
}

type EngineOptions = Pick<LocalEngineOptions, 'headingsAsText' | 'termMemoryBytes'>;

const libraryExtensions = new Set(['.sqlite', '.sqlite3', '.db']);
const citationFile = /\.(?:jsonl|ndjson|json|nbib|medline|ris|xml|csv|tsv)(?:\.gz)?$/i;
/** MeSH that lies beside citation files is used with them. */
const meshFile = /^(?:thesaurus|mesh)[^/]*\.jsonl(?:\.gz)?$/i;
/** NLM's own files of MeSH: descriptors, qualifiers, supplementary and publication characteristics. */
const meshXml = /^(?:desc|qual|supp|pa)\d{4}\.xml(?:\.gz)?$/i;
/** JSON beside citation files that is none of them: settings, and search files. */
const otherJson = /^(?:package(?:-lock)?|tsconfig.*|settings|.*_search_history)\.json(?:\.gz)?$/i;
const mostRejected = 1_000;

/**
 * Opens what `path` names: a citation library, a citation file (of any format that is imported, also gzipped), or a folder of citation
 * files. Files are read into memory and indexed, which takes about a second for 5,000 records.
 * @throws SearchError `bad-library` with the cause and the way out.
 */
export async function openCitations(
  path: string,
  meshPath?: string,
  { shared, ...options }: EngineOptions & { readonly shared?: SharedIndex } = {},
): Promise<OpenedCitations> {
  try {
    const thesaurus = meshPath === undefined || meshPath === '' ? undefined : await loadMeshFile(meshPath);
    const found = await stat(path);
    if (found.isDirectory())
      return await openFiles(await filesIn(path), `citation folder ${basename(path)}`, thesaurus, options);
    if (!found.isFile()) throw new SearchError('bad-library', `${path} is a device or a pipe, not a file.`);
    if (!libraryExtensions.has(extname(path).toLowerCase()) && !(await isSqlite(path)))
      return await openFiles([path], `citation file ${basename(path)}`, thesaurus, options);
    const library = await openLibraryFile(path);
    return {
      engine: openLibraryEngine(library, {
        ...options,
        ...(thesaurus === undefined ? {} : { thesaurus }),
        ...(shared === undefined ? {} : { shared }),
      }),
      rejected: [],
    };
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
    .filter(
      (name) => citationFile.test(name) && ![meshFile, meshXml, otherJson].some((other) => other.test(name)),
    )
    .sort();
  if (names.length === 0)
    throw new SearchError(
      'bad-library',
      `The folder ${folder} holds no citation file (.xml, .nbib, .ris, .csv, .tsv, .jsonl or .json, also .gz).`,
    );
  return names.map((name) => join(folder, name));
}

async function openFiles(
  paths: readonly string[],
  label: string,
  thesaurus: Thesaurus | undefined,
  options: EngineOptions,
): Promise<OpenedCitations> {
  const records = new Map<string, CitationRecord>();
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
        if (item.kind === 'record') keep(records, item.record);
        else if (item.kind === 'deleted') records.delete(item.id);
        else reject(path, item.line, item.reason);
      }
    } catch (error) {
      if (!(error instanceof ImportError || error instanceof TruncatedArchiveError)) throw error;
      reject(path, 0, error.message);
    }
  }
  if (records.size === 0) {
    const [first] = rejected;
    const cause =
      first === undefined ? '' : ` ${first.line > 0 ? `Line ${first.line}: ` : ''}${first.reason}`;
    throw new SearchError('bad-library', `There is no good record in the ${label}.${cause}`);
  }
  const mesh = thesaurus ?? (await meshBeside(paths[0] ?? ''));
  return {
    engine: memoryEngine(
      records.values(),
      { label, ...(mesh === undefined ? {} : { thesaurus: mesh }) },
      options,
    ),
    rejected,
  };
}

/** As in a library: what a later file says of a record goes before, what it is silent about is kept. */
function keep(records: Map<string, CitationRecord>, newer: CitationRecord): void {
  const older = records.get(newer.id);
  records.set(newer.id, older === undefined ? newer : mergeRecords(older, newer, newer.id));
}

async function meshBeside(path: string): Promise<Thesaurus | undefined> {
  const folder = dirname(path);
  const name = (await readdir(folder)).sort().find((each) => meshFile.test(each));
  return name === undefined ? undefined : loadMeshFile(join(folder, name));
}
