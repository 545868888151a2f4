/** What is published held against the weights that it was made of. */
import { describe, expect, it } from 'vitest';
import type { EvaluationDocument } from '../../evaluation/document.ts';
import { parsePlan, readSetting } from '../../plan/index.ts';
import type { Plan } from '../../plan/index.ts';
import { exactQuantisation, judgeMargin } from './margin.ts';

const text = `
name: x
model: { path: m, licence: MIT }
data: { sources: [s], corpus: c, heldOut: t }
ppo: {}
export: { quantisations: [Q8_0, F16], parity: { margin: 0.05 } }
evaluation: { budget: 100 }
publish: { to: c, name: x, figure: f3 }
`;

function planWith(...settings: readonly string[]): Plan {
  const { plan, problems } = parsePlan(text, {
    ...{ folder: '/p', environment: {} },
    settings: settings.flatMap((setting) => readSetting(setting) ?? []),
  });
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

/** An evaluation of which each topic has a recall and an F3 of its figure, and finds so many records. */
function evaluated(figures: readonly (number | null)[], records = 50): EvaluationDocument {
  const perTopic = figures.map((figure, i) => ({
    ...{ id: `t${i}`, group: `t${i}`, query: 'q', error: null, precision: 0.5, records },
    ...{ recall: figure, f3: figure, reward: figure },
  }));
  return {
    ...{ task: 'publication', rewriter: 'ppo', n: figures.length, metrics: {}, intervals: {}, perTopic },
    ...{ micro: null, perSource: {}, withoutDoubtful: null, bestOf: null, comparisons: [], notes: [] },
    failures: {} as EvaluationDocument['failures'],
  };
}

const half = [0.5, 0.5, 0.5, 0.5];

describe('what a release is held against', () => {
  it.each([
    ['the most exact file that is exported', [], 'F16'],
    ['F32 before F16', ['export.quantisations=[Q8_0, BF16, F16, F32]'], 'F32'],
    ['nothing where it is exact itself', ['publish.file=F16'], undefined],
    ['nothing where no exact file is exported', ['export.quantisations=[Q8_0]'], undefined],
    ['nothing where nothing is published', ['publish=null'], undefined],
  ])('is %s', (_name, settings, expected) => {
    expect(exactQuantisation(planWith(...settings))).toBe(expected);
  });
});

describe('the margin of a release', () => {
  it('lets a loss within it pass, with the numbers', () => {
    const { isWithin, reason, comparison } = judgeMargin(planWith(), evaluated([0.46, 0.46, 0.5, 0.5]), {
      quantisation: 'F16',
      document: evaluated(half),
    });
    expect(isWithin).toBe(true);
    expect(reason).toMatch(
      /^Q8_0 against F16: f3: −0\.0200 .*on 4 topics, 2 worse .*within the margin of 0\.05/u,
    );
    expect(comparison?.comparisons[0]?.difference).toBeCloseTo(-0.02, 12);
  });

  it('refuses a greater loss, with the numbers and the way out', () => {
    const { isWithin, reason } = judgeMargin(planWith(), evaluated([0.5, 0.5, 0.5, 0]), {
      quantisation: 'F16',
      document: evaluated(half),
    });
    expect(isWithin).toBe(false);
    expect(reason).toMatch(
      /f3: −0\.1250 .*beyond the margin of 0\.05.*publish\.file.*export\.parity\.margin/u,
    );
  });

  it('counts a topic that failed as nothing found, and a gain as no loss', () => {
    const judged = (published: readonly (number | null)[]): boolean =>
      judgeMargin(planWith(), evaluated(published), { quantisation: 'F16', document: evaluated(half) })
        .isWithin;
    expect(judged([0.5, 0.5, 0.5, null])).toBe(false);
    expect(judged([1, 1, 1, 1])).toBe(true);
  });

  it('is of the gate’s own figure: with recall, what finds too many records has found nothing', () => {
    const wide = { quantisation: 'F16', document: evaluated(half) };
    const plan = planWith('publish.figure=recall');
    expect(judgeMargin(plan, evaluated(half, 100), wide).isWithin).toBe(true);
    const { isWithin, reason } = judgeMargin(plan, evaluated(half, 101), wide);
    expect({ isWithin, reason }).toMatchObject({ isWithin: false });
    expect(reason).toContain('recallWithinBudget: −0.5000');
    expect(judgeMargin(planWith(), evaluated(half, 101), wide).isWithin).toBe(true);
  });

  it.each([
    [
      'the plan exports nothing exact',
      ['export.quantisations=[Q8_0]'],
      half,
      undefined,
      'export.quantisations',
    ],
    ['the weights themselves are published', ['publish.file=F16'], half, undefined, 'weights as they are'],
    [
      'the figure is not known',
      ['publish.figure=reward'],
      [0.5, null, 0.5, 0.5],
      half,
      'not known for every topic',
    ],
  ])('is not measured where %s, which is said', (_name, settings, published, original, reason) => {
    const result = judgeMargin(
      planWith(...settings),
      evaluated(published),
      original === undefined ? undefined : { quantisation: 'F16', document: evaluated(original) },
    );
    expect(result).toMatchObject({ comparison: null, isWithin: true });
    expect(result.reason).toContain(reason);
  });

  it('refuses to compare other topics', () => {
    expect(() =>
      judgeMargin(planWith(), evaluated(half), { quantisation: 'F16', document: evaluated([...half, 0.5]) }),
    ).toThrow(/different topics: t4/u);
  });
});
