import { memoryEngine } from '@querent/core/connectors';
import { resolveExpression } from '@querent/core/ctgov';
import type { ResolvedExpression } from '@querent/core/ctgov';
import { measure } from '@querent/core/search';
import { parseStrategy } from '@querent/core/strategy';
import { describe, expect, it } from 'vitest';
import { hasRecords } from '@querent/core/connectors';
import { registeredSeeds } from './seeds.ts';
import { trialsInLibrary } from './trialsInLibrary.ts';

const record = (id: string, title: string, keywords: readonly string[] = []) => ({
  ...{
    id,
    title,
    abstract: '',
    mesh: [],
    authors: [],
    affiliations: [],
    substances: [],
    publicationTypes: [],
  },
  ...{ languages: [], keywords },
});
const library = memoryEngine([
  record('NCT00000001', 'Budesonide for asthma in children'),
  record('NCT00000002', 'Exercise for asthma in adults'),
  record('NCT00000003', 'Budesonide for eczema', ['wheezing']),
]);

function lines(text: string): readonly ResolvedExpression[] {
  const document = parseStrategy(text);
  return document.lines.map(({ label }) => {
    const resolved = resolveExpression(document, label);
    if ('problem' in resolved) throw new Error(resolved.problem);
    return resolved;
  });
}

describe('expressions of ClinicalTrials.gov in a library', () => {
  it('are translated, references and NOT included, with what areas cannot mean there', async () => {
    const engine = trialsInLibrary(library);
    const found = [];
    for (const query of lines(
      '#1 asthma OR wheezing\n#2 budesonide\n#3 #1 AND #2 AND NOT eczema\n#4 AREA[ConditionSearch]asthma',
    ))
      found.push(await measure(engine, query, ['NCT00000001', 'NCT00000003']));
    expect(found.map(({ count }) => count)).toEqual([3, 2, 1, 2]);
    expect(found[2]?.missed).toEqual(['NCT00000003']);
    expect(found[3]?.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('AREA[ConditionSearch]'),
    ]);
  });

  it('that a library cannot answer are errors, never zeros', async () => {
    const engine = trialsInLibrary(library);
    const doubling = ['#1 a', ...Array.from({ length: 60 }, (_, i) => `#${i + 2} #${i + 1} OR #${i + 1}`)];
    for (const [text, code] of [
      ['AREA[StartDate]RANGE[2015, MAX]', 'unsupported'],
      ['NOT asthma', 'rejected'],
      [doubling.join('\n'), 'unsupported'],
    ] as const) {
      const query = lines(text).at(-1);
      if (query === undefined) throw new Error('no line');
      await expect(engine.count(query)).rejects.toMatchObject({ code });
    }
  });

  it('hand out ids and records, and are the same engine for the same library', async () => {
    const engine = trialsInLibrary(library);
    expect(trialsInLibrary(library)).toBe(engine);
    if (!hasRecords(engine)) throw new Error('no records');
    const [query] = lines('budesonide');
    if (query === undefined) throw new Error('no line');
    const ids: string[] = [];
    for await (const page of engine.allIds(query)) ids.push(...page);
    expect(ids.sort()).toEqual(['NCT00000001', 'NCT00000003']);
    const titles: string[] = [];
    for await (const batch of engine.fetchRecords(ids)) titles.push(...batch.map(({ title }) => title));
    expect(titles).toHaveLength(2);
  });
});

describe('seeds of ClinicalTrials.gov', () => {
  it('are its own numbers; others are told of once', () => {
    const seeds = { ids: ['NCT00000001', '17', '18'] };
    const known = registeredSeeds(seeds);
    expect(known.ids).toEqual(['NCT00000001']);
    expect(known.problem).toContain('2 of 3 seeds are no NCT numbers (17, 18)');
    expect(registeredSeeds(seeds)).toBe(known);
    const own = { ids: ['NCT00000001'] };
    expect(registeredSeeds(own)).toBe(own);
  });
});
