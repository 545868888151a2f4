import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import type { CitationRecord } from '../../corpus/index.ts';
import { importCitations } from '../../corpus/index.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import type { DescriptorJson, Thesaurus } from '../../mesh/index.ts';
import { parseQuery } from '../../pubmed/index.ts';
import { measure } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { deterministicRewriter, draftQueries } from './rewriter.ts';

const samples = join(import.meta.dirname, '../../../../samples');
let records: CitationRecord[];
let thesaurus: Thesaurus;
let engine: LocalEngine;
let bare: LocalEngine;

beforeAll(async () => {
  const bytes = readFileSync(join(samples, 'citations.jsonl'));
  const chunks = (async function* () {
    yield new Uint8Array(bytes);
  })();
  records = [];
  for await (const item of importCitations(chunks, 'citations.jsonl'))
    if (item.kind === 'record') records.push(item.record);
  const rows = readFileSync(join(samples, 'thesaurus.jsonl'), 'utf8').split('\n').filter(Boolean);
  thesaurus = loadThesaurus(rows.map((row) => JSON.parse(row) as DescriptorJson));
  engine = memoryEngine(records, { thesaurus });
  bare = memoryEngine(records);
});

const falls: RewriteRequest = { title: 'Exercise for preventing falls in older people', seeds: [] };

async function countOf(on: LocalEngine, query: string): Promise<number> {
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return (await measure(on, resolved, [])).count;
}

describe('the deterministic rewriter', () => {
  it('drafts one query a form, the recall form first, from the sample library', () => {
    const drafts = draftQueries(falls, engine);
    expect(drafts.map(({ form }) => form)).toEqual(['recall', 'readable', 'precise']);
    for (const { query, reasoning } of drafts) {
      expect(query).toMatch(/fall/i);
      expect(reasoning).not.toBe('');
    }
  });

  it('works without a thesaurus, and says so', () => {
    const drafts = draftQueries(falls, bare);
    expect(drafts.length).toBeGreaterThan(0);
    for (const { query } of drafts) expect(query).not.toContain('[pa]');
    expect(drafts[0]?.reasoning).toContain('no thesaurus');
  });

  it('finds records that do not use the words of the title', async () => {
    const [recall] = draftQueries(falls, engine);
    const byTitle = await countOf(
      engine,
      'exercise[tiab] AND preventing[tiab] AND falls[tiab] AND older[tiab] AND people[tiab]',
    );
    expect(await countOf(engine, recall?.query ?? '')).toBeGreaterThan(byTitle);
  });

  it('catches seeds', async () => {
    const seeds = records.slice(40, 45).map(({ id }) => id);
    const [recall] = draftQueries({ ...falls, seeds }, engine);
    const resolved = resolveText(recall?.query ?? '');
    if (isUnresolvable(resolved)) throw new Error(resolved.problem);
    expect((await measure(engine, resolved, seeds)).recall).toBe(1);
  });

  it('adds to the query that is there what its ORs lack', async () => {
    const query = '(fall[tiab] OR falling[tiab]) AND exercise[tiab]';
    const widened = draftQueries({ query, seeds: [] }, engine).find(
      ({ source }) => source === 'missing synonyms',
    );
    expect(widened?.query).toMatch(/^\(fall\[tiab\] OR falls\[tiab\]/);
    expect(await countOf(engine, widened?.query ?? '')).toBeGreaterThan(await countOf(engine, query));
  });

  it('has nothing to say about a topic that does not occur, or none', async () => {
    const { signal } = new AbortController();
    for (const title of ['Zyxwvut qwertzui', '', '!!!', '12'])
      expect(draftQueries({ title, seeds: [] }, engine)).toEqual([]);
    const { drafts, rejected } = await deterministicRewriter().draft(
      { title: 'Zyxwvut', seeds: [] },
      engine,
      signal,
    );
    expect(drafts).toEqual([]);
    expect(rejected).toHaveLength(1);
  });

  it('makes concept blocks where there is no index', async () => {
    const { signal } = new AbortController();
    const remote = { ...engine, id: 'pubmed', label: 'PubMed' };
    const { drafts } = await deterministicRewriter(thesaurus).draft(falls, remote, signal);
    expect(drafts.length).toBeGreaterThan(0);
    for (const { query } of drafts) expect(parseQuery(query).problems).toEqual([]);
    expect(drafts.map(({ query }) => query).join('\n')).toContain('[mh]');
  });

  it('always writes clean queries within the budget, the same every time, whatever the topic', async () => {
    const words = [...new Set(records.flatMap(({ title }) => title.split(/\s+/)))].slice(0, 200);
    const title = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...words) },
        { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const seeds = fc.array(
      fc.oneof(fc.constantFrom(...records.slice(0, 30).map(({ id }) => id)), fc.string()),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(
        title,
        seeds,
        fc.integer({ min: 1, max: 90 }),
        fc.boolean(),
        async (parts, ids, budget, withMesh) => {
          const on = withMesh ? engine : bare;
          const request = { title: parts.join(' '), seeds: ids, budget };
          const drafts = draftQueries(request, on);
          expect(draftQueries(request, on)).toEqual(drafts);
          for (const { query } of drafts) {
            expect(parseQuery(query).problems).toEqual([]);
            const count = await countOf(on, query);
            expect(count).toBeGreaterThan(0);
            expect(count).toBeLessThanOrEqual(budget);
            expect(query).not.toMatch(/(?<![\w"])(?:\w|\d+)\[tiab\]/);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
