import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { CitationRecord } from '../../corpus/index.ts';
import { validateDraft } from '../pipeline/validate.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { draftQueries, editQuery } from '../deterministic/index.ts';
import { catchMissed, editWithoutRecords, fromSeeds, improve, narrow } from './index.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery } from './measuredQuery.ts';
import { prune } from './prune.ts';
import { queries, sampleLibrary } from './testing/sampleLibrary.ts';

let engine: LocalEngine;
let bare: LocalEngine;
let records: readonly CitationRecord[];
beforeAll(async () => ({ engine, bare, records } = await sampleLibrary()));

/** Every draft can be searched, and is measured. */
function measured(
  drafts: readonly Draft[],
  on: LocalEngine,
  original = 'falls[tiab]',
): readonly MeasuredQuery[] {
  return drafts.map((draft) => {
    const { query, reasoning } = draft;
    const checked = validateDraft(draft);
    // What nothing limits to a topic, such as a language OR a term, stays so.
    if ('reason' in checked) expect(validateDraft({ ...draft, query: original })).toEqual(checked);
    expect(reasoning).not.toMatch(/undefined|NaN/u);
    const after = measureQuery(query, on);
    if (after === undefined) throw new Error(`${query} cannot be measured.`);
    return after;
  });
}

const someSeeds = (): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...records.map(({ id }) => id), 'unheld', '1'), { maxLength: 8 });

