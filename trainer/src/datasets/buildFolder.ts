import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { LocalEngine } from '@querent/core/connectors';
import type { Variant } from '@querent/core/prompting';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { openDatabases } from '@querent/server/databases';
import { openCitations } from '@querent/server/library';
import { badInput } from '@querent/server/terminal';
import { version } from '../cli/version.ts';
import { buildDataset } from './build.ts';
import type { BuiltDataset } from './build.ts';
import type { CardFacts, DatasetCard } from './card.ts';
import { cardOf, cardPage, splitLines } from './card.ts';
import { isFault } from './gather.ts';
import { labelsOf } from './labels.ts';
import { CARD, loadParts } from './loadParts.ts';
import type { Part } from './loadParts.ts';
import { findSource, sourceFiles } from './sources/openSource.ts';
import type { Source, SourceFile } from './sources/openSource.ts';
import type { SplitOptions } from './splits.ts';
import type { ExclusionReason, SplitName } from './topic.ts';
import { splitNames } from './topic.ts';
import { withTemplate } from './withTemplate.ts';
import { checkTarget, writeFolder } from './writeFolder.ts';

/** What a folder of a dataset is made of: sources as they are named on the command line or in a plan. */
export interface FolderOptions {
  readonly out: string;
  /** Sources whose topics are dealt out, and those that belong to one part. */
  readonly sources: readonly string[];
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
  readonly split: SplitOptions['split'];
  /** Shares of train, validation and test, 0..1; undefined: 80, 10, 10 per cent, nothing for parts that have sources of their own. */
  readonly shares?: readonly [number, number, number];
  readonly chains: SplitOptions['chains'];
  readonly seed: number;
  readonly variant: Variant;
  /** Id of the wording of prompts; `auto` (the default): each task's own. */
  readonly template?: string;
  readonly corpus?: string;
  readonly databases?: string;
  readonly byDatabase?: boolean;
  /** Topics that are made from each citation library. */
  readonly made: number;
  readonly relevant: readonly [number, number];
  /** Sources of topics that must not be trained on. */
  readonly excludeTopics: readonly string[];
  readonly maxOverlap: number;
  readonly difficulty?: readonly [number, number];
  readonly minKnown: number;
  readonly licence?: string;
  /** Replace the dataset that is there. */
  readonly force?: boolean;
  /** Write nothing when a row cannot be used. */
  readonly strict?: boolean;
  /** Tasks that rows may be of; those of the house unless told otherwise. */
  readonly tasks?: ReadonlyMap<string, Task>;
  /** By which command it is built, for the card. */
  readonly command: string;
  readonly signal?: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/**
 * Builds a dataset and writes its folder, as a whole or not at all.
 * @throws CliError (exit code 2) for sources that cannot be read, a place that cannot be written, and when no topic is left
 */
export async function buildFolder(
  options: FolderOptions,
): Promise<{ readonly built: BuiltDataset; readonly card: DatasetCard }> {
  const { signal } = options;
  const tasks = withTemplate(options.tasks ?? builtInTasks, options.variant, options.template ?? 'auto');
  await checkTarget(options.out, CARD, options.force === true);
  if (options.difficulty !== undefined && options.corpus === undefined)
    throw badInput('--difficulty is measured in a citation library. Name one with --corpus.');
  const sources = await findSources(options);
  if (sources.length === 0)
    throw badInput('There is no source. Name a file or folder of topics; docs/datasets.md shows every kind.');
  const heldOut = await heldOutRecords(options.excludeTopics);
  const engines = new Map<string, LocalEngine>();
  const openLibrary = async (path: string): Promise<LocalEngine> => {
    const engine = engines.get(path) ?? (await openCitations(path)).engine;
    engines.set(path, engine);
    return engine;
  };
  const databases = options.databases === undefined ? undefined : await openDatabases(options.databases);
  try {
    const facts: CardFacts = {
      command: options.command,
      querent: version,
      node: process.version,
      builtAt: new Date().toISOString(),
      seed: options.seed,
      rule: options.split,
      shares: options.shares ?? defaultShares(sources),
      chains: options.chains,
      variant: options.variant,
      tasks,
      files: await filesOf(sources),
      ...(options.difficulty === undefined ? {} : { difficulty: options.difficulty }),
      ...(options.licence === undefined ? {} : { licence: options.licence }),
    };
    const built = await buildDataset(sources, {
      tasks,
      variant: options.variant,
      ...(databases === undefined ? {} : { databases }),
      ...(options.corpus === undefined ? {} : { library: await openLibrary(options.corpus) }),
      openLibrary,
      made: {
        count: options.made,
        relevant: options.relevant,
        overlap: options.maxOverlap,
        ...(options.split === 'overlap' && options.chains === 'cut'
          ? { shares: facts.shares as SplitOptions['shares'] }
          : {}),
      },
      heldOut,
      overlap: options.maxOverlap,
      split: options.split,
      shares: facts.shares as SplitOptions['shares'],
      chains: options.chains,
      seed: options.seed,
      minKnown: options.minKnown,
      ...(options.difficulty === undefined ? {} : { difficulty: options.difficulty }),
      databasesApart: options.byDatabase === true,
      ...(signal === undefined ? {} : { signal }),
      onProgress: options.onProgress,
    });
    refuseUnusable(built, options.strict === true);
    const card = cardOf(built, facts, hashesOf(built));
    await writeFolder(options.out, filesToWrite(built, card), {
      marker: CARD,
      replace: options.force === true,
      ...(signal === undefined ? {} : { signal }),
    });
    return { built, card };
  } finally {
    for (const engine of engines.values()) await engine.close();
    await databases?.close();
  }
}

async function findSources(options: FolderOptions): Promise<readonly Source[]> {
  const found: Source[] = [];
  for (const path of options.sources) found.push(await findSource(path));
  for (const split of splitNames)
    for (const path of options[split]) found.push(await findSource(path, split));
  const twice = found.find(({ path }, i) =>
    found.slice(0, i).some((before) => resolve(before.path) === resolve(path)),
  );
  if (twice !== undefined)
    throw badInput(`The source ${twice.path} is named twice. Name it once, for one part.`);
  return found;
}

/** Parts with sources of their own get nothing of the others. */
function defaultShares(sources: readonly Source[]): SplitOptions['shares'] {
  const has = (split: SplitName): boolean => sources.some((source) => source.split === split);
  const [validation, test] = [has('validation') ? 0 : 0.1, has('test') ? 0 : 0.1];
  return [1 - validation - test, validation, test];
}

/** Relevant records of the topics that must not be trained on. */
async function heldOutRecords(paths: readonly string[]): Promise<readonly (readonly string[])[]> {
  const parts: Part[] = [];
  for (const path of paths) parts.push(...(await loadParts(path)));
  return parts.flatMap(({ topics }) => topics.map(({ topic }) => labelsOf(topic)));
}

async function filesOf(sources: readonly Source[]): Promise<ReadonlyMap<string, readonly SourceFile[]>> {
  const files = new Map<string, readonly SourceFile[]>();
  for (const source of sources) files.set(source.path, await sourceFiles(source));
  return files;
}

function hashesOf({ rows }: BuiltDataset): Record<SplitName, string> {
  const hashOf = (name: SplitName): string => {
    const hash = createHash('sha256');
    for (const line of splitLines(rows[name])) hash.update(line);
    return hash.digest('hex');
  };
  return { train: hashOf('train'), validation: hashOf('validation'), test: hashOf('test') };
}

function* filesToWrite({ rows }: BuiltDataset, card: DatasetCard) {
  for (const name of splitNames) yield { name: `${name}.jsonl`, pieces: splitLines(rows[name]) };
  yield { name: 'CARD.md', pieces: [cardPage(card)] };
  yield { name: CARD, pieces: [`${JSON.stringify(card, null, 2)}\n`] };
}

/** @throws CliError when nothing is left, or rows could not be used and `isStrict` */
function refuseUnusable({ rows, tallies }: BuiltDataset, isStrict: boolean): void {
  const examples = tallies.flatMap((tally) => tally.examples);
  if (splitNames.every((name) => rows[name].length === 0))
    throw badInput(
      [
        'No topic is left, so no dataset was written.',
        ...examples.slice(0, 5).map(({ message }) => message),
      ].join('\n'),
    );
  const faults = tallies.flatMap(({ excluded }) =>
    Object.entries(excluded).flatMap(([reason, count]) =>
      isFault(reason as ExclusionReason) ? [count] : [],
    ),
  );
  const bad = faults.reduce((sum, count) => sum + count, 0);
  if (!isStrict || bad === 0) return;
  const messages = examples.filter(({ reason }) => isFault(reason)).map(({ message }) => message);
  throw badInput(
    [`${bad} rows cannot be used, so no dataset was written (--strict).`, ...messages.slice(0, 20)].join(
      '\n',
    ),
  );
}
