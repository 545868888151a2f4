import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './faultProxy.ts';
import { FAULTS, type Fault } from './faults.ts';

const body = JSON.stringify({ esearchresult: { count: '42' } });
let asked: URLSearchParams[] = [];
let service: Server;
let proxy: FaultProxy;

beforeAll(async () => {
  service = createServer((request, response) => {
    let text = '';
    request.on('data', (data: Buffer) => (text += data.toString()));
    request.on('end', () => {
      asked.push(new URLSearchParams(text));
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-RateLimit-Limit': '3' }).end(body);
    });
  });
  await new Promise<void>((ready) => service.listen(0, '127.0.0.1', ready));
});
afterAll(() => void service.close());

async function start(options: Partial<FaultProxyOptions>): Promise<void> {
  asked = [];
  const { port } = service.address() as AddressInfo;
  proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}/entrez/eutils`, ...options });
}

const everything = { db: 'pubmed', term: 'falls[tiab]', WebEnv: 'MCID_1', api_key: 'a'.repeat(36) };

function ask(utility = 'esearch', parameters: Record<string, string> = everything): Promise<Response> {
  return fetch(`${proxy.url}/${utility}.fcgi`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
    signal: AbortSignal.timeout(5_000),
  });
}

describe('the fault proxy', () => {
  afterEach(() => proxy.close());

  it('hands on what is asked and answered where there is no fault', async () => {
    await start({ share: 0 });
    const answer = await ask();
    expect([answer.status, answer.headers.get('x-ratelimit-limit'), await answer.text()]).toEqual([
      200,
      '3',
      body,
    ]);
    expect(Object.fromEntries(asked[0] ?? [])).toEqual(everything);
    expect(proxy.requests()).toMatchObject([{ utility: 'esearch' }]);
    expect(proxy.inflicted()).toEqual({});
  });

  const said: readonly [Fault, number, RegExp][] = [
    ['too-many-retry-after', 429, /rate limit/],
    ['too-many', 429, /rate limit/],
    ['too-many-said-with-200', 200, /rate limit/],
    ['server-error', 500, /<html>/],
    ['bad-gateway', 502, /<html>/],
    ['too-long', 414, /<html>/],
    ['html', 200, /<html>/],
    ['error-in-200', 200, /"ERROR"/],
    ['expired-history', 200, /Unable to obtain query/],
    ['rejected-key', 400, /API key invalid/],
  ];
  it.each(said)('%s', async (fault, status, text) => {
    await start({ share: 1, kinds: [fault] });
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(text) as string]);
    expect(answer.headers.has('retry-after')).toBe(fault === 'too-many-retry-after');
    expect([asked, proxy.inflicted()]).toEqual([[], { [fault]: 1 }]);
  });

  it('cuts answers off where only their reader sees it', async () => {
    await start({ share: 1, kinds: ['truncated'] });
    for (let time = 0; time < 20; time++) {
      const answer = await ask();
      const text = await answer.text();
      expect(answer.status).toBe(200);
      expect(body.startsWith(text)).toBe(true);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    }
  });

  it('closes connections, at once or after silence', async () => {
    await start({ share: 1, kinds: ['closed', 'stalled'], stallMs: 100 });
    for (let time = 0; time < 4; time++) await expect(ask()).rejects.toThrow(/fetch failed/);
    expect(proxy.inflicted()).toEqual({ closed: 2, stalled: 2 });
  });

  it('says ERROR in the form of the utility that is asked', async () => {
    await start({ share: 1, kinds: ['error-in-200'] });
    expect(await (await ask('efetch')).text()).toMatch(/^<\?xml.*<ERROR>/);
    expect(await (await ask('esummary')).json()).toMatchObject({
      error: expect.stringMatching(/failed/) as string,
    });
  });

  it('inflicts every kind as often as any other, the share that is wanted, the same for the same seed', async () => {
    const kinds = FAULTS.filter((fault) => fault !== 'stalled' && fault !== 'closed');
    const run = async (seed: number): Promise<(Fault | undefined)[]> => {
      await start({ share: 0.4, seed, kinds });
      for (let time = 0; time < 200; time++) await ask().then((answer) => answer.text());
      return proxy.requests().map(({ fault }) => fault);
    };
    const first = await run(7);
    const counts = Object.values(proxy.inflicted());
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(110);
    await proxy.close();
    const second = await run(7);
    expect(second).toEqual(first);
  });

  it('tells nobody that a WebEnv or key is bad who has none', async () => {
    await start({ share: 1, kinds: ['expired-history', 'rejected-key'] });
    expect((await ask('esearch', { term: 'a' })).status).toBe(200);
    expect((await ask('esearch', { term: 'a', api_key: 'b' })).status).toBe(400);
    proxy.setShare(0);
    expect((await ask('esearch', { term: 'a', api_key: 'b' })).status).toBe(200);
  });
});
