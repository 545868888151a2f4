import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import type { Draft, RewriteRequest, Rewriter } from '../proposal.ts';
import { proposeRewrites } from './pipeline.ts';
import type { Linter } from './repair.ts';

let engine: LocalEngine;
beforeAll(() => {
  const record = (id: number, title: string) => citation({ id: String(id), title });
  engine = memoryEngine([
    record(1, 'Aspirin after stroke'),
    record(2, 'Acetylsalicylic acid after stroke'),
    record(3, 'Aspirin for headache'),
    record(4, 'Stroke units'),
    record(5, 'Desmopressin'),
  ]);
});

const request: RewriteRequest = { query: 'aspirin[tiab] AND stroke[tiab]', seeds: ['1', '2'] };

function writes(...queries: (string | Partial<Draft>)[]): Rewriter {
  return {
    name: 'test writer',
    draft: async () => ({
      drafts: queries.map((one) => ({
        origin: 'method',
        source: 'test writer',
        reasoning: '',
        query: '',
        ...(typeof one === 'string' ? { query: one } : one),
      })),
      rejected: [],
    }),
  };
}

const wide = '(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab]';

describe('proposing rewrites', () => {
  it('measures, compares with what is there, and ranks by seeds found, then by records', async () => {
    const result = await proposeRewrites(request, engine, [writes('stroke[tiab]', wide)]);
    expect(result.original).toMatchObject({ count: 1, recall: 0.5 });
    expect(
      result.proposals.map(({ query, measurement }) => [query, measurement.recall, measurement.count]),
    ).toEqual([
      [wide, 1, 2],
      ['stroke[tiab]', 1, 3],
    ]);
  });

  it.each([
    ['   ', 'empty'],
    ['aspirin[xyzzy]', 'cannot be searched'],
    ['#3 AND aspirin[tiab]', '#3'],
    ['nothing[tiab]', 'finds no record'],
    ['AND', 'cannot be searched'],
    ['ASPIRIN[tiab]   and stroke[Title/Abstract]', 'already'],
    ['desmopressin[tiab]', 'no more seeds'],
    ['aspirin[tiab]&retmax=100000', 'parameters'],
    ['aspirin https://eutils.ncbi.nlm.nih.gov/', 'address'],
    ['aspirin[tiab] <script>', 'markup'],
    ['x'.repeat(30_000), 'longer than'],
  ])('rejects %j with a reason', async (query, reason) => {
    const { proposals, rejected } = await proposeRewrites(request, engine, [writes(query, wide)]);
    expect(proposals.map((proposal) => proposal.query)).toEqual([wide]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toContain(reason);
  });

  it.each(['8466062[pmid]', '"Smith J"[au]', '8466062', 'aspirin[tiab] OR 12345678'])(
    'rejects %j of a model, which names records instead of a topic',
    async (query) => {
      const { rejected } = await proposeRewrites(request, engine, [writes({ query, origin: 'model' })]);
      expect(rejected[0]?.reason).toContain('instead of a topic');
    },
  );

  it('shows the same query once', async () => {
    const { proposals, rejected } = await proposeRewrites(request, engine, [
      writes(wide),
      writes(` ${wide.toLowerCase()}`),
    ]);
    expect(proposals).toHaveLength(1);
    expect(rejected[0]?.reason).toContain('same query');
  });

  it('rejects what the lint rules call an error and shows what they call less', async () => {
    const problem = (severity: 'error' | 'hint') => ({
      rule: 'test',
      severity,
      message: 'Not like this.',
      range: { start: 0, end: 1 },
    });
    const strict = await proposeRewrites(request, engine, [writes(wide)], { lint: () => [problem('error')] });
    expect(strict.proposals).toEqual([]);
    expect(strict.rejected[0]?.reason).toContain('Not like this.');
    const mild = await proposeRewrites(request, engine, [writes(wide)], { lint: () => [problem('hint')] });
    expect(mild.proposals[0]?.problems).toEqual([problem('hint')]);
  });

  it('shows what finds all seeds in more records, within the budget, where the query finds all of them', async () => {
    const all: RewriteRequest = { query: wide, seeds: ['1', '2'] };
    const { proposals } = await proposeRewrites(all, engine, [writes('stroke[tiab]')]);
    expect(proposals.map(({ query, measurement }) => [query, measurement.count])).toEqual([
      ['stroke[tiab]', 3],
    ]);
    const { rejected } = await proposeRewrites({ ...all, budget: 2 }, engine, [writes('stroke[tiab]')]);
    expect(rejected[0]?.reason).toContain('no more seeds');
  });

  it('does not blame a draft for errors of the query that is there', async () => {
    const lint: Linter = ({ text }) =>
      ['stroke', 'aspirin'].flatMap((word) =>
        [...text.matchAll(new RegExp(`"${word}"\\[mh\\]`, 'gu'))].map(({ index }) => ({
          rule: 'heading-not-found',
          severity: 'error' as const,
          message: `MeSH has no heading ${word}.`,
          range: { start: index, end: index + word.length + 6 },
        })),
      );
    const present = 'aspirin[tiab] AND (stroke[tiab] OR "stroke"[mh])';
    const kept = '(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND (stroke[tiab] OR "stroke"[mh])';
    const { proposals, rejected } = await proposeRewrites(
      { ...request, query: present },
      engine,
      [writes(kept, `${wide} OR "aspirin"[mh]`)],
      { lint },
    );
    expect(proposals.map(({ query }) => query)).toContain(kept);
    expect(proposals.find(({ query }) => query === kept)?.problems).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason).join()).toContain('no heading aspirin');
  });

  it('survives a rewriter that fails', async () => {
    const broken: Rewriter = {
      name: 'broken',
      origin: 'model',
      draft: () => Promise.reject(new Error('It died.')),
    };
    const { proposals, rejected } = await proposeRewrites(request, engine, [broken, writes(wide)]);
    expect(proposals).toHaveLength(1);
    expect(rejected).toEqual([{ origin: 'model', source: 'broken', text: '', reason: 'It died.' }]);
  });

  it('rejects what cannot be measured: a failed search is never a zero', async () => {
    const failing = new Proxy<SearchEngine>(engine, {
      get: (target, key) => {
        if (key === 'count')
          return () => Promise.reject(new SearchError('network', 'The network is down.', true));
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const { original, proposals, rejected } = await proposeRewrites(request, failing, [writes(wide)]);
    expect(original).toBeUndefined();
    expect(proposals).toEqual([]);
    expect(rejected[0]?.reason).toContain('The network is down.');
  });

  it('does not invent recall without seeds', async () => {
    const { proposals } = await proposeRewrites({ title: 'Aspirin', seeds: [] }, engine, [writes(wide)]);
    expect(proposals[0]?.measurement.recall).toBeUndefined();
    expect(proposals[0]?.measurement.precision).toBeUndefined();
  });

  it('tells the rewriters what the query that is there does', async () => {
    let asked: RewriteRequest | undefined;
    const listening: Rewriter = {
      draft: async (given) => {
        asked = given;
        return { drafts: [], rejected: [] };
      },
    };
    await proposeRewrites(request, engine, [listening]);
    expect(asked?.current).toEqual({ count: 1, seedsFound: 1 });
  });

  it('stops when cancelled, with the reason of the signal', async () => {
    const controller = new AbortController();
    const slow: Rewriter = {
      draft: (_request, _engine, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    };
    const running = proposeRewrites(request, engine, [slow], { signal: controller.signal });
    const reason = new Error('No longer wanted.');
    setTimeout(() => controller.abort(reason), 5);
    await expect(running).rejects.toBe(reason);
  });

  it('gives at most `limit` proposals', async () => {
    const { proposals } = await proposeRewrites(request, engine, [writes(wide, 'stroke[tiab]')], {
      limit: 1,
    });
    expect(proposals.map(({ query }) => query)).toEqual([wide]);
  });
});
