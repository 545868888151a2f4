import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEutilsService, type EutilsService } from '../../server/src/eutilsService/index.ts';
import type {
  ExportRecordsResult,
  MeasureStrategyResult,
  MissedSeedsResult,
  TestNcbiKeyResult,
} from '@querent/server/liveProtocol';
import type { RecordsResult, ReportResult } from '@querent/server/protocol';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const key = '0123456789abcdef0123456789abcdef0123';
const samples = resolve(import.meta.dirname, '../../samples');
const folder = new TestFolder();
const uri = folder.uri('falls.pubmed');
/** The second block loses seeds: few records speak of a home. */
const text = `---
database: pubmed
seeds: [90000001, 90000004, 90000007, 99999999]
---
#1 "accidental falls"[mh] OR falls[tiab] OR fall-related[tiab]
#2 home[tiab] OR dwelling[tiab]
#3 #1 AND #2
`;

let service: EutilsService;
let server: TestServer;
beforeAll(async () => {
  const trials = join(folder.path, 'trials.jsonl');
  const trial = (i: number): object => ({
    id: `NCT0000010${i}`,
    title: `${i < 4 ? 'Asthma' : 'Stroke'}, invented trial ${i}`,
    abstract: 'Invented.',
  });
  writeFileSync(trials, [0, 1, 2, 3, 4, 5].map((i) => JSON.stringify(trial(i))).join('\n'));
  service = await startEutilsService({
    corpus: join(samples, 'citations.jsonl'),
    cachePath: join(folder.path, 'ranked'),
    apiKeys: [key],
    trials,
    trialsPerMinute: 0,
  });
}, 30_000);
afterAll(async () => {
  await service.close(0);
  folder.dispose();
});
let run = 0;
beforeEach(async () => {
  server = await startServer({
    folder: folder.path,
    settings: { live: { eutilsAddress: service.url, trialsAddress: service.trialsUrl } },
    environment: {
      QUERENT_INDEX_CACHE: join(folder.path, `cache-${(run += 1)}`),
      // With a key ten requests a second are allowed instead of three.
      NCBI_API_KEY: key,
      QUERENT_EUTILS_URL: '',
    },
  });
  await server.open(uri, text);
});
afterEach(async () => {
  expect(await server.stop()).toBe(0);
});

/** Messages of the progress with this token, as they came. */
const progress = (token: string): string[] =>
  server.received
    .filter(({ method, params }) => method === '$/progress' && (params as { token: unknown }).token === token)
    .flatMap(({ params }) => (params as { value: { message?: string } }).value.message ?? []);

