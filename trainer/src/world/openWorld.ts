import { join } from 'node:path';
import { createRankedEngine, rankedSource } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { SearchError } from '@querent/core/search';
import type { RankedEngine, SearchEngine } from '@querent/core/search';
import type { World } from '@querent/core/tasks';
import { openDatabases } from '@querent/server/databases';
import type { OpenedDatabases } from '@querent/server/databases';
import { cacheFolder, openCitations, rankedCache } from '@querent/server/library';
import type { SharedIndex } from '@querent/server/library';
import { openLivePubMed } from '@querent/server/live';
import { note } from '@querent/server/terminal';
import { openDense } from '../embedding/openDense.ts';
import type { OpenedDense } from '../embedding/openDense.ts';
import { preparing } from '../preparing.ts';
import { libraryPassages } from './passages.ts';

/**
 * Models ask for the terms of many topics at once. With the editor's 64 MB the terms of the 32 real topics push each other out, and a query
 * takes 1.2 ms of processor time instead of 0.45 (docs/reward-service.md).
 */
const termMemoryBytes = 128 * 1024 * 1024;

/** Where queries are run. What is not named is not there, and a task that needs it refuses its items. */
export interface WorldOptions {
  /** Citation library, citation file or folder of citation files; for publication search, for rankings and their passages. */
  readonly corpus?: string;
  /** The same of trial registrations, whose ids are NCT numbers. */
  readonly trials?: string;
  /** See `EvaluateOptions.headingsAsText`; of `corpus`. */
  readonly headingsAsText?: boolean;
  /** Publication search asks PubMed itself. Address for NCBI and key are taken from `NCBI_EMAIL` and `NCBI_API_KEY`. */
  readonly live?: boolean;
  /** Publication search asks this address, which speaks NCBI's E-utilities. Without a limit of requests unless it is NCBI's own. */
  readonly eutils?: string;
  /** Folder of SQLite databases. */
  readonly databases?: string;
  /** Statements that run at the same time; see `DatabasesOptions.threads`. */
  readonly databaseThreads?: number;
  /** Embedding model, a GGUF file or the address of a server: for rankings of `corpus` by similarity, and for rewards that compare texts. */
  readonly embedding?: string;
  /** What the embedding model wants before questions and before records: `query: ` and `passage: ` for e5. */
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  /** Where what can be made again is kept: indexes for ranking, answers of PubMed. The platform's cache folder unless told otherwise. */
  readonly cachePath?: string;
  /** Indexes that another thread has read already, see {@link OpenedWorld.shared}. */
  readonly shared?: SharedIndexes;
}

/** Indexes of libraries in memory that threads share. */
export interface SharedIndexes {
  readonly citations?: SharedIndex;
  readonly trials?: SharedIndex;
}

/** One place of a world, for health and run folders. */
export interface WorldPart {
  readonly part: keyof World;
  /** See `Provenance.engine`: changes when answers may. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  /** Records, or databases; null where that is not known. */
  readonly records: number | null;
}

/** A world of files and services. */
export interface OpenedWorld extends World {
  readonly databases?: OpenedDatabases;
  /** The engine of `corpus`, which the deterministic rewriter and the making of topics work on directly. */
  readonly library: LocalEngine | undefined;
  /** What there is, in the order of the parts of a world. Nothing is asked for it. */
  describe(): readonly WorldPart[];
  /** What further threads can open the same world with, without reading the indexes again. */
  shared(): SharedIndexes;
  /** Frees files and stops what is being built. */
  close(): Promise<void>;
}

/**
 * Opens the places where queries are run, in this thread. The index for ranking is made by the first question that needs it.
 * @throws SearchError `rejected` for options that do not go together, `bad-library` for what cannot be opened, with the way out.
 */
