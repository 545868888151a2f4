import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type {
  Contributions,
  DescribingEngine,
  Facets,
  SearchEngine,
  SearchOptions,
} from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import { EngineRegistry } from './engineRegistry.ts';
import { StrategyInsights } from './strategyInsights.ts';
import { StrategyMeasuring, type MeasuredDocument } from './strategyMeasuring.ts';
import { TestEngine } from './testEngine.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-insights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.useRealTimers());
writeFileSync(join(folder, 'a.jsonl'), '');

const provenance = { engine: 'test', label: 'test engine', at: new Date(0).toISOString() };

/** Tells of every line that a query reaches that it has no parts, as soon as it is let. */
class TellingEngine extends TestEngine implements DescribingEngine {
  readonly told: string[] = [];
  readonly givenUp: string[] = [];
  /** Answers are held back while it is set. */
  gate: Promise<void> | undefined;

  async contributions(
    query: ResolvedQuery,
    _seeds: readonly string[],
    { signal }: SearchOptions = {},
  ): Promise<Contributions> {
    this.told.push(query.key);
    await this.gate;
    if (signal?.aborted === true) {
      this.givenUp.push(query.key);
      throw new SearchError('aborted', 'aborted');
    }
    const reached = [...query.references.values(), query];
    return {
      lines: reached.map(({ key }) => ({ key, count: 1, seeds: 0, parts: [] })),
      library: 5000,
      warnings: [],
      provenance,
    };
  }

  facets(): Promise<Facets> {
    return Promise.reject(new SearchError('unsupported', 'not in this test'));
  }

  overlap(): Promise<never> {
    return Promise.reject(new SearchError('unsupported', 'not in this test'));
  }
}

async function setUp(engine: SearchEngine, database = 'a.jsonl', isWanted = true) {
  const settings = { libraryPath: '', measureWhileTyping: false, meshPath: undefined, networkPaths: true };
  const measuring = new StrategyMeasuring(
    new EngineRegistry({ open: async () => engine }, () => {}),
    () => settings,
    () => {},
    () => {},
    async () => ({ lines: [] }),
  );
  const known = vi.fn();
  const insights = new StrategyInsights(measuring, () => isWanted, known);
  const document = (lines: string): MeasuredDocument => ({
    uri: pathToFileURL(join(folder, 'a.pubmed')).href,
    strategy: parseStrategy(`---\ndatabase: ${database}\n---\n${lines}\n`),
  });
  await measuring.engine(document('a'));
  return { insights, known, document };
}

describe('StrategyInsights', () => {
  it('asks once for what a strategy reaches, some time after the last change', async () => {
    vi.useFakeTimers();
    const engine = new TellingEngine();
    const { insights, known, document } = await setUp(engine);
    const strategy = document('#1 a[ti]\n#2 b[ti]\n#3 #1 AND #2');
    insights.schedule(document('#1 a[ti]'));
    await vi.advanceTimersByTimeAsync(300);
    insights.schedule(strategy);
    await vi.advanceTimersByTimeAsync(300);
    expect(engine.told).toEqual([]);
    expect(insights.lines(strategy)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(engine.told.length).toBe(1);
    expect(known).toHaveBeenCalledTimes(1);
    expect(insights.lines(strategy)?.map(({ label }) => label)).toEqual(['1', '2', '3']);
    // The same array, so that nothing is judged anew without need.
    expect(insights.lines(strategy)).toBe(insights.lines(strategy));
    expect(insights.view(strategy).line('1')?.isOfStrategy).toBe(true);
  });

  it('keeps what it knows of lines that did not change, and asks for the others', async () => {
    const engine = new TellingEngine();
    const { insights, document } = await setUp(engine);
    await insights.contributionsKnown(document('#1 a[ti]\n#2 b[ti]\n#3 #1 AND #2'));
    const changed = document('// moved\n#1 a[ti]\n#2 c[ti]\n#3 #1 AND #2');
    expect(insights.lines(changed)?.map(({ label }) => label)).toEqual(['1']);
    expect(insights.view(changed).line('1')?.isOfStrategy).toBe(false);
    await insights.contributionsKnown(changed);
    expect(insights.lines(changed)?.length).toBe(3);
    expect(engine.told.length).toBe(2);
    await insights.contributionsKnown(document('#1 a[ti]\n#2 c[ti]\n#3 #1 AND #2'));
    expect(engine.told.length).toBe(2);
  });

  it('does not take what a line does in one strategy for what it does in another', async () => {
    const engine = new TellingEngine();
    const { insights, document } = await setUp(engine);
    const one = document('#1 a[ti]\n#2 b[ti]\n#3 #1 AND #2');
    const other = document('#1 a[ti]\n#2 c[ti]\n#3 #1 OR #2');
    const wholes = (strategy: typeof one): unknown[] => [
      insights.view(strategy).line('1')?.isOfStrategy,
      insights.lines(strategy)?.[0]?.parts[0]?.ofWhole !== undefined,
    ];
    await insights.contributionsKnown(one);
    const before = wholes(one);
    expect(wholes(other)).toEqual([false, false]);
    await insights.contributionsKnown(other);
    expect(wholes(one)).toEqual(before);
    expect(insights.view(other).line('1')?.isOfStrategy).toBe(true);
  });

  it('asks for lines that the strategy does not reach, too', async () => {
    const engine = new TellingEngine();
    const { insights, document } = await setUp(engine);
    const several = document('#1 a[ti]\n#2 b[ti]\n#3 #2 OR c[ti]\n#4 #1 AND d[ti]');
    await insights.contributionsKnown(several);
    expect(engine.told.length).toBe(2);
    expect(insights.lines(several)?.map(({ label }) => label)).toEqual(['1', '2', '3', '4']);
  });

  it('gives up what was asked for an older text', async () => {
    const engine = new TellingEngine();
    const { insights, known, document } = await setUp(engine);
    let open = (): void => {};
    engine.gate = new Promise((resolve) => (open = resolve));
    const old = insights.contributionsKnown(document('#1 a[ti]'));
    await vi.waitFor(() => expect(engine.told.length).toBe(1));
    const now = insights.contributionsKnown(document('#1 b[ti]'));
    open();
    await Promise.all([old, now]);
    expect(engine.givenUp).toEqual([engine.told[0]]);
    expect(known).toHaveBeenCalledTimes(1);
  });

  it('asks for nothing in the background where all its rules are off', async () => {
    vi.useFakeTimers();
    const engine = new TellingEngine();
    const { insights, document } = await setUp(engine, 'a.jsonl', false);
    insights.schedule(document('#1 a[ti]'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(engine.told).toEqual([]);
  });

  it.each([
    ['a live database', 'pubmed', new TellingEngine()],
    ['an engine that cannot tell', 'a.jsonl', new TestEngine()],
  ])('never asks %s', async (_, database, engine) => {
    const { insights, known, document } = await setUp(engine, database);
    const one = document('#1 a[ti]');
    await insights.contributionsKnown(one);
    expect(insights.lines(one)).toBeUndefined();
    expect(insights.view(one).line('1')).toBeUndefined();
    expect(engine instanceof TellingEngine ? engine.told : []).toEqual([]);
    expect(known).not.toHaveBeenCalled();
  });
});
