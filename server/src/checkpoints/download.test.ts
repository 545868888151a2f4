/** Downloads against real servers with real faults, and onto a disk that is full. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { byteText, type ReleaseFile } from '@querent/core/channel';
import { CheckpointError } from './checkpointError.ts';
import { bytesOfPart, download } from './download.ts';
import type { DownloadOptions } from './download.ts';
import { channelSource } from './source.ts';
import { startChannelServer } from './testing/channelServer.ts';
import type { ChannelServer } from './testing/channelServer.ts';

const path = '1.0.0/model-Q8_0.gguf';
const content = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(300_000, 'the quick brown fox ')]);
const file: ReleaseFile = fileOf(content);

let folder: string;
let part: string;
let server: ChannelServer;
let notes: string[];
let count = 0;

function fileOf(bytes: Buffer): ReleaseFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, kind: 'model', bytes: bytes.length, sha256, quantisation: 'Q8_0' };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-download-'));
  await mkdir(join(folder, 'channel', '1.0.0'), { recursive: true });
  await writeFile(join(folder, 'channel', path), content);
  server = await startChannelServer(join(folder, 'channel'));
});
beforeEach(() => {
  part = join(folder, `part-${count++}`, 'x.part');
  notes = [];
});
afterEach(() => server.clearFaults());
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const fetchIt = (options: Partial<DownloadOptions> = {}, url = server.url, wanted = file): Promise<void> =>
  download(channelSource(url, {}), wanted, part, {
    signal: new AbortController().signal,
    onNote: (text) => notes.push(text),
    retryMs: 1,
    ...options,
  });

async function failure(work: Promise<unknown>): Promise<CheckpointError> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as CheckpointError).message).not.toContain('\n');
  return error as CheckpointError;
}

/** What an earlier download left: the first bytes, as they would be. */
async function leave(bytes: Buffer, of = file): Promise<void> {
  await mkdir(join(part, '..'), { recursive: true });
  await writeFile(part, bytes);
  await writeFile(`${part}.json`, JSON.stringify({ sha256: of.sha256, bytes: of.bytes }));
}

const ranges = (): (string | undefined)[] => server.requests.slice(asked).map(({ range }) => range);
let asked = 0;
beforeEach(() => (asked = server.requests.length));

