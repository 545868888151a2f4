import { existsSync, statSync } from 'node:fs';
import { extname, isAbsolute, resolve } from 'node:path';

/** Where a document's queries are asked, decided from its front matter and the settings without asking anything. */
export type EngineTarget =
  /** No database is named anywhere. */
  | { readonly kind: 'none'; readonly message: string }
  /** A database is named that cannot be used; `paths` are watched, since the file may appear. */
  | { readonly kind: 'error'; readonly message: string; readonly paths: readonly string[] }
  /** A citation library (one SQLite file). */
  | { readonly kind: 'library'; readonly path: string }
  /** A citation file or a folder of them, which are read into memory. */
  | { readonly kind: 'citations'; readonly path: string }
  /** PubMed itself, over the network. */
  | { readonly kind: 'pubmed' }
  /** ClinicalTrials.gov itself, over the network. */
  | { readonly kind: 'ctgov' };

/** What the decision depends on. */
export interface TargetContext {
  /** The folder of the document; undefined for documents that are on no disk. */
  readonly directory: string | undefined;
  readonly workspaceFolders: readonly string[];
  /** The setting `querent.library.path`, empty when not set. */
  readonly libraryPath: string;
  /** Whether files of other machines may be opened; see {@link isNetworkPath}. */
  readonly networkPaths: boolean;
  /** The search language of the document; PubMed's by default. */
  readonly language?: 'pubmed' | 'ctgov';
}

const libraryExtensions = new Set(['.sqlite', '.sqlite3', '.db']);

/**
 * Whether opening `path` makes Windows talk to the machine that it names (`\\host\share`), and hand it the person's credentials:
 * not for the documents of strangers.
 */
export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}/.test(path);
}

/** Which live database the front matter's `database` names; undefined when it names none. */
export function liveDatabase(database: string | undefined): 'pubmed' | 'ctgov' | undefined {
  const name = database?.trim().toLowerCase();
  return name === 'pubmed' || name === 'ctgov' ? name : undefined;
}

/** Whether the front matter's `database` is asked over the network. */
export function isLive(database: string | undefined): boolean {
  return liveDatabase(database) !== undefined;
}

/**
 * Decides where a document is asked. `database` is the front matter's value; without one the setting
 * `querent.library.path` counts, and without that nothing does. Paths are tried relative to the document, then to each
 * workspace folder.
 */
export function engineTarget(database: string | undefined, context: TargetContext): EngineTarget {
  const named = database?.trim() ?? '';
  const live = liveDatabase(database);
  if (live === 'pubmed' && context.language === 'ctgov')
    return {
      kind: 'error',
      message:
        'PubMed does not understand expressions of ClinicalTrials.gov. Write "database: ctgov" in the front matter, or save a PubMed strategy as .pubmed.',
      paths: [],
    };
  if (live !== undefined) return { kind: live };
  if (!context.networkPaths && isNetworkPath(named))
    return {
      kind: 'error',
      message: `"${named}" lies on another machine, which is not asked in Restricted Mode. Trust this workspace, or name a file of this machine as database.`,
      paths: [],
    };
  if (named !== '') return fileTarget(named, context, 'database in the front matter');
  // The library of the settings holds citations: counts of trials in it would mislead.
  if (context.language === 'ctgov')
    return {
      kind: 'none',
      message:
        'No database: add "database: ctgov" to the front matter, or the path of a library of trial records.',
    };
  if (context.libraryPath.trim() !== '')
    return fileTarget(context.libraryPath.trim(), context, 'setting querent.library.path');
  return {
    kind: 'none',
    message:
      'No database: add "database: pubmed" or "database: library.sqlite" to the front matter, or set querent.library.path.',
  };
}

function fileTarget(path: string, context: TargetContext, origin: string): EngineTarget {
  const roots = [
    ...(context.directory === undefined ? [] : [context.directory]),
    ...context.workspaceFolders,
  ];
  const candidates = isAbsolute(path)
    ? [resolve(path)]
    : [...new Set(roots.map((root) => resolve(root, path)))];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    const places = candidates.length > 0 ? ` (looked for ${candidates.join(', ')})` : '';
    return {
      kind: 'error',
      message: `There is no file "${path}"${places}. Correct the ${origin}, or build the library with "Querent: Build Citation Library".`,
      paths: candidates,
    };
  }
  if (!isFolder(found) && libraryExtensions.has(extname(found).toLowerCase()))
    return { kind: 'library', path: found };
  return { kind: 'citations', path: found };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Identity of a target that can be opened. */
export function targetKey(target: EngineTarget): string {
  return 'path' in target ? `${target.kind}:${target.path}` : target.kind;
}
