/** What is found out about proposals beside their measurement, and how a rewrite goes on: flags, held-back seeds, rounds, blocks, time limits. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { lintQuery } from '../../lint/index.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { Draft, Proposal, RewriteRequest, Rewriter } from '../proposal.ts';
import type { RewriteOptions } from './options.ts';
import { proposeRewrites } from './pipeline.ts';

let engine: LocalEngine;
beforeAll(() => {
  const record = (id: number, title: string, abstract = '') => citation({ id: String(id), title, abstract });
  engine = memoryEngine([
    record(1, 'Aspirin after stroke', 'We gave aspirin.'),
    record(2, 'Acetylsalicylic acid after stroke'),
    record(3, 'Aspirin for headache'),
    record(4, 'Stroke units'),
    record(5, 'Desmopressin'),
    record(6, 'Aspirin after apoplexy'),
    ...Array.from({ length: 40 }, (_, n) => record(100 + n, `Aspirin and fever, part ${n}`)),
  ]);
});

const request: RewriteRequest = { query: 'aspirin[tiab] AND stroke[tiab]', seeds: ['1', '2', '6'] };

function drafted(one: string | Partial<Draft>): Draft {
  const draft = { origin: 'method', source: 'writer', reasoning: '', query: '' } as const;
  return { ...draft, ...(typeof one === 'string' ? { query: one } : one) };
}

function writes(...queries: (string | Partial<Draft>)[]): Rewriter {
  return { name: 'writer', draft: async () => ({ drafts: queries.map(drafted), rejected: [] }) };
}

async function first(
  asked: RewriteRequest,
  query: string | Partial<Draft>,
  options: RewriteOptions = {},
  where: SearchEngine = engine,
): Promise<Proposal> {
  // prettier-ignore
  const { proposals, rejected } = await proposeRewrites(asked, where, [writes(query)], { combine: false, ...options }); // prettier-ignore
  const [proposal] = proposals;
  if (proposal === undefined) throw new Error(JSON.stringify(rejected));
  return proposal;
}

/** An engine as PubMed's: it tells numbers, and no more. */
function distant(): SearchEngine {
  const { id, label } = engine;
  const bound = <K extends 'count' | 'search' | 'matching' | 'summaries'>(key: K): SearchEngine[K] =>
    (engine[key] as (...args: never[]) => unknown).bind(engine) as SearchEngine[K];
  return {
    ...{ id, label, close: async () => undefined },
    ...{ count: bound('count'), search: bound('search') },
    ...{ matching: bound('matching'), summaries: bound('summaries') },
  };
}

const wide = '(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND (stroke[tiab] OR apoplexy[tiab])';

describe('flags', () => {
  it('mends what cannot be searched, and says so', async () => {
    const proposal = await first(request, '(aspirin[tiabb] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab');
    expect(proposal.query).toBe('(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab]');
    expect(proposal.flags.filter(({ kind }) => kind === 'repaired')).toEqual([
      expect.objectContaining({ text: '[tiabb]', message: expect.stringContaining('Change [tiabb] to [tiab]') as string }), // prettier-ignore
      expect.objectContaining({ message: expect.stringContaining('Add "]"') as string }),
    ]);
    const clean = await first(request, wide, { lint: (parsed) => lintQuery(parsed, {}) });
    expect(clean.flags).toEqual([]);
  });

  it('names people and records, which are refused of a model', async () => {
    const query = `${wide} OR "Smith J"[au] OR 5[pmid]`;
    const { flags } = await first(request, { query, origin: 'combined' });
    expect(flags.map(({ kind, text }) => [kind, text])).toEqual([
      ['names-people', '"Smith J"[au]'],
      ['names-records', '5[pmid]'],
    ]);
    await expect(first(request, { query, origin: 'model' })).rejects.toThrow('instead of a topic');
  });

  it('tells terms that are in no record and no thesaurus', async () => {
    const query = `(${wide} OR xyzzyfoo[tiab] OR "Zebrafish"[tiab]) NOT 1850[dp]`;
    const unknown = async (options: RewriteOptions): Promise<readonly (readonly [string, string])[]> =>
      (await first(request, query, options)).flags.map(({ text, message }) => [text, message] as const);
    const thesaurus = loadThesaurus([
      '{"ui": "D015027", "name": "Zebrafish", "treeNumbers": ["B01.050"], "entryTerms": []}',
    ]);
    expect((await unknown({ thesaurus })).map(([text]) => text)).toEqual(['xyzzyfoo[tiab]']);
    expect(await unknown({})).toEqual([
      ['xyzzyfoo[tiab]', `xyzzyfoo[tiab] is in no record of ${engine.label}.`],
      ['"Zebrafish"[tiab]', `"Zebrafish"[tiab] is in no record of ${engine.label}.`],
    ]);
  });

  it('says of which terms it could not find out, where each costs a request', async () => {
    const many = Array.from({ length: 30 }, (_, n) => `word${n}[tiab]`).join(' OR ');
    const { flags } = await first(request, `${wide} OR ${many}`, {}, distant());
    expect(flags.filter(({ kind }) => kind === 'unmeasured')).toHaveLength(1);
    expect(flags.filter(({ kind }) => kind === 'unknown-term').length).toBeGreaterThan(0);
  });
});