describe('a download', () => {
  it('tells how far it is, and has the file', async () => {
    const seen: number[] = [];
    await fetchIt({ onProgress: ({ doneBytes }) => seen.push(doneBytes) });
    expect(await readFile(part)).toEqual(content);
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(notes).toEqual([]);
  });

  it('goes on at any byte, with whatever was left, and never has another file than the promised one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(content.length + 5),
        fc.constantFrom('same', 'damaged', 'other'),
        async (at, kind) => {
          part = join(folder, `part-${count++}`, 'x.part');
          const left = Buffer.from(content.subarray(0, at));
          if (kind === 'damaged' && at > 0) left[at >> 1] = (left[at >> 1] ?? 0) ^ 1;
          await leave(
            Buffer.concat([left, Buffer.alloc(Math.max(0, at - content.length))]),
            kind === 'other' ? fileOf(left) : file,
          );
          await fetchIt();
          expect((await readFile(part)).equals(content)).toBe(true);
        },
      ),
      {
        numRuns: 40,
        examples: [
          [0, 'same'],
          [1, 'same'],
          [content.length, 'same'],
          [content.length, 'damaged'],
          [content.length + 1, 'same'],
        ],
      },
    );
  });

  it('that is cut off again and again comes to its end, with ranges', async () => {
    server.fault({ breakAfter: 100_000, times: 3 });
    await fetchIt();
    expect(await readFile(part)).toEqual(content);
    expect(ranges()[0]).toBeUndefined();
    expect(
      ranges()
        .slice(1)
        .every((range) => /^bytes=[1-9]\d*-$/.test(range ?? '')),
    ).toBe(true);
    expect(notes.join(' ')).toMatch(/broke off after .* it is tried again/);
  });

  it('that breaks without a new byte each time is given up, and keeps what is there', async () => {
    server.fault({ breakAfter: 100_000, times: 1 });
    server.fault({ drop: true });
    const { code, message } = await failure(fetchIt());
    expect(code).toBe('interrupted');
    // On a busy machine the connection breaks before all that was sent is read.
    const kept = await bytesOfPart(part, file);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(100_000);
    expect(message).toContain(`${byteText(kept)} of 300 kB are kept; the same command goes on`);
    expect(server.requests.length - asked).toBe(5);
  });

  it('from a server without ranges starts anew, and says so', async () => {
    await leave(content.subarray(0, 1234));
    server.fault({ noRanges: true });
    await fetchIt();
    expect(await readFile(part)).toEqual(content);
    expect(notes).toEqual([`${path} starts anew: the server cannot send a part of it.`]);
  });

  it('whose server hangs is tried again, by the time without a byte and not by all of the time', async () => {
    server.fault({ hang: true, times: 1 });
    server.fault({ slow: 600_000, times: 1 });
    const started = performance.now();
    await fetchIt({ stallMs: 300 });
    // The slow answer alone takes longer than is waited for a byte.
    expect(performance.now() - started).toBeGreaterThan(600);
    expect(notes).toEqual([expect.stringMatching(/^Nothing came for 0\.3 s after 0 bytes/)]);
  });

  it('can be stopped, says what is kept, and goes on later', async () => {
    server.fault({ slow: 300_000, times: 1 });
    const controller = new AbortController();
    const { code, message } = await failure(
      fetchIt({
        signal: controller.signal,
        onProgress: ({ doneBytes }) => {
          if (doneBytes > 0) controller.abort();
        },
      }),
    );
    expect(code).toBe('aborted');
    expect(message).toMatch(/^Stopped\. .* kept; the same command goes on from there\.$/);
    const kept = await bytesOfPart(part, file);
    expect(kept).toBeGreaterThan(0);
    await fetchIt();
    expect(ranges().at(-1)).toBe(`bytes=${kept}-`);
  });

  it.each([500, 503, 429])('answered with %d is tried again', async (status) => {
    server.fault({ status, times: 2 });
    await fetchIt();
    expect(notes).toHaveLength(2);
  });

  it('follows redirects, but not in a circle', async () => {
    server.fault({ path: 'moved.gguf', redirect: `/${path}` });
    await fetchIt({}, server.url, { ...file, path: 'moved.gguf' });
    server.fault({ path, redirect: 'loop' });
    part += '2';
    expect((await failure(fetchIt())).message).toMatch(/cannot be reached \(ERR_FR_TOO_MANY_REDIRECTS\)/);
  });

  it.each<[string, Parameters<ChannelServer['fault']>[0], string, RegExp, boolean]>([
    [
      'one bit is another',
      { flip: true },
      'wrong-hash',
      /not the file that the channel promises .* removed/,
      false,
    ],
    ['it is a web page', { html: true }, 'not-a-file', /A web page came instead of .* sign in/, false],
    [
      'it is shorter than promised',
      { truncateTo: 5_000 },
      'wrong-size',
      /has 5000 instead of the 300004 bytes .* cut off/,
      false,
    ],
    [
      'it is not there',
      { status: 404 },
      'unreachable',
      /lists 1\.0\.0\/model-Q8_0\.gguf, but it is not there/,
      false,
    ],
    ['a token is needed', { status: 401 }, 'unreachable', /asks for a token .* QUERENT_CHANNEL_TOKEN/, false],
    [
      'the connection is closed',
      { drop: true },
      'interrupted',
      /cannot be reached \((?:ECONNRESET|socket hang up)/,
      false,
    ],
  ])('where %s fails in words', async (_, fault, code, message, isKept) => {
    server.fault(fault);
    const error = await failure(fetchIt());
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(existsSync(part)).toBe(isKept);
  });

  it('whose part was damaged is fetched once more from the beginning, and then believed to be wrong', async () => {
    await leave(Buffer.alloc(1000, 'x'));
    server.fault({ flip: true, times: 2 });
    const { code } = await failure(fetchIt());
    expect(code).toBe('wrong-hash');
    expect(ranges()).toEqual(['bytes=1000-', undefined]);
    expect(notes).toEqual([expect.stringMatching(/does not fit; it starts anew/)]);
  });
});

