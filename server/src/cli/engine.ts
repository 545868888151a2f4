import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createPubMedEngine, memoryEngine, openLibrary, openLibraryEngine } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { importCitations, ImportError } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import type { SearchEngine } from '@querent/core/search';
import { readCitationFile, TruncatedArchiveError } from '../library/citationFile.ts';
import { loadMeshFile } from '../library/meshFile.ts';
import { loadSqlJs } from '../library/sqlJs.ts';
import { badInput } from './exit.ts';
import { note } from './io.ts';

const LIBRARY_EXTENSIONS = new Set(['.sqlite', '.sqlite3', '.db']);
const CITATION_FILES = /\.(jsonl|ndjson|nbib|medline)(\.gz)?$/i;
/** A thesaurus beside citation files is used with them. */
const THESAURUS_FILES = /^(thesaurus|mesh)[^/]*\.jsonl(\.gz)?$/i;

/** Where a command searches. */
export interface EngineChoice {
  readonly corpus?: string;
  readonly live?: boolean;
}

/**
 * Opens what `--corpus` or `--live` names.
 * @throws CliError, LibraryError
 */
export async function openEngine({ corpus, live }: EngineChoice): Promise<SearchEngine> {
  if (corpus !== undefined && live === true) throw badInput('Give either --corpus or --live, not both.');
  if (live === true) return openPubMed();
  if (corpus === undefined)
    throw badInput(
      'Say where to search: --corpus LIBRARY (make one with: querent corpus build), or --live for PubMed itself.',
    );
  return openCorpus(corpus);
}

/** PubMed itself; an address for NCBI and an API key are taken from the environment. */
export function openPubMed(): SearchEngine {
  const { NCBI_EMAIL: email, NCBI_API_KEY: apiKey, QUERENT_EUTILS_URL: baseUrl } = process.env;
  return createPubMedEngine({
    ...(email === undefined ? {} : { email }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
}

/** Opens a library, or reads a citation file (or the ones in a folder) into memory. */
export async function openCorpus(path: string): Promise<LocalEngine> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw badInput(
      `${path} cannot be read: ${reason}. Make a library with: querent corpus build INPUT... --out ${path}`,
      error,
    );
  });
  if (found.isDirectory()) return openCitations(path, await citationFilesIn(path));
  if (LIBRARY_EXTENSIONS.has(extname(path).toLowerCase()) || found.size === 0 || (await isSqlite(path)))
    return openLibraryEngine(openLibrary(await loadSqlJs(), await readFile(path), path));
  return openCitations(path, [path]);
}

async function isSqlite(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    return buffer.toString('latin1') === 'SQLite';
  } finally {
    await handle.close();
  }
}

async function citationFilesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(
    (name) => CITATION_FILES.test(name) && !THESAURUS_FILES.test(name),
  );
  if (names.length === 0)
    throw badInput(`${folder} has no citation files (.jsonl, .nbib, .medline, also with .gz).`);
  return names.sort().map((name) => join(folder, name));
}

async function openCitations(path: string, files: readonly string[]): Promise<LocalEngine> {
  const records: CitationRecord[] = [];
  let rejected = 0;
  for (const file of files) {
    try {
      for await (const item of importCitations(
        readCitationFile(file, () => undefined),
        file,
      )) {
        if (item.kind === 'record') records.push(item.record);
        else if (++rejected <= 5) note(`${file}, line ${item.line}: ${item.reason}`);
      }
    } catch (error) {
      if (!(error instanceof ImportError || error instanceof TruncatedArchiveError)) throw error;
      if (files.length === 1 && records.length === 0) throw badInput(error.message, error);
      note(error instanceof ImportError ? error.message : `${file}: ${error.message}`);
    }
  }
  if (rejected > 5) note(`... and ${rejected - 5} more bad records`);
  if (records.length === 0) throw badInput(`${path} holds no good record.`);
  const thesaurus = await thesaurusBeside(files[0] ?? path);
  return memoryEngine(records, {
    label: `citation file ${basename(path)}`,
    ...(thesaurus === undefined ? {} : { thesaurus }),
  });
}

async function thesaurusBeside(file: string): Promise<Thesaurus | undefined> {
  const folder = join(file, '..');
  const name = (await readdir(folder)).sort().find((each) => THESAURUS_FILES.test(each));
  return name === undefined ? undefined : loadMeshFile(join(folder, name));
}
