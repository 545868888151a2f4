import { linesOf, type Json } from './metrics.ts';

/** Where the files of a run are read: on this machine's disk, or through VS Code's file systems. Names are relative to the run, with `/`. */
export interface RunFiles {
  /** Undefined where there is none. */
  stat(name: string): Promise<FileFacts | undefined>;
  /** Bytes from an offset to the end. */
  read(name: string, from: number): Promise<Uint8Array>;
}

export interface FileFacts {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
}

/** Bytes before the place where reading goes on that must still be the same: a run that is gone on with cuts its files. */
const witnessBytes = 64;

/** Bytes of a file that are read at most, from its end: what is older is not shown. */
const mostBytes = 48 * 1024 * 1024;

/** JSON lines of a file that grows: reads what is new, or all of it where what was read is not there any more. */
export class GrowingFile {
  readonly #files: RunFiles;
  readonly name: string;
  /** How many lines are kept, from the end. */
  readonly #most: number;
  #facts: FileFacts | undefined;
  /** Offset behind the last whole line. */
  #read = 0;
  #witness: Buffer = Buffer.alloc(0);
  #lines: readonly Json[] = [];
  #unreadable = 0;

  constructor(files: RunFiles, name: string, most = 100_000) {
    this.#files = files;
    this.name = name;
    this.#most = most;
  }

  get lines(): readonly Json[] {
    return this.#lines;
  }

  get unreadable(): number {
    return this.#unreadable;
  }

  /** When it was written last, milliseconds since 1970. */
  get written(): number | undefined {
    return this.#facts?.mtime;
  }

  /** Reads what is new. Returns whether anything changed. */
  async update(): Promise<boolean> {
    const facts = await this.#files.stat(this.name);
    const before = this.#facts;
    if (facts?.size === before?.size && facts?.mtime === before?.mtime) return false;
    this.#facts = facts;
    if (facts === undefined) {
      this.#forget();
      return true;
    }
    const from = Math.max(0, this.#read - this.#witness.length);
    const bytes = facts.size < this.#read ? undefined : Buffer.from(await this.#files.read(this.name, from));
    if (bytes?.subarray(0, this.#witness.length).equals(this.#witness) === true) {
      this.#take(bytes.subarray(this.#witness.length), this.#read);
    } else {
      this.#forget();
      const start = Math.max(0, facts.size - mostBytes);
      this.#take(Buffer.from(await this.#files.read(this.name, start)), start);
    }
    return true;
  }

  #take(bytes: Buffer, start: number): void {
    const end = bytes.lastIndexOf(0x0a) + 1;
    const { lines, unreadable } = linesOf(bytes.subarray(0, end).toString('utf8'));
    this.#lines = [...this.#lines, ...lines].slice(-this.#most);
    // The first line of a file whose beginning is left out is a piece of one.
    this.#unreadable += start > 0 && this.#read === 0 ? Math.max(0, unreadable - 1) : unreadable;
    this.#read = start + end;
    if (end > 0) this.#witness = Buffer.from(bytes.subarray(Math.max(0, end - witnessBytes), end));
  }

  #forget(): void {
    this.#read = 0;
    this.#witness = Buffer.alloc(0);
    this.#lines = [];
    this.#unreadable = 0;
  }
}