describe('a server that does not keep to HTTP', () => {
  async function against(listener: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
    const odd = createServer(listener);
    await new Promise<void>((done) => odd.listen(0, '127.0.0.1', done));
    try {
      await work(`http://127.0.0.1:${(odd.address() as AddressInfo).port}/`);
    } finally {
      odd.closeAllConnections();
      await new Promise((done) => odd.close(done));
    }
  }

  it('and sends another part than was asked for is asked for all of it', async () => {
    await leave(content.subarray(0, 1000));
    await against(
      ({ headers }, response) => {
        if (headers.range === undefined) response.end(content);
        else
          response
            .writeHead(206, { 'Content-Range': `bytes 500-${content.length - 1}/${content.length}` })
            .end(content.subarray(500));
      },
      async (url) => fetchIt({}, url),
    );
    expect(await readFile(part)).toEqual(content);
    expect(notes).toEqual([
      expect.stringMatching(/starts anew: the server answered with another part \(bytes 500-/),
    ]);
  });

  it('and has nothing behind what is here is asked for all of it', async () => {
    await leave(content.subarray(0, 1000));
    await against(
      ({ headers }, response) => {
        if (headers.range === undefined) response.end(content);
        else response.writeHead(416).end();
      },
      async (url) => fetchIt({}, url),
    );
    expect(await readFile(part)).toEqual(content);
  });

  it.each<[string, RequestListener, string, RegExp]>([
    [
      'sends more bytes than the channel promises',
      (_, response) =>
        void response
          .writeHead(200, { 'Transfer-Encoding': 'chunked' })
          .end(Buffer.concat([content, Buffer.alloc(10)])),
      'wrong-size',
      /more than the 300004 bytes/,
    ],
    [
      'announces more bytes',
      (_, response) => void response.writeHead(200, { 'Content-Length': content.length + 1 }).flushHeaders(),
      'wrong-size',
      /has 300005 instead of the 300004/,
    ],
    [
      'packs the file',
      (_, response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(content),
      'not-a-file',
      /sends it compressed \(gzip\)/,
    ],
    [
      'calls a page a file',
      (_, response) =>
        void response
          .writeHead(200, { 'Content-Type': 'application/octet-stream' })
          .end(' <!DOCTYPE html><p>Sign in'),
      'not-a-file',
      /A web page came/,
    ],
  ])('and %s is not believed', async (_, listener, code, message) => {
    await against(listener, async (url) => {
      const error = await failure(fetchIt({}, url));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
      expect(existsSync(part)).toBe(false);
    });
  });

  it('and ends early without having said how long it is counts as broken off', async () => {
    let times = 0;
    await against(
      ({ headers }, response) => {
        const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
        const end = Math.min(content.length, from + 120_000);
        times++;
        const all = { 'Transfer-Encoding': 'chunked' };
        if (from === 0) response.writeHead(200, all).end(content.subarray(0, end));
        else
          response
            .writeHead(206, { ...all, 'Content-Range': `bytes ${from}-${content.length - 1}/*` })
            .end(content.subarray(from, end));
      },
      async (url) => fetchIt({}, url),
    );
    expect(times).toBe(3);
    expect(await readFile(part)).toEqual(content);
  });
});

describe('the disk', () => {
  it('without room for the file is told beforehand, with the numbers', async () => {
    const huge = { ...file, bytes: 2 ** 50 };
    const { code, message } = await failure(fetchIt({}, server.url, huge));
    expect(code).toBe('disk');
    expect(message).toMatch(/needs 1126 TB, and [\d.]+ [GMT]B are free at .*remove old checkpoints/);
    expect(server.requests.length).toBe(asked);
  });

  it('that becomes full meanwhile is told with the numbers, what was there is kept, and it goes on when there is room', async ({
    skip,
  }) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=72m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.warn('Skipped: a full disk needs the right to mount one (tmpfs).');
      skip();
    }
    try {
      part = join(disk, 'x.part');
      server.fault({ slow: 1_000_000, times: 1 });
      const filler = join(disk, 'filler');
      // Somebody else fills it once the first bytes are there.
      const onProgress = (): void => {
        if (!existsSync(filler)) fill(filler);
      };
      const { code, message } = await failure(fetchIt({ onProgress }));
      expect(code).toBe('disk');
      expect(message).toMatch(
        /The disk is full after [\d.]+ kB of 300 kB .*: \d+ kB more are needed, .* free\..*then the same command goes on/,
      );
      const kept = await bytesOfPart(part, file);
      expect(kept).toBeGreaterThan(0);
      await rm(filler);
      await fetchIt();
      expect(await readFile(part)).toEqual(content);
      expect(ranges().at(-1)).toBe(`bytes=${kept}-`);
    } finally {
      execFileSync('umount', [disk], { stdio: 'ignore' });
    }
  });
});

/** Writes until the disk is full. */
function fill(path: string): void {
  for (const bytes of [1 << 20, 4096, 1])
    try {
      for (;;) appendFileSync(path, Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
}
