import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { readTask } from './taskDefinition.ts';
import { taskKit } from './taskKit.ts';

/** What a task's folder must hold one of; the first that is there is loaded. */
const INDEXES = ['index.ts', 'index.mts', 'index.mjs', 'index.js'] as const;

/**
 * The built-in tasks and those of `folders`, by id, in this order. A folder's index exports by default a `TaskDefinition`, a `Task`, or a
 * function that makes one of what it is given ({@link taskKit}). The code in a folder runs with all rights of this process.
 * @throws CliError (exit code 2) that names the folder, what is wrong with it and the way out
 */
export async function loadTasks(folders: readonly string[]): Promise<ReadonlyMap<string, Task>> {
  const tasks = new Map(builtInTasks);
  const homes = new Map<string, string>();
  for (const folder of folders) {
    const path = await indexOf(folder);
    const task = readTask(await defaultExport(path), path);
    if (tasks.has(task.id)) {
      const home = homes.get(task.id);
      throw badInput(
        home === undefined
          ? `${path}: there is a built-in task ${task.id} already. Give this one another id.`
          : home === path
            ? `The task folder ${folder} is named twice. Name it once.`
            : `${path}: the task of ${home} has the id ${task.id} already. Give one of them another id.`,
      );
    }
    tasks.set(task.id, task);
    homes.set(task.id, path);
  }
  return tasks;
}

async function indexOf(folder: string): Promise<string> {
  const kind = await kindOf(folder);
  if (kind === undefined)
    throw badInput(`There is no task folder ${folder}. Name a folder that holds an index.ts or index.mjs.`);
  if (kind === 'file')
    throw badInput(`${folder} is a file. Name the folder of the task, which holds an index.ts or index.mjs.`);
  for (const name of INDEXES) {
    const path = resolve(join(folder, name));
    if ((await kindOf(path)) === 'file') return path;
  }
  throw badInput(
    `The task folder ${folder} holds no index.ts, index.mts, index.mjs or index.js. Write the task into one; docs/adding-a-task.md shows how.`,
  );
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The default export of a module; where it is a function, what that makes of the kit. */
async function defaultExport(path: string): Promise<unknown> {
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = (await import(pathToFileURL(path).href)) as typeof loaded;
  } catch (error) {
    throw badInput(`${path} could not be loaded: ${reasonOf(error)}`, error);
  }
  if (!('default' in loaded)) {
    const others = Object.keys(loaded);
    throw badInput(
      `${path} has no default export${others.length === 0 ? '' : `, only ${others.join(', ')}`}. ` +
        'Write "export default" before the definition of the task.',
    );
  }
  const made = loaded['default'];
  if (typeof made !== 'function') return made;
  try {
    return await (made as (kit: typeof taskKit) => unknown)(taskKit);
  } catch (error) {
    throw badInput(`${path}: the function that makes the task failed: ${reasonOf(error)}`, error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}.`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `Node ${process.versions.node} does not run TypeScript. Use Node 22.18 or later, or write the task in index.mjs.`;
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return `${firstLine(error)}. Node takes types away and does no more: no enum, no namespace, no parameter properties.`;
    case 'ERR_MODULE_NOT_FOUND':
      return `${firstLine(error)}. What Querent has is given to the function that is exported by default; other packages must be installed beside the task.`;
    default:
      return `${error.name}: ${firstLine(error)}`;
  }
}

function firstLine(error: Error): string {
  return (error.message.split('\n').find((line) => line.trim() !== '') ?? 'no reason given').trim();
}