describe('a live database', () => {
  it('measures the whole strategy with progress, in a request a line and a few for all seeds', async () => {
    const before = service.requests().length;
    const done = await server.request<MeasureStrategyResult>('querent/measureStrategy', {
      uri,
      workDoneToken: 'm',
    });
    expect(done).toMatchObject({ lines: 3, measured: 3, offline: 0, failed: [] });
    expect(done.provenance?.label).toContain(service.url);
    expect(progress('m').at(0)).toBe('0 of 3 lines');
    expect(progress('m')).toContain('3 of 3 lines');
    expect(service.requests().length - before).toBeLessThanOrEqual(8);
    const again = service.requests().length;
    await server.request('querent/measureStrategy', { uri });
    expect(service.requests().length).toBe(again);
  });

  it('stops asking when measuring is cancelled, and keeps what it has', async () => {
    const long = folder.uri('long.pubmed');
    const lines = Array.from({ length: 40 }, (_, i) => `#${i + 1} falls[tiab] NOT word${i}[tiab]\n`);
    await server.open(long, `---\ndatabase: pubmed\n---\n${lines.join('')}`);
    const before = service.requests().length;
    const source = new CancellationTokenSource();
    const asked = server.request('querent/measureStrategy', { uri: long, workDoneToken: 'x' }, source.token);
    await server.until(
      async () => progress('x').at(-1) ?? '',
      (said) => /^[1-9]/.test(said),
      'The first number',
    );
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await server.request<{ label: unknown }[]>('textDocument/inlayHint', {
      textDocument: { uri: long },
      range,
    });
    expect(JSON.stringify(hints)).toMatch(/\d+ rec/);
    // A second later, in which ten more could have been asked, nothing more was.
    await new Promise((later) => setTimeout(later, 1_000));
    expect(service.requests().length - before).toBeLessThan(30);
  });

  it('lists seeds missed, seeds found and records, in pages', async () => {
    const first = await server.request<RecordsResult>('querent/records', {
      uri,
      label: '1',
      offset: 0,
      limit: 5,
    });
    expect(first.items).toHaveLength(5);
    expect(first.listProblem).toBeUndefined();
    expect(first.missedSeeds.map(({ id, inLibrary }) => [id, inLibrary])).toEqual([['99999999', false]]);
    expect(first.foundSeeds.map(({ id }) => id).sort()).toEqual(['90000001', '90000004', '90000007']);
    expect(first.foundSeeds.every(({ title, isSeed }) => isSeed && /[a-z]/.test(title))).toBe(true);
    const second = await server.request<RecordsResult>('querent/records', {
      uri,
      label: '1',
      offset: 5,
      limit: 5,
    });
    expect(second.foundSeeds).toEqual([]);
    const ids = new Set([...first.items, ...second.items].map(({ id }) => id));
    expect(ids.size).toBe(10);
  });

  it('exports all records with progress, in every format', async () => {
    const first = { uri, label: '1', offset: 0, limit: 1 };
    const { count } = (await server.request<RecordsResult>('querent/records', first)).measurement;
    for (const format of ['nbib', 'ris', 'csv'] as const) {
      const path = join(folder.path, `falls.${format}`);
      const params = { uri, label: '1', format, path, replace: false };
      const done = await server.request<ExportRecordsResult>('querent/exportRecords', {
        ...params,
        workDoneToken: format,
      });
      expect(done).toMatchObject({ path, records: count, bytes: readFileSync(path).length });
      expect(progress(format).at(-1)).toBe(`${count} of ${count}`);
      expect(existsSync(`${path}.part`)).toBe(false);
      await expect(server.request('querent/exportRecords', params)).rejects.toThrow(/is there already/);
    }
  });

  it('leaves nothing behind when an export is cancelled', async () => {
    const path = join(folder.path, 'cancelled.nbib');
    const source = new CancellationTokenSource();
    const asked = server.request(
      'querent/exportRecords',
      { uri, label: '1', format: 'nbib', path, replace: true, workDoneToken: 'c' },
      source.token,
    );
    await server.message(
      ({ method, params }) => method === '$/progress' && (params as { token: unknown }).token === 'c',
    );
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('cancelled'))).toEqual([]);
  });

  it('says which block loses each seed, and what its record has that the block lacks', async () => {
    const found = await server.request<MissedSeedsResult>('querent/missedSeeds', { uri, workDoneToken: 'd' });
    expect(found.title).toBe('Missed seeds of the strategy');
    const why = new Map(found.seeds.map((seed) => [seed.id, seed.why]));
    expect(why.get('99999999')).toMatch(/not in PubMed/);
    expect(why.get('90000004')).toMatch(/Lost by “home” \(line #2\)/);
    expect(found.markdown).toMatch(/## home \(\\#2\)/);
    expect(found.markdown).toContain('| Missed seed |');
    expect(progress('d')).toContain('asking which block finds which seed');
  });

  it('estimates what is missed, with assumptions, from three counts', async () => {
    const { markdown } = await server.request<ReportResult>('querent/completeness', { uri, label: '1' });
    expect(markdown).toMatch(/By headings alone the strategy finds [\d,]+ record/);
    expect(markdown).toContain('## What the estimate rests on');
    expect(markdown).toContain('"accidental falls"[mh]');
  });

  it('keeps what lines found, and tells it over time', async () => {
    await server.request('querent/measureStrategy', { uri });
    const { markdown } = await server.until(
      () => server.request<ReportResult>('querent/countHistory', { uri }),
      (report) => report.markdown.includes('Line \\#3'),
      'The note of the counts',
    );
    expect(markdown).toMatch(/\| Line \\#1 \| [\d,]+ \|/);
    expect(markdown).toContain('| 3/4 |');
  });

  it('tells whether a key is taken, and never what it is', async () => {
    const test = (): Promise<TestNcbiKeyResult> => server.request('querent/testNcbiKey', {});
    expect(await test()).toMatchObject({ verdict: 'accepted', origin: 'environment' });
    await server.connection.sendNotification('querent/ncbiKey', { key: `${key} ` });
    expect(await test()).toMatchObject({ verdict: 'accepted', origin: 'secret-storage' });
    await server.connection.sendNotification('querent/ncbiKey', { key: key.replaceAll('0', 'f') });
    const refused = await test();
    expect(refused.verdict).toBe('rejected');
    expect(JSON.stringify(refused) + server.stderr).not.toContain(key.replaceAll('0', 'f'));
    await server.connection.sendNotification('querent/ncbiKey', { key: '' });
    expect(await test()).toMatchObject({ verdict: 'accepted', origin: 'environment' });
  });

  it('says what is wrong with requests that cannot be answered', async () => {
    const wrong: [string, object, RegExp][] = [
      ['querent/exportRecords', { uri, format: 'bibtex', path: '/x', replace: true }, /nbib, ris, csv/],
      ['querent/exportRecords', { uri, format: 'ris', path: 'x.ris', replace: true }, /whole path/],
      ['querent/exportRecords', { uri, label: '9', format: 'ris', path: '/x', replace: true }, /no line #9/],
      ['querent/measureStrategy', { uri: folder.uri('gone.pubmed') }, /not open any more/],
      ['querent/completeness', { uri: folder.uri('gone.pubmed') }, /not open any more/],
    ];
    for (const [method, params, message] of wrong)
      await expect(server.request(method, params), JSON.stringify(params)).rejects.toThrow(message);
    for (const method of ['exportRecords', 'measureStrategy', 'countHistory', 'missedSeeds', 'completeness'])
      for (const params of [undefined, {}, { uri: 7 }, { uri: folder.uri('gone.pubmed') }])
        await expect(server.request(`querent/${method}`, params), method).rejects.toThrow(
          /not open any more|whole path/,
        );
    const seedless = folder.uri('seedless.pubmed');
    await server.open(seedless, '---\ndatabase: pubmed\n---\n#1 falls\n');
    await expect(server.request('querent/missedSeeds', { uri: seedless })).rejects.toThrow(/names no seeds/);
  });
});

describe('a search of ClinicalTrials.gov', () => {
  it('is measured, listed and exported alike', async () => {
    const trials = folder.uri('asthma.ctgov');
    await server.open(
      trials,
      '---\ndatabase: ctgov\nseeds: [NCT00000101, NCT00000105]\n---\n#1 asthma\n#2 #1 AND invented\n',
      'ctgov',
    );
    const done = await server.request<MeasureStrategyResult>('querent/measureStrategy', { uri: trials });
    expect(done).toMatchObject({ lines: 2, measured: 2, failed: [] });
    const first = await server.request<RecordsResult>('querent/records', {
      uri: trials,
      offset: 0,
      limit: 2,
    });
    expect(first.measurement.count).toBe(4);
    expect(first.missedSeeds.map(({ id }) => id)).toEqual(['NCT00000105']);
    expect(first.foundSeeds.map(({ title }) => title)).toEqual(['Asthma, invented trial 1']);
    const path = join(folder.path, 'asthma.ris');
    const params = { uri: trials, format: 'ris', path, replace: false };
    const exported = await server.request<ExportRecordsResult>('querent/exportRecords', params);
    expect(exported.records).toBe(4);
    expect(readFileSync(path, 'utf8').match(/^AN {2}- NCT0000010[0-3]\r$/gm)).toHaveLength(4);
    for (const method of ['querent/missedSeeds', 'querent/completeness'])
      await expect(server.request(method, { uri: trials }), method).rejects.toThrow(/PubMed’s language only/);
  });
});

describe('a database that gives no answer', () => {
  it('is exported nothing of, and calls no key refused', async () => {
    await server.stop();
    server = await startServer({
      folder: folder.path,
      settings: { live: { eutilsAddress: `${service.url}/nowhere` } },
      environment: { QUERENT_INDEX_CACHE: join(folder.path, `cache-${(run += 1)}`), NCBI_API_KEY: '' },
    });
    await server.open(uri, text);
    const test = (): Promise<TestNcbiKeyResult> => server.request('querent/testNcbiKey', {});
    expect(await test()).toMatchObject({
      verdict: 'none',
      message: expect.stringContaining('3 times a second'),
    });
    await server.connection.sendNotification('querent/ncbiKey', { key });
    expect(await test()).toMatchObject({
      verdict: 'unknown',
      origin: 'secret-storage',
      message: expect.stringContaining('not known'),
    });
    const path = join(folder.path, 'offline.ris');
    await expect(
      server.request('querent/exportRecords', { uri, format: 'ris', path, replace: false }),
    ).rejects.toThrow(/PubMed/);
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
  });
});
