import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hintText, startServer, TestFolder, type TestServer } from './harness.ts';

const text = '---\ndatabase: pubmed\nseeds: [11, 12]\n---\n#1 falls[tiab]\n#2 #1 AND exercise[tiab]\n';

/** Stands in for the E-utilities: counts requests, and answers 42 or a fault. */
let http: Server;
let asked: string[];
let fault: number | undefined;
let server: TestServer;
const folder = new TestFolder();
afterAll(() => folder.dispose());
const uri = folder.uri('live.pubmed');

beforeEach(async () => {
  asked = [];
  fault = undefined;
  http = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const term = new URLSearchParams(body).get('term') ?? '';
      asked.push(term);
      response.statusCode = fault ?? 200;
      // It has no records of the seeds: what lines find of them has to be asked for.
      if (request.url?.includes('efetch') === true) {
        response.end('<PubmedArticleSet></PubmedArticleSet>');
        return;
      }
      // Queries that are narrowed to the seeds find the first of them.
      const ids = /\b11\b/.test(term) ? ['11'] : [];
      const esearchresult = { count: ids.length > 0 ? '1' : '42', idlist: ids, querytranslation: term };
      response.end(JSON.stringify({ esearchresult }));
    });
  });
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
});
afterEach(async () => {
  expect(await server.stop()).toBe(0);
  http.closeAllConnections();
  await new Promise((done) => http.close(done));
});

async function start(settings: object, trusted = true, network: Record<string, unknown> = {}): Promise<void> {
  const { port } = http.address() as AddressInfo;
  server = await startServer({
    folder: folder.path,
    settings: { ...settings },
    trusted,
    http: network,
    environment: {
      QUERENT_EUTILS_URL: `http://127.0.0.1:${port}/`,
      QUERENT_INDEX_CACHE: join(folder.path, 'cache'),
    },
  });
  await server.open(uri, text);
}

async function hints(): Promise<string[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const found = await server.request<{ label: unknown }[]>('textDocument/inlayHint', {
    textDocument: { uri },
    range,
  });
  return found.map(hintText);
}

describe('database: pubmed', () => {
  it('is not asked while typing, and is when the person wants it', async () => {
    await start({});
    await new Promise((later) => setTimeout(later, 1_500));
    const hover = await server.request<{ contents: { value: string } }>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 4, character: 5 },
    });
    expect(hover.contents.value).toMatch(/not measured/i);
    expect(asked).toEqual([]);
    await server.connection.sendNotification('querent/measureAgain');
    const measured = await server.until(
      hints,
      (all) => all.length === 2 && all.every((hint) => hint.includes('42') && !hint.includes('…')),
      'Numbers',
    );
    expect(measured[0]).toContain('1/2 seeds');
    expect(asked.length).toBeGreaterThan(0);
  });

  it('is asked for the document that is meant and for no other', async () => {
    await start({});
    const other = folder.uri('other.pubmed');
    await server.open(other, text.replaceAll('falls', 'stroke'));
    await server.connection.sendNotification('querent/measureAgain', { uri });
    await server.until(
      hints,
      (all) => all.length === 2 && all.every((hint) => hint.includes('42')),
      'Numbers',
    );
    await new Promise((later) => setTimeout(later, 1_200));
    expect(asked.join()).not.toContain('stroke');
    await server.connection.sendNotification('querent/measureAgain', { uri: other });
    await server.until(
      async () => asked.join(),
      (terms) => terms.includes('stroke'),
      'The question',
    );
    // What the first document found stays.
    expect((await hints()).every((hint) => hint.includes('42'))).toBe(true);
  });

  it('is never asked by a workspace that is not trusted, and the lines say why', async () => {
    await start({ live: { measureWhileTyping: true } }, false);
    await server.connection.sendNotification('querent/measureAgain', { uri });
    await server.until(
      hints,
      (all) => all.length === 2 && all.every((hint) => hint.includes('not measured')),
      'The refusal',
    );
    const { items } = await server.request<{ items: { message: string }[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(items.map(({ message }) => message).join()).toContain('Restricted Mode');
    expect(asked).toEqual([]);
  });

  it('is asked while typing when the setting says so, and a fault is told, never shown as zero', async () => {
    fault = 400;
    await start({ live: { measureWhileTyping: true } });
    const measured = await server.until(
      hints,
      (all) => all.length === 2 && all.every((hint) => hint.includes('not measured')),
      'The fault',
    );
    expect(measured.join()).not.toMatch(/\b0 records/);
    fault = undefined;
    await server.connection.sendNotification('querent/measureAgain');
    await server.until(hints, (all) => all.every((hint) => hint.includes('42')), 'Numbers');
  });

  it('is asked through the proxy of the settings, and one that cannot be used is told', async () => {
    const { port } = http.address() as AddressInfo;
    const live = { measureWhileTyping: true, eutilsAddress: 'http://eutils.example/entrez/eutils/' };
    // The service stands in for the proxy, too: it is sent the whole address.
    const urls: (string | undefined)[] = [];
    http.on('request', ({ url }) => urls.push(url));
    await start({ live }, true, { proxy: `http://127.0.0.1:${port}` });
    await server.until(
      hints,
      (all) => all.length === 2 && all.every((hint) => hint.includes('42')),
      'Numbers',
    );
    expect(new Set(urls)).toContain('http://eutils.example/entrez/eutils/esearch.fcgi');
    expect(await server.stop()).toBe(0);
    await start({ live }, true, { proxy: 'socks5://me:secret@localhost:1' });
    const hover = await server.until(
      () =>
        server.request<{ contents: { value: string } }>('textDocument/hover', {
          textDocument: { uri },
          position: { line: 4, character: 5 },
        }),
      ({ contents }) => contents.value.includes('http.proxy'),
      'The reason',
    );
    expect(hover.contents.value).toContain('socks5');
    expect(JSON.stringify([hover, server.stderr, server.received])).not.toContain('secret');
  });
});
