import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import type { SampleResult } from './result.ts';
import { lockRun } from './runLock.ts';

/** What a run is; written before anything is asked. */
export interface RunPlan {
  /** What decides the results: a folder is gone on with only when it is the same. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** When, on what and by which command: for people. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** A folder holds an evaluation with other settings than it is opened for. */
export class OtherSettingsError extends CliError {
  constructor(path: string, differing: readonly string[]) {
    super(
      EXIT.badInput,
      `${path} holds a run with other settings (${differing.join(', ')}). Name another folder, or remove this one.`,
    );
  }
}

/**
 * A folder that holds a run: `plan.json`, and `results.jsonl` to which every judged attempt is appended at once, so that an interrupted run
 * goes on where it was. Reports are written in one piece beside their place, so there is never half of one.
 */
export class RunFolder {
  readonly path: string;
  readonly #results: FileHandle;
  readonly #unlock: () => Promise<void>;
  /** Results that were there already, by {@link keyOf}. */
  readonly done: ReadonlyMap<string, SampleResult>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    results: FileHandle,
    done: ReadonlyMap<string, SampleResult>,
    unlock: () => Promise<void>,
  ) {
    this.path = path;
    this.#results = results;
    this.#unlock = unlock;
    this.done = done;
  }

  /**
   * Makes the folder, or opens it to go on.
   * @throws CliError (exit code 2) when it holds another run, or other things than a run, or one that cannot be read or is going on
   */
  static async open(path: string, plan: RunPlan): Promise<RunFolder> {
    await makeFolder(path);
    const planFile = join(path, 'plan.json');
    const before = await readPlan(planFile);
    if (before === undefined) await refuseOtherThings(path);
    else {
      const differing = differences(before.settings, plan.settings);
      if (differing.length > 0) throw new OtherSettingsError(path, differing);
    }
    const unlock = await lockRun(path);
    try {
      if (before === undefined) await writeWhole(planFile, `${JSON.stringify(plan, null, 2)}\n`);
      const resultsFile = join(path, 'results.jsonl');
      const done = await readResults(resultsFile);
      return new RunFolder(path, await open(resultsFile, 'a'), done, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** @throws CliError when the disk is full; what was written before stays whole, and nothing is written any more. */
  async append(result: SampleResult): Promise<void> {
    // One after the other, each to its end: a full disk takes half a line, and another behind it would spoil both.
    this.#writing = this.#writing.then(() => this.#results.appendFile(`${JSON.stringify(result)}\n`));
    try {
      await this.#writing;
    } catch (error) {
      throw diskFault(error, this.path);
    }
  }

  /** Writes `name` whole or not at all. @throws CliError when the disk is full */
  async write(name: string, text: string): Promise<void> {
    await writeWhole(join(this.path, name), text);
  }

  async close(): Promise<void> {
    await this.#results.close();
    await this.#unlock();
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw badInput(
        `The run cannot be kept in ${path}: there is a file of that name. Name a folder with --out.`,
        error,
      );
    throw error;
  }
}

/** A run never mixes its files with what somebody else keeps in a folder. */
async function refuseOtherThings(path: string): Promise<void> {
  const others = (await readdir(path)).filter(
    (name) => !/^\.|\.part$|^(?:results\.jsonl|run\.lock)$/.test(name),
  );
  if (others.length > 0)
    throw badInput(
      `${path} holds other things than a run (${others.slice(0, 3).join(', ')}). Name another folder with --out.`,
    );
}

/** Names an attempt within a run. */
export function keyOf({ rewriter, id, sample }: Pick<SampleResult, 'rewriter' | 'id' | 'sample'>): string {
  return JSON.stringify([rewriter, id, sample]);
}

/** Writes a file beside its place and then renames it. @throws CliError when the disk is full */
export async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw diskFault(error, file);
  }
}

function diskFault(error: unknown, where: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new CliError(
        EXIT.badInput,
        `The disk is full (${where}). Make room and run the same command again: it goes on where it was.`,
        error,
      )
    : error;
}

async function readPlan(file: string): Promise<RunPlan | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const plan = JSON.parse(text) as RunPlan;
    if (typeof plan.settings === 'object' && plan.settings !== null) return plan;
  } catch {
    // told below
  }
  throw badInput(`${file} is no plan of an evaluation. Name another folder with --out.`);
}

/** Reads what was judged; a last line without its end, from a run that was killed while writing, is cut off. */
async function readResults(file: string): Promise<ReadonlyMap<string, SampleResult>> {
  const done = new Map<string, SampleResult>();
  const handle = await open(file, 'a+');
  try {
    const { size } = await handle.stat();
    if (size === 0) return done;
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    if (last[0] !== 10) await truncate(file, await endOfLastLine(handle, size));
  } finally {
    await handle.close();
  }
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number++;
    if (line === '') continue;
    try {
      const result = JSON.parse(line) as SampleResult;
      done.set(keyOf(result), result);
    } catch (error) {
      throw badInput(`${file}, line ${number} cannot be read. Remove it, and it is done again.`, error);
    }
  }
  return done;
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const piece = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - piece.length);
    const { bytesRead } = await handle.read(piece, 0, end - start, start);
    const at = piece.subarray(0, bytesRead).lastIndexOf(10);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** Names of the settings that differ, nested ones with dots. */
function differences(before: unknown, now: unknown, path = ''): readonly string[] {
  if (isPlain(before) && isPlain(now))
    return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((key) =>
      differences(before[key], now[key], path === '' ? key : `${path}.${key}`),
    );
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [path];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
