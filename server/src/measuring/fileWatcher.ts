import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

const settleMs = 300;
/** A path that is typed letter by letter leaves many behind; those looked at longest ago are watched no more. */
const mostFiles = 500;

/**
 * Tells when files change, appear or vanish. Watches their folders, since most writers replace a file instead of writing
 * into it; waits until a burst of changes is over. A folder that cannot be watched is passed over in silence: then
 * "Measure again" does it.
 */
export class FileWatcher {
  readonly #onChange: (path: string) => void;
  readonly #folders = new Map<string, FSWatcher>();
  /** Path to the stamp last seen; the path that was asked for last comes last. */
  readonly #files = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (path: string) => void) {
    this.#onChange = onChange;
  }

  /** Starts to watch `path`, which need not exist; once is enough. */
  add(path: string): void {
    const known = this.#files.get(path);
    this.#files.delete(path);
    this.#files.set(path, known ?? fileStamp(path));
    if (known !== undefined) return;
    this.#forgetOldest();
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#schedule());
      watcher.on('error', () => {
        watcher.close();
        this.#folders.delete(folder);
      });
      this.#folders.set(folder, watcher);
    } catch {
      // The folder does not exist or cannot be watched.
    }
  }

  /** Looks at all watched files now; for clients that watch files themselves. */
  check(): void {
    for (const [path, before] of [...this.#files]) {
      const now = fileStamp(path);
      if (now === before) continue;
      this.#files.set(path, now);
      this.#onChange(path);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.#files.clear();
  }

  #forgetOldest(): void {
    const [oldest] = this.#files.keys();
    if (oldest === undefined || this.#files.size <= mostFiles) return;
    this.#files.delete(oldest);
    const folder = dirname(oldest);
    if ([...this.#files.keys()].some((path) => dirname(path) === folder)) return;
    this.#folders.get(folder)?.close();
    this.#folders.delete(folder);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), settleMs);
    this.#timer.unref();
  }
}

/** Changes whenever the file at `path` does; `absent` when there is none. */
export function fileStamp(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch {
    return 'absent';
  }
}
