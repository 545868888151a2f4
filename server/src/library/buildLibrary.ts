import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { citationIndexer, damaged, type LibraryBuilder } from '@querent/core/connectors';
import {
  importCitations,
  mostDocuments,
  ImportError,
  type CsvColumns,
  type ImportItem,
} from '@querent/core/corpus';
import { BuildError, BuildStopped, systemReason } from './buildError.ts';
import { checkInputs, importKey, type BuildInput } from './buildInputs.ts';
import {
  goodIn,
  newTally,
  reject,
  total,
  type FileTally,
  type Outcomes,
  type RejectedRecord,
} from './buildTally.ts';
import { readCitationFile, TruncatedArchiveError } from './citationFile.ts';
import { draftPath, openDraft, type LibraryDraft } from './libraryDraft.ts';
import { explainFault } from './buildFault.ts';
import { loadMeshFile } from './meshFile.ts';

/** How far a build is. */
export interface BuildProgress {
  readonly phase: 'reading' | 'indexing' | 'writing';
  /** 0..1 of the reading, by bytes of the input files; undefined while that cannot be known. */
  readonly fraction: number | undefined;
  /** Good records so far. */
  readonly records: number;
}

export interface BuildRequest {
  /** Paths of citation files; `-` is standard input. None: nothing is imported, only what `removeIds` says is done. */
  readonly inputs: readonly string[];
  /** The library file; updated when it is there. */
  readonly output: string;
  /** A file of MeSH descriptors. */
  readonly mesh?: string;
  /** Start from nothing and replace the library that is there. */
  readonly rebuild?: boolean;
  /** Columns of tables, by what they hold: `{ title: 'Titel' }`. */
  readonly csvColumns?: CsvColumns;
  /** Ids of records to be taken out, before anything is imported. */
  readonly removeIds?: readonly string[];
  /** Version of Querent, noted in the library. */
  readonly builtWith: string;
  /** Keep what is imported when the build is stopped or fails, so that the same build goes on from there. */
  readonly keepUnfinished?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Told before and after what computes for seconds without looking at `signal`. */
  readonly onBlocking?: (isBlocking: boolean) => void;
  readonly onRejected?: (rejected: RejectedRecord) => void;
  /** Told of every id of `removeIds` that is not in the library. */
  readonly onMissing?: (id: string) => void;
  /** Told when the build goes on with one that was interrupted: so many records are there already. */
  readonly onResumed?: (records: number) => void;
}

/** What a build did. */
export interface BuildSummary extends Readonly<Outcomes> {
  /** Records in the library afterwards. */
  readonly records: number;
  /** Bad records and files; `rejections` lists the first 1,000 of them. */
  readonly rejected: number;
  readonly rejections: readonly RejectedRecord[];
  readonly seconds: number;
  /** Size of the library file. */
  readonly bytes: number;
}

/** Records after which what was done is kept. */
const RECORDS_PER_COMMIT = 5_000;

/**
 * Builds or updates a citation library from citation files. The library is made in a file beside it (`draftPath`) and put in its place at
 * the very end, so an interrupted build leaves the old one whole, and the same build goes on where it was. Records go to disk as they are
 * read: the memory that it takes is that of the index.
 * @throws BuildError when an input or the output cannot be used or no good record was found, MeshFileError, LibraryError
 * for an existing library that cannot be read, and BuildStopped when aborted.
 */
