/** Rewrites with goals, blocks and partial results, explanations and code actions, over real LSP; without a model. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQuery } from '@querent/core/pubmed';
import type {
  BlockEditsResult,
  ExplainResult,
  RewritePartial,
  RewriteResult,
} from '@querent/server/protocol';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, place, strategy } from './library.ts';

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
const uri = folder.uri('falls.pubmed');
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: { rewrite: { recallFloor: 0.9, rounds: 1 } } });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

const rewrite = (params: object): Promise<RewriteResult> =>
  server.request<RewriteResult>('querent/rewrite', { uri, ...params });
const explain = (params: object): Promise<ExplainResult> =>
  server.request<ExplainResult>('querent/explain', { uri, ...params });
const partials = (token: string): RewritePartial[] =>
  server.received
    .filter(({ method, params }) => method === '$/progress' && (params as { token: string }).token === token)
    .map(({ params }) => (params as { value: RewritePartial }).value);
async function opened(name: string, text: string, languageId?: string): Promise<string> {
  await server.open(folder.uri(name), text, languageId);
  return folder.uri(name);
}

describe('querent/rewrite', () => {
  it('tells what is measured so far, at a bearable pace, and what the order goes by', async () => {
    const started = performance.now();
    const result = await rewrite({ partialResultToken: 'p' });
    const told = partials('p');
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - started) / 100);
    for (const { stage } of told) expect(stage).toMatch(/\S/);
    const measured = told.findLast((partial) => partial.result !== undefined)?.result;
    expect(measured?.original).toEqual(result.original);
    expect(measured?.proposals.length).toBeGreaterThan(0);
    expect(result).toMatchObject({
      goal: 'improve',
      preference: { recallFloor: 0.9, budget: 1500 },
      originalRecall: { found: 3, total: 4, value: 0.75 },
    });
    expect(result.faults.join(' ')).toContain('misses 1 of 4');
    for (const { seedRecall, flags, terms } of result.proposals) {
      expect(seedRecall?.interval[0]).toBeLessThan(seedRecall?.value ?? 0);
      expect([Array.isArray(flags), terms > 0]).toEqual([true, true]);
    }
  });

  it('catches missed seeds, and says when none is missed', async () => {
    const result = await rewrite({ goal: 'catch-missed' });
    expect(result.goal).toBe('catch-missed');
    expect(result.proposals[0]?.measurement.found).toHaveLength(4);
    const found = await opened('found.pubmed', strategy.replace(', 91000005]', ']'));
    await expect(rewrite({ uri: found, goal: 'catch-missed' })).rejects.toThrow(
      /All 3 seeds are found already/,
    );
    const none = await opened('none.pubmed', strategy.replace(/seeds.*\n/, ''));
    await expect(rewrite({ uri: none, goal: 'catch-missed' })).rejects.toThrow(/seeds: \.\.\./);
  });

  it('makes a query narrower', async () => {
    const wide = await opened('wide.pubmed', strategy.replace('#3 #1 AND #2', '#3 #1 OR #2'));
    const { original, proposals } = await rewrite({ uri: wide, goal: 'narrow' });
    expect(original?.count).toBeGreaterThan(3);
    for (const { measurement } of proposals) expect(measurement.count).toBeLessThan(original?.count ?? 0);
  });

  it('rewrites the block at a place within the strategy, and nothing else', async () => {
    const text = strategy.replace(
      '#3 #1 AND #2',
      '#3 #1 AND #2 AND (falls[tiab] // slips are others\n OR falling[tiab])',
    );
    const document = await opened('block.pubmed', text);
    const result = await rewrite({ uri: document, block: place('falling[tiab]', text) });
    expect(result).toMatchObject({
      label: '3',
      query: '(falls[tiab] // slips are others\n OR falling[tiab])',
      range: { start: place('(falls', text) },
      original: { count: 6 },
      originalWhole: { count: 3 },
    });
    for (const { query, edits, whole, blocks } of result.proposals) {
      const after = edited(text, [...edits]);
      expect(after).toContain(query);
      expect(after).toContain('// slips are others');
      expect(after).toContain('#3 #1 AND #2 AND ');
      expect(whole?.count).toBeGreaterThanOrEqual(0);
      expect(blocks).toEqual([]);
    }
  });

  it('takes a line of one concept for a block of the strategy that uses it', async () => {
    const result = await rewrite({ label: '1' });
    expect(result.originalWhole?.count).toBe(3);
    for (const { whole, query } of result.proposals) {
      expect(whole).toBeDefined();
      expect(query).not.toMatch(/\bAND\b/);
    }
  });

  it('takes a proposal apart into blocks, one by one or together', async () => {
    const { proposals } = await rewrite({});
    const several = proposals.find(({ blocks }) => blocks.length > 1);
    if (several === undefined) throw new Error('No proposal joins blocks.');
    for (const { edits, problem } of several.blocks) {
      expect(problem).toBeUndefined();
      const after = edited(strategy, [...edits]);
      for (const line of after.split('\n').filter((one) => one.startsWith('#')))
        expect(parseQuery(line.replace(/^#\d+ /, '')).problems).toEqual([]);
    }
    const all = await server.request<BlockEditsResult>('querent/blockEdits', {
      uri,
      blocks: several.blocks,
      chosen: several.blocks.map((_, index) => index),
    });
    expect(all.version).toBe(1);
    const after = edited(strategy, [...all.edits]);
    const document = await opened('taken.pubmed', after);
    const { original } = await rewrite({ uri: document, partialResultToken: 'taken' });
    expect(original?.count).toBeGreaterThan(0);
    await expect(
      server.request('querent/blockEdits', { uri, label: '9', blocks: several.blocks, chosen: [0] }),
    ).rejects.toThrow(/cannot be taken over/);
    expect(
      await server.request<BlockEditsResult>('querent/blockEdits', { uri, blocks: null, chosen: [NaN, 7] }),
    ).toEqual({ version: 1, edits: [] });
  });

  it.each<[string, object, RegExp]>([
    ['outside any block', { block: { line: 0, character: 0 } }, /no block here/],
    ['far outside', { block: { line: -5, character: 1e9 } }, /no block here/],
    ['another goal', { goal: 'better' }, /one of the goals/],
  ])('refuses %s with a message', async (_, params, message) => {
    await expect(rewrite(params)).rejects.toThrow(message);
  });

  it('says of a search of ClinicalTrials.gov what cannot be done', async () => {
    const trials = await opened('a.ctgov', 'falls AND exercise\n', 'ctgov');
    await expect(rewrite({ uri: trials })).rejects.toThrow(/ClinicalTrials\.gov/);
    await expect(explain({ uri: trials })).rejects.toThrow(/ClinicalTrials\.gov/);
  });

  it('of 200 lines is done, while hovers and problems are answered', async () => {
    const lines = Array.from(
      { length: 198 },
      (_, i) => `#${i + 1} falls[tiab] OR term${i}[tiab] OR "old age ${i}"[tiab] OR exercis*[tiab]`,
    );
    const half = (from: number): string => Array.from({ length: 99 }, (_, i) => `#${from + i}`).join(' OR ');
    const text = `${strategy.split('#1')[0] ?? ''}${lines.join('\n')}\n#199 ${half(1)}\n#200 ${half(100)}\n#201 #199 AND #200\n`;
    const document = await opened('long.pubmed', text);
    const rewriting = rewrite({ uri: document });
    let isDone = false;
    void rewriting.finally(() => (isDone = true)).catch(() => undefined);
    const waits: number[] = [];
    while (!isDone && waits.length < 200) {
      const started = performance.now();
      await server.request('textDocument/documentSymbol', { textDocument: { uri } });
      waits.push(performance.now() - started);
      await new Promise((next) => setTimeout(next, 20));
    }
    const result = await rewriting;
    expect(result.label).toBe('201');
    expect(result.original?.count).toBeGreaterThan(0);
    waits.sort((a, b) => a - b);
    // Loose, since the machine may be busy: a rewrite that ran on the server's own loop would stop it for seconds.
    expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThan(1_000);
    const explained = await explain({ uri: document });
    expect(explained.blocks.length).toBeGreaterThan(0);
    expect(explained.markdown).toMatch(/… and \d+ more terms\./);
    expect(explained.markdown.length).toBeLessThan(200_000);
  }, 60_000);
});

describe('querent/explain', () => {
  it('tells what blocks and terms contribute, why seeds are missed, and what the rules say', async () => {
    const result = await explain({ workDoneToken: 'e' });
    expect(result.title).toBe('Line #3, the strategy, explained');
    expect(result.measurement).toMatchObject({ count: 3, recall: 0.75 });
    expect(result.blocks.map(({ name, label, seedsLost }) => [name, label, seedsLost])).toEqual([
      ['population', '1', ['91000005']],
      ['intervention', '2', []],
    ]);
    expect(result.blocks[0]?.terms[0]).toMatchObject({ text: 'elderly[tiab]', count: 2 });
    expect(result.missedSeeds).toEqual([
      {
        id: '91000005',
        title: 'Strength exercise in nursing homes',
        why: 'Lost by “population” (line #1); the other block finds it.',
      },
    ]);
    for (const part of [
      '# Line \\#3, the strategy, explained',
      '**3 records**, **3 of 4 seeds** (75 %)',
      '## What is wrong with it',
      '| population (\\#1) |',
      '## Seeds that are missed',
      '## What the rules say',
    ])
      expect(result.markdown).toContain(part);
  });

  it('takes a line, and a proposal', async () => {
    expect(await explain({ label: '2' })).toMatchObject({ title: 'Line #2 explained' });
    const proposal = await explain({ query: '(falls[tiab] OR nonsense[tiab]) AND exercise[tiab]' });
    expect(proposal.title).toBe('The proposal explained');
    expect(proposal.blocks[0]?.terms).toMatchObject([
      { text: 'falls[tiab]' },
      { text: 'nonsense[tiab]', count: 0, adds: 0 },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['no document', { uri: 'file:///nowhere.pubmed' }, /not open/],
    ['no line', { label: '99' }, /#99/],
    ['a query of lines', { query: '#1 AND x[ti]' }, /refers to line #1/],
    ['no query', { query: '  ' }, /nothing to search for/],
    ['an endless query', { query: 'a '.repeat(60_000) }, /longer than/],
  ])('refuses %s with a message', async (_, params, message) => {
    await expect(explain(params)).rejects.toThrow(message);
  });

  it('has no numbers without a database, and says so', async () => {
    const document = await opened('nowhere.pubmed', '---\ndatabase: gone.sqlite\n---\n#1 falls[tiab]\n');
    await expect(explain({ uri: document })).rejects.toThrow(/gone\.sqlite/);
    const broken = await opened('broken.pubmed', '---\ndatabase: citations.jsonl\n---\n#1 #7 AND a[ti]\n');
    await expect(explain({ uri: broken })).rejects.toThrow(/#7/);
  });
});

describe('code actions and lenses', () => {
  interface Action {
    title: string;
    kind: string;
    command?: { command: string; arguments: unknown[] };
  }

  it('offer the block, the missed seeds, fewer records and an explanation', async () => {
    const text = strategy.replace('#3 #1 AND #2', '#3 #1 AND (exercis*[tiab] OR "tai chi"[tiab])');
    const document = await opened('actions.pubmed', text);
    const at = place('"tai chi"[tiab])', text);
    const actions = await server.until(
      () =>
        server.request<Action[]>('textDocument/codeAction', {
          textDocument: { uri: document },
          range: { start: at, end: at },
          context: { diagnostics: [], only: ['refactor'] },
        }),
      (found) => found.some(({ command }) => command?.command === 'querent.catchMissedSeeds'),
      'The action for missed seeds',
    );
    const commands = actions.flatMap(({ command }) => (command === undefined ? [] : [command]));
    expect(commands.map(({ command }) => command)).toEqual([
      'querent.rewrite',
      'querent.rewriteBlock',
      'querent.catchMissedSeeds',
      'querent.narrow',
      'querent.explain',
    ]);
    expect(commands[1]?.arguments).toEqual([document, at]);
    expect(commands[2]?.arguments).toEqual([document, '3']);
    const lenses = await server.request<{ command?: { title: string; arguments: unknown[] } }[]>(
      'textDocument/codeLens',
      { textDocument: { uri: document } },
    );
    const titles = lenses.map(({ command }) => command?.title);
    expect(titles).toContain('Catch missed seeds…');
    expect(titles).toContain('Explain');
    expect(titles.length).toBeLessThanOrEqual(7);
  });
});