describe('seeds', () => {
  it('come with their interval, with what the engine holds of them, and without those that it does not hold', async () => {
    let asked: RewriteRequest | undefined;
    const listening: Rewriter = {
      draft: async (given) => {
        asked = given;
        return { drafts: [drafted(wide)], rejected: [] };
      },
    };
    const { proposals, unheldSeeds } = await proposeRewrites({ ...request, seeds: ['1', '2', '99'] }, engine, [listening]); // prettier-ignore
    expect(unheldSeeds).toEqual(['99']);
    expect(asked?.seedRecords).toEqual([
      { id: '1', title: 'Aspirin after stroke', abstract: 'We gave aspirin.' },
      { id: '2', title: 'Acetylsalicylic acid after stroke' },
    ]);
    const { value, interval, total } = proposals[0]?.seedRecall ?? {
      value: NaN,
      interval: [NaN, NaN],
      total: 0,
    };
    expect([value, total]).toEqual([2 / 3, 3]);
    expect(interval[0]).toBeCloseTo(0.2077, 3);
    expect(interval[1]).toBeCloseTo(0.9385, 3);
    await proposeRewrites({ ...request, seeds: ['1'] }, distant(), [listening]);
    expect(asked?.seedRecords).toEqual([{ id: '1', title: 'Aspirin after stroke' }]);
  });

  it('that a model was not shown tell its recall', async () => {
    const draft = { query: wide, origin: 'model', shownSeeds: ['1', '77'] } as const;
    const { heldBackRecall, usedSeeds } = await first({ ...request, seeds: ['1', '2', '3'] }, draft);
    expect([usedSeeds, heldBackRecall?.found, heldBackRecall?.total]).toEqual([true, 1, 2]);
    const unseen = await first(request, { query: wide, origin: 'model' });
    expect([unseen.usedSeeds, unseen.heldBackRecall]).toEqual([false, undefined]);
  });

  /** A method that finds each seed that it knows, and no other: 100 % on what it has seen, nothing on what it has not. */
  const learningByHeart: Rewriter = {
    name: 'by heart',
    draft: async ({ seeds }) => {
      const titles = engine.records(seeds).map(({ title }) => `"${title.replaceAll(',', '')}"[ti]`);
      return { drafts: [drafted(titles.join(' OR '))], rejected: [] };
    },
  };

  it('are held back in turn from a method, which shows what it has learnt by heart', async () => {
    const seeds = ['1', '2', '3', '4', '5', '6', '100'];
    const { proposals } = await proposeRewrites({ title: 'x', seeds }, engine, [learningByHeart]);
    expect(proposals[0]?.seedRecall).toMatchObject({ found: 7, total: 7 });
    expect(proposals[0]?.heldBackRecall).toMatchObject({
      found: 0,
      total: 7,
      interval: [0, expect.any(Number)],
    });
    const few = await proposeRewrites({ title: 'x', seeds: ['1', '2', '3'] }, engine, [learningByHeart]);
    expect(few.proposals[0]).toMatchObject({ usedSeeds: true, heldBackRecall: undefined });
  });

  it('are held back from what is put together of such queries, too', async () => {
    const seeds = ['1', '2', '3', '4', '6', '100'];
    const half: Rewriter = {
      ...writes({ query: 'headache[ti] OR fever[ti]', origin: 'model', source: 'm' }),
    };
    const part: Rewriter = {
      ...learningByHeart,
      draft: async (asked, ...rest) =>
        learningByHeart.draft({ ...asked, seeds: asked.seeds.filter((id) => ['1', '2', '4', '6'].includes(id)) }, ...rest), // prettier-ignore
    };
    const { proposals } = await proposeRewrites({ title: 'x', seeds }, engine, [part, half]);
    const combined = proposals.find(({ origin }) => origin === 'combined');
    expect(combined?.seedRecall).toMatchObject({ found: 6 });
    // The model's half was not learnt from seeds, and finds its two whatever is held back.
    expect(combined?.heldBackRecall).toMatchObject({ found: 2, total: 6 });
  });

  it("are held back from a model's query that is joined with the method's as small as it was written for that", async () => {
    const seeds = ['1', '3', '6', '100', '101'];
    const estimating = {
      ...distant(),
      estimateWorth: async (_: RewriteRequest, queries: readonly string[]) => queries.map(() => 0.9),
    };
    const method: Rewriter = {
      draft: async ({ budget = 0 }) => ({
        drafts: [drafted({ query: budget < 43 ? 'fever[ti]' : 'aspirin[ti]', form: 'recall' })],
        rejected: [],
      }),
    };
    const model = writes({ query: 'units[ti] OR acid[ti]', origin: 'model', source: 'm' });
    const asked: RewriteRequest = { title: 'x', seeds, forms: ['recall'], budget: 43 };
    const { proposals } = await proposeRewrites(asked, estimating, [method, model]);
    const joined = proposals.find(({ query }) => query === 'fever[ti] OR units[ti] OR acid[ti]');
    expect(joined).toMatchObject({ origin: 'combined', seedRecall: { found: 2 }, heldBackRecall: { found: 2, total: 5 } }); // prettier-ignore
  });

  it('that helped to write a query helped with what a model makes of it in a round', async () => {
    const seeds = ['1', '2', '3', '4', '6', '100'];
    const [seen = '', unseen = ''] = ['aspirin[ti]', 'aspirin[ti] OR units[ti]'];
    const method: Rewriter = {
      draft: async ({ faults }) => ({ drafts: faults === undefined ? [drafted(seen)] : [], rejected: [] }),
    };
    const model: Rewriter = {
      origin: 'model',
      draft: async ({ faults }) => {
        const draft = { query: unseen, origin: 'model', source: 'm', shownSeeds: ['1'] } as const;
        return { drafts: faults === undefined ? [] : [drafted(draft)], rejected: [] };
      },
    };
    const { proposals } = await proposeRewrites({ title: 'x', seeds }, engine, [method, model], {
      combine: false,
      rounds: 1,
    });
    const [improved] = proposals;
    expect([improved?.query, improved?.round]).toEqual([unseen, 1]);
    // It was shown one seed only, but builds on a query that all of them helped to write.
    expect([improved?.usedSeeds, improved?.heldBackRecall]).toEqual([true, undefined]);
  });

  it('are not held back for longer than allowed, and that is said', async () => {
    let calls = 0;
    const slow: Rewriter = {
      draft: async (asked, _engine, signal) => {
        if (calls++ > 0)
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('stopped'))),
          );
        return learningByHeart.draft(asked, engine, signal);
      },
    };
    const { proposals } = await proposeRewrites({ title: 'x', seeds: ['1', '2', '3', '4'] }, engine, [slow], { holdBackMs: 30 }); // prettier-ignore
    expect(proposals[0]?.heldBackRecall).toBeUndefined();
    expect(proposals[0]?.flags).toContainEqual(expect.objectContaining({ kind: 'unmeasured' }));
  });
});

