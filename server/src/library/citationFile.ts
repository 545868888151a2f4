import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** How reading a file ends when its gzip stream does not: what came before was handed out. */
export class TruncatedArchiveError extends Error {
  override readonly name = 'TruncatedArchiveError';
}

/**
 * The contents of a file in chunks, unpacked when it is gzipped, whatever its name.
 * @param path a file, or `-` for standard input.
 * @param onRead is told how many bytes of the file itself were read.
 * @throws TruncatedArchiveError behind the last good chunk of a damaged archive.
 */
export async function* readCitationFile(
  path: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Buffer> =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  const counted = count(stream, onRead);
  const first = await counted.next();
  if (first.done === true) return;
  const whole = resume(first.value, counted);
  yield* isGzip(first.value) ? gunzip(whole) : whole;
}

async function* count(
  stream: AsyncIterable<Buffer>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onRead(chunk.length);
    yield chunk;
  }
}

async function* resume(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Piping would throw away what was unpacked but not yet read when the archive turns out to be cut off. */
async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const unpacker = createGunzip({ chunkSize: 1 << 18 });
  let ready: Buffer[] = [];
  const take = (): Buffer[] => {
    const taken = ready;
    ready = [];
    return taken;
  };
  let failure: Error | undefined;
  unpacker.on('data', (chunk: Buffer) => ready.push(chunk));
  unpacker.on('error', (error) => (failure = error));
  try {
    for await (const chunk of packed) {
      await new Promise<void>((done) => unpacker.write(chunk, () => done()));
      yield* take();
      if (failure !== undefined) break;
    }
    if (failure === undefined)
      await new Promise<void>((done) => {
        unpacker.once('end', done);
        unpacker.once('error', () => done());
        unpacker.end();
      });
    yield* take();
  } finally {
    unpacker.destroy();
  }
  if (failure !== undefined) throw new TruncatedArchiveError(reasonOf(failure));
}

function reasonOf(error: Error & { code?: string }): string {
  return error.code === 'Z_BUF_ERROR'
    ? 'the gzip archive is cut off'
    : `the gzip archive is damaged (${error.message})`;
}
