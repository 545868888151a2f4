import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { trialsCompletion } from './completion.ts';

function at(text: string): { source: string; items: ReturnType<typeof trialsCompletion>['items'] } {
  const offset = text.indexOf('|');
  const source = text.replace('|', '');
  return { source, items: trialsCompletion(parseStrategy(source), offset).items };
}

describe('the document after an item was chosen', () => {
  it.each([
    ['AREA[Cond|', 'ConditionSearch', 'AREA[ConditionSearch]'],
    ['AREA[Cond|ition]asthma', 'ConditionSearch', 'AREA[ConditionSearch]asthma'],
    ['AREA[city|', 'LocationCity', 'AREA[LocationCity]'],
    ['AREA[|]', 'BasicSearch', 'AREA[BasicSearch]'],
    ['TILT[Post|', 'StudyFirstPostDate', 'TILT[StudyFirstPostDate]'],
    ['EXPANSION[|', 'Concept', 'EXPANSION[Concept]'],
    ['COVERAGE[F|', 'FullMatch', 'COVERAGE[FullMatch]'],
    ['AREA[Phase]|', 'PHASE3', 'AREA[Phase]PHASE3'],
    ['AREA[Phase](PHASE2 OR PH|', 'PHASE3', 'AREA[Phase](PHASE2 OR PHASE3'],
    ['AREA[OverallStatus]recr|', 'RECRUITING', 'AREA[OverallStatus]RECRUITING'],
    ['asthma AN|', 'AND', 'asthma AND '],
    ['asthma AND AR|', 'AREA', 'asthma AND AREA['],
    ['AREA[StartDate]RA|', 'RANGE', 'AREA[StartDate]RANGE['],
    ['AREA[ResultsFirstPostDate]MIS|', 'MISSING', 'AREA[ResultsFirstPostDate]MISSING'],
    ['phase|', 'AREA[Phase]', 'AREA[Phase]'],
    ['#1 asthma\n#2 #| AND child', '#1', '#1 asthma\n#2 #1 AND child'],
  ])('%s', (text, label, expected) => {
    const { source, items } = at(text);
    const item = items.find((one) => one.label === label);
    expect(item, `offered: ${items.map((one) => one.label).join(' ')}`).toBeDefined();
    if (item !== undefined)
      expect(applyEdits(source, [{ range: item.replace, newText: item.newText }])).toBe(expected);
  });
});

it.each(['// asthma AR|', '"heart at|tack"', '#1| asthma', 'asthma // AREA[|'])('nothing in %s', (text) => {
  expect(at(text).items).toEqual([]);
});

it('only ordered fields behind TILT', () => {
  const labels = at('TILT[|').items.map(({ label }) => label);
  expect(labels).toContain('StartDate');
  expect(labels).not.toContain('BriefTitle');
});

it('stands a line that is one long word', () => {
  const started = processorMs();
  at(`${'a'.repeat(200_000)}!|`);
  expect(processorMs() - started).toBeLessThan(2000);
});
