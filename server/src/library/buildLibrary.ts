import { existsSync } from 'node:fs';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createLibrary, damaged, LibraryError, updateLibrary } from '@querent/core/connectors';
import type { AddOutcome, Indexer, LibraryBuilder } from '@querent/core/connectors';
import { importCitations, ImportError } from '@querent/core/corpus';
import { readCitationFile, TruncatedArchiveError } from './citationFile.ts';
import { loadMeshFile } from './meshFile.ts';
import { loadSqlJs } from './sqlJs.ts';

/** A record, or a whole file, that could not be imported. */
export interface RejectedRecord {
  readonly file: string;
  /** Counted from 1; 0 where it is about the whole file. */
  readonly line: number;
  readonly reason: string;
}

/** How far a build is. */
export interface BuildProgress {
  readonly phase: 'reading' | 'indexing' | 'writing';
  /** 0..1 of the reading, by bytes of the input files; undefined while that cannot be known. */
  readonly fraction: number | undefined;
  /** Good records so far. */
  readonly records: number;
}

export interface BuildRequest {
  /** Paths of citation files; `-` is standard input. */
  readonly inputs: readonly string[];
  /** The library file; updated when it is there. */
  readonly output: string;
  /** A file of MeSH descriptors. */
  readonly mesh?: string;
  /** Start from nothing and replace the library that is there. */
  readonly rebuild?: boolean;
  /** Version of Querent, noted in the library. */
  readonly builtWith: string;
  readonly indexer?: Indexer;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Told before and after the indexing, which computes for seconds without looking at `signal`. */
  readonly onBlocking?: (isBlocking: boolean) => void;
  readonly onRejected?: (rejected: RejectedRecord) => void;
}

/** What a build did. */
export interface BuildSummary extends Readonly<Record<AddOutcome, number>> {
  /** Records in the library afterwards. */
  readonly records: number;
  /** Bad records and files; `rejections` lists the first 1,000 of them. */
  readonly rejected: number;
  readonly rejections: readonly RejectedRecord[];
  readonly seconds: number;
  /** Size of the library file. */
  readonly bytes: number;
}

/** Why nothing was built; the message is for people. What was there before is as it was. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

const MAX_LISTED = 1000;

/**
 * Builds or updates a citation library from citation files. The library is written to a temporary file beside it and put in
 * its place at the very end, so an interrupted build leaves the old one whole.
 * @throws BuildError when an input or the output cannot be used or no good record was found, MeshFileError, LibraryError
 * for an existing library that cannot be read, and the signal's reason when aborted.
 */
export async function buildLibrary(request: BuildRequest): Promise<BuildSummary> {
  const started = performance.now();
  await checkInputs(request);
  const total = await totalBytes(request.inputs);
  const updates = request.rebuild !== true && existsSync(request.output);
  const builder = await openBuilder(request);
  try {
    const tally = new Tally(request, total);
    if (request.mesh !== undefined) {
      const file = request.mesh;
      builder.setThesaurus(await loadMeshFile(file, (line, reason) => tally.reject({ file, line, reason })));
    }
    for (const input of request.inputs) await importFile(input, builder, tally, request);
    if (tally.good === 0) throw new BuildError(nothingGood(request.inputs, tally));
    request.onProgress?.({ phase: 'indexing', fraction: 1, records: tally.good });
    await breathe();
    request.signal?.throwIfAborted();
    request.onBlocking?.(true);
    const bytes = builder.finish({
      builtAt: new Date().toISOString(),
      builtWith: request.builtWith,
      ...(request.indexer === undefined ? {} : { indexer: request.indexer }),
    });
    request.onBlocking?.(false);
    request.onProgress?.({ phase: 'writing', fraction: 1, records: tally.good });
    await breathe();
    await writeAtomically(request.output, bytes, request.signal);
    return {
      ...tally.outcomes,
      records: builder.size,
      rejected: tally.rejected,
      rejections: tally.rejections,
      seconds: (performance.now() - started) / 1000,
      bytes: bytes.length,
    };
  } catch (error) {
    // The library that is updated looked sound, and turns out not to be where it is touched.
    if (updates && isFaultOfContents(error)) throw damaged(request.output, error);
    throw error;
  } finally {
    builder.close();
  }
}

/** What SQLite (through sql.js) and the reading of stored JSON throw; every other fault has a class of its own. */
function isFaultOfContents(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.constructor === Error);
}

class Tally {
  readonly outcomes: Record<AddOutcome, number> = { added: 0, updated: 0, unchanged: 0, merged: 0 };
  readonly rejections: RejectedRecord[] = [];
  good = 0;
  rejected = 0;
  readonly #request: BuildRequest;
  readonly #totalBytes: number | undefined;
  #bytes = 0;

  constructor(request: BuildRequest, totalBytes: number | undefined) {
    this.#request = request;
    this.#totalBytes = totalBytes;
  }

  add(outcome: AddOutcome): void {
    this.outcomes[outcome]++;
    this.good++;
  }

  reject(rejected: RejectedRecord): void {
    this.rejected++;
    if (this.rejections.length < MAX_LISTED) this.rejections.push(rejected);
    this.#request.onRejected?.(rejected);
  }

