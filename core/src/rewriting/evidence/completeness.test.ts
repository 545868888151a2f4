import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { completenessInWords, completenessOf } from './completeness.ts';
import { diagnoseMissedSeeds, diagnosisInWords } from './diagnosis.ts';

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

let engine: LocalEngine;
beforeAll(() => {
  // 60 with the heading, 50 with the word, 30 with both.
  engine = memoryEngine(
    Array.from({ length: 80 }, (_, i) =>
      citation({
        id: String(i + 1),
        title: i >= 30 ? 'Stroke units' : 'Units',
        mesh: i < 60 ? ['Stroke'] : [],
        abstract: i % 2 === 0 ? 'aspirin' : '',
      }),
    ),
  );
});

/** The engine as one that is asked over a network: it knows nothing but numbers, and the seeds of many queries at once. */
function service(asked: string[][]): SearchEngine {
  return {
    id: 'service',
    label: 'Service',
    count: (one, options) => engine.count(one, options),
    search: (one, options) => engine.search(one, options),
    matching: (one, ids, options) => engine.matching(one, ids, options),
    matchingAll: async (queries, ids, options) => {
      asked.push([...ids]);
      return Promise.all(queries.map((one) => engine.matching(one, ids, options)));
    },
    summaries: (ids, options) => engine.summaries(ids, options),
    close: async () => {},
  };
}

describe('completeness without seeds', () => {
  it('comes from three counts, with an interval, in words, and with what it rests on', async () => {
    const result = await completenessOf(query('stroke[mh] OR stroke[tiab] OR apoplexy'), engine);
    if (typeof result === 'string') throw new Error(result);
    expect(result).toMatchObject({ headings: 60, textWords: 50, both: 30 });
    // 61 * 51 / 31 - 1
    expect(result.estimate.total).toBeCloseTo(99.35, 2);
    expect(result.share).toBeCloseTo(80 / 99.35, 3);
    expect(result.shareInterval[0]).toBeLessThan(result.share);
    expect(result.shareInterval[1]).toBeGreaterThan(result.share);
    expect(result.provenance.engine).toBe(engine.id);
    expect(completenessInWords(result).join(' ')).toMatch(
      /60 records.*50 records.*30 .*80 records together.*about 99 records.*19 of them in neither.*81 %/,
    );
    expect(result.assumptions.join(' ')).toMatch(
      /independently.*One term .* is left out of both: apoplexy\./,
    );
  });

  it.each([0, 1, 2])('is as old as the oldest of its counts, be it number %i', async (old) => {
    let at = 0;
    const ages: SearchEngine = {
      ...service([]),
      count: async (one, options) => {
        const isOld = at++ === old;
        const answer = await engine.count(one, options);
        const older = { at: '2026-03-01T08:00:00.000Z', offline: 'It cannot be reached.' };
        const now = { at: '2026-03-02T08:00:00.000Z' };
        return { ...answer, provenance: { ...answer.provenance, ...(isOld ? older : now) } };
      },
    };
    const result = await completenessOf(query('stroke[mh] OR stroke[tiab]'), ages);
    expect(result).toMatchObject({
      provenance: { at: '2026-03-01T08:00:00.000Z', offline: 'It cannot be reached.' },
    });
  });

  it('says what stands whole in both, and warns of few records in both', async () => {
    const result = await completenessOf(
      query('(stroke[mh] OR stroke[tiab]) AND aspirin[tiab] AND (units[ti] OR x[ti]) NOT rats[ti]'),
      engine,
    );
    if (typeof result === 'string') throw new Error(result);
    expect(result.assumptions.join(' ')).toMatch(
      /The blocks “aspirin”, “units” have no headings, so they stand.*What NOT takes away/,
    );
    const few = await completenessOf(query('(stroke[mh] OR stroke[tiab]) AND 31:34[pmid]'), engine);
    if (typeof few === 'string') throw new Error(few);
    expect(few.assumptions.join(' ')).toMatch(/little more than chance/);
  });

  it('is no number where there is nothing to estimate from', async () => {
    expect(await completenessOf(query('stroke[tiab]'), engine)).toMatch(/cannot be split/);
    expect(await completenessOf(query('stroke[mh] OR nothing[tiab]'), engine)).toMatch(
      /No record is found both by headings \(60 records\) and by text words \(0 records\)/,
    );
  });
});

describe('missed seeds of a live engine', () => {
  it('are told by block in one question, and in words', async () => {
    const asked: string[][] = [];
    const diagnosis = await diagnoseMissedSeeds(
      query('stroke[mh] AND stroke[tiab] AND aspirin[tiab] NOT units[ti]'),
      service(asked),
      ['1', '2', '70', '31', '999'],
    );
    expect(asked).toEqual([['1', '2', '70', '31', '999']]);
    expect(diagnosis.seeds.map(({ id, blocks }) => [id, blocks.map(({ name }) => name)])).toEqual([
      ['1', ['stroke']],
      ['2', ['stroke', 'aspirin']],
      ['70', ['stroke', 'aspirin']],
      ['31', ['units']],
      ['999', []],
    ]);
    expect(diagnosis.blocks.map(({ query: text, loses }) => [text, loses])).toEqual([
      ['stroke[tiab]', ['1', '2']],
      ['aspirin[tiab]', ['2', '70']],
      ['stroke[mh]', ['70']],
      ['units[ti]', ['31']],
    ]);
    expect(diagnosisInWords(diagnosis)).toEqual([
      expect.stringMatching(/^The block “stroke” loses 2 seeds, 1 of them alone\./),
      expect.stringMatching(/^The block “aspirin” loses 2 seeds, which other blocks lose, too\./),
      expect.stringMatching(/^The block “stroke” loses 1 seed, which other blocks lose, too\./),
      expect.stringMatching(/^NOT “units” takes 1 seed away\./),
    ]);
  });

  it('beyond the limit are counted', async () => {
    const diagnosis = await diagnoseMissedSeeds(query('stroke[mh]'), service([]), ['70', '71', '72'], {
      most: 2,
    });
    expect(diagnosis.unseen).toBe(1);
    expect(diagnosisInWords(diagnosis).at(-1)).toBe('1 more missed seed was not looked at.');
  });
});
