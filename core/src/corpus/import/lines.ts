/** A line of a file: its text without the line end, or what is wrong with it. Lines count from 1. */
export type Line =
  | { readonly number: number; readonly text: string; readonly problem?: undefined }
  | { readonly number: number; readonly text?: undefined; readonly problem: string };

/** Longer lines are no citations, and are dropped while they are read. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

const LF = 10;
const CR = 13;

/**
 * Splits a stream of UTF-8 into lines, ended by `\n`, `\r\n` or a lone `\r`; a byte order mark is passed over. A line that
 * is not UTF-8 or too long is given as a problem, and reading goes on behind it. Lines come in batches, one a chunk, since
 * waiting for every single line takes longer than reading it.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const lines = splitter.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last !== undefined) yield [last];
}

class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #tooLong = false;
  #afterCr = false;
  #number = 1;

  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    if (this.#afterCr && bytes.length > 0) {
      if (bytes[0] === LF) start = 1;
      this.#afterCr = false;
    }
    for (let i = start; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte !== LF && byte !== CR) continue;
      this.#keep(bytes.subarray(start, i));
      lines.push(this.#take());
      if (byte === CR) {
        if (i + 1 === bytes.length) this.#afterCr = true;
        else if (bytes[i + 1] === LF) i++;
      }
      start = i + 1;
    }
    // A copy, because whoever made the chunk may use its memory again.
    if (start < bytes.length) this.#keep(bytes.slice(start));
    return lines;
  }

  end(): Line | undefined {
    return this.#pendingBytes > 0 || this.#tooLong ? this.#take() : undefined;
  }

  #keep(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > MAX_LINE_BYTES) {
      this.#tooLong = true;
      this.#pending = [];
    } else if (bytes.length > 0) this.#pending.push(bytes);
  }

  #take(): Line {
    const number = this.#number++;
    const parts = this.#pending;
    const length = this.#pendingBytes;
    const tooLong = this.#tooLong;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#tooLong = false;
    if (tooLong)
      return {
        number,
        problem: `is ${Math.round(length / 1048576)} MiB long; ${MAX_LINE_BYTES / 1048576} MiB is the limit`,
      };
    let whole = parts[0] ?? new Uint8Array();
    if (parts.length > 1) {
      whole = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
    }
    try {
      const text = this.#decoder.decode(whole);
      return { number, text: number === 1 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
    } catch {
      return { number, problem: 'is not valid UTF-8; save the file as UTF-8 and import it again' };
    }
  }
}