describe('combinations', () => {
  it('unite what two queries have for a concept, where that finds more seeds', async () => {
    const { proposals } = await proposeRewrites({ title: 'x', seeds: ['1', '2', '6'] }, engine, [
      writes('(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab]'),
      writes({ query: 'aspirin[tiab] AND (stroke[tiab] OR apoplexy[tiab])', origin: 'model', source: 'm' }),
    ]);
    const [best] = proposals;
    expect(best).toMatchObject({ origin: 'combined', isOnFront: true, clauses: 2 });
    expect(best?.measurement).toMatchObject({ count: 3, recall: 1 });
    expect([...(best?.parents ?? [])].sort()).toEqual(['m', 'writer']);
    expect(best?.reasoning).toContain('writer');
  });

  it('are not made where nobody could say that they are better', async () => {
    const topicless = { query: 'aspirin[tiab] AND stroke[tiab]', seeds: [] };
    const { proposals } = await proposeRewrites(topicless, distant(), [
      writes('stroke[tiab]', 'aspirin[tiab]'),
    ]);
    expect(proposals.map(({ origin }) => origin)).toEqual(['method', 'method']);
  });
});

describe('faults', () => {
  it('of the query that is there go to the rewriters, with the block that loses seeds', async () => {
    let asked: RewriteRequest | undefined;
    const listening: Rewriter = {
      draft: async (given) => {
        asked = given;
        return { drafts: [], rejected: [] };
      },
    };
    const query = '(aspirin[tiab] OR asspirin[tiab]) AND stroke[tiab]';
    const { faults } = await proposeRewrites({ query, seeds: ['1', '6'], budget: 1 }, engine, [listening]);
    expect(asked?.faults).toEqual(faults);
    expect(faults.map(({ kind, text, ids }) => [kind, text, ids])).toEqual([
      ['misses-seeds', undefined, ['6']],
      ['block-loses-seeds', 'stroke[tiab]', ['6']],
      ['adds-nothing', 'asspirin[tiab]', undefined],
    ]);
    await proposeRewrites({ query: 'AND', title: 'x', seeds: [] }, engine, [listening]);
    expect(asked?.faults?.map(({ kind }) => kind)).toEqual(['invalid']);
    const all = await proposeRewrites({ query: 'aspirin[tiab]', seeds: [], budget: 20 }, engine, [listening]);
    expect(all.faults).toEqual([
      { kind: 'too-many', message: 'It finds 43 records; at most 20 are wanted.' },
    ]);
  });

  it('go back in rounds, as long as that helps', async () => {
    const asked: RewriteRequest[] = [];
    const improving: Rewriter = {
      name: 'improving',
      draft: async (given) => {
        asked.push(given);
        const { length } = asked;
        const queries = ['"acetylsalicylic acid"[tiab] AND stroke[tiab]', wide, 'desmopressin[tiab]'];
        return { drafts: [drafted(queries[length - 1] ?? wide)], rejected: [] };
      },
    };
    const options = { rounds: 3, combine: false };
    const { proposals } = await proposeRewrites({ title: 'x', seeds: ['1', '2', '6'] }, engine, [improving], options); // prettier-ignore
    expect(proposals.map(({ query, round }) => [query, round])).toEqual([
      [wide, 1],
      ['"acetylsalicylic acid"[tiab] AND stroke[tiab]', 0],
    ]);
    expect(asked[1]).toMatchObject({
      query: '"acetylsalicylic acid"[tiab] AND stroke[tiab]',
      current: { count: 1, seedsFound: 1 },
    });
    expect(asked[1]?.faults?.[0]).toMatchObject({ kind: 'misses-seeds', ids: ['1', '6'] });
    // `wide` has no fault, so nobody is asked again.
    expect(asked).toHaveLength(2);
    asked.length = 0;
    await proposeRewrites({ title: 'x', seeds: ['1', '2', '6'] }, engine, [improving], { combine: false });
    expect(asked).toHaveLength(1);
  });
});

