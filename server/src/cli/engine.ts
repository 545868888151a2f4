import { dirname, resolve } from 'node:path';
import type { Library, LocalEngine } from '@querent/core/connectors';
import type { ResolvedExpression } from '@querent/core/ctgov';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import type { FrontMatter } from '@querent/core/strategy';
import { systemReason } from '../library/buildError.ts';
import { openCitations } from '../library/openCitations.ts';
import { openLibraryFile as openFile } from '../library/openLibraryFile.ts';
import { engineTarget } from '../measuring/engineTarget.ts';
import { trialsInLibrary } from '../measuring/trialsInLibrary.ts';
import { badInput, note } from '../terminal/index.ts';

/** Bad records that are named when a citation file is searched directly. */
const MAX_TOLD = 5;

/** Where a command searches. */
export interface EngineChoice {
  readonly corpus?: string;
  readonly live?: boolean;
  /** Records without MeSH match headings by their terms in the text. */
  readonly headingsAsText?: boolean;
}

/**
 * Opens what `--corpus` or `--live` names.
 * @throws CliError, SearchError
 */
export async function openEngine({
  corpus: named,
  live,
  headingsAsText,
}: EngineChoice): Promise<SearchEngine> {
  const corpus = named?.trim() === '' ? undefined : named;
  if (corpus !== undefined && live === true) throw badInput('Give either --corpus or --live, not both.');
  if (live === true && headingsAsText === true)
    throw badInput('--headings-as-text goes with --corpus: PubMed itself does not search headings as text.');
  if (live === true) return openPubMed();
  if (corpus === undefined)
    throw badInput(
      'Say where to search: --corpus LIBRARY (make one with: querent corpus build), or --live for PubMed itself.',
    );
  return openCorpus(corpus, headingsAsText);
}

/**
 * Opens what the options name, else the database in the front matter of the strategy `file` (`-`: standard input, relative to
 * where the command runs).
 * @throws CliError, SearchError
 */
export async function openEngineFor(
  frontMatter: FrontMatter | undefined,
  file: string,
  choice: EngineChoice,
): Promise<SearchEngine> {
  if (choice.corpus !== undefined || choice.live === true) return openEngine(choice);
  const directory = file === '-' ? process.cwd() : resolve(dirname(file));
  const target = engineTarget(frontMatter?.database, {
    directory,
    workspaceFolders: [],
    libraryPath: '',
    networkPaths: true,
  });
  switch (target.kind) {
    case 'none':
      throw badInput(
        'The strategy names no database. Add --corpus LIBRARY or --live, or "database:" to its front matter.',
      );
    case 'error':
      throw badInput(target.message);
    case 'pubmed':
      return openPubMed();
    case 'ctgov':
      throw badInput(
        `${file}: this is a search of ClinicalTrials.gov, which querent count and querent search --trials ask. Name "pubmed" or a citation library for queries of PubMed.`,
      );
    default:
      return openCorpus(target.path, choice.headingsAsText);
  }
}

/**
 * Opens what expressions of ClinicalTrials.gov are asked in: a library of trial records with `--corpus`, the registry itself with `--live`,
 * else the database that the front matter names.
 * @throws CliError, SearchError
 */
export async function openTrialsFor(
  frontMatter: FrontMatter | undefined,
  file: string,
  { corpus: named, live, headingsAsText }: EngineChoice,
): Promise<SearchEngine<ResolvedExpression>> {
  const corpus = named?.trim() === '' ? undefined : named;
  if (corpus !== undefined && live === true) throw badInput('Give either --corpus or --live, not both.');
  if (headingsAsText === true)
    throw badInput(
      '--headings-as-text goes with queries of PubMed: expressions of ClinicalTrials.gov name no headings.',
    );
  if (live === true) return openTrials();
  const target = engineTarget(corpus ?? frontMatter?.database, {
    directory: corpus !== undefined || file === '-' ? process.cwd() : resolve(dirname(file)),
    workspaceFolders: [],
    libraryPath: '',
    networkPaths: true,
    language: 'ctgov',
  });
  switch (target.kind) {
    case 'none':
      throw badInput(
        'Say where to search: --live for ClinicalTrials.gov itself, --corpus LIBRARY for a library of trial records, or "database:" in the front matter.',
      );
    case 'error':
      throw badInput(target.message);
    case 'pubmed':
    case 'ctgov':
      return openTrials();
    default:
      return trialsInLibrary(await openCorpus(target.path));
  }
}

/** ClinicalTrials.gov itself, with answers that are kept for the day and one limit for all commands and windows. */
export async function openTrials(): Promise<SearchEngine<ResolvedExpression>> {
  const { openLiveTrials } = await import('../live/index.ts');
  const address = process.env['QUERENT_CTGOV_URL'];
  return openLiveTrials({
    warn: note,
    onOlder: note,
    ...(address === undefined || address === '' ? {} : { address }),
  });
}

/**
 * PubMed itself, with answers that are kept for the day and one limit for all commands and windows; an address for NCBI and an API key are
 * taken from the environment.
 * @throws SearchError when the environment names a proxy that cannot be used
 */
export async function openPubMed(): Promise<SearchEngine> {
  const { openLivePubMed } = await import('../live/index.ts');
  const { NCBI_EMAIL: email, NCBI_API_KEY: key, QUERENT_EUTILS_URL: address } = process.env;
  return openLivePubMed({
    warn: note,
    onOlder: note,
    ...(email === undefined ? {} : { email }),
    ...(key === undefined ? {} : { key }),
    ...(address === undefined ? {} : { address }),
  });
}

/**
 * Opens the file of a library without its index, for what it says of itself and for MeSH.
 * @throws CliError when there is no such file, LibraryError when it is no library.
 */
export async function openLibraryFile(path: string): Promise<Library> {
  try {
    return await openFile(path, path);
  } catch (error) {
    const reason = systemReason(error);
    if (reason !== undefined) throw badInput(`${path} cannot be read: ${reason}.`, error);
    throw error;
  }
}

/**
 * Opens a library, or reads a citation file (or the ones in a folder) into memory; bad records are told on stderr.
 * @throws CliError
 */
async function openCorpus(path: string, headingsAsText = false): Promise<LocalEngine> {
  try {
    const { engine, rejected } = await openCitations(path, undefined, { headingsAsText });
    for (const { file, line, reason } of rejected.slice(0, MAX_TOLD))
      note(`${file}, line ${line}: ${reason}`);
    if (rejected.length > MAX_TOLD) note(`... and ${rejected.length - MAX_TOLD} more bad records`);
    return engine;
  } catch (error) {
    if (error instanceof SearchError && error.code === 'bad-library') throw badInput(error.message, error);
    throw error;
  }
}
