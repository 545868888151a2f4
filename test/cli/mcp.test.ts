import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { querent } from './runQuerent.ts';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'server/src/cli/main.ts');
const samples = join(root, 'samples');
const corpus = join(samples, 'citations.jsonl');

const folder = mkdtempSync(join(tmpdir(), 'querent-mcp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inside = join(folder, 'inside');
mkdirSync(inside);

interface Connected {
  readonly client: Client;
  readonly said: () => string;
}

/** A real client of the protocol, and a real server in a process of its own. */
async function connect(...options: readonly string[]): Promise<Connected> {
  const client = new Client({ name: 'test', version: '1' });
  const args = [main, 'mcp', '--root', samples, '--root', inside, '--corpus', corpus, ...options];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await client.connect(transport);
  return { client, said: () => said };
}

async function text(client: Client, name: string, input: Record<string, unknown>): Promise<string> {
  const { content } = await client.callTool({ name, arguments: input });
  const [first] = content;
  return first?.type === 'text' ? first.text : '';
}

/** Waits until `pid` is no more. */
async function gone(pid: number): Promise<boolean> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return false;
}

let shared: Connected;
beforeAll(async () => {
  shared = await connect();
});
afterAll(() => shared.client.close());

describe('querent mcp', () => {
  it('tells what it is and lists read-only tools', async () => {
    const { client, said } = shared;
    expect(client.getServerVersion()).toMatchObject({
      name: 'querent',
      version: expect.stringMatching(/^\d/) as string,
    });
    expect(client.getInstructions()).toContain('All tools only read');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      ['check', 'count', 'search', 'explain', 'rewrite'].map((name) => `querent_${name}`),
    );
    for (const { annotations, inputSchema, outputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
      expect([inputSchema.type, outputSchema?.['type']]).toEqual(['object', 'object']);
    }
    expect(said()).toBe('');
  });

  it('asks the open world only where it may', async () => {
    const { client } = await connect('--live');
    const { tools } = await client.listTools();
    const hints = tools.map(({ name, annotations }) => [name, annotations?.openWorldHint]);
    expect(Object.fromEntries(hints)).toMatchObject({ querent_check: false, querent_count: true });
    await client.close();
  });

  it('answers several calls at once, as text and as data that fits its schema', async () => {
    const { client } = shared;
    // The client checks structured content against the schemas that it has listed.
    await client.listTools();
    const [counted, explained, searched, checked, rewritten] = await Promise.all(
      [
        { name: 'querent_count', arguments: { file: 'falls.pubmed' } },
        { name: 'querent_explain', arguments: { file: 'falls.pubmed' } },
        { name: 'querent_search', arguments: { strategy: 'falls[ti]', limit: 2 } },
        { name: 'querent_check', arguments: { strategy: 'falls[tiab' } },
        { name: 'querent_rewrite', arguments: { file: 'falls.pubmed', limit: 1 } },
      ].map((call) => client.callTool(call)),
    );
    expect(counted?.structuredContent).toMatchObject({
      strategy: { count: 22, seedsFound: 7 },
      seedsTotal: 12,
    });
    expect(counted?.content).toMatchObject([
      { type: 'text', text: expect.stringContaining('**22 records, 7 of 12 seeds') as string },
    ]);
    expect(explained?.structuredContent).toMatchObject({ count: 22 });
    expect(searched?.structuredContent).toMatchObject({ count: 14, leftOut: 12 });
    expect(checked?.structuredContent).toMatchObject({ errors: 1 });
    expect(rewritten?.structuredContent).toMatchObject({ original: { count: 22 }, proposals: [{}] });
  });

  it('tells progress where it is asked for', async () => {
    const { client } = shared;
    const told: { progress: number; message?: string }[] = [];
    await client.callTool(
      { name: 'querent_count', arguments: { file: 'falls.pubmed' } },
      {
        onprogress: ({ progress, message }) =>
          told.push({ progress, ...(message === undefined ? {} : { message }) }),
      },
    );
    expect(told[0]).toEqual({ progress: 1, message: 'Opening the library' });
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      'an argument that there is not',
      'querent_count',
      { query: 'a[ti]' },
      /query: there is no such argument\. It takes: strategy/,
    ],
    ['a value that cannot be', 'querent_rewrite', { title: 'x', budget: 0 }, /budget: .*1/],
    [
      'a path outside the roots',
      'querent_check',
      { file: '../README.md' },
      /lies outside the folders that may be read/,
    ],
    [
      'a library that is not there',
      'querent_count',
      { strategy: 'a[ti]', library: 'gone.sqlite' },
      /there is no file "gone\.sqlite"/,
    ],
    [
      'a library that is none',
      'querent_count',
      { strategy: 'a[ti]', library: 'stroke-seeds.txt' },
      /stroke-seeds\.txt/,
    ],
    [
      'PubMed, which is not asked',
      'querent_count',
      { strategy: 'a[ti]', library: 'pubmed' },
      /start the server with --live/,
    ],
    ['nothing', 'querent_explain', {}, /neither is given/],
  ])('answers %s with the way out, and goes on', async (_, name, input, message) => {
    const { client } = shared;
    const result = await client.callTool({ name, arguments: input });
    expect(result.isError).toBe(true);
    expect(result.content).toMatchObject([{ text: expect.stringMatching(message) as string }]);
    expect(await text(client, 'querent_count', { strategy: 'falls[ti]' })).toContain('14 records');
  });

  it('follows no link out of the roots', async () => {
    const secret = join(folder, 'secret.pubmed');
    writeFileSync(secret, 'secret[ti]');
    symlinkSync(secret, join(inside, 'link.pubmed'));
    const { client } = shared;
    expect(await text(client, 'querent_check', { file: join(inside, 'link.pubmed') })).toContain(
      'lies outside',
    );
  });

  it('stops a call that is cancelled, down to the model that it waits for, and goes on', async () => {
    let asked = (): void => undefined;
    let dropped = (): void => undefined;
    const isAsked = new Promise<void>((done) => (asked = done));
    const isDropped = new Promise<void>((done) => (dropped = done));
    // A model server that takes a request and never answers it.
    const slow = createServer((request, response) => {
      if (request.method === 'GET') return void response.end('{"data": [{"id": "slow"}]}');
      asked();
      response.once('close', dropped);
    });
    await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const { client } = await connect('--model', address);
    const controller = new AbortController();
    const call = client.callTool(
      { name: 'querent_rewrite', arguments: { title: 'Exercise and falls' } },
      { signal: controller.signal },
    );
    await isAsked;
    // Other calls are answered meanwhile.
    expect(await text(client, 'querent_count', { strategy: 'falls[ti]' })).toContain('14 records');
    controller.abort(new Error('No longer wanted.'));
    await expect(call).rejects.toThrow(/No longer wanted/);
    await isDropped;
    expect(await text(client, 'querent_count', { strategy: 'falls[ti]' })).toContain('14 records');
    await client.close();
    slow.close();
  });

  it('asks the model alike in calls that are alike', async () => {
    const bodies: { temperature: number; seed?: number }[] = [];
    const answering = createServer((request, response) => {
      if (request.method === 'GET') return void response.end('{"data": [{"id": "m"}]}');
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(JSON.parse(body) as (typeof bodies)[number]);
        response.end('{"choices": [{"message": {"content": "none"}, "finish_reason": "stop"}]}');
      });
    });
    await new Promise<void>((done) => answering.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(answering.address() as AddressInfo).port}`;
    const { client } = await connect('--model', address);
    const sampled: string[][] = [];
    for (let call = 0; call < 2; call++) {
      bodies.splice(0);
      await text(client, 'querent_rewrite', { title: 'Exercise and falls' });
      sampled.push(bodies.map(({ temperature, seed }) => `${temperature} ${seed ?? ''}`).sort());
    }
    await client.close();
    answering.close();
    expect(sampled[0]?.[0]).toBe('0 ');
    expect(sampled[1]).toEqual(sampled[0]);
  });

  it('writes nothing but the protocol, whatever comes in, and serves clients of the first revision', async () => {
    const child = spawn(process.execPath, [main, 'mcp', '--root', samples, '--corpus', corpus], {
      stdio: 'pipe',
    });
    const answers: Record<string, unknown>[] = [];
    const send = (message: unknown): boolean =>
      child.stdin.write(
        `${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...(message as object) })}\n`,
      );
    const lines = createInterface({ input: child.stdout });
    const wanted = new Promise<void>((done) => {
      lines.on('line', (line) => {
        const answer = JSON.parse(line) as Record<string, unknown>;
        answers.push(answer);
        if (answer['id'] === 4) done();
      });
    });
    const info = {
      protocolVersion: '2024-11-05',
      capabilities: {},
      clientInfo: { name: 'old', version: '0' },
    };
    send({ id: 1, method: 'initialize', params: info });
    send({ method: 'notifications/initialized' });
    send('this is no JSON');
    send('{"jsonrpc":"2.0"}');
    send({ id: 2, method: 'tools/call', params: { name: 'querent_nothing', arguments: {} } });
    send({ id: 3, method: 'resources/list' });
    send({
      id: 4,
      method: 'tools/call',
      params: { name: 'querent_count', arguments: { strategy: 'falls[ti]' } },
    });
    await wanted;
    const byId = new Map(answers.map((answer) => [answer['id'], answer]));
    expect(byId.get(1)).toMatchObject({ result: { protocolVersion: '2024-11-05' } });
    expect(byId.get(2)).toHaveProperty('error');
    expect(byId.get(3)).toMatchObject({ error: { code: -32601 } });
    expect(byId.get(4)).toMatchObject({ result: { structuredContent: { strategy: { count: 14 } } } });
    for (const answer of answers) expect(answer).toMatchObject({ jsonrpc: '2.0' });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  it('ends when its client is killed, in the middle of a call too', async () => {
    // A client in a process of its own, which names the server's process and then waits to be killed.
    const program = `
      import { spawn } from 'node:child_process';
      const server = spawn(process.execPath, ${JSON.stringify([main, 'mcp', '--root', samples, '--corpus', corpus])}, { stdio: ['pipe', 'pipe', 'inherit'] });
      const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
      send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '0' } } });
      server.stdout.once('data', () => {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/call', params: { name: 'querent_rewrite', arguments: { title: 'Exercise and falls' } } });
        console.log(server.pid);
      });
    `;
    const client = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((done) =>
      client.stdout.once('data', (chunk: Buffer) => done(Number(chunk.toString()))),
    );
    client.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  });

  it('changes no file', async () => {
    const before = readdirSync(samples).map((name) => [name, statSync(join(samples, name)).mtimeMs]);
    const { client } = shared;
    for (const name of ['check', 'count', 'explain', 'rewrite'])
      await client.callTool({ name: `querent_${name}`, arguments: { file: 'falls.pubmed' } });
    expect(readdirSync(samples).map((name) => [name, statSync(join(samples, name)).mtimeMs])).toEqual(before);
  });

  it.each<[string[], RegExp]>([
    [['--root', 'nowhere'], /--root .*nowhere: there is no such folder/],
    [['--root', corpus], /--root .*it is a file, not a folder/],
    [['--corpus', 'gone.sqlite'], /--corpus .*gone\.sqlite: there is no such file/],
    [['--mesh', 'gone.xml'], /--mesh .*gone\.xml: there is no such file/],
    [['--budget', '0'], /1 or more/],
  ])('refuses %j before it serves', async (options, message) => {
    const { code, stdout, stderr } = await querent(['mcp', ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