describe('a block of a strategy', () => {
  it('is measured in the whole, and ranked by that', async () => {
    const whole = (query: string) => {
      const resolved = resolveText(`(${query}) AND stroke[tiab]`);
      return isUnresolvable(resolved) ? undefined : resolved;
    };
    const asked: RewriteRequest = { query: 'desmopressin[tiab]', seeds: ['1', '2'], isBlock: true };
    const drafts = writes('aspirin[tiab]', 'aspirin[tiab] OR "acetylsalicylic acid"[tiab]', 'fever[tiab]');
    const { originalWhole, proposals } = await proposeRewrites(asked, engine, [drafts], {
      whole,
      combine: false,
    });
    expect(originalWhole).toMatchObject({ count: 0 });
    expect(proposals.map((one) => [one.query, one.measurement.count, one.whole?.count])).toEqual([
      ['aspirin[tiab] OR "acetylsalicylic acid"[tiab]', 44, 2],
      ['aspirin[tiab]', 43, 1],
    ]);
  });
});

describe('the budget', () => {
  it('of a strategy is none of its blocks: too many is told by the whole', async () => {
    const inWhole = (rest: string) => (query: string) => {
      const resolved = resolveText(`(${query}) ${rest}`);
      return isUnresolvable(resolved) ? undefined : resolved;
    };
    const asked: RewriteRequest = { query: 'aspirin[tiab]', seeds: [], isBlock: true, budget: 20 };
    const faultsIn = async (rest: string): Promise<readonly string[]> => {
      const whole = inWhole(rest);
      const { faults } = await proposeRewrites(asked, engine, [], { whole });
      return faults.map(({ message }) => message);
    };
    expect(await faultsIn('AND stroke[tiab]')).toEqual([]);
    expect(await faultsIn('OR stroke[tiab]')).toEqual([
      'With it the strategy finds 45 records; at most 20 are wanted.',
    ]);
  });
});

