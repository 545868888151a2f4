import { existsSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import type { Thesaurus } from '@querent/core/mesh';
import { SearchError, type SearchEngine, type SearchQuery } from '@querent/core/search';
import type { EngineOpeners, OpenableTarget } from '../measuring/index.ts';
import type { Settings } from '../protocol.ts';
import type { ProgressReporter } from './progress.ts';
import { version } from './version.ts';

/** What opening engines needs of the server. */
export interface EngineParts {
  readonly progress: ProgressReporter;
  settings(): Settings;
  /** Whether the workspace may make the server talk to others. */
  trusted(): boolean;
  /** The NCBI API key in use, see `NcbiKey`. */
  ncbiKey(): string | undefined;
  /** The MeSH that the settings name, for engines that bring none. */
  thesaurus(): Promise<Thesaurus | undefined>;
  folders(): readonly string[];
  warn(message: string): void;
  /** Tells the person something with one thing to do about it; true when they chose it. */
  offer(message: string, action: string): Promise<boolean>;
}

/** Opens engines; the modules behind them are loaded on first use, so that the server is ready at once. */
export function engineOpeners(parts: EngineParts): EngineOpeners {
  return {
    open: async (target) => {
      if ('path' in target) return openLocal(target, parts);
      return target.kind === 'pubmed' ? openPubMed(parts) : openTrials(parts);
    },
  };
}

async function openPubMed(parts: EngineParts): Promise<SearchEngine> {
  refuseStrangers(parts, 'PubMed');
  const { openLivePubMed } = await import('../live/index.ts');
  const { live, http } = parts.settings();
  const address = live.eutilsAddress.trim() || process.env['QUERENT_EUTILS_URL'];
  return openLivePubMed({
    email: live.email,
    key: parts.ncbiKey(),
    proxies: http,
    warn: (message) => parts.warn(message),
    thesaurus: () => parts.thesaurus(),
    ...(address === undefined ? {} : { address }),
  });
}

async function openTrials(parts: EngineParts): Promise<SearchEngine<SearchQuery>> {
  refuseStrangers(parts, 'ClinicalTrials.gov');
  const { openLiveTrials } = await import('../live/index.ts');
  const { live, http } = parts.settings();
  const address = live.trialsAddress.trim() || process.env['QUERENT_CTGOV_URL'];
  return openLiveTrials({
    proxies: http,
    warn: (message) => parts.warn(message),
    ...(address === undefined || address === '' ? {} : { address }),
  });
}

/** What is sent comes from documents: those of a stranger are not to be sent anywhere. */
function refuseStrangers(parts: EngineParts, service: string): void {
  if (!parts.trusted())
    throw new SearchError(
      'unsupported',
      `${service} is not asked in Restricted Mode. Trust this workspace, or name a citation library as database.`,
    );
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
    if (engine.warning?.code === 'index-rebuilt') void offerRepair(path, parts);
    return engine;
  });
}

const REPAIR = 'Repair Library';

/** A library whose index is damaged or of another version is searched all the same, but indexed anew at every start. */
async function offerRepair(path: string, parts: EngineParts): Promise<void> {
  const name = basename(path);
  const problem =
    `The search index inside ${name} is missing, damaged or of another version, so it is made anew each time the library is opened. ` +
    'Repairing makes it once, from the records in the library.';
  if (!(await parts.offer(problem, REPAIR))) return;
  try {
    const { runInWorker } = await import('../library/runInWorker.ts');
    const { records, lost } = await parts.progress.run(`Repairing ${name}`, (_report, signal) =>
      runInWorker({ job: 'repair', request: { path, builtWith: version } }, { signal }),
    );
    if (lost > 0)
      parts.warn(`${name} was repaired; ${lost} of its records could not be read, ${records} are left.`);
  } catch (error) {
    parts.warn(`${name} was not repaired: ${error instanceof Error ? error.message : String(error)}`);
  }
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
