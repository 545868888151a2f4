import { appendFile } from 'node:fs/promises';

/** One event: what happened, and what is known of it. Everything in it is written. */
export interface LogEvent {
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
  readonly [key: string]: unknown;
}

export interface ServiceLogOptions {
  /** A file that lines are added to; without one only warnings and errors are written, to `stderr`. */
  readonly path?: string;
  readonly stderr: (line: string) => void;
  /** Texts that must not be in any line: keys, addresses of persons. */
  readonly secrets?: readonly string[];
  /** Told of lines that could not be written, for the metrics. */
  readonly onLost?: (lines: number) => void;
}

const writeEveryMs = 250;
/** Characters that wait to be written; beyond, lines are lost rather than memory. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * A log of JSON lines: `{"at", "level", "event", ...}`. Lines are written together, a few times a second. A disk that is full costs
 * lines, which are counted, and never the service.
 */
export class ServiceLog {
  readonly #options: ServiceLogOptions;
  readonly #secrets: readonly string[];
  #lines: string[] = [];
  #characters = 0;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isFailing = false;

  constructor(options: ServiceLogOptions) {
    this.#options = options;
    // As they are within a JSON string; a short one would spoil innocent text and is no secret.
    this.#secrets = (options.secrets ?? [])
      .filter((secret) => secret.length >= 6)
      .map((secret) => JSON.stringify(secret).slice(1, -1));
  }

  write(event: LogEvent): void {
    if (event.level === 'info' && this.#options.path === undefined) return;
    const line = this.#harmless(JSON.stringify({ at: new Date().toISOString(), ...event }));
    if (event.level !== 'info') this.#options.stderr(line);
    if (this.#options.path === undefined) return;
    if (this.#characters + line.length > mostWaiting) return this.#options.onLost?.(1);
    this.#lines.push(line);
    this.#characters += line.length;
    this.#timer ??= setTimeout(() => void this.flush(), writeEveryMs);
  }

  /** Writes what waits. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    const { path } = this.#options;
    if (path !== undefined && lines.length > 0)
      this.#writing = this.#writing.then(() => this.#append(path, lines));
    return this.#writing;
  }

  async #append(path: string, lines: readonly string[]): Promise<void> {
    try {
      await appendFile(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      this.#isFailing = false;
    } catch (error) {
      this.#options.onLost?.(lines.length);
      // Said once for each time that it begins.
      if (!this.#isFailing)
        this.#options.stderr(
          `The log ${path} cannot be written (${error instanceof Error ? error.message : String(error)}); scoring goes on.`,
        );
      this.#isFailing = true;
    }
  }

  #harmless(line: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  }
}
