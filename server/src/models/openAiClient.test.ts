/** The client against a small OpenAI-compatible server on this machine. */
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelError } from './modelError.ts';
import { createOpenAiModel } from './openAiClient.ts';

let server: Server;
let url: string;
let seen: { path: string; body: Record<string, unknown>; key: string | undefined }[];
let answer: (response: ServerResponse, path: string) => void;

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status).end(JSON.stringify(body));

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const parsed = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
      seen.push({ path: request.url ?? '', body: parsed, key: request.headers.authorization });
      if (request.url === '/v1/models') {
        json({ data: [{ id: '/models/tiny-chat' }] })(response);
      } else {
        answer(response, request.url ?? '');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  answer = json({
    choices: [{ message: { content: 'heart[tiab]' }, text: 'raw', finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3 },
  });
});

describe('the OpenAI-compatible client', () => {
  it('asks in turns of a chat, with the first model that the server lists', async () => {
    const model = createOpenAiModel({ url: `${url}/`, apiKey: 'SECRET' });
    let streamed = '';
    const result = await model.generate(
      { kind: 'chat', system: 'S', user: 'U' },
      {
        maxTokens: 9,
        temperature: 0.5,
        seed: 3,
        jsonSchema: { type: 'object' },
        onToken: (text) => (streamed += text),
      },
    );
    expect(result).toMatchObject({ text: 'heart[tiab]', stopReason: 'end', promptTokens: 7, tokens: 3 });
    expect(streamed).toBe('heart[tiab]');
    expect(await model.describe()).toEqual({ name: 'tiny-chat', hasChatTemplate: true });
    expect(seen.map(({ path }) => path)).toEqual(['/v1/models', '/v1/chat/completions']);
    expect(seen[1]).toMatchObject({
      key: 'Bearer SECRET',
      body: {
        model: '/models/tiny-chat',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'U' },
        ],
        max_tokens: 9,
        temperature: 0.5,
        seed: 3,
        response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
      },
    });
  });

  it.each(['', '/', '/v1', '/v1/', '/v1/chat/completions'])('finds the server by %s', async (path) => {
    const model = createOpenAiModel({ url: `${url}${path}`, model: 'm' });
    expect((await model.generate({ kind: 'raw', text: 'x' })).text).toBe('raw');
    expect(seen.at(-1)?.path).toBe('/v1/completions');
  });

  const faults: readonly [string, typeof answer, string, RegExp][] = [
    [
      'a wrong key',
      json({ error: { message: 'bad key SECRET' } }, 401),
      'refused',
      /HTTP 401\)\. It wants a key/,
    ],
    [
      'no such model',
      json({ error: { message: 'no model m' } }, 404),
      'refused',
      /HTTP 404: no model m\)\. Check the address/,
    ],
    ['too many requests', json({}, 429), 'refused', /HTTP 429\).*try again later/],
    ['a fault', json({ error: 'broken\nstack' }, 500), 'refused', /HTTP 500: broken\)/],
    [
      'a redirect',
      (response) => response.writeHead(302, { Location: 'http://127.0.0.1:9/' }).end(),
      'refused',
      /HTTP 302/,
    ],
    ['HTML', (response) => response.end('<html>'), 'refused', /not JSON/],
    ['no choices', json({ choices: [] }), 'refused', /without a text/],
    ['null', json(null), 'refused', /not JSON/],
    ['a closed connection', (response) => response.destroy(), 'unreachable', /cannot be reached/],
    ['silence', () => undefined, 'unreachable', /did not answer within 0\.2 s/],
  ];
  it.each(faults)('puts %s in one line, without the key', async (name, fault, code, message) => {
    answer = fault;
    // A machine that is busy must not make silence of what is none.
    const timeoutMs = name === 'silence' ? 200 : 20_000;
    const model = createOpenAiModel({ url, apiKey: 'SECRET', model: 'm', timeoutMs });
    const error: unknown = await model
      .generate({ kind: 'chat', user: 'U' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
    expect(inspect(error, { depth: 20 })).not.toContain('SECRET');
  });

  it('stops when cancelled', async () => {
    const abort = new AbortController();
    answer = () => abort.abort();
    const model = createOpenAiModel({ url, model: 'm' });
    await expect(model.generate({ kind: 'chat', user: 'U' }, { signal: abort.signal })).rejects.toMatchObject(
      { code: 'aborted' },
    );
  });

  it.each([
    ['nonsense', /not a URL/],
    ['file:///etc/passwd', /http or https/],
    ['http://me:SECRET@127.0.0.1/', /no user name, key/],
    ['http://127.0.0.1/?key=SECRET', /no user name, key/],
  ])('refuses the address %s', (address, message) => {
    let error: unknown;
    try {
      createOpenAiModel({ url: address });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ModelError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('SECRET');
  });
});
