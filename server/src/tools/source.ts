import { dirname, extname, resolve } from 'node:path';
import { collectProblems } from '@querent/core/features';
import { SearchError } from '@querent/core/search';
import type { Measurement, SearchEngine } from '@querent/core/search';
import {
  isUnresolvable,
  parseSeeds,
  parseStrategy,
  resolveLine,
  resolveStrategy,
  searchLanguage,
} from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { LineIndex } from '@querent/core/text';
import type { OpenableTarget } from '../measuring/engineRegistry.ts';
import { engineTarget, isLive } from '../measuring/engineTarget.ts';
import { SeedsReader } from '../measuring/seeds.ts';
import { checkCitationSize, readStrategyFile, withinRoots } from './files.ts';
import { ToolError } from './tool.ts';
import type { ToolContext } from './tool.ts';
import { oneLine } from './wording.ts';

/** The strategy that a call is about. */
export interface Source {
  readonly document: StrategyDocument;
  /** Absolute path; undefined for text. */
  readonly path: string | undefined;
  readonly language: 'pubmed' | 'ctgov';
  /** Errors of its text, some of them: numbers that leave out seeds or a search date must not come without a word. */
  readonly notes: readonly string[];
}

/** Errors that come with numbers; querent_check has all. */
const mostErrors = 3;

/** Arguments that name a strategy. */
interface StrategyArguments {
  readonly strategy?: string | undefined;
  readonly file?: string | undefined;
}

/** Arguments that say where and against what to measure. */
interface MeasuringArguments {
  readonly library?: string | undefined;
  readonly seeds?: readonly string[] | undefined;
  readonly until?: string | undefined;
}

/**
 * Reads what the arguments name, else the strategy that is open; undefined when there is none.
 * @throws ToolError
 */
export async function sourceOf(
  { strategy, file }: StrategyArguments,
  context: ToolContext,
): Promise<Source | undefined> {
  if (strategy !== undefined && file !== undefined)
    throw new ToolError('strategy, file: give one of them, not both.');
  if (strategy !== undefined) return source(strategy, undefined);
  if (file === undefined)
    return context.current === undefined ? undefined : source(context.current.text, context.current.path);
  const { text, path } = await readStrategyFile(file, context);
  return source(text, path);
}

/**
 * Like {@link sourceOf}, where something must be there.
 * @throws ToolError
 */
export async function neededSource(given: StrategyArguments, context: ToolContext): Promise<Source> {
  const found = await sourceOf(given, context);
  if (found === undefined)
    throw new ToolError(
      'strategy, file: neither is given. Give the text of a strategy, or the path of its file.',
    );
  if (found.document.lines.length === 0)
    throw new ToolError(
      `${given.strategy === undefined ? 'file' : 'strategy'}: holds no query. Write one, such as falls[tiab] AND aged[mh].`,
    );
  return found;
}

function source(text: string, path: string | undefined): Source {
  const document = parseStrategy(text);
  const isTrials = path !== undefined && extname(path).toLowerCase() === '.ctgov';
  return {
    document,
    path,
    language: isTrials ? 'ctgov' : searchLanguage(document),
    notes: isTrials ? [] : errorsOf(document),
  };
}

function errorsOf(document: StrategyDocument): readonly string[] {
  const errors = collectProblems(document).filter(({ severity }) => severity === 'error');
  const index = new LineIndex(document.text);
  const told = errors
    .slice(0, mostErrors)
    .map(({ message, range }) => `line ${index.positionAt(range.start).line + 1}: ${oneLine(message, 300)}`);
  const more = errors.length - told.length;
  return more > 0 ? [...told, `${more} more errors: querent_check lists them.`] : told;
}

/**
 * Refuses searches of ClinicalTrials.gov where they would be taken for PubMed's.
 * @param doing `counted`
 * @throws ToolError
 */
export function onlyPubMed({ language }: Source, doing: string): void {
  if (language === 'ctgov')
    throw new ToolError(
      `strategy, file: searches of ClinicalTrials.gov cannot be ${doing} so far; querent_check knows them.`,
    );
}

/**
 * The query of a line, by its number with or without `#`, or of the strategy.
 * @throws ToolError
 */
export function queryOf({ document }: Source, line: string | undefined): ResolvedQuery {
  const label = line?.trim().replace(/^#/, '');
  const query = label === undefined ? resolveStrategy(document) : resolveLine(document, label);
  if (!isUnresolvable(query)) return query;
  const lines = document.lines.map((one) => `#${one.label}`);
  const known = lines.length > 12 ? `${lines[0]} to ${lines.at(-1)}` : lines.join(', ');
  throw new ToolError(
    label !== undefined && document.line(label) === undefined
      ? `line: there is no line #${oneLine(label, 20)}. The strategy has ${known}.`
      : `${line === undefined ? 'strategy' : 'line'}: ${query.problem} querent_check tells more.`,
  );
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
  const { target, notes } = await targetFor(library, from, context);
  if (target.kind === 'citations') await checkCitationSize(target.path);
  context.onProgress?.(target.kind === 'pubmed' ? 'Asking PubMed' : 'Opening the library');
  return { engine: await context.engine(target), isLive: target.kind === 'pubmed', notes };
}

async function targetFor(
  library: string | undefined,
  from: Source | undefined,
  context: ToolContext,
): Promise<{ readonly target: OpenableTarget; readonly notes: readonly string[] }> {
  if (library !== undefined && !isLive(library)) {
    const path = named(library, undefined, context) ?? (await withinRoots('library', library, context));
    return { target: openable(path, library, context, 'library'), notes: [] };
  }
  const database = library ?? from?.document.frontMatter?.database;
  if (database !== undefined && isLive(database)) {
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

/** Numbers as every tool gives them. */
export function numbersOf({ count, found, missed, recall, nnr }: Measurement) {
  const total = found.length + missed.length;
  return { count, seedsFound: total === 0 ? null : found.length, recall: recall ?? null, nnr: nnr ?? null };
}

/** `1,204 records, 4 of 5 seeds (recall 0.80), 301 to read for one` */
export function inWords({ count, found, missed, recall, nnr }: Measurement): string {
  const records = `${count.toLocaleString('en')} ${count === 1 ? 'record' : 'records'}`;
  if (recall === undefined) return records;
  const perSeed = nnr === undefined ? '' : `, ${nnr < 10 ? nnr.toFixed(1) : Math.round(nnr)} to read for one`;
  return `${records}, ${found.length} of ${found.length + missed.length} seeds (recall ${recall.toFixed(2)})${perSeed}`;
}

/** Where and when, in words; with the caution that belongs to numbers of a library. */
export function whereAndWhen(
  { label, at }: { readonly label: string; readonly at: string },
  until: string | undefined,
  live: boolean,
): string {
  const date = until === undefined ? '' : `, records published until ${until}`;
  const caution = live ? '' : ' Counts in a library do not carry over to PubMed.';
  return `Measured in ${oneLine(label)}, ${at.replace(/:\d\d(?:\.\d+)?Z$/, ' UTC').replace('T', ' ')}${date}.${caution}`;
}

/** The message of a failed search that is no cancellation. */
export function searchFailure(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (error instanceof SearchError && error.code !== 'aborted') return oneLine(error.message, 400);
  throw error;
}
