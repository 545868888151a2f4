import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEutilsService } from '../../server/src/eutilsService/index.ts';
import type { EutilsService } from '../../server/src/eutilsService/index.ts';
import { querent } from './runQuerent.ts';

const samples = resolve(import.meta.dirname, '../../samples');
const key = 'fedcba9876543210fedcba9876543210fedc';
let folder: string;
let service: EutilsService;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'querent-cli-live-'));
  service = await startEutilsService({
    corpus: join(samples, 'citations.jsonl'),
    mesh: join(samples, 'thesaurus.jsonl'),
    cachePath: join(folder, 'service'),
  });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command as a person does who has a key and an address of NCBI's service in the environment. */
function live(...args: readonly string[]) {
  const env = {
    QUERENT_EUTILS_URL: service.url,
    QUERENT_INDEX_CACHE: join(folder, 'cache'),
    NCBI_API_KEY: key,
    NCBI_EMAIL: 'ada@example.org',
  };
  return querent([...args], { env });
}

describe('PubMed itself, from the command line', { timeout: 60_000 }, () => {
  it('finds what the library of the service finds, and is asked once a day', async () => {
    const file = join(folder, 'falls.pubmed');
    const text = readFileSync(join(samples, 'falls.pubmed'), 'utf8');
    writeFileSync(file, text.replace(/^database:.*$/m, 'database: pubmed'));
    const counted = await live('count', file, '--json');
    expect([counted.code, counted.stderr]).toEqual([0, '']);
    const local = await querent(['count', file, '--corpus', join(samples, 'citations.jsonl'), '--json']);
    const told = JSON.parse(counted.stdout) as { lines: { count: number; seedsFound: number; at: string }[] };
    const wanted = JSON.parse(local.stdout) as typeof told;
    const numbers = ({ count, seedsFound }: (typeof told.lines)[number]) => [count, seedsFound];
    expect(told.lines.map(numbers)).toEqual(wanted.lines.map(numbers));
    for (const { at } of told.lines) expect(Date.now() - Date.parse(at)).toBeLessThan(60_000);
    const { requests, refused } = service.statistics();
    expect(refused).toBe(0);
    expect(requests).toBeLessThanOrEqual(told.lines.length + 5);
    // Another command, minutes later: the same numbers, with the time at which they were obtained.
    const again = await live('count', file, '--live', '--json');
    expect(JSON.parse(again.stdout)).toEqual(told);
    expect(service.statistics().requests).toBe(requests);
  });

  it('shows a page once asked for, with engine and time, and no key on the disk', async () => {
    const first = await live('search', 'falls[tiab]', '--live', '--limit', '5', '--json');
    const told = JSON.parse(first.stdout) as { ids: string[]; engine: string; at: string; offline: null };
    expect(told).toMatchObject({ engine: `PubMed (live, ${service.url}/)`, offline: null });
    expect(told.ids.length).toBe(5);
    const { requests } = service.statistics();
    const second = await live('search', 'falls[tiab]', '--live', '--limit', '5', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ ids: told.ids, at: told.at });
    expect(service.statistics().requests).toBe(requests);
    expect(service.requests().every(({ hasKey }) => hasKey)).toBe(true);
    const cache = join(folder, 'cache');
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' });
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const path = join(cache, name);
      expect(name).not.toContain(key);
      if (statSync(path).isFile()) expect(readFileSync(path, 'utf8')).not.toMatch(new RegExp(`${key}|ada@`));
    }
  });

  it('tells which seeds there are no records of, and errors whole', async () => {
    const file = join(folder, 'wrong.pubmed');
    writeFileSync(file, `#1 falls[tiab]\n#2 ${'nonsense[filter] AND '.repeat(8)}nonsense[filter]\n`);
    const counted = await live('count', file, '--live', '--seeds', '90000004, 1, 2');
    expect(counted.code).toBe(1);
    expect(counted.stdout).toMatch(/#1 +\d+ +1\/3 /);
    expect(counted.stderr).toMatch(/seeds: PubMed \(live, .*\) has no record of 1, 2\. Check the numbers\./);
    expect(counted.stdout).toMatch(/#2 +error .*\.\.\./);
    expect(counted.stderr).toMatch(/^#2: PubMed did not answer the query: .*\.$/m);
    const { requests } = service.statistics();
    await live('count', file, '--live', '--seeds', '90000004');
    await live('count', file, '--live', '--seeds', '90000004, 1, 2');
    // The line that is refused, each time.
    expect(service.statistics().requests).toBe(requests + 2);
  });

  it('lists all ids of a query, also those that PubMed does not list at once', async () => {
    const many = 4 * 9_999 + 7;
    const pages: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const term = new URLSearchParams(body).get('term') ?? '';
        const retmax = Number(new URLSearchParams(body).get('retmax'));
        pages.push(term);
        // A record a day, the first one on the first day of 1901.
        const days = [...term.matchAll(/(\d+\/\d+\/\d+):(\d+\/\d+\/\d+)\[edat\]/g)].at(-1);
        const dayOf = (text = ''): number => Date.parse(`${text.replaceAll('/', '-')}T00:00:00Z`) / 864e5;
        const first = dayOf('1901/01/01');
        const from = days === undefined ? 0 : Math.max(0, dayOf(days[1]) - first);
        const to = days === undefined ? many - 1 : Math.min(many - 1, dayOf(days[2]) - first);
        const all = / NOT /.test(term)
          ? []
          : Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => String(to - at + 1));
        const idlist = all.slice(0, Math.min(retmax, 9_999));
        response.end(JSON.stringify({ esearchresult: { count: String(all.length), idlist } }));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const env = { QUERENT_EUTILS_URL: url, QUERENT_INDEX_CACHE: join(folder, 'pages'), NCBI_API_KEY: key };
      const listed = await querent(['search', 'falls', '--live', '--ids'], { env });
      expect(listed.stderr).toBe('');
      expect(new Set(listed.stdout.trim().split('\n')).size).toBe(many);
      const told = await querent(['search', 'falls', '--live', '--json'], { env });
      const { ids, warnings } = JSON.parse(told.stdout) as { ids: string[]; warnings: { code: string }[] };
      expect([ids.length, warnings[0]?.code]).toEqual([9_999, 'ids-limited']);
    } finally {
      server.close();
    }
  });
});