describe('a further round', () => {
  it('puts nothing together that was put together before', async () => {
    let written = 0;
    const counted: string[] = [];
    const plain = distant();
    const estimating: SearchEngine = {
      ...plain,
      count: (query, options) => {
        counted.push(query.key);
        return plain.count(query, options);
      },
      ...{ estimateWorth: async (_: RewriteRequest, queries: readonly string[]) => queries.map(() => 0.9) },
    };
    const method: Rewriter = {
      draft: async ({ budget = 0, faults }) => {
        if (faults === undefined) written++;
        const queries = [
          budget < 43 ? 'fever[ti]' : 'aspirin[ti]',
          ...(faults === undefined ? [] : ['rats[ti]']),
        ];
        return { drafts: queries.map((query) => drafted({ query, form: 'recall' })), rejected: [] };
      },
    };
    const model = writes({ query: 'units[ti] OR acid[ti]', origin: 'model', source: 'm' });
    const asked: RewriteRequest = { title: 'x', seeds: ['1', '4'], forms: ['recall'], budget: 43 };
    const { proposals } = await proposeRewrites(asked, estimating, [method, model], { rounds: 3, holdBack: false }); // prettier-ignore
    expect(proposals.some(({ query }) => query === 'fever[ti] OR units[ti] OR acid[ti]')).toBe(true);
    // Once for the first round, and once to make room for the model's.
    expect(written).toBe(2);
    const joined = resolveText('fever[ti] OR units[ti] OR acid[ti]');
    expect(counted.filter((key) => !isUnresolvable(joined) && key === joined.key)).toHaveLength(1);
  });
});

describe('a block whose strategy cannot be measured with it', () => {
  it('is neither ranked nor on the front by what it finds alone, and says so whoever wrote it', async () => {
    const whole = (query: string) => {
      const resolved = resolveText(`(${query}) AND stroke[tiab]`);
      return query.includes('fever') || isUnresolvable(resolved) ? undefined : resolved;
    };
    const asked: RewriteRequest = { query: 'desmopressin[tiab]', seeds: ['1', '2', '100'], isBlock: true };
    const late: Rewriter = {
      draft: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { drafts: [drafted({ query: 'aspirin[tiab] OR fever[tiab]', source: 'late' })], rejected: [] };
      },
    };
    const drafts = writes('aspirin[tiab]', 'aspirin[tiab] OR fever[tiab]');
    const { proposals } = await proposeRewrites(asked, engine, [late, drafts], { whole, combine: false });
    expect(proposals.map(({ source, whole: its, isOnFront }) => [source, its?.count, isOnFront])).toEqual([
      ['writer', 1, true],
      ['late', undefined, false],
    ]);
    expect(proposals[1]?.flags).toEqual([expect.objectContaining({ kind: 'unmeasured' })]);
  });
});

describe('drafts of the same query', () => {
  it('are each told why they are not shown, where it finds nothing', async () => {
    const late: Rewriter = {
      draft: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { drafts: [drafted({ query: 'xyzzyfoo[tiab]', source: 'late' })], rejected: [] };
      },
    };
    const { rejected } = await proposeRewrites(request, engine, [late, writes('xyzzyfoo[tiab]')]);
    expect(rejected.map(({ source, reason }) => [source, reason])).toEqual([
      ['writer', expect.stringContaining('It finds no record')],
      ['late', expect.stringContaining('It finds no record')],
    ]);
  });
});

