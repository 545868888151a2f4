import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression, printExpression, writeExpression } from '../../ctgov/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { trialsFormatting } from './formatting.ts';
import { trialsHover, trialsQueryAt } from './hover.ts';
import { trialsTokens } from './tokens.ts';

/** A document with its cursor, which the text marks with `|`. */
function marked(text: string): { document: ReturnType<typeof parseStrategy>; offset: number } {
  const offset = text.indexOf('|');
  return { document: parseStrategy(text.replace('|', '')), offset };
}

describe('hover', () => {
  it.each([
    ['AR|EA[Phase]PHASE3', ['**AREA**', '**Phase**', 'PHASE2']],
    ['AREA[StartDa|te]RANGE[2015, MAX]', ['**StartDate**', 'RANGE']],
    ['AREA[StartDate]RAN|GE[2015, MAX]', ['**RANGE**', 'MIN and MAX']],
    ['AREA[ConditionSearch]heart at|tack', ['**heart attack**', '**ConditionSearch**', 'Relaxation']],
    ['EXPANSION[None]S|LE', ['Expansion **None**', 'Exactly as written']],
    ['str|oke', ['BasicSearch', 'default area']],
    ['a O|R b AND c', ['**OR**', 'a OR (b AND c)']],
    ['#1 stroke\n#2 #|1 AND aspirin', ['**Line #1**', 'stroke']],
    ['#1 #|7 AND aspirin', ['does not exist']],
    ['EXPANSION[Con|cept]x', ['**Concept**', 'UMLS']],
  ])('%s', (text, expected) => {
    const { document, offset } = marked(text);
    const found = trialsHover(document, offset)?.markdown ?? '';
    for (const part of expected) expect(found).toContain(part);
  });

  it.each(['// a com|ment\nstroke', 'stroke\n\n\n|'])('tells nothing: %j', (text) => {
    const { document, offset } = marked(text);
    expect(trialsHover(document, offset)).toBeUndefined();
  });
});

describe('numbers on hover', () => {
  const text =
    '#1 asthma OR wheezing\n#2 AREA[ConditionSearch](asthma OR "hay fever") AND NOT AREA[Phase]PHASE1\n#3 #1 AND #2 AND (';

  it.each([
    ['#|1', 'asthma OR wheezing'],
    ['whee|zing', 'wheezing'],
    ['asthma O|R wheezing', 'asthma OR wheezing'],
    ['wheezing|', 'wheezing'],
    ['(asth|ma OR "hay', 'AREA[ConditionSearch](asthma)'],
    ['"hay fe|ver"', 'AREA[ConditionSearch]("hay fever")'],
    ['AREA[Cond|itionSearch]', 'AREA[ConditionSearch](asthma OR "hay fever")'],
    ['|(asthma OR "hay', 'AREA[ConditionSearch](asthma OR "hay fever")'],
    ['PHA|SE1', 'AREA[Phase](PHASE1)'],
    ['"hay fever") A|ND NOT', 'AREA[ConditionSearch](asthma OR "hay fever") AND NOT AREA[Phase]PHASE1'],
    ['#3 #|1 AND', 'asthma OR wheezing'],
    ['#|3', undefined],
  ])('%s asks for %s', (place, expected) => {
    const offset = text.indexOf(place.replace('|', '')) + place.indexOf('|');
    const query = trialsQueryAt(parseStrategy(text), offset);
    expect(query && writeExpression(query)).toBe(expected);
  });

  it('are told under what the thing is, and behind the line', () => {
    const measurement = {
      count: 1204,
      found: ['NCT00000001'],
      missed: ['NCT00000002'],
      recall: 0.5,
      precision: 0.001,
      nnr: 1204,
      warnings: [],
      provenance: { engine: 'ctgov', label: 'ClinicalTrials.gov (live)', at: '2026-11-30T08:00:00Z' },
    };
    const measurements = {
      line: () => ({ kind: 'done', measurement }) as const,
      query: () => ({ kind: 'pending' }) as const,
    };
    const document = parseStrategy('#1 asthma\n#2 #1 // why');
    const at = (offset: number): string => trialsHover(document, offset, measurements)?.markdown ?? '';
    expect(at(1)).toContain('**1,204 records** · **1 of 2 seeds**');
    expect(at(1)).toContain('Missed: [NCT00000002](https://clinicaltrials.gov/study/NCT00000002)');
    expect(at(1)).toContain('ClinicalTrials.gov (live)');
    expect(at(5)).toContain('**asthma**');
    expect(at(5)).toContain('Searching…');
    expect(at(14)).toContain('**1,204 records**');
    expect(at(19)).toContain('— the strategy');
    expect(at(11)).toContain('**Line #2** — the strategy');
    expect(trialsHover(document, 5)?.markdown).not.toContain('Searching');
    const front = parseStrategy('---\nseeds: [NCT00000001, NCT00000002]\n---\nasthma');
    expect(trialsHover(front, 6, measurements)?.markdown).toContain('Missed by the strategy: [NCT00000002]');
  });
});

describe('formatting', () => {
  it.each([
    ['a  AND   b', 'a AND b'],
    ['( a OR b )', '(a OR b)'],
    ['AREA[Phase] PHASE3', 'AREA[Phase]PHASE3'],
    ['area[StartDate]RANGE[2015,MAX]', 'AREA[StartDate]RANGE[2015, MAX]'],
    ['“back pain”', '"back pain"'],
    ['a // why  so\n  AND b', 'a // why  so\n  AND b'],
    ['EXPANSION[None] NOT a', 'EXPANSION[None] NOT a'],
    ['(a  OR  b', '(a  OR  b'],
    ['\u200b', '\u200b'],
    ['area[ a,b ](c)', 'AREA[a,b](c)'],
    ['---\n-\u00a0a', '---\n-\u00a0a'],
  ])('%s', (text, expected) => {
    expect(applyEdits(text, trialsFormatting(parseStrategy(text)))).toBe(expected);
  });

  it('is idempotent and keeps the meaning', () => {
    const piece = fc.constantFrom(
      'a',
      'b c',
      '“d”',
      ' AND ',
      ' OR  ',
      ' NOT ',
      '( ',
      ')',
      'AREA[Phase] ',
      'RANGE[1,2]',
      '\n',
      ' // x\n',
      '  ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = `#1 ${pieces.join('')}`;
        const once = applyEdits(text, trialsFormatting(parseStrategy(text)));
        expect(applyEdits(once, trialsFormatting(parseStrategy(once)))).toBe(once);
        const meaning = (source: string): string => printExpression(parseExpression(source.slice(3)).root);
        expect(meaning(once)).toBe(meaning(text));
      }),
      { numRuns: 500 },
    );
  });
});

it('colours every line, each piece on one physical line', () => {
  const document = parseStrategy('#1 AREA[Phase]PHASE3 AND "a b"\n#2 #1 OR ALL');
  expect(
    trialsTokens(document).map(({ type, start, end }) => [type, document.text.slice(start, end)]),
  ).toEqual([
    ['label', '#1'],
    ['fieldTag', 'AREA[Phase]'],
    ['term', 'PHASE3'],
    ['operator', 'AND'],
    ['phrase', '"a b"'],
    ['label', '#2'],
    ['reference', '#1'],
    ['operator', 'OR'],
    ['operator', 'ALL'],
  ]);
});
