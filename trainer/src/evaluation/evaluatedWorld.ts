import { schemaText } from '@querent/core/sqlSchema';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { placesIn } from '../cli/placeOptions.ts';
import type { OpenedWorld, WorldOptions } from '../world/openWorld.ts';
import type { EvaluateOptions } from './options.ts';

/**
 * Where the options say that queries are run; the library of trial search may be named by `--corpus`, too.
 * @throws CliError for a ranking by similarity without a model
 */
export function worldOf(options: EvaluateOptions, task: Task): WorldOptions {
  const { corpus, trials, ...others } = placesIn(options);
  if (options.retriever === 'dense' && (others.embedding === undefined || corpus === undefined))
    throw badInput(
      '--retriever dense ranks the records of --corpus LIBRARY by an embedding model. Name both: --embedding MODEL.',
    );
  const isTrials = task.id === 'trials';
  const registrations = trials ?? (isTrials ? corpus : undefined);
  return {
    ...others,
    ...(corpus === undefined || (isTrials && trials === undefined) ? {} : { corpus }),
    ...(registrations === undefined ? {} : { trials: registrations }),
  };
}

/** Refuses a world in which no item of the task could be run, before any is tried. @throws CliError */
export function checkWorld(task: Task, world: OpenedWorld): void {
  const needs: Readonly<Record<string, readonly [unknown, string]>> = {
    publication: [
      world.citations,
      '--corpus LIBRARY (make one with: querent corpus build), --live or --eutils URL',
    ],
    trials: [world.trials, '--corpus LIBRARY, a library of trial registrations'],
    qa: [world.ranking, '--corpus LIBRARY (make one with: querent corpus build)'],
    ir: [world.ranking, '--corpus LIBRARY (make one with: querent corpus build)'],
    sql: [world.databases, '--databases FOLDER'],
  };
  const need = needs[task.id];
  if (need !== undefined && need[0] === undefined)
    throw badInput(`Say where queries of the task ${task.id} are run: ${need[1]}.`);
}

/** The schemas of databases for prompts, each read once. */
export function schemasOf({ databases }: OpenedWorld): (database: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (database) => {
    if (databases === undefined)
      throw badInput('Questions for SQL need their databases. Name their folder with --databases.');
    const schema = known.get(database) ?? databases.schema(database).then(schemaText);
    known.set(database, schema);
    return schema;
  };
}

/**
 * Whether the library of a task has a record; nothing where none is at hand, as for PubMed itself.
 * @param isNeeded `--held-only` was given
 * @throws CliError when it is needed and there is none
 */
export function holdsOf(
  task: Task,
  world: OpenedWorld,
  isNeeded: boolean,
): { readonly holds?: (id: string) => boolean } {
  const engine = task.id === 'trials' ? world.trials : world.library;
  if (engine === undefined || !('index' in engine)) {
    if (isNeeded) throw badInput('--held-only looks ids up in a library. Name one with --corpus.');
    return {};
  }
  const { index } = engine as NonNullable<OpenedWorld['library']>;
  return { holds: (id) => index.docOf(id) !== undefined };
}
