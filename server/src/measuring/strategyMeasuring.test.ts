import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { SearchEngine } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import { EngineRegistry } from './engineRegistry.ts';
import { FileWatcher } from './fileWatcher.ts';
import { StrategyMeasuring, type MeasuredDocument } from './strategyMeasuring.ts';
import { TestEngine } from './testEngine.ts';

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
