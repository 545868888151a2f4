import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
});
