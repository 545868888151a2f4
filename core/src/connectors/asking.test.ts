/** One request: silence, slow answers, redirections, and what errors hold. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import axios from 'axios';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askOnce, refuseFaults } from './asking.ts';
import type { HttpAnswer } from './asking.ts';
import { PassingFault } from './retrying.ts';

let server: Server;
let url: string;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ask`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const http = axios.create();
const ask = (timeoutMs: number, signal?: AbortSignal): Promise<HttpAnswer> =>
  askOnce(http, { service: 'The service', url, timeoutMs, ...(signal === undefined ? {} : { signal }) });

/** Sends a byte every so often. */
function drip(bytes: number, everyMs: number): RequestListener {
  return (_request, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      response.write('.');
      if (++sent >= bytes) response.end();
    }, everyMs);
    response.on('close', () => {
      clearInterval(timer);
    });
  };
}

describe('asking once', () => {
  it('waits for a slow answer as long as something comes, but not for ever', async () => {
    answer = drip(10, 100);
    expect((await ask(500)).body).toBe('..........');
    answer = drip(Infinity, 100);
    expect(await ask(400).catch((error: unknown) => error)).toMatchObject({
      code: 'network',
      retryable: true,
      message: expect.stringContaining('did not finish its answer') as string,
    });
  });

  it('leaves no timer behind, though a part of the answer is reported after it', async () => {
    const late: (() => void)[] = [];
    const reporting = axios.create({
      adapter: async (config) => {
        late.push(() => config.onDownloadProgress?.({} as never));
        return { data: 'whole', status: 200, statusText: 'OK', headers: {}, config };
      },
    });
    vi.useFakeTimers();
    try {
      await askOnce(reporting, { service: 'The service', url, timeoutMs: 1000 });
      expect(vi.getTimerCount()).toBe(0);
      for (const report of late) report();
      // It would hold up the end of a command by as long as a service may be silent.
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('follows no redirection: what is asked may hold a key', async () => {
    const seen: string[] = [];
    answer = (request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(307, { Location: '/elsewhere' }).end();
    };
    expect(await ask(1000)).toMatchObject({ status: 307 });
    expect(seen).toEqual(['/ask']);
  });

  it('gives whatever status with its headers', async () => {
    answer = (_request, response) => {
      response.writeHead(418, { 'X-RateLimit-Limit': '10' }).end('{"a": 1}');
    };
    const told = await ask(1000);
    expect([told.status, told.body, told.header('x-ratelimit-limit'), told.header('x-none')]).toEqual([
      418,
      '{"a": 1}',
      '10',
      undefined,
    ]);
  });

  it('takes its listener off the signal, also where it fails', async () => {
    let listeners = 0;
    const controller = new AbortController();
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parts: Parameters<typeof add>) => {
      listeners++;
      add(...parts);
    };
    signal.removeEventListener = (...parts: Parameters<typeof remove>) => {
      listeners--;
      remove(...parts);
    };
    answer = (_request, response) => response.end('ok');
    await ask(1000, signal);
    answer = (_request, response) => response.destroy();
    await ask(1000, signal).catch(() => undefined);
    expect(listeners).toBe(0);
  });

  it('is ended by its signal, before and in the middle', async () => {
    await expect(ask(1000, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    const controller = new AbortController();
    answer = (_request, response) => {
      response.write('half', () => {
        controller.abort();
      });
    };
    await expect(ask(1000, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('says nothing of what was sent', async () => {
    answer = (_request, response) => response.destroy();
    const form = new URLSearchParams({ api_key: 'SECRET-KEY' });
    const error: unknown = await askOnce(http, { service: 'It', url, form, timeoutMs: 500 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('SECRET-KEY');
  });
});

describe('faults of a service', () => {
  const told = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({
    status,
    body: '',
    header: (name) => headers[name],
  });
  const now = Date.UTC(2026, 0, 1);
  const date = (ms: number): string => new Date(now + ms).toUTCString();

  it.each([
    [429, {}, undefined],
    [429, { 'retry-after': '3' }, 3000],
    [503, { 'retry-after': '0' }, 0],
    [503, { 'retry-after': date(4000) }, 4000],
    [503, { 'retry-after': date(-4000) }, 0],
    [503, { 'retry-after': date(9000), date: date(5000) }, 4000],
    [500, { 'retry-after': 'soon' }, undefined],
  ] as const)('HTTP %i with %o', (status, headers, waitMs) => {
    let fault: unknown;
    try {
      refuseFaults(told(status, headers), 'It', now);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(PassingFault);
    expect(fault).toMatchObject({
      waitMs,
      retryable: true,
      code: status === 429 ? 'rate-limited' : 'network',
    });
  });

  it('others are for the caller to judge', () => {
    for (const status of [200, 302, 400, 404])
      expect(() => refuseFaults(told(status), 'It', now)).not.toThrow();
  });
});