describe('goals', () => {
  it.each([
    ['catch-missed', 'stroke[tiab] AND units[tiab]', 'none of the seeds'],
    ['narrow', wide, 'no fewer records'],
  ] as const)('%s: what does not serve it is rejected', async (goal, query, reason) => {
    const { rejected } = await proposeRewrites({ ...request, goal }, engine, [writes(query)], {
      combine: false,
    });
    expect(rejected[0]?.reason).toContain(reason);
  });
});

describe('time', () => {
  it('shows what is measured while others are still writing', async () => {
    const shown: string[][] = [];
    let write: ((draft: Draft) => void) | undefined;
    let end: (() => void) | undefined;
    const slow: Rewriter = {
      name: 'slow',
      origin: 'model',
      draft: (_request, _engine, _signal, onDraft) => {
        write = onDraft;
        const drafts = [drafted({ query: wide, origin: 'model', source: 'slow' })];
        return new Promise((resolve) => (end = () => resolve({ drafts, rejected: [] })));
      },
    };
    await proposeRewrites(request, engine, [slow, writes('stroke[tiab]')], {
      combine: false,
      onProposals: (proposals) => {
        shown.push(proposals.map(({ query }) => query));
        if (shown.length === 1) write?.(drafted({ query: wide, origin: 'model', source: 'slow' }));
        else end?.();
      },
    });
    expect(shown.slice(0, 2)).toEqual([['stroke[tiab]'], [wide, 'stroke[tiab]']]);
  });

  it('does not wait for one that never ends, and keeps what it gave', async () => {
    const endless: Rewriter = {
      name: 'endless',
      origin: 'model',
      draft: (_request, _engine, _signal, onDraft) => {
        onDraft?.(drafted({ query: 'stroke[tiab]', origin: 'model', source: 'endless' }));
        return new Promise(() => undefined);
      },
    };
    const { proposals, rejected } = await proposeRewrites(request, engine, [endless, writes(wide)], { patienceMs: 60, combine: false }); // prettier-ignore
    expect(proposals.map(({ query }) => query)).toEqual([wide, 'stroke[tiab]']);
    expect(rejected).toEqual([expect.objectContaining({ source: 'endless', text: '', origin: 'model' })]);
    expect(rejected[0]?.reason).toMatch(/stopped after 1 s.*until then is shown/);
  });

  it('shows of two equal drafts that of the rewriter that was named first, whoever was faster', async () => {
    const late: Rewriter = {
      name: 'late',
      draft: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { drafts: [drafted({ query: wide, source: 'late' })], rejected: [] };
      },
    };
    const { proposals, rejected } = await proposeRewrites(request, engine, [late, writes(wide)], { combine: false }); // prettier-ignore
    expect(proposals.map(({ source }) => source)).toEqual(['late']);
    expect(rejected).toEqual([expect.objectContaining({ source: 'writer', reason: 'Another draft is the same query.' })]); // prettier-ignore
  });

  it('stops at once when cancelled while seeds are held back', async () => {
    const controller = new AbortController();
    const reason = new Error('No longer wanted.');
    const running = proposeRewrites({ title: 'x', seeds: ['1', '2', '3', '4'] }, engine, [writes(wide)], {
      signal: controller.signal,
      onProgress: (message) => {
        if (message.includes('held back')) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
  });
});

describe('large strategies', () => {
  it('of many lines are improved as others are', async () => {
    const terms = Array.from({ length: 600 }, (_, n) => `"aspirin and fever part ${n}"[tiab]`).join(' OR ');
    const query = `(${terms}) AND stroke[tiab]`;
    const { proposals, rejected } = await proposeRewrites({ query, seeds: ['1', '2'] }, engine, [
      writes(`(${terms} OR aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab]`),
      writes({ query: `(${terms} OR aspirin[tiab]) AND stroke[tiab]`, origin: 'model', source: 'm' }),
    ]);
    expect(proposals[0]?.measurement).toMatchObject({ recall: 1 });
    expect(rejected[0]?.reason).toContain('longer than 20,000');
  });
});