  read(bytes: number): void {
    this.#bytes += bytes;
    const fraction = this.#totalBytes ? Math.min(1, this.#bytes / this.#totalBytes) : undefined;
    this.#request.onProgress?.({ phase: 'reading', fraction, records: this.good });
  }
}

async function checkInputs({ inputs, output, rebuild }: BuildRequest): Promise<void> {
  if (inputs.length === 0) throw new BuildError('There is no citation file to import.');
  if (output.trim() === '') throw new BuildError('--out names no file. Name one, such as library.sqlite.');
  for (const input of inputs) {
    if (input === '-') continue;
    if (resolve(input) === resolve(output))
      throw new BuildError(
        `${input} is both an input and the library to be written. Name another file for the library.`,
      );
    const found = await stat(input).catch((error: unknown) => {
      throw new BuildError(`${input} cannot be read: ${systemReason(error)}.`, { cause: error });
    });
    if (found.isDirectory())
      throw new BuildError(`${input} is a folder. Name the citation files in it: ${input}/*`);
  }
  const folder = resolve(output, '..');
  if (!existsSync(folder))
    throw new BuildError(`The folder ${folder} does not exist. Make it, or name another file.`);
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory())
    throw new BuildError(`${output} is a folder. Name a file, such as ${output}/library.sqlite.`);
  if (there !== undefined && !there.isFile())
    throw new BuildError(`${output} is a device or a pipe, not a file. Name another file for the library.`);
  if (rebuild === true && there !== undefined && there.size > 0) await checkReplaceable(output);
}

/** `--rebuild` replaces libraries that cannot be read any more, but nobody's other file. */
async function checkReplaceable(output: string): Promise<void> {
  const handle = await open(output, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(100), 0, 100, 0);
    const isOurs = buffer.toString('latin1', 68, 72) === 'QRNT';
    const isStump =
      bytesRead < 72 && 'SQLite format 3'.startsWith(buffer.toString('latin1', 0, Math.min(15, bytesRead)));
    if (!isOurs && !isStump)
      throw new BuildError(
        `${output} is not a citation library, and is not replaced. Name another file for the library.`,
      );
  } finally {
    await handle.close();
  }
}

async function totalBytes(inputs: readonly string[]): Promise<number | undefined> {
  if (inputs.includes('-')) return undefined;
  const sizes = await Promise.all(inputs.map(async (input) => (await stat(input)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function openBuilder({ output, rebuild }: BuildRequest): Promise<LibraryBuilder> {
  const sql = await loadSqlJs();
  if (rebuild === true || !existsSync(output)) return createLibrary(sql);
  const bytes = await readFile(output);
  if (bytes.length === 0) return createLibrary(sql);
  try {
    return updateLibrary(sql, bytes, output);
  } catch (error) {
    if (error instanceof LibraryError && (error.code === 'not-sqlite' || error.code === 'not-a-library'))
      throw new BuildError(
        `${output} is there and is not a citation library. Name another file for the library.`,
        {
          cause: error,
        },
      );
    throw error;
  }
}

async function importFile(
  input: string,
  builder: LibraryBuilder,
  tally: Tally,
  request: BuildRequest,
): Promise<void> {
  const name = input === '-' ? 'standard input' : basename(input);
  const before = tally.good;
  try {
    for await (const item of importCitations(
      readCitationFile(input, (bytes) => tally.read(bytes)),
      name,
    )) {
      if (item.kind === 'record') tally.add(builder.add(item.record));
      else if (item.kind === 'rejected') tally.reject({ file: input, line: item.line, reason: item.reason });
      request.signal?.throwIfAborted();
    }
  } catch (error) {
    if (error instanceof ImportError) tally.reject({ file: input, line: 0, reason: error.message });
    else if (error instanceof TruncatedArchiveError) {
      const kept = tally.good - before;
      const reason = `${name}: ${error.message}; the ${kept} records before that are imported. Get the file again.`;
      tally.reject({ file: input, line: 0, reason });
    } else if (isSystemError(error))
      throw new BuildError(`${input} cannot be read: ${systemReason(error)}.`, { cause: error });
    else throw error;
  }
  if (tally.good > before) builder.setSource(name, tally.good - before, new Date().toISOString());
}

function nothingGood(inputs: readonly string[], tally: Tally): string {
  const [first] = tally.rejections;
  const where =
    first === undefined
      ? ''
      : first.line > 0
        ? `${first.file}, line ${first.line} ${first.reason}`
        : first.reason;
  const files = inputs.length === 1 ? 'the file' : `the ${inputs.length} files`;
  return `No good record in ${files}; nothing was written. ${where}`.trim();
}

async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      const step = 1 << 24;
      for (let at = 0; at < bytes.length; at += step) {
        signal?.throwIfAborted();
        await handle.writeFile(bytes.subarray(at, at + step));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (isSystemError(error))
      throw new BuildError(`${path} cannot be written: ${systemReason(error)}.`, { cause: error });
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  EROFS: 'the disk is read-only',
};

function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_REASONS[code ?? ''] ?? message;
}

/** Lets progress be drawn and Ctrl-C be noticed before a long computation. */
function breathe(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
