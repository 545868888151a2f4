import type { Thesaurus } from '@querent/core/mesh';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { loadMeshFile } from '../library/meshFile.ts';
import { openWorkerEngine } from '../library/workerEngine.ts';
import { EngineRegistry } from '../measuring/engineRegistry.ts';
import type { OpenableTarget } from '../measuring/engineRegistry.ts';
import { Thesauri } from '../measuring/thesauri.ts';
import type { Rewriter } from '@querent/core/rewriting';
import type { ToolContext } from './tool.ts';

/** What tools outside an editor work with. */
export interface LocalOptions {
  /** Folders that may be read, absolute. */
  readonly roots: readonly string[];
  /** The default library, absolute; empty without one. */
  readonly library: string;
  /** A file of MeSH for libraries that bring none. */
  readonly mesh?: string;
  /** Whether PubMed and ClinicalTrials.gov may be asked. */
  readonly live: boolean;
  /** Opens PubMed. */
  readonly pubmed: () => Promise<SearchEngine>;
  /** Opens ClinicalTrials.gov. */
  readonly trials: () => Promise<SearchEngine<SearchQuery>>;
  readonly budget: number;
  /** The model, where there is one. */
  readonly models: () => Promise<readonly Rewriter[]>;
  /** Messages for people. */
  readonly log: (message: string) => void;
}

/** Contexts of calls that share engines and MeSH, until it is closed. */
export interface LocalTools {
  /** @param onProgress of one call */
  context(onProgress: (message: string) => void): ToolContext;
  /** Opens the default library, so that the first call does not wait for it; a fault is told by the call that needs it. */
  warmUp(): void;
  close(): Promise<void>;
}

/** Engines in worker threads, opened on first use and kept, as in the editor. */
export function localTools(options: LocalOptions): LocalTools {
  const { roots, library, mesh, live, budget, models, log, pubmed, trials } = options;
  const registry = new EngineRegistry(
    {
      open: (target) => {
        if ('path' in target) return openLocal(target.path, mesh, log);
        return target.kind === 'pubmed' ? pubmed() : trials();
      },
    },
    () => undefined,
  );
  const thesauri = new Thesauri(
    () => Promise.reject(new Error('not read here')),
    () => undefined,
  );
  let ofFile: Promise<Thesaurus> | undefined;
  const engine = async (target: OpenableTarget): Promise<SearchEngine> => {
    // A library that could not be opened may be there now.
    if (registry.state(target).kind === 'error') registry.retry();
    return registry.engine(target);
  };
  const context: Omit<ToolContext, 'onProgress'> = {
    roots,
    library,
    libraries: library === '' ? [] : [library],
    live,
    budget,
    recallFloor: 0,
    rounds: 1,
    levels: {},
    documents: [],
    defaultLibraryHint: 'start the server with --corpus LIBRARY',
    liveHint: 'start the server with --live',
    engine,
    thesaurus: async (of) => {
      if (of !== undefined) {
        await thesauri.loaded(of);
        const { thesaurus } = thesauri.of(of);
        if (thesaurus !== undefined) return thesaurus;
      }
      if (mesh === undefined) return undefined;
      // A file that could not be read may be there at the next call.
      ofFile ??= loadMeshFile(mesh).catch((error: unknown) => {
        ofFile = undefined;
        throw error;
      });
      return ofFile;
    },
    models,
  };
  return {
    context: (onProgress) => ({ ...context, onProgress }),
    warmUp: () => {
      if (library === '') return;
      const isFile = /\.(?:sqlite3?|db)$/i.test(library);
      if (isFile) registry.state({ kind: 'library', path: library });
    },
    close: () => registry.close(),
  };
}

async function openLocal(
  path: string,
  mesh: string | undefined,
  log: (message: string) => void,
): Promise<SearchEngine> {
  const engine = await openWorkerEngine({
    path,
    ...(mesh === undefined ? {} : { meshPath: mesh }),
  });
  const [first] = engine.rejected;
  if (first !== undefined)
    log(
      `${engine.rejected.length} records of ${path} could not be read, first ${first.file}, line ${first.line}: ${first.reason}`,
    );
  return engine;
}
