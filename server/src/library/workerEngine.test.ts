import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { isUnresolvable, parseStrategy, resolveLine, resolveText } from '@querent/core/strategy';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { buildLibrary } from './buildLibrary.ts';
import type { WorkerEngine } from './workerEngine.ts';
import { openWorkerEngine } from './workerEngine.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Invented citations, `count` of them; every third is on desmopressin. */
function citations(count: number): string {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      pmid: String(1000 + i),
      title: i % 3 === 0 ? `Desmopressin in surgery, part ${i}` : `Aspirin for pain, part ${i}`,
      abstract: 'Blood loss was measured in a randomised trial.',
      year: 2000 + (i % 20),
    }),
  ).join('\n');
}

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

const engines: WorkerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function open(name: string, content: string | Uint8Array): Promise<WorkerEngine> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const engine = await openWorkerEngine({ path });
  engines.push(engine);
  return engine;
}

describe('worker engine', () => {
  it('answers like an engine in this thread', async () => {
    const engine = await open('a.jsonl', citations(30));
    expect(engine.label).toBe('citation file a.jsonl, 30 records');
    const desmopressin = query('desmopressin[tiab]');
    expect((await engine.count(desmopressin)).count).toBe(10);
    expect((await engine.count(desmopressin, { until: '2005-12-31' })).count).toBe(4);
    const found = await engine.search(desmopressin, { limit: 2, offset: 1 });
    expect(found).toMatchObject({ count: 10, ids: ['1015', '1012'] });
    expect(await engine.matching(desmopressin, ['1000', '1001', '7'])).toEqual(['1000']);
    expect(await engine.summaries(['1001'])).toMatchObject([
      { id: '1001', title: 'Aspirin for pain, part 1', year: 2001 },
    ]);
    const ids = await all(engine.allIds(desmopressin));
    expect(ids).toEqual((await engine.search(desmopressin)).ids);
    const records = await all(engine.fetchRecords(['1001', '7', '1000']));
    expect(records.map(({ id, abstract }) => [id, abstract.length > 10])).toEqual([
      ['1001', true],
      ['1000', true],
    ]);
  });

  it('describes what queries find, what contributes it, and what they have in common', async () => {
    const engine = await open('described.jsonl', citations(30));
    const facets = await engine.facets(query('desmopressin[tiab]'), { top: 3, until: '2010-12-31' });
    expect(facets).toMatchObject({ count: 7, library: 30, headings: { covered: 0, values: [] } });
    expect(facets.years.counts[0]).toEqual({ year: 2000, count: 1, library: 2 });
    const either = query('desmopressin[tiab] OR surgery[tiab] OR aspirin[tiab]');
    const { lines } = await engine.contributions(either, ['1000', '1001']);
    expect(lines[0]?.parts.map(({ count, only, redundant }) => [count, only, redundant])).toEqual([
      [30, 0, false],
      [10, 0, false],
      [10, 0, true],
      [20, 20, false],
    ]);
    const overlap = await engine.overlap(
      [query('surgery[tiab]'), query('blood[tiab]'), query('surgery[tiab]')],
      ['1000'],
    );
    expect(overlap.parts.filter(({ count }) => count > 0)).toEqual([
      { foundBy: [1], count: 20, seeds: [] },
      { foundBy: [0, 1, 2], count: 10, seeds: ['1000'] },
    ]);
    await expect(engine.overlap([either], [])).rejects.toMatchObject({ code: 'rejected' });
    await expect(engine.facets(query('free full text[sb]'))).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('sends each line of a strategy once and keeps its references', async () => {
    const engine = await open('b.jsonl.gz', gzipSync(citations(9)));
    const text = ['#1 desmopressin[ti]', '#2 #1 OR aspirin[ti]', '#3 #2 AND #1', '#4 #3 NOT 2003[dp]'].join(
      '\n',
    );
    const document = parseStrategy(text);
    const counts = [];
    for (const label of ['4', '3', '2', '1']) {
      const line = resolveLine(document, label);
      if (isUnresolvable(line)) throw new Error(line.problem);
      counts.push((await engine.count(line)).count);
    }
    expect(counts).toEqual([2, 3, 9, 3]);
  });

  it('passes warnings and errors on with their codes', async () => {
    const engine = await open('c.jsonl', citations(3));
    const { warnings } = await engine.count(query('desmopressin AND free full text[sb]'));
    expect(warnings.map(({ code }) => code)).toContain('unsupported-locally');
    await expect(engine.count(query('free full text[sb]'))).rejects.toMatchObject({
      name: 'SearchError',
      code: 'unsupported',
    });
  });

  it('rejects at once when the caller gives up, and answers the next', async () => {
    const engine = await open('d.jsonl', citations(300));
    const controller = new AbortController();
    const asked = engine.count(query('blood loss[tiab]'), { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect(engine.count(query('blood'), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect((await engine.count(query('"blood loss"[tiab]'))).count).toBe(300);
  });

  it('reads the file again when it has changed', async () => {
    const engine = await open('e.jsonl', citations(3));
    const before = engine.id;
    writeFileSync(join(folder, 'e.jsonl'), citations(6));
    await engine.reload();
    expect((await engine.count(query('desmopressin'))).count).toBe(2);
    expect(engine.id).not.toBe(before);
  });

  it('gives no numbers of a file that is broken now, says why each time, and recovers with the file', async () => {
    const path = join(folder, 'h.jsonl');
    const engine = await open('h.jsonl', citations(3));
    writeFileSync(path, '{"pmid": \nnot json\n');
    const broken = { code: 'bad-library', message: expect.stringContaining('h.jsonl') as string };
    await expect(engine.reload()).rejects.toMatchObject(broken);
    await expect(engine.count(query('desmopressin'))).rejects.toMatchObject(broken);
    await expect(engine.summaries(['1000'])).rejects.toMatchObject(broken);
    writeFileSync(path, citations(6));
    await engine.reload();
    expect((await engine.count(query('desmopressin'))).count).toBe(2);
  });

  it('starts a new worker when the old one died with nothing to do', async () => {
    const workers: Worker[] = [];
    const note = (worker: Worker): number => workers.push(worker);
    process.on('worker', note);
    const engine = await open('i.jsonl', citations(3));
    const before = engine.id;
    await workers.at(-1)?.terminate();
    expect((await engine.count(query('desmopressin'))).count).toBe(1);
    process.off('worker', note);
    expect(workers).toHaveLength(2);
    expect(engine.id).toBe(before);
  });

  it('drafts queries where the index is', async () => {
    const rare = citations(60).replaceAll(
      /Aspirin for pain, part (\d*)0"/g,
      'Tranexamic acid in childbirth, part $10"',
    );
    const engine = await open('g.jsonl', rare);
    const drafts = await engine.proposeDrafts({
      title: 'Tranexamic acid for bleeding in childbirth',
      seeds: [],
    });
    expect(drafts.length).toBeGreaterThan(0);
    expect(drafts[0]).toMatchObject({
      origin: 'method',
      query: expect.stringMatching(/tranexamic/i) as string,
    });
  });

  it('estimates there what queries are worth, and gives whole records', async () => {
    const engine = await open('worth.jsonl', citations(60).replaceAll(/Aspirin for pain, part (\d*)0"/g, 'Tranexamic acid in childbirth, part $10"')); // prettier-ignore
    const request = { title: 'Tranexamic acid for bleeding in childbirth', seeds: [] };
    const [good, other, none] = await engine.estimateWorth(request, [
      'tranexamic[tiab]',
      'nothing[tiab]',
      '(',
    ]);
    expect(good).toBeGreaterThan(0.3);
    expect([other, none]).toEqual([0, null]);
    expect(await engine.estimateWorth({ title: 'zebra', seeds: [] }, ['pain[ti]'])).toEqual([null]);
    const [record] = await engine.records(['none', '1001']);
    expect(record).toMatchObject({ id: '1001', abstract: expect.any(String) as string });
  });

  it('says what is wrong with a file that cannot be opened', async () => {
    writeFileSync(join(folder, 'empty.jsonl'), '');
    await expect(openWorkerEngine({ path: join(folder, 'empty.jsonl') })).rejects.toMatchObject({
      code: 'bad-library',
      message: expect.stringContaining('empty') as string,
    });
    await expect(openWorkerEngine({ path: join(folder, 'none.sqlite') })).rejects.toMatchObject({
      code: 'bad-library',
      message: expect.stringContaining('There is no file') as string,
    });
    writeFileSync(join(folder, 'noise.sqlite'), 'this is no database');
    await expect(openWorkerEngine({ path: join(folder, 'noise.sqlite') })).rejects.toMatchObject({
      code: 'bad-library',
    });
  });

  it('survives the death of its worker: pending requests fail, the next one is answered, but not for ever', async () => {
    const workers: Worker[] = [];
    const note = (worker: Worker): number => workers.push(worker);
    process.on('worker', note);
    const engine = await open('f.jsonl', citations(3));
    for (let i = 0; i < 3; i++) {
      const asked = engine.count(query('desmopressin'));
      void workers.at(-1)?.terminate();
      await expect(asked).rejects.toMatchObject({ code: 'internal', retryable: true });
      if (i < 2) expect((await engine.count(query('desmopressin'))).count).toBe(1);
    }
    process.off('worker', note);
    expect(workers).toHaveLength(3);
    await expect(engine.count(query('desmopressin'))).rejects.toMatchObject({
      code: 'internal',
      retryable: false,
    });
  });

  it('drafts rewrites of a library on a second thread over the same index, and counts meanwhile', async () => {
    const path = join(folder, 'library.sqlite');
    const childbirth = citations(600).replaceAll(
      /Aspirin for pain, part (\d*)0"/g,
      'Tranexamic acid in childbirth, part $10"',
    );
    writeFileSync(join(folder, 'for-library.jsonl'), childbirth);
    await buildLibrary({ inputs: [join(folder, 'for-library.jsonl')], output: path, builtWith: 'test' });
    const workers: Worker[] = [];
    const note = (worker: Worker): number => workers.push(worker);
    process.on('worker', note);
    const engine = await openWorkerEngine({ path });
    engines.push(engine);
    const request = { title: 'Tranexamic acid for bleeding in childbirth', seeds: [] };
    expect((await engine.count(query('pain[ti]'))).count).toBe(360);
    expect(workers).toHaveLength(1);
    const [drafts, { count }] = await Promise.all([
      engine.proposeDrafts(request),
      engine.count(query('desmopressin[tiab]')),
    ]);
    expect(count).toBe(200);
    expect(drafts.length).toBeGreaterThan(0);
    expect(workers).toHaveLength(2);
    const files = await open('for-files.jsonl', childbirth);
    expect(await files.proposeDrafts(request)).toEqual(drafts);
    process.off('worker', note);
    expect(workers).toHaveLength(3);
    // The second thread's death costs the draft alone.
    const asked = engine.proposeDrafts(request);
    void workers[1]?.terminate();
    await expect(asked).rejects.toMatchObject({ code: 'internal' });
    expect((await engine.count(query('pain[ti]'))).count).toBe(360);
    expect(await engine.proposeDrafts(request)).toEqual(drafts);
  });

  it('opens a folder of citation files and reports the bad records', async () => {
    const path = join(folder, 'files');
    mkdirSync(path);
    writeFileSync(join(path, '1.jsonl'), citations(3));
    writeFileSync(
      join(path, '2.jsonl'),
      '{"pmid":"5","title":"Aspirin","abstract":""}\n{"pmid":"6","title":',
    );
    const engine = await openWorkerEngine({ path });
    engines.push(engine);
    expect(engine.label).toBe('citation folder files, 4 records');
    expect(engine.rejected).toMatchObject([{ file: join(path, '2.jsonl'), line: 2 }]);
  });
});
