import { existsSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { SearchError, type SearchEngine } from '@querent/core/search';
import type { EngineOpeners, OpenableTarget } from '../measuring/index.ts';
import type { Settings } from '../protocol.ts';
import type { ProgressReporter } from './progress.ts';

/** What opening engines needs of the server. */
export interface EngineParts {
  readonly progress: ProgressReporter;
  settings(): Settings;
  /** Whether the workspace may make the server talk to others. */
  trusted(): boolean;
  folders(): readonly string[];
  warn(message: string): void;
}

/** Opens engines; the modules behind them are loaded on first use, so that the server is ready at once. */
export function engineOpeners(parts: EngineParts): EngineOpeners {
  return {
    open: async (target) => (target.kind === 'pubmed' ? openPubMed(parts) : openLocal(target, parts)),
  };
}

async function openPubMed(parts: EngineParts): Promise<SearchEngine> {
  // What is sent comes from documents: those of a stranger are not to be sent anywhere.
  if (!parts.trusted())
    throw new SearchError(
      'unsupported',
      'PubMed is not asked in Restricted Mode. Trust this workspace, or name a citation library as database.',
    );
  const { createPubMedEngine } = await import('@querent/core/connectors');
  const { email } = parts.settings().live;
  // The key comes from the environment: never from settings.
  const { NCBI_API_KEY: apiKey, QUERENT_EUTILS_URL: baseUrl } = process.env;
  return createPubMedEngine({
    ...(email === '' ? {} : { email }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
}

async function openLocal(
  { path }: Extract<OpenableTarget, { path: string }>,
  parts: EngineParts,
): Promise<SearchEngine> {
  const { openWorkerEngine } = await import('../library/workerEngine.ts');
  const meshPath = meshFile(parts.settings(), parts.folders());
  const wanted = parts.settings().mesh.path.trim();
  if (wanted !== '' && meshPath === undefined)
    parts.warn(
      `querent.mesh.path: there is no file "${wanted}" (looked for ${meshCandidates(wanted, parts.folders()).join(', ')}). MeSH is not used.`,
    );
  return parts.progress.run(`Opening ${basename(path)}`, async (_report, signal) => {
    const opening = openWorkerEngine({
      path,
      headingsAsText: parts.settings().library.headingsAsText,
      ...(meshPath === undefined ? {} : { meshPath }),
    });
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        opening.then((engine) => engine.close()).catch(() => {});
        reject(
          new SearchError(
            'unsupported',
            `Opening ${path} was cancelled. Choose "Measure Again" to open it after all.`,
          ),
        );
      });
    });
    const engine = await Promise.race([opening, cancelled]);
    const [first] = engine.rejected;
    if (first !== undefined)
      parts.warn(
        `${engine.rejected.length} records of ${path} could not be read, first ${first.file}, line ${first.line}: ${first.reason}`,
      );
    return engine;
  });
}

/** The file of the setting `querent.mesh.path`; undefined without one, or when it is not there. */
export function meshFile(settings: Settings, folders: readonly string[]): string | undefined {
  const path = settings.mesh.path.trim();
  if (path === '') return undefined;
  return meshCandidates(path, folders).find((candidate) => existsSync(candidate));
}

function meshCandidates(path: string, folders: readonly string[]): string[] {
  return isAbsolute(path) ? [path] : folders.map((folder) => resolve(folder, path));
}