export async function buildLibrary(request: BuildRequest): Promise<BuildSummary> {
  const started = performance.now();
  // A link is followed: the file that it names is brought up to date.
  const output = await realpath(request.output).catch(() => request.output);
  const { inputs, rebuild = false, removeIds = [], signal, onBlocking } = request;
  if (inputs.length === 0 && removeIds.length === 0)
    throw new BuildError('There is no citation file to import.');
  const files = await checkInputs(inputs, output, rebuild);
  const { mesh, csvColumns, builtWith } = request;
  const keyOf = (): Promise<string> =>
    importKey(files, output, { mesh, rebuild, removeIds, csvColumns, builtWith });
  onBlocking?.(true);
  const draft = await openDraft(output, rebuild, keyOf).catch((error: unknown) => {
    const there = existsSync(output) ? ` ${output} is as it was.` : '';
    throw explainFault(error, output, there) ?? error;
  });
  onBlocking?.(false);
  const run = new Import(request, draft, files);
  let isKept = false;
  try {
    if (draft.resumed) request.onResumed?.(draft.builder.size);
    await run.readAll();
    checkSize(draft.builder.size, output);
    request.onProgress?.({ phase: 'indexing', fraction: 1, records: run.good });
    await breathe();
    signal?.throwIfAborted();
    onBlocking?.(true);
    const records = draft.builder.size;
    const bytes = draft.builder.finish({
      builtAt: new Date().toISOString(),
      builtWith: request.builtWith,
      indexer: citationIndexer,
      ...(draft.base === undefined ? {} : { indexBefore: () => draft.base?.indexBytes() }),
    });
    onBlocking?.(false);
    request.onProgress?.({ phase: 'writing', fraction: 1, records: run.good });
    await breathe();
    const size = await draft.publish(bytes, signal);
    const { outcomes, rejected, rejections } = run.tally;
    return {
      ...outcomes,
      records,
      rejected,
      rejections,
      seconds: (performance.now() - started) / 1000,
      bytes: size,
    };
  } catch (error) {
    isKept =
      request.keepUnfinished === true && draft.lasts && run.committed > 0 && !(error instanceof TooLarge);
    throw run.explain(error, isKept);
  } finally {
    await draft.close(isKept);
  }
}

/** More records than an index can hold. */
class TooLarge extends BuildError {}

function checkSize(records: number, output: string): void {
  if (records > mostDocuments)
    throw new TooLarge(
      `${output} would hold ${records} records; a library holds at most ${mostDocuments}. Make several libraries.`,
    );
}

/** What is noted of the ids that were taken out, so that an import that goes on does not take them out again. */
const REMOVED = 'removed';

/** One run over the input files. */
class Import {
  readonly #request: BuildRequest;
  readonly #draft: LibraryDraft;
  readonly #files: readonly BuildInput[];
  readonly #tallies: FileTally[] = [];
  readonly #meshTally = newTally();
  readonly #totalBytes: number | undefined;
  #bytes = 0;
  /** Records that a later run would find. */
  committed = 0;