export async function openWorld(options: WorldOptions): Promise<OpenedWorld> {
  checkOptions(options);
  const { corpus, trials, headingsAsText = false, shared = {}, cachePath = cacheFolder() } = options;
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  const openLibrary = async (path: string, asText: boolean, index: SharedIndex | undefined) => {
    const { engine } = await openCitations(path, undefined, {
      headingsAsText: asText,
      termMemoryBytes,
      ...(index === undefined ? {} : { shared: index }),
    });
    closing.push(() => engine.close());
    return engine;
  };
  try {
    const library =
      corpus === undefined ? undefined : await openLibrary(corpus, headingsAsText, shared.citations);
    const trialLibrary = trials === undefined ? undefined : await openLibrary(trials, false, shared.trials);
    const live = openPubMed(options, cachePath);
    if (live !== undefined) closing.push(() => live.close());
    const citations: SearchEngine | undefined = live ?? library;
    const ranking =
      library === undefined || corpus === undefined ? undefined : rankingOf(library, corpus, cachePath);
    if (ranking !== undefined) closing.push(() => ranking.close());
    const embedded = await openEmbedding(options, library, cachePath);
    if (embedded !== undefined) closing.push(() => embedded.close());
    const { dense, embedder } = embedded ?? {};
    const databases = await openFolder(options);
    if (databases !== undefined) closing.push(() => databases.close());
    return {
      library,
      ...(citations === undefined ? {} : { citations }),
      ...(trialLibrary === undefined ? {} : { trials: trialLibrary }),
      ...(ranking === undefined ? {} : { ranking }),
      ...(dense === undefined ? {} : { dense }),
      ...(embedder === undefined ? {} : { embedder }),
      ...(library === undefined ? {} : { passages: libraryPassages(library) }),
      ...(databases === undefined ? {} : { databases }),
      describe: () => [
        ...engineParts('citations', citations, citations === library ? library : undefined),
        ...engineParts('trials', trialLibrary, trialLibrary),
        ...engineParts('ranking', ranking, library),
        ...engineParts('dense', dense, library),
        ...engineParts('embedder', embedder && { id: embedder.id, label: embedder.id }, undefined),
        ...databaseParts(databases, options.databases),
      ],
      shared: () => ({
        ...sharedIndex('citations', library),
        ...sharedIndex('trials', trialLibrary),
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkOptions(options: WorldOptions): void {
  const { corpus, live = false, eutils, headingsAsText = false } = options;
  const { embedding, queryPrefix, documentPrefix } = options;
  if (embedding === undefined && (queryPrefix !== undefined || documentPrefix !== undefined))
    throw new SearchError(
      'rejected',
      '--query-prefix and --document-prefix go with --embedding: they stand before what it embeds.',
    );
  if (live && eutils !== undefined)
    throw new SearchError(
      'rejected',
      'Give either --live or --eutils: both say whom publication search asks.',
    );
  if (headingsAsText && corpus === undefined)
    throw new SearchError('rejected', '--headings-as-text goes with --corpus: only a library can do that.');
  // Addresses are told with every number, and stand in logs.
  if (eutils !== undefined && URL.canParse(eutils) && new URL(eutils).username !== '')
    throw new SearchError('rejected', '--eutils: write the address without a name or password.');
  if (eutils !== undefined && !/^https?:$/.test(protocolOf(eutils)))
    throw new SearchError(
      'rejected',
      `--eutils ${eutils} is no address. Write it like http://localhost:8080/.`,
    );
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

async function openEmbedding(
  { embedding, corpus, queryPrefix, documentPrefix }: WorldOptions,
  library: LocalEngine | undefined,
  cachePath: string,
): Promise<OpenedDense | undefined> {
  if (embedding === undefined) return undefined;
  return openDense({
    model: embedding,
    cachePath,
    warn: note,
    ...(library === undefined ? {} : { library }),
    ...(corpus === undefined ? {} : { path: corpus }),
    ...(queryPrefix === undefined ? {} : { queryPrefix }),
    ...(documentPrefix === undefined ? {} : { documentPrefix }),
  });
}

function openPubMed({ live = false, eutils }: WorldOptions, cachePath: string): SearchEngine | undefined {
  if (!live && eutils === undefined) return undefined;
  const { NCBI_EMAIL: email, NCBI_API_KEY: key } = process.env;
  const isNcbi = eutils === undefined || /(?:^|\.)nih\.gov$/i.test(new URL(eutils).hostname);
  return openLivePubMed({
    tool: 'querent-trainer',
    folder: join(cachePath, 'live'),
    warn: note,
    ...(eutils === undefined ? {} : { address: eutils }),
    // The key is NCBI's business, and its limit too.
    ...(isNcbi
      ? { ...(email === undefined ? {} : { email }), ...(key === undefined ? {} : { key }) }
      : { requestsPerSecond: Infinity }),
  });
}

async function openFolder(options: WorldOptions): Promise<OpenedDatabases | undefined> {
  const { databases, databaseThreads: threads } = options;
  if (databases === undefined) return undefined;
  return openDatabases(databases, threads === undefined ? {} : { threads });
}

function databaseParts(databases: OpenedDatabases | undefined, folder = ''): readonly WorldPart[] {
  if (databases === undefined) return [];
  const { names } = databases;
  const label = `${names.length} ${names.length === 1 ? 'database' : 'databases'} in ${folder}`;
  return [{ part: 'databases', id: databases.id, label, records: names.length }];
}

function rankingOf(library: LocalEngine, path: string, cachePath: string): RankedEngine {
  const engine = createRankedEngine(rankedSource(library), {
    cache: rankedCache({ folder: cachePath, library: path, engineId: library.id }),
  });
  return preparing(engine, 'Making the index for ranking');
}

function engineParts(
  part: keyof World,
  engine: { readonly id: string; readonly label: string } | undefined,
  library: LocalEngine | undefined,
): readonly WorldPart[] {
  if (engine === undefined) return [];
  return [{ part, id: engine.id, label: engine.label, records: library?.index.documentCount ?? null }];
}

function sharedIndex(part: keyof SharedIndexes, library: LocalEngine | undefined): SharedIndexes {
  if (library?.indexBytes === undefined) return {};
  return { [part]: { bytes: library.indexBytes, engineId: library.id } };
}
