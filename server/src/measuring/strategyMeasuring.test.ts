import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { SearchError, type SearchEngine } from '@querent/core/search';
import { isUnresolvable, parseStrategy, resolveText } from '@querent/core/strategy';
import { EngineRegistry } from './engineRegistry.ts';
import { FileWatcher } from './fileWatcher.ts';
import { StrategyMeasuring, type MeasuredDocument } from './strategyMeasuring.ts';
import { TestEngine, TestService } from './testEngine.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-strategy-measuring-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.useRealTimers());

function setUp(open: () => Promise<SearchEngine>): StrategyMeasuring {
  const settings = { libraryPath: '', measureWhileTyping: false, meshPath: undefined, networkPaths: true };
  return new StrategyMeasuring(
    new EngineRegistry({ open }, () => {}),
    () => settings,
    () => {},
    () => {},
    async () => ({ lines: [] }),
  );
}

function document(database: string): MeasuredDocument {
  const text = `---\ndatabase: ${database}\n---\n#1 falls[tiab]\n`;
  return { uri: pathToFileURL(join(folder, 'a.pubmed')).href, strategy: parseStrategy(text) };
}

describe('StrategyMeasuring', () => {
  it('a live database that is still being opened is not asked by those who measure what is pending', () => {
    const measuring = setUp(() => new Promise(() => {}));
    expect(measuring.view(document('pubmed')).line('1')).toEqual({ kind: 'unasked' });
    writeFileSync(join(folder, 'a.jsonl'), '');
    expect(measuring.view(document('a.jsonl')).line('1')).toEqual({ kind: 'pending' });
  });

  it('closes, after a while, the engine that an open document has left for another', async () => {
    vi.useFakeTimers();
    writeFileSync(join(folder, 'one.jsonl'), '');
    writeFileSync(join(folder, 'two.jsonl'), '');
    const engines: TestEngine[] = [];
    const measuring = setUp(async () => {
      engines.push(new TestEngine(String(engines.length)));
      return engines.at(-1) ?? new TestEngine();
    });
    await measuring.engine(document('one.jsonl'));
    const changed = document('two.jsonl');
    await measuring.engine(changed);
    measuring.release(() => [changed]);
    expect(engines.map(({ closed }) => closed)).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(engines.map(({ closed }) => closed)).toEqual([true, false]);
    vi.useRealTimers();
    await measuring.dispose();
  });
});

const live = (lines: string): MeasuredDocument => ({
  uri: pathToFileURL(join(folder, 'live.pubmed')).href,
  strategy: parseStrategy(`---\ndatabase: pubmed\nseeds: [1, 2]\n---\n${lines}\n`),
});

describe('a run of the whole strategy', () => {
  it('measures every line with one request for the seeds, tells how far it is, and what has no answer', async () => {
    const service = new TestService();
    const measuring = setUp(async () => service);
    const told: string[] = [];
    const run = await measuring.run(live('#1 aa\n#2 bbb\n#3 aa\n#4 #9'), {
      onProgress: ({ counted, measured, total }) => told.push(`${counted}/${measured}/${total}`),
    });
    expect(run.lines.map(({ label }) => label)).toEqual(['1', '2', '3', '4']);
    expect(run.lines.map(({ outcome }) => ('count' in outcome ? outcome.count : outcome.message))).toEqual([
      2,
      3,
      2,
      expect.stringContaining('#9'),
    ]);
    expect(service.asked).toEqual(['aa', 'bbb']);
    expect(service.batches).toEqual([['aa', 'bbb']]);
    expect([told[0], told.at(-1)]).toEqual(['1/1/4', '4/4/4']);
    await measuring.run(live('#1 aa\n#2 bbb'));
    expect(service.asked).toEqual(['aa', 'bbb']);
    expect(measuring.view(live('#1 aa')).line('1')).toMatchObject({ kind: 'done' });
    await measuring.dispose();
  });

  it('tries passing faults again', async () => {
    const service = new TestService();
    const measuring = setUp(async () => service);
    service.fault = new SearchError('network', 'PubMed did not answer.', true);
    const [failed] = (await measuring.run(live('#1 aa'))).lines;
    expect(failed?.outcome).toMatchObject({ code: 'network' });
    service.fault = undefined;
    const [done] = (await measuring.run(live('#1 aa'))).lines;
    expect(done?.outcome).toMatchObject({ count: 2 });
    await measuring.dispose();
  });

  it('leaves nothing running when it is cancelled, and shows what it found', async () => {
    const service = new TestService();
    const measuring = setUp(async () => service);
    const document = live('#1 aa\n#2 bbb');
    await measuring.run(live('#1 aa'));
    service.hold();
    const abort = new AbortController();
    const run = measuring.run(document, { signal: abort.signal });
    await vi.waitUntil(() => service.asked.includes('bbb'));
    abort.abort();
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(service.aborted).toEqual(['bbb']);
    expect(measuring.view(document).line('1')).toMatchObject({ kind: 'done' });
    expect(measuring.view(document).line('2')).toEqual({ kind: 'unasked' });
    await measuring.dispose();
  });

  it('a run that is cancelled takes nothing from one of the changed text', async () => {
    const service = new TestService();
    const measuring = setUp(async () => service);
    await measuring.engine(live('#1 aa'));
    service.hold();
    const abort = new AbortController();
    const before = measuring.run(live('#1 aa'), { signal: abort.signal });
    const changed = live('#1 bbb');
    const after = measuring.run(changed);
    await vi.waitFor(() => expect(service.asked).toEqual(['aa', 'bbb']));
    abort.abort();
    await expect(before).rejects.toMatchObject({ code: 'aborted' });
    service.release();
    await after;
    // Who asked for its lines may look at their parts, too.
    const part = resolveText('cccc[tiab]');
    if (isUnresolvable(part)) throw new Error(part.problem);
    expect(measuring.view(changed).query(part)).toEqual({ kind: 'pending' });
    await measuring.dispose();
  });

  it('measuring again passes by what an engine keeps, measuring for the first time does not', async () => {
    let times = 0;
    const service = Object.assign(new TestService(), { again: () => void times++ });
    const measuring = setUp(async () => service);
    const document = live('#1 aa');
    await measuring.engine(document);
    measuring.again(document);
    expect(times).toBe(0);
    await measuring.run(document);
    measuring.again(document);
    expect(times).toBe(1);
    await measuring.run(document);
    expect(service.asked).toEqual(['aa', 'aa']);
    await measuring.dispose();
  });
});

describe('FileWatcher', () => {
  it('keeps what is asked for again, however many paths were typed meanwhile', () => {
    const changed: string[] = [];
    const watcher = new FileWatcher((path) => changed.push(path));
    const kept = join(folder, 'kept.jsonl');
    const forgotten = join(folder, 'forgotten.jsonl');
    watcher.add(kept);
    watcher.add(forgotten);
    for (let i = 0; i < 600; i++) {
      watcher.add(join(folder, `typed-${i}`));
      watcher.add(kept);
    }
    writeFileSync(kept, 'x');
    writeFileSync(forgotten, 'x');
    watcher.check();
    watcher.close();
    expect(changed).toEqual([kept]);
  });
});