describe('whatever the query, the seeds and the library', () => {
  it('catching loses no record, narrowing finds none, pruning changes nothing, completing only adds', () => {
    fc.assert(
      fc.property(queries, someSeeds(), fc.boolean(), (query, seeds, withMesh) => {
        const on = withMesh ? engine : bare;
        const before = measureQuery(query, on);
        const request: RewriteRequest = { query, seeds };
        const caught = catchMissed(request, on);
        const narrower = narrow(request, on);
        const better = improve(request, on, 200);
        if (before === undefined) expect([...caught, ...narrower, ...better]).toEqual([]);
        else {
          for (const after of measured(caught, on, query)) {
            expect(before.docs.isWithin(after.docs)).toBe(true);
            expect(seeds.some((id) => gained(id, before, after, on))).toBe(true);
          }
          for (const after of measured(narrower, on, query)) {
            expect(after.docs.isWithin(before.docs)).toBe(true);
            expect(after.count).toBeLessThan(before.count);
            for (const id of seeds) expect(gained(id, after, before, on)).toBe(false);
          }
          for (const after of measured(better, on, query))
            expect(before.docs.isWithin(after.docs)).toBe(true);
          for (const silent of [false, true])
            expect(prune(before, on, silent).query.docs.equals(before.docs)).toBe(true);
        }
        expect(catchMissed(request, on)).toEqual(caught);
        expect(narrow(request, on)).toEqual(narrower);
      }),
      { numRuns: 25 },
    );
  });

  it('a block is only added to or pruned: nothing is joined to it by AND', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.constantFrom(
            'falls[tiab]',
            'fall[tiab]',
            '"Accidental Falls"[mh]',
            'exercise[tiab]',
            'balance[tiab]',
          ),
          {
            minLength: 1,
          },
        ),
        fc.constantFrom('improve' as const, 'narrow' as const, 'catch-missed' as const),
        someSeeds(),
        (terms, goal, seeds) => {
          const drafts = draftQueries({ query: terms.join(' OR '), goal, seeds, isBlock: true }, engine);
          for (const { query } of drafts) expect(query).not.toMatch(/ (?:AND|NOT) /u);
          measured(drafts, engine);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('a block is not narrowed towards the budget, which is that of the strategy', () => {
    const request = {
      query: 'falls[tiab] OR exercise[tiab] OR balance[tiab]',
      goal: 'narrow',
      seeds: [],
    } as const;
    const narrowed = (budget: number | undefined, isBlock?: true): readonly string[] =>
      draftQueries(
        {
          ...request,
          ...(budget === undefined ? {} : { budget }),
          ...(isBlock === undefined ? {} : { isBlock }),
        },
        engine,
      ).map(({ query }) => query);
    expect(narrowed(1)).not.toEqual(narrowed(undefined));
    expect(narrowed(1, true)).toEqual(narrowed(undefined, true));
  });

  it('without records what is there is edited by MeSH and the language alone', () => {
    fc.assert(
      fc.property(
        queries,
        fc.constantFrom('improve' as const, 'narrow' as const, 'catch-missed' as const),
        fc.boolean(),
        (query, goal, withMesh) => {
          const request: RewriteRequest = { query, goal, seeds: ['1'] };
          for (const draft of editWithoutRecords(request, withMesh ? engine.thesaurus : undefined)) {
            const checked = validateDraft(draft);
            // What nothing limits to a topic stays so, and is rejected with the reason.
            if ('reason' in checked) expect(validateDraft({ ...draft, query })).toEqual(checked);
            expect(draft.query).not.toBe(query);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

function gained(id: string, before: MeasuredQuery, after: MeasuredQuery, { index }: LocalEngine): boolean {
  const doc = index.docOf(id);
  return doc !== undefined && after.docs.has(doc) && !before.docs.has(doc);
}

describe('what the missed seeds have', () => {
  const library = (): LocalEngine =>
    memoryEngine([
      citation({ id: '1', title: 'Desmopressin in cardiac surgery' }),
      citation({ id: '2', title: 'DDAVP and blood loss in cardiac surgery' }),
      citation({ id: '3', title: 'Desmopressin during spinal operations' }),
      citation({ id: '4', title: 'DDAVP during hip operations' }),
      citation({ id: '5' }),
      citation({ id: '6', title: 'Desmopressin (DDAVP) in children' }),
      citation({ id: '7', title: 'DDAVP or desmopressin at night' }),
      citation({ id: '8', title: 'Surgery: operations of a year' }),
      citation({ id: '9', title: 'Operations and surgery at home' }),
      ...Array.from({ length: 60 }, (_, i) =>
        citation({
          id: `${100 + i}`,
          title: `Cohort number ${i} on ${i % 2 === 0 ? 'asthma' : 'migraine'} care`,
          date: '2015',
        }),
      ),
    ]);
  const query = 'desmopressin[tiab] AND surgery[tiab]';

  it('is added to the block that loses each seed', () => {
    const [best] = catchMissed({ query, seeds: ['1', '2', '3', '4'] }, library());
    expect(best?.query).toBe('(desmopressin[tiab] OR ddavp[tiab]) AND (surgery[tiab] OR operations[tiab])');
    expect(best?.reasoning).toContain('3 of 3 missed seeds');
  });

  it('names seeds that nothing can find, and why', () => {
    const [best] = catchMissed({ query, seeds: ['2', '5', '77'] }, library());
    expect(best?.reasoning).toContain('do not hold it: 77');
    expect(best?.reasoning).toContain('no text and no MeSH: 5');
  });

  it.each([[['1']], [[]], [['77']], [['5']]])('is nothing for the seeds %j', (seeds) => {
    expect(catchMissed({ query, seeds }, library())).toEqual([]);
  });

  it('drops the block that loses seeds, a NOT among them, and leaves alone what keeps none', () => {
    const on = library();
    const drafts = catchMissed({ query: 'ddavp[tiab] NOT cardiac[tiab]', seeds: ['2', '4'] }, on);
    expect(drafts.map((draft) => draft.query)).toContain('ddavp[tiab]');
    expect(drafts.some(({ query: one }) => one.startsWith('(ddavp[tiab] NOT cardiac[tiab]) OR '))).toBe(true);
  });
});

describe('narrower forms', () => {
  it('keep every seed and say by what they go', () => {
    const query = 'falls[tiab] OR exercise[tiab] OR balance[tiab] OR stroke[tiab]';
    const drafts = narrow(
      { query, title: 'Exercise for preventing falls in older people', seeds: [] },
      engine,
    );
    expect(drafts.length).toBeGreaterThan(0);
    for (const { reasoning } of drafts) expect(reasoning).toContain('There are no seeds');
    const counts = measured(drafts, engine).map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });
});

describe('seeds alone', () => {
  it('make a query of their own from three seeds on', () => {
    const seeds = records.filter(({ title }) => /vitamin d and hip/iu.test(title)).map(({ id }) => id);
    expect(seeds.length).toBeGreaterThan(5);
    expect(fromSeeds({ seeds: seeds.slice(0, 2) }, engine)).toEqual([]);
    const drafts = fromSeeds({ seeds: seeds.slice(0, 5) }, engine);
    const [first] = measured(drafts, engine);
    expect(seeds.filter((id) => first?.docs.has(engine.index.docOf(id) ?? -1)).length).toBeGreaterThanOrEqual(
      5,
    );
    expect(fromSeeds({ title: 'Fear', seeds }, engine)).toEqual([]);
  });
});

it('edits a query of 275 terms and one of 200 lines in seconds', () => {
  const words = [...new Set(records.flatMap(({ title }) => title.toLowerCase().match(/[a-z]{5,}/gu) ?? []))];
  const long = Array.from(
    { length: 275 },
    (_, i) => `${words[i % words.length] ?? 'fall'}${i < words.length ? '' : i}[tiab]`,
  );
  const lines = Array.from(
    { length: 200 },
    (_, i) => `(${words[i % words.length] ?? 'fall'}[tiab] OR falls[tiab])`,
  );
  const seeds = records.slice(0, 10).map(({ id }) => id);
  for (const query of [`(${long.join(' OR ')}) AND balance[tiab]`, lines.join('\nAND ')]) {
    const start = process.cpuUsage();
    const request = { query, seeds };
    for (const drafts of [
      catchMissed(request, engine),
      narrow(request, engine),
      improve(request, engine, 100),
    ])
      measured(drafts, engine);
    // Seconds of work, whatever else the machine does.
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(10);
  }
});

it.each(['(falls[tiab]', 'falls[tiab] OR', '#3 AND falls', '', '"', '((((', '2010:2020[dp]'])(
  'does not edit %j, and does not fail',
  (query) => {
    const request: RewriteRequest = { query, seeds: ['90000001'] };
    for (const drafts of [
      catchMissed(request, engine),
      narrow(request, engine),
      improve(request, engine, 100),
    ])
      measured(drafts, engine);
    if (query !== '2010:2020[dp]') expect(catchMissed(request, engine)).toEqual([]);
  },
);

it('is steered by the goal, and by measured faults where the goal is only to improve', () => {
  const seeds = records.filter(({ title }) => /stroke/iu.test(title)).map(({ id }) => id);
  const request: RewriteRequest = {
    query: '(falls[tiab] OR fall[tiab] OR stroke[tiab]) AND exercise[tiab]',
    seeds: seeds.slice(0, 5),
    faults: [{ kind: 'misses-seeds', message: 'It misses seeds.' }],
  };
  const sources = (more: Partial<RewriteRequest>): readonly string[] =>
    editQuery({ ...request, ...more }, engine).map(({ source }) => source);
  expect(sources({})).toContain('what the missed seeds have');
  expect(sources({ faults: [] })).not.toContain('what the missed seeds have');
  expect(sources({ goal: 'catch-missed', faults: [] })).toContain('what the missed seeds have');
  expect(new Set(sources({ goal: 'narrow' }))).toEqual(new Set(['narrower']));
  expect(sources({ faults: [{ kind: 'too-many', message: 'It finds too many.' }] })).toContain('narrower');
});
