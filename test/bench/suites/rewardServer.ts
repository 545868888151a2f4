import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { writeFile } from 'node:fs/promises';
import type { ScoreItem } from '@querent/core/tasks';
import type { ClientRun } from './rewardClients.ts';

const trainer = join(import.meta.dirname, '../../../trainer/src/cli/main.ts');
const clients = join(import.meta.dirname, 'rewardClients.ts');
const run = promisify(execFile);

/** The service as people start it, in a process of its own. */
export class RewardServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(library: string, ...options: readonly string[]): Promise<RewardServer> {
    const args = [trainer, 'rewards', 'serve', '--corpus', library, ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      once(child, 'exit').then(() => {
        throw new Error('The service did not start.');
      }),
    ])) as [string];
    return new RewardServer(child, (JSON.parse(line) as { url: string }).url);
  }

  /** Sends `items`, so many in a request, over so many connections of another process. */
  async send(
    items: readonly ScoreItem[],
    each: number,
    connections: number,
    file: string,
  ): Promise<ClientRun> {
    const bodies: string[] = [];
    for (let at = 0; at < items.length; at += each)
      bodies.push(JSON.stringify({ items: items.slice(at, at + each) }));
    await writeFile(file, bodies.join('\n'));
    const { stdout } = await run(process.execPath, [clients, this.url, file, String(connections)], {
      maxBuffer: 1 << 26,
    });
    const result = JSON.parse(stdout) as ClientRun;
    if (result.items !== items.length || result.failures > 0)
      throw new Error(
        `Of ${items.length} items ${result.items} were answered, ${result.failures} with an error.`,
      );
    return result;
  }

  /** Sum of a figure of `GET /v1/metrics` over its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/v1/metrics`)).text();
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
