import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { measure } from '@querent/core/search';
import { resolveText } from '@querent/core/strategy';
import { openWorld } from './openWorld.ts';

let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-world-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

const query = (text: string): ResolvedQuery => resolveText(text) as ResolvedQuery;

/** An E-utilities service that finds PMIDs 1 to 5 with every query; answers with `status` where it is not 200. */
async function eutils(): Promise<{ url: string; asked: string[]; answer: { status: number } }> {
  const asked: string[] = [];
  const answer = { status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
      asked.push(`${request.url ?? ''} ${parameters.get('term') ?? parameters.get('id') ?? ''}`);
      response.writeHead(answer.status);
      const ids =
        (parameters.get('term') ?? '').match(/\d+(?=\[uid\])/gu)?.filter((id) => Number(id) <= 5) ?? [];
      const count = ids.length > 0 ? ids.length : 5;
      response.end(
        request.url?.includes('esummary')
          ? JSON.stringify({ result: { uids: ['1'], 1: { uid: '1', title: 'One' } } })
          : JSON.stringify({ esearchresult: { count: String(count), idlist: ids, warninglist: { phrasesignored: ['of'] } } }), // prettier-ignore
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answer };
}

describe('PubMed, or a service that speaks as it does', () => {
  it('is asked once for each question, also by the next run', async () => {
    const { url, asked } = await eutils();
    const options = { eutils: url, cachePath: folder };
    const figures = [];
    for (let run = 0; run < 2; run++) {
      const world = await openWorld(options);
      const engine = world.citations;
      if (engine === undefined) throw new Error('There is no engine.');
      for (let i = 0; i < 2; i++) {
        const [one, same] = await Promise.all([
          measure(engine, query('aspirin OR stroke'), ['1', '9']),
          measure(engine, query('(aspirin OR stroke)'), ['1', '9']),
        ]);
        figures.push({ ...one, provenance: null }, { ...same, provenance: null });
        await engine.summaries(['1', '9']);
      }
      await world.close();
    }
    expect(asked.map((each) => each.split(' ')[0])).toEqual([
      '/esearch.fcgi',
      '/esearch.fcgi',
      '/esummary.fcgi',
    ]);
    expect(figures[0]).toMatchObject({ count: 5, found: ['1'], missed: ['9'] });
    expect(figures[0]?.warnings).toEqual([
      { code: 'ignored', message: 'PubMed ignored “of”.', subject: 'of' },
    ]);
    expect(new Set(figures.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('is asked again for another day of publication, and after a fault', async () => {
    const { url, asked, answer } = await eutils();
    const world = await openWorld({ eutils: url, cachePath: folder });
    answer.status = 400;
    await expect(world.citations?.count(query('a'))).rejects.toMatchObject({ code: 'network' });
    answer.status = 200;
    expect((await world.citations?.count(query('a')))?.count).toBe(5);
    await world.citations?.count(query('a'), { until: '2020-01-01' });
    await world.citations?.count(query('b'));
    expect(asked.length).toBe(4);
    await world.close();
  });

  it('goes on with what can be read of its memory', async () => {
    const { url, asked } = await eutils();
    const ask = async (): Promise<void> => {
      const world = await openWorld({ eutils: url, cachePath: folder });
      await world.citations?.count(query('a'));
      await world.close();
    };
    await ask();
    const answers = join(folder, 'live', 'answers');
    const files = (await readdir(answers, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    await ask();
    expect(asked.length).toBe(1);
    for (const path of files) await appendFile(path, '{"key": "cut o');
    await ask();
    expect(asked.length).toBe(2);
    await ask();
    expect(asked.length).toBe(2);
  });

  it('a folder that cannot be written costs requests, not answers', async () => {
    const { url } = await eutils();
    await writeFile(join(folder, 'file'), '');
    const world = await openWorld({ eutils: url, cachePath: join(folder, 'file') });
    expect((await world.citations?.count(query('a')))?.count).toBe(5);
    await world.close();
  });

  it('is given up by the one who asked, and not by another who waits for the same answer', async () => {
    const { url } = await eutils();
    const world = await openWorld({ eutils: url, cachePath: folder });
    const controller = new AbortController();
    const mine = world.citations?.count(query('a'), { signal: controller.signal });
    const other = world.citations?.count(query('a'));
    controller.abort();
    await expect(mine).rejects.toMatchObject({ code: 'aborted' });
    expect((await other)?.count).toBe(5);
    await world.close();
  });
});

describe('a library', () => {
  it('gives citations, rankings and passages', async () => {
    const path = join(folder, 'library.jsonl');
    const records = [
      { pmid: '1', title: 'Aspirin after stroke', abstract: 'It helps.' },
      { pmid: '2', title: 'Stroke units' },
    ];
    await writeFile(path, records.map((record) => JSON.stringify(record)).join('\n'));
    const world = await openWorld({ corpus: path, trials: path, cachePath: folder });
    expect(await world.passages?.texts(['2', '7', '1'])).toEqual(['Stroke units', undefined, 'Aspirin after stroke\nIt helps.']); // prettier-ignore
    expect((await world.ranking?.rank('aspirin'))?.hits.map(({ id }) => id)).toEqual(['1']);
    expect((await world.trials?.count(query('stroke[ti]')))?.count).toBe(2);
    expect(world.describe().map(({ part, records: count }) => [part, count])).toEqual([
      ['citations', 2],
      ['trials', 2],
      ['ranking', 2],
    ]);
    // Read from a file, its index is in this thread's memory alone.
    expect(world.shared()).toEqual({});
    await world.close();
    await expect(world.citations?.count(query('a'))).rejects.toThrow(/closed/);
  });
});

it.each([
  [{ live: true, eutils: 'http://localhost:1' }, 'rejected', /either --live or --eutils/],
  [{ headingsAsText: true }, 'rejected', /goes with --corpus/],
  [{ eutils: 'localhost' }, 'rejected', /no address/],
  [{ eutils: 'file:///etc' }, 'rejected', /no address/],
  [{ eutils: 'http://me:secret@localhost:1' }, 'rejected', /name or password/],
  [{ corpus: '/no/such/library.sqlite' }, 'bad-library', /no file/],
  [{ databases: '/no/such/folder' }, 'bad-library', /no folder/],
])('%j cannot be opened', async (options, code, message) => {
  await expect(openWorld(options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('makes the index for ranking to its end, though the one who asked first has given up', async () => {
  const path = join(folder, 'library.jsonl');
  await writeFile(path, `${JSON.stringify({ pmid: '1', title: 'Aspirin after stroke' })}\n`);
  const world = await openWorld({ corpus: path, cachePath: folder });
  const indexes = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.index'));
  const giveUp = new AbortController();
  const asked = world.ranking?.rank('aspirin', { signal: giveUp.signal });
  giveUp.abort();
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  await expect.poll(indexes).toHaveLength(1);
  await world.close();
});

it('an empty world has nothing', async () => {
  const world = await openWorld({});
  expect([world.citations, world.databases, world.describe()]).toEqual([undefined, undefined, []]);
  await world.close();
});
