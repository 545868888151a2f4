import { dirname, resolve } from 'node:path';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { parseSeeds } from '@querent/core/strategy';
import type { OpenableTarget } from '../measuring/engineRegistry.ts';
import { engineTarget, liveDatabase } from '../measuring/engineTarget.ts';
import { SeedsReader } from '../measuring/seeds.ts';
import { trialsInLibrary } from '../measuring/trialsInLibrary.ts';
import { checkCitationSize, withinRoots } from './files.ts';
import type { Source } from './source.ts';
import { ToolError } from './tool.ts';
import type { ToolContext } from './tool.ts';
import { oneLine } from './wording.ts';

/** Arguments that say where and against what to measure. */
interface MeasuringArguments {
  readonly library?: string | undefined;
  readonly seeds?: readonly string[] | undefined;
  readonly until?: string | undefined;
}

/** An engine, and what is to be said about its choice. */
export interface Chosen {
  readonly engine: SearchEngine;
  readonly isLive: boolean;
  readonly notes: readonly string[];
}

/**
 * The engine that is asked: the argument's, else the strategy's, else the default.
 * @throws ToolError, SearchError
 */
export async function engineFor(
  { library }: MeasuringArguments,
  from: Source | undefined,
  context: ToolContext,
): Promise<Chosen> {
  const isTrials = from?.language === 'ctgov';
  const { target, notes } = isTrials
    ? { target: await trialsTarget(library, from, context), notes: [] }
    : await targetFor(library, from, context);
  if (target.kind === 'citations') await checkCitationSize(target.path);
  const service = SERVICES[target.kind];
  context.onProgress?.(service === undefined ? 'Opening the library' : `Asking ${service}`);
  const opened: SearchEngine<SearchQuery> = await context.engine(target);
  const isLive = service !== undefined;
  const engine: SearchEngine<SearchQuery> = isTrials && !isLive ? trialsInLibrary(opened) : opened;
  return { engine, isLive, notes };
}

const SERVICES: Readonly<Partial<Record<OpenableTarget['kind'], string>>> = {
  pubmed: 'PubMed',
  ctgov: 'ClinicalTrials.gov',
};

/** Where expressions of ClinicalTrials.gov are asked: never in the default library, which holds citations. */
async function trialsTarget(
  library: string | undefined,
  from: Source,
  context: ToolContext,
): Promise<OpenableTarget> {
  const place = library === undefined ? 'database in the front matter' : 'library';
  const name = library ?? from.document.frontMatter?.database;
  const live = liveDatabase(name);
  if (live === 'pubmed')
    throw new ToolError(
      `${place}: PubMed does not understand expressions of ClinicalTrials.gov. Name "ctgov".`,
    );
  if (live === 'ctgov') {
    if (context.live) return { kind: 'ctgov' };
    throw new ToolError(
      `${place}: ClinicalTrials.gov is not asked here. Name a library of trial records as "library", or ${context.liveHint}.`,
    );
  }
  if (name === undefined || name.trim() === '')
    throw new ToolError(
      'library: none is named, here or in the strategy. Name "ctgov", or give the path of a library of trial records.',
    );
  return (await targetFor(library, from, context)).target;
}

