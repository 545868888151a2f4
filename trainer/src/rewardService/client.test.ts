import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRewardClient } from './client.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server that answers each request with the next of `answers`, the last one from then on. */
async function serverOf(...answers: Answer[]): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const answer = answers[Math.min(bodies.length, answers.length - 1)];
      bodies.push(body);
      answer?.(request, response, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const item = { id: 'a', task: 't', completion: 'c', target: ['1'] };
const scored: Answer = (_, response, body) => {
  const { items } = JSON.parse(body) as { items: { id: string }[] };
  response.end(JSON.stringify({ items: items.map(({ id }) => ({ id, reward: 1 })) }));
};
function refusing(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify({ error: { code: 'x', message: `Refused with ${status}.` } }));
  };
}
const dying: Answer = (request) => void request.socket.destroy();
const quick = { firstPauseMs: 5, attempts: 3 };

describe('a request is sent again', () => {
  it.each<[string, Answer[]]>([
    ['when the service dies in the middle of it', [dying, dying, scored]],
    ['when it is busy', [refusing(429, { 'Retry-After': '0' }), refusing(503), scored]],
    ['when what stands before it has no service', [refusing(502), scored]],
  ])('%s', async (_, answers) => {
    const { url, bodies } = await serverOf(...answers);
    expect(await createRewardClient({ url: `${url}/`, ...quick }).score([item])).toEqual([
      { id: 'a', reward: 1 },
    ]);
    expect(bodies).toEqual(answers.map(() => JSON.stringify({ items: [item] })));
  });

  it('not before the service wants it', async () => {
    const { url } = await serverOf(refusing(429, { 'Retry-After': '0.3' }), scored);
    const from = performance.now();
    await createRewardClient({ url, ...quick }).score([item]);
    expect(performance.now() - from).toBeGreaterThan(290);
  });

  it('but not for ever', async () => {
    const { url, bodies } = await serverOf(refusing(503));
    await expect(createRewardClient({ url, ...quick }).score([item])).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/Refused with 503/),
    });
    expect(bodies.length).toBe(3);
  });

  it('and not when it is wrong', async () => {
    const { url, bodies } = await serverOf(refusing(400));
    await expect(createRewardClient({ url, ...quick }).score([item])).rejects.toMatchObject({
      code: 'rejected',
      message: 'The reward service refused: Refused with 400.',
    });
    expect(bodies.length).toBe(1);
  });
});

it('sends batches, and puts the answers together in order', async () => {
  const { url, bodies } = await serverOf(scored);
  const items = Array.from({ length: 7 }, (_, n) => ({ ...item, id: String(n) }));
  const answered = await createRewardClient({ url, batch: 3 }).score(items);
  expect(answered.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  expect(bodies.length).toBe(3);
  expect(await createRewardClient({ url }).score([])).toEqual([]);
});

it.each<[string, Answer]>([
  ['fewer answers', (_, response) => response.end('{"items": []}')],
  ['more answers', (_, response) => response.end('{"items": [{"id": "a"}, {"id": "b"}]}')],
  ['no list', (_, response) => response.end('{"items": null}')],
  ['other ids', (_, response) => response.end('{"items": [{"id": "b"}]}')],
  ['another document', (_, response) => response.end('null')],
])('does not take %s for rewards', async (_, answer) => {
  const { url } = await serverOf(answer);
  await expect(createRewardClient({ url, ...quick }).score([item])).rejects.toMatchObject({
    code: 'network',
  });
});

it('gives up after its time', async () => {
  const { url } = await serverOf(() => undefined);
  const client = createRewardClient({ url, timeoutMs: 50, attempts: 2, firstPauseMs: 5 });
  await expect(client.score([item])).rejects.toMatchObject({
    message: expect.stringMatching(/cannot be reached: no answer within 50 ms/),
  });
});

it('stops when it is told to, also in a pause', async () => {
  const { url, bodies } = await serverOf(refusing(503));
  const controller = new AbortController();
  const scoring = createRewardClient({ url, firstPauseMs: 60_000 }).score([item], controller.signal);
  await expect.poll(() => bodies.length).toBe(1);
  controller.abort();
  await expect(scoring).rejects.toMatchObject({ code: 'aborted' });
  await expect(createRewardClient({ url }).score([item], AbortSignal.abort())).rejects.toMatchObject({
    code: 'aborted',
  });
});

it('tells that nobody is there', async () => {
  const { url } = await serverOf(scored);
  servers.splice(0).forEach((server) => server.close());
  await expect(createRewardClient({ url, ...quick }).health()).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/cannot be reached: ECONNREFUSED\. Is it running\?/),
  });
});

it.each([NaN, Infinity])('does not send a budget of %s, which JSON cannot tell', async (budget) => {
  const client = createRewardClient({ url: 'http://127.0.0.1:1' });
  await expect(client.score([{ ...item, context: { budget } }])).rejects.toMatchObject({
    code: 'rejected',
    message: `Item a: context.budget is ${budget}. Leave it out.`,
  });
});
