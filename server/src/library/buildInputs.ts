import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BuildError, systemReason } from './buildError.ts';
import { startOf } from './openLibraryFile.ts';

/** A citation file to be imported. */
export interface BuildInput {
  /** As it was named; `-` is standard input. */
  readonly path: string;
  /** In bytes; undefined for standard input. */
  readonly size: number | undefined;
  /** Tells it from all other files and from itself before a change; undefined for standard input, which cannot be read again. */
  readonly stamp: string | undefined;
}

/**
 * Looks at what a build is to read and to write.
 * @throws BuildError that names what cannot be used.
 */
export async function checkInputs(
  inputs: readonly string[],
  output: string,
  rebuild: boolean,
): Promise<readonly BuildInput[]> {
  if (output.trim() === '') throw new BuildError('--out names no file. Name one, such as library.sqlite.');
  if (inputs.filter((path) => path === '-').length > 1)
    throw new BuildError('Standard input (-) can be read once only. Name it once.');
  const checked: BuildInput[] = [];
  for (const path of inputs) checked.push(await checkInput(path, output));
  const folder = resolve(output, '..');
  if (!existsSync(folder))
    throw new BuildError(`The folder ${folder} does not exist. Make it, or name another file.`);
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory())
    throw new BuildError(`${output} is a folder. Name a file, such as ${output}/library.sqlite.`);
  if (there !== undefined && !there.isFile())
    throw new BuildError(`${output} is a device or a pipe, not a file. Name another file for the library.`);
  if (rebuild && there !== undefined && there.size > 0) await checkReplaceable(output);
  return checked;
}

async function checkInput(path: string, output: string): Promise<BuildInput> {
  if (path === '-') return { path, size: undefined, stamp: undefined };
  if (resolve(path) === resolve(output))
    throw new BuildError(
      `${path} is both an input and the library to be written. Name another file for the library.`,
    );
  const found = await stat(path).catch((error: unknown) => {
    throw new BuildError(`${path} cannot be read: ${systemReason(error) ?? String(error)}.`, {
      cause: error,
    });
  });
  if (found.isDirectory())
    throw new BuildError(`${path} is a folder. Name the citation files in it: ${path}/*`);
  // A pipe, like standard input, cannot be read again.
  if (!found.isFile()) return { path, size: undefined, stamp: undefined };
  const { size, mtimeMs } = found;
  return { path, size, stamp: `${resolve(path)}|${size}|${mtimeMs}` };
}

/** `--rebuild` replaces libraries that cannot be read any more, but nobody's other file. */
async function checkReplaceable(output: string): Promise<void> {
  const { start } = await startOf(output);
  const text = Buffer.from(start).toString('latin1');
  const isOurs = text.slice(68, 72) === 'QRNT';
  const isStump = text.length < 72 && 'SQLite format 3'.startsWith(text.slice(0, 15));
  if (!isOurs && !isStump)
    throw new BuildError(
      `${output} is not a citation library, and is not replaced. Name another file for the library.`,
    );
}

/** A text that tells one import from another: files with size and time, what is brought up to date, and how. */
export async function importKey(
  inputs: readonly BuildInput[],
  output: string,
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const there = await stat(output).catch(() => undefined);
  return JSON.stringify([
    inputs.map(({ stamp }) => stamp ?? randomUUID()),
    there === undefined ? null : [there.size, there.mtimeMs],
    options,
  ]);
}
