import { describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { World } from '../world.ts';
import { trials } from './index.ts';
import { readTrialExpression } from './readExpression.ts';

const titles = ['Aspirin after stroke', 'Low dose aspirin, stroke prevention', 'Stroke units', 'Exercise'];
const world: World = {
  trials: memoryEngine(
    titles.map((title, i) => citation({ id: `NCT0000000${i + 1}`, title, keywords: ['Cardiology'] })),
  ),
};
const target = { relevant: ['nct00000001', 'NCT00000002'] };

describe('reading an expression', () => {
  it.each([
    ['(stroke', 'error'],
    ['stroke[tiab]', 'error'],
    ['stroke AND', 'error'],
    ['EXPANSION[Most]stroke', 'error'],
    ['stroke&pageSize=1000', 'parameters'],
    ['AREA[Everything]stroke', 'no area'],
    ['...', 'nothing to search for'],
  ])('%s is refused', (text, reason) => {
    const { query } = readTrialExpression(text);
    expect('problem' in query && query.problem).toContain(reason);
  });

  it.each([
    ['NCT01234567', ['knowledge']],
    ['stroke OR "NCT01234567"', ['knowledge']],
    ['AREA[NCTId]NCT01234567', ['knowledge']],
    ['AREA[LeadSponsorName]Pfizer AND stroke', ['knowledge']],
    ['AREA[OverallOfficialName]Smith', ['knowledge']],
    ['ALL', ['nonsense']],
    ['NOT stroke', ['nonsense']],
    ['stroke&pageSize=1000', ['injection']],
    [Array.from({ length: 20 }, () => 'stroke').join(' OR '), ['endless']],
    ['AREA[ConditionSearch](stroke AND NOT migraine) AND "low dose" aspirin', []],
    ['AREA[Everything]stroke AND NOT migraine', []],
    [Array.from({ length: 12 }, (_, i) => `type ${i % 2} diabetes ${i}`).join(' OR '), []],
    [[...'abcdefghijkl'].join(' OR '), ['endless']],
  ])('%s has the loopholes %j', (text, loopholes) => {
    expect(readTrialExpression(text).loopholes).toEqual(loopholes);
  });
});

describe('trial search', () => {
  it.each([
    ['AREA[InterventionSearch]aspirin AND stroke', { recall: 1, precision: 1, records: 2 }],
    ['stroke', { recall: 1, records: 3 }],
    ['cardiology', { recall: 1, records: 4 }],
    ['"low dose"', { recall: 0.5, records: 1 }],
    ['AREA[TitleSearch]cardiology', { recall: 0, records: 0, success: 0, valid: 1 }],
    ['(stroke', { recall: 0, records: undefined, valid: 0 }],
  ])('%s', async (query, figures) => {
    expect((await trials.measure(query, target, world)).figures).toMatchObject(figures);
  });

  it('gives no reward for what a library cannot be asked', async () => {
    const completion = '<think>x</think><answer>{"query": "AREA[Phase]PHASE3 AND stroke"}</answer>';
    await expect(trials.score(completion, target, world)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('says what to do without a library', async () => {
    await expect(trials.measure('stroke', target, {})).rejects.toThrow(/--trials/u);
  });

  it('has a wording of its own, built by the one builder', () => {
    const { system, user, template } = trials.prompt({ title: 'Aspirin?', pico: { O: 'stroke' } }, 'direct');
    expect(system).toContain('ClinicalTrials.gov');
    expect(user.split('\n').slice(0, 2)).toEqual(['Question: Aspirin?', 'O: stroke']);
    expect(user).not.toMatch(/PubMed|\[tiab\]|<think>/u);
    expect(template.id).toBe('trial-search-direct/1');
  });

  // A checkpoint names the wording it was trained on. Whoever changes the wording changes the id, and then this.
  it('has the wording that its id promises', () => {
    expect(Object.values(trials.templates).map(({ id, hash }) => `${id} ${hash.slice(0, 16)}`))
      .toMatchInlineSnapshot(`
        [
          "trial-search/1 6d8f2fc7a0686cf8",
          "trial-search-direct/1 d004604fe195c03f",
        ]
      `);
  });
});