async function targetFor(
  library: string | undefined,
  from: Source | undefined,
  context: ToolContext,
): Promise<{ readonly target: OpenableTarget; readonly notes: readonly string[] }> {
  // The strategy is one of PubMed's language, or names a library.
  if (library !== undefined && liveDatabase(library) !== 'pubmed') {
    if (liveDatabase(library) === 'ctgov')
      throw new ToolError(
        'library: ClinicalTrials.gov does not understand queries of PubMed. Name "pubmed" or a citation library.',
      );
    const path = named(library, undefined, context) ?? (await withinRoots('library', library, context));
    return { target: openable(path, library, context, 'library'), notes: [] };
  }
  const database = library ?? from?.document.frontMatter?.database;
  if (liveDatabase(database) === 'pubmed') {
    if (context.live) return { target: { kind: 'pubmed' }, notes: [] };
    if (library === undefined && context.library !== '')
      return {
        target: byDefault(context),
        notes: ['The strategy names PubMed, which is not asked here; the default library was asked instead.'],
      };
    throw new ToolError(
      `${library === undefined ? 'database in the front matter' : 'library'}: PubMed is not asked here. Name a citation library as "library", or ${context.liveHint}.`,
    );
  }
  if (database !== undefined && database.trim() !== '') {
    const place = 'database in the front matter';
    const directory = from?.path === undefined ? undefined : dirname(from.path);
    const path =
      named(database, directory, context) ??
      (await withinRoots(
        place,
        directory === undefined ? database : await nearestPath(database, directory, context),
        context,
      ));
    return { target: openable(path, database, context, place), notes: [] };
  }
  if (context.library === '')
    throw new ToolError(
      `library: none is named, here or in the strategy. Give the path of a citation library, or ${context.defaultLibraryHint}.`,
    );
  return { target: byDefault(context), notes: [] };
}

/** The library that a person has named already, here or there, where a path means it. */
function named(path: string, directory: string | undefined, context: ToolContext): string | undefined {
  const candidates = [...(directory === undefined ? [] : [directory]), ...context.roots].map((root) =>
    resolve(root, path),
  );
  return [context.library, ...context.libraries].find(
    (known) => known !== '' && candidates.includes(resolve(known)),
  );
}

/** Beside the strategy where the file is there, else as it is written, for the roots. */
async function nearestPath(named: string, directory: string, context: ToolContext): Promise<string> {
  const beside = resolve(directory, named);
  try {
    return await withinRoots('database', beside, context);
  } catch {
    return named;
  }
}

function byDefault(context: ToolContext): OpenableTarget {
  return openable(context.library, context.library, context, 'default library');
}

function openable(path: string, named: string, context: ToolContext, place: string): OpenableTarget {
  const target = engineTarget(path, {
    directory: context.roots[0],
    workspaceFolders: context.roots,
    libraryPath: '',
    networkPaths: true,
  });
  if (target.kind === 'none' || target.kind === 'error')
    throw new ToolError(`${place}: "${oneLine(named, 300)}" cannot be opened: there is no such file.`);
  return target;
}

/** Known relevant ids, and what is wrong with some of them. */
export interface ToolSeeds {
  readonly ids: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The seeds of the arguments, else of the strategy.
 * @throws ToolError when ids are given of which none is one.
 */
export async function seedsFor(
  { seeds }: MeasuringArguments,
  from: Source | undefined,
  context: ToolContext,
): Promise<ToolSeeds> {
  if (seeds !== undefined) {
    const { ids, problems } = parseSeeds(
      seeds.map((seed) => seed.replace(/\s+/g, ' ')).join('\n'),
      'seeds.txt',
    );
    const told = problems.slice(0, 3).map(({ message }) => `seeds: ${oneLine(message, 300)}`);
    if (ids.length === 0 && seeds.length > 0)
      throw new ToolError(told[0] ?? 'seeds: none of them is a PMID or an NCT id.');
    return { ids, notes: told };
  }
  const frontMatter = from?.document.frontMatter;
  if (frontMatter?.seedsFile === undefined) return { ids: frontMatter?.seeds ?? [], notes: [] };
  const named = frontMatter.seedsFile;
  try {
    const directory = from?.path === undefined ? undefined : dirname(from.path);
    const given = directory === undefined ? named : await nearestPath(named, directory, context);
    const file = await withinRoots('seeds in the front matter', given, context);
    const { ids, problem } = new SeedsReader().read(
      { ...frontMatter, seedsFile: file },
      undefined,
      [],
      false,
    );
    return { ids, notes: problem === undefined ? [] : [oneLine(problem, 400)] };
  } catch (error) {
    if (error instanceof ToolError) return { ids: [], notes: [error.message] };
    throw error;
  }
}

/** The search date that holds. */
export function untilOf({ until }: MeasuringArguments, from: Source | undefined): string | undefined {
  return until ?? from?.document.frontMatter?.until;
}