  constructor(request: BuildRequest, draft: LibraryDraft, files: readonly BuildInput[]) {
    this.#request = request;
    this.#draft = draft;
    this.#files = files;
    // Of before an interruption: they are there whatever happens now.
    files.forEach((_, i) => (this.committed += goodIn(this.#noted(i))));
    const sizes = files.map(({ size }) => size);
    this.#totalBytes = sizes.includes(undefined)
      ? undefined
      : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  /** Of all files together. */
  get tally(): FileTally {
    return total([this.#meshTally, ...this.#tallies]);
  }

  get good(): number {
    return this.#tallies.reduce((sum, tally) => sum + goodIn(tally), 0);
  }

  async readAll(): Promise<void> {
    const { builder } = this.#draft;
    const { mesh, removeIds = [] } = this.#request;
    const removed = builder.noted(REMOVED);
    if (removed !== undefined) this.#meshTally.outcomes.deleted = Number(removed);
    else if (removeIds.length > 0) {
      for (const id of removeIds)
        if (builder.remove(id)) this.#meshTally.outcomes.deleted++;
        else this.#request.onMissing?.(id);
      builder.note(REMOVED, String(this.#meshTally.outcomes.deleted));
    }
    if (mesh !== undefined) {
      const told = (line: number, reason: string): void =>
        this.#reject(this.#meshTally, { file: mesh, line, reason });
      builder.setThesaurus(await loadMeshFile(mesh, told));
    }
    for (const [i, file] of this.#files.entries()) await this.#importFile(file, i);
    // A file of deletions alone may have nothing to do.
    if (
      this.good === 0 &&
      (this.tally.rejected > 0 || this.#draft.base === undefined) &&
      this.#files.length > 0
    )
      throw new BuildError(this.#nothingGood());
    if (removeIds.length > 0 && this.#files.length === 0 && this.#meshTally.outcomes.deleted === 0)
      throw new BuildError(
        `None of these records is in ${this.#request.output}; nothing was changed. Ids are PMIDs, or what "querent search --ids" prints.`,
      );
  }

  #noted(file: number): FileTally {
    const noted = this.#draft.builder.noted(`file ${file}`);
    return noted === undefined ? newTally() : (JSON.parse(noted) as FileTally);
  }

  async #importFile({ path, size, stamp }: BuildInput, number: number): Promise<void> {
    const { builder } = this.#draft;
    const key = `file ${number}`;
    const tally = this.#noted(number);
    this.#tallies.push(tally);
    for (let i = 1; i <= tally.rejected; i++) {
      const rejected = builder.noted(`${key} rejected ${i}`);
      if (rejected !== undefined) this.#request.onRejected?.(JSON.parse(rejected) as RejectedRecord);
    }
    if (tally.isDone) {
      this.#read(size ?? 0);
      return;
    }
    const name = path === '-' ? 'standard input' : basename(path);
    const save = (): void => {
      if (stamp !== undefined) builder.note(key, JSON.stringify(tally));
      builder.commit();
      if (stamp !== undefined) this.committed = Math.max(this.committed, this.good);
    };
    const take = (item: ImportItem): void => {
      this.#take(item, path, tally, builder);
      if (item.kind === 'rejected' && stamp !== undefined)
        builder.note(
          `${key} rejected ${tally.rejected}`,
          JSON.stringify({ file: path, line: item.line, reason: item.reason }),
        );
    };
    try {
      const options = this.#request.csvColumns === undefined ? {} : { csvColumns: this.#request.csvColumns };
      const chunks = readCitationFile(path, (bytes) => this.#read(bytes));
      let at = 0;
      for await (const item of importCitations(chunks, name, options)) {
        this.#request.signal?.throwIfAborted();
        if (++at <= tally.items) continue;
        take(item);
        tally.items = at;
        if (at % RECORDS_PER_COMMIT === 0) save();
      }
    } catch (error) {
      this.#explainFile(error, path, name, tally);
    }
    if (goodIn(tally) > 0) builder.setSource(name, goodIn(tally), new Date().toISOString());
    tally.isDone = true;
    save();
  }

  #take(item: ImportItem, file: string, tally: FileTally, builder: LibraryBuilder): void {
    if (item.kind === 'record') tally.outcomes[builder.add(item.record)]++;
    else if (item.kind === 'deleted') {
      if (builder.remove(item.id)) tally.outcomes.deleted++;
    } else this.#reject(tally, { file, line: item.line, reason: item.reason });
  }

  #reject(tally: FileTally, rejected: RejectedRecord): void {
    reject(tally, rejected);
    this.#request.onRejected?.(rejected);
  }

  #explainFile(error: unknown, path: string, name: string, tally: FileTally): void {
    if (error instanceof ImportError) this.#reject(tally, { file: path, line: 0, reason: error.message });
    else if (error instanceof TruncatedArchiveError) {
      const reason = `${name}: ${error.message}; the ${goodIn(tally)} records before that are imported. Get the file again.`;
      this.#reject(tally, { file: path, line: 0, reason });
    } else {
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      throw new BuildError(`${path} cannot be read: ${reason}.`, { cause: error });
    }
  }

  #read(bytes: number): void {
    this.#bytes += bytes;
    const fraction = this.#totalBytes ? Math.min(1, this.#bytes / this.#totalBytes) : undefined;
    this.#request.onProgress?.({ phase: 'reading', fraction, records: this.good });
  }

  #nothingGood(): string {
    const [first] = this.tally.rejections;
    const where =
      first === undefined
        ? ''
        : first.line > 0
          ? `${first.file}, line ${first.line} ${first.reason}`
          : first.reason;
    const files = this.#files.length === 1 ? 'the file' : `the ${this.#files.length} files`;
    return `No good record in ${files}; nothing was written. ${where}`.trim();
  }

  /** What stopped the build, with what is kept of it. */
  explain(error: unknown, isKept: boolean): unknown {
    const { output, signal } = this.#request;
    const there = this.#draft.base === undefined ? '' : ` ${output} is as it was.`;
    const kept = isKept
      ? ` ${this.committed} records are kept in ${draftPath(output)}, and the same command goes on from there.`
      : '';
    if (signal?.aborted === true)
      return new BuildStopped(isKept ? `Interrupted.${kept}${there}` : 'Interrupted; nothing was changed.', {
        cause: error,
      });
    const fault = explainFault(error, output, `${kept}${there}`);
    if (fault !== undefined) return fault;
    // The library that is updated looked sound, and turns out not to be where it is touched.
    if (this.#draft.base !== undefined && isFaultOfContents(error)) return damaged(output, error);
    return error;
  }
}

/** What SQLite throws, and the reading of stored JSON; every other fault has a class of its own. */
function isFaultOfContents(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.constructor === Error);
}

/** Lets progress be drawn and Ctrl-C be noticed before a long computation. */
function breathe(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
