/**
 * Runs commands one after the other in one process, for tests: starting Node and reading the sources takes longer than most commands.
 * Everything is the real command but the process: the arguments come and the result goes over the channel of `fork`.
 */
import { Readable } from 'node:stream';
import { runCli } from '../../server/src/cli/program.ts';
import type { HostRequest, HostResult } from './runQuerent.ts';

process.stdout.setMaxListeners(0); // each command adds its own listener for a reader that goes away

/** Collects what is written to a stream until it is given back. */
function capture(stream: NodeJS.WriteStream): () => string {
  const { write } = stream;
  const parts: Buffer[] = [];
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    parts.push(Buffer.from(chunk as string));
    const done = rest.find((each) => typeof each === 'function');
    if (done !== undefined) process.nextTick(done as () => void);
    return true;
  };
  return () => {
    stream.write = write;
    return Buffer.concat(parts).toString();
  };
}

async function run({ args, input }: HostRequest): Promise<HostResult> {
  const stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input, 'base64')]);
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  const code = await runCli(args);
  return { code, stdout: stdout(), stderr: stderr() };
}

process.on('message', (request: HostRequest) => {
  void run(request).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
