import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isNetworkPath } from '../measuring/engineTarget.ts';
import { ToolError } from './tool.ts';
import type { ToolContext, ToolDocument } from './tool.ts';
import { oneLine } from './wording.ts';

/** Strategies beyond this size are something else. */
const mostBytes = 2_000_000;
/** Citation files are read into memory whole; beyond this a library is the place. */
const mostCitationBytes = 256_000_000;
const strategyEndings = new Set(['.pubmed', '.ctgov', '.txt']);

/**
 * The real path of what an argument names, which must lie within the roots. Nothing outside is touched, so that nobody learns what is there.
 * @param argument for messages: `file`
 * @throws ToolError
 */
export async function withinRoots(argument: string, path: string, context: ToolContext): Promise<string> {
  const shown = oneLine(path, 300);
  if (path.trim() === '') throw new ToolError(`${argument}: is empty. Give the path of a file.`);
  if (path.includes('\0')) throw new ToolError(`${argument}: "${shown}" is no path.`);
  if (isNetworkPath(path))
    throw new ToolError(`${argument}: "${shown}" lies on another machine. Give a file of this one.`);
  const { roots } = context;
  if (roots.length === 0)
    throw new ToolError(
      `${argument}: no folder is open, so no file may be read. Give the text itself as "strategy".`,
    );
  const candidates = isAbsolute(path) ? [resolve(path)] : roots.map((root) => resolve(root, path));
  const allowed = candidates.filter((candidate) => roots.some((root) => isWithin(candidate, root)));
  if (allowed.length === 0) throw outside(argument, shown, roots);
  for (const candidate of allowed) {
    const real = await realpath(candidate).catch(() => undefined);
    if (real === undefined) continue;
    // A link within the folder may lead out of it.
    const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
    if (!realRoots.some((root) => isWithin(real, root))) throw outside(argument, shown, roots);
    return real;
  }
  throw new ToolError(`${argument}: there is no file "${shown}" (looked in ${roots.join(', ')}).`);
}

function outside(argument: string, shown: string, roots: readonly string[]): ToolError {
  return new ToolError(
    `${argument}: "${shown}" lies outside the folders that may be read (${roots.join(', ')}). Give a file within them.`,
  );
}

function isWithin(path: string, root: string): boolean {
  const way = relative(resolve(root), path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * A strategy by its path: as it is open in the editor, else as it is on disk.
 * @throws ToolError
 */
export async function readStrategyFile(
  path: string,
  context: ToolContext,
): Promise<ToolDocument & { readonly path: string }> {
  const real = await withinRoots('file', path, context);
  for (const open of context.documents) {
    if (open.path === undefined) continue;
    if (open.path === real || (await realpath(open.path).catch(() => undefined)) === real)
      return { text: open.text, path: real };
  }
  const shown = oneLine(path, 300);
  if (!strategyEndings.has(extname(real).toLowerCase()))
    throw new ToolError(`file: "${shown}" is no strategy: only .pubmed, .ctgov and .txt files are read.`);
  const found = await stat(real);
  if (!found.isFile()) throw new ToolError(`file: "${shown}" is a folder or a device, not a file.`);
  if (found.size > mostBytes)
    throw new ToolError(
      `file: "${shown}" is too big for a strategy (${(found.size / 1e6).toFixed(1)} MB; at most ${mostBytes / 1e6} MB).`,
    );
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real)), path: real };
  } catch (error) {
    if (error instanceof TypeError)
      throw new ToolError(`file: "${shown}" is not UTF-8 text. Save it as UTF-8.`);
    throw new ToolError(
      `file: "${shown}" cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/**
 * Refuses citation files that are too big to be held in memory.
 * @param path of a file, or of a folder of files
 * @throws ToolError
 */
export async function checkCitationSize(path: string): Promise<void> {
  const found = await stat(path);
  const files = found.isDirectory() ? (await readdir(path)).map((name) => join(path, name)) : [path];
  let bytes = 0;
  for (const file of files) bytes += (await stat(file).catch(() => undefined))?.size ?? 0;
  if (bytes > mostCitationBytes)
    throw new ToolError(
      `library: "${oneLine(path, 300)}" is too big to be read into memory (${Math.round(bytes / 1e6)} MB). Make a library of it: querent corpus build.`,
    );
}
