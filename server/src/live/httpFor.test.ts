import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { httpFor } from './httpFor.ts';
import { openLivePubMed } from './openLive.ts';
import { openLiveTrials } from './openTrials.ts';
import { noProxySettings } from './proxies.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-proxy-'));
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

/** Listens on a free port, and ends with the test. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/**
 * A proxy that sends everything to one port of this machine, whatever host is wanted, and writes down what it is asked; a login is
 * demanded where one is named.
 */
async function startProxy(port: number, login?: string) {
  const asked: string[] = [];
  const isWelcome = ({ headers }: IncomingMessage): boolean =>
    login === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createHttp((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const onward = request({ port, host: '127.0.0.1', method: incoming.method, path: '/' }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, client: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    if (!isWelcome(incoming)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
  });
  return {
    asked,
    address: `http://${login === undefined ? '' : `${login}@`}127.0.0.1:${await listen(server)}`,
  };
}

/** An E-utilities service that speaks TLS with a certificate that nobody vouches for; undefined without a tool that makes one. */
async function startSecure(bodies: string[]): Promise<number | undefined> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...made, '-subj', '/CN=eutils.example', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
  } catch {
    return undefined;
  }
  const server = createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, outgoing) => {
    let body = '';
    incoming.on('data', (data: Buffer) => (body += data.toString()));
    incoming.on('end', () => {
      bodies.push(body);
      outgoing.end(JSON.stringify({ esearchresult: { count: '7', idlist: [] } }));
    });
  });
  return listen(server);
}

describe('requests through a proxy', () => {
  it('are tunnelled where they are to be confidential, with the login, and with certificates checked or not', async ({
    skip,
  }) => {
    const bodies: string[] = [];
    const port = await startSecure(bodies);
    if (port === undefined) return skip('openssl is not installed: it makes the certificate of this test.');
    const proxy = await startProxy(port, 'me:password');
    const address = 'https://eutils.example/entrez/eutils/';
    const settings = { ...noProxySettings, proxy: proxy.address };
    const query = resolveText('falls[tiab]');
    if (isUnresolvable(query)) throw new Error(query.problem);
    const strict = openLivePubMed({ address, proxies: settings, environment: {}, folder });
    await expect(strict.count(query)).rejects.toMatchObject({
      code: 'network',
      retryable: false,
      message: expect.stringMatching(
        /^The certificate of eutils\.example cannot be checked \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      ) as string,
    });
    const engine = openLivePubMed({
      address,
      key: 'a-key',
      proxies: { ...settings, proxyStrictSSL: false },
      environment: {},
      folder,
    });
    expect((await engine.count(query)).count).toBe(7);
    expect((await engine.count(query, { until: '2020-01-01' })).count).toBe(7);
    await engine.close();
    // One tunnel for both; the proxy saw where it leads, and nothing else.
    expect(proxy.asked).toEqual(['CONNECT eutils.example:443', 'CONNECT eutils.example:443']);
    expect(bodies.length).toBe(2);
    expect(bodies[0]).toContain('api_key=a-key');
    // From the environment, and with a wrong login.
    const wrong = openLivePubMed({
      address,
      proxies: { ...noProxySettings, proxyStrictSSL: false },
      environment: { https_proxy: proxy.address.replace('me:', 'you:') },
      folder,
    });
    const refused = wrong.count(query, { until: '2021-01-01' });
    await expect(refused).rejects.toThrow(/^The proxy 127\.0\.0\.1:\d+ wants a login \(HTTP 407\)/);
    await expect(refused).rejects.not.toThrow(/password/);
  });

  it('to http addresses are sent on by it, and those to this machine, or to hosts without one, are not', async () => {
    const port = await listen(createHttp((_, response) => response.end('here')));
    const proxy = await startProxy(port);
    const settings = { ...noProxySettings, proxy: proxy.address, noProxy: ['direct.example'] };
    const http = httpFor(settings, { http_proxy: 'http://127.0.0.1:1' });
    expect((await http.get<string>('http://service.example/a?b=c')).data).toBe('here');
    expect((await http.post<string>('/a', 'b=c', { baseURL: 'http://service.example' })).data).toBe('here');
    expect((await http.get<string>(`http://127.0.0.1:${port}/own`)).data).toBe('here');
    await expect(http.get('http://direct.example/', { timeout: 5_000 })).rejects.toThrow();
    expect(proxy.asked).toEqual(['GET http://service.example/a?b=c', 'POST http://service.example/a']);
  });

  it('are not begun where the settings name what cannot be used', () => {
    const proxies = { ...noProxySettings, proxy: 'socks5://me:secret@localhost:1080' };
    expect(() => openLivePubMed({ folder, proxies, environment: {} })).toThrow(
      /http\.proxy names a proxy of the kind “socks5”/,
    );
  });

  it.each([
    [
      'PubMed',
      () => openLivePubMed({ folder, address: 'https://me:secret@eutils.example/', environment: {} }),
    ],
    ['trials', () => openLiveTrials({ folder, address: 'https://secret@ctgov.example/', environment: {} })],
  ])('are not begun where an address holds a login, which would stand beside every number: %s', (_, open) => {
    expect(open).toThrow(/^The address of \w+\.example holds a user name or a password\./);
    expect(open).not.toThrow(/secret/);
  });

  it('have words of ours where an address is none', () => {
    expect(() => openLivePubMed({ folder, address: 'eutils.example', environment: {} })).toThrow(
      /^“eutils\.example” is no address of a service\. Write it like https:/,
    );
    expect(() => openLivePubMed({ folder, address: 'me:secret@eutils.example', environment: {} })).toThrow(
      /^“…@eutils\.example” is no address/,
    );
  });
});
