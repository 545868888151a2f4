import { describe, expect, it } from 'vitest';
import type { EvaluationDocument } from '../evaluation/document.ts';
import { compareEvaluations } from './compareEvaluations.ts';

type Row = readonly [id: string, recall: number, group?: string];

function document(rows: readonly Row[], task = 'publication'): EvaluationDocument {
  const perTopic = rows.map(([id, recall, group]) => ({
    ...{ id, recall, query: null, precision: 0.5, records: 10, error: null },
    ...(group === undefined ? {} : { group }),
  }));
  return {
    task,
    rewriter: 'model:x',
    n: rows.length,
    metrics: { recall: 0, precision: 0 },
    perTopic,
  } as unknown as EvaluationDocument;
}

const original = document([['a', 0.9], ['b', 0.7], ['c', 0.5], ['d', 0.3]]); // prettier-ignore

describe('the evaluation of a quantised file', () => {
  it('that is the same is shown to be within any margin', () => {
    const { verdict, isWithin, comparisons } = compareEvaluations(original, original, { margin: 0 });
    expect({ verdict, isWithin }).toEqual({ verdict: 'shown', isWithin: true });
    expect(comparisons.map(({ metric, n, difference }) => [metric, n, difference])).toEqual([
      ['recall', 4, 0],
      ['precision', 4, 0],
    ]);
  });

  it.each([
    // All topics lose the same: the interval is a point.
    [[0.89, 0.69, 0.49, 0.29], 0.02, 'shown'],
    [[0.87, 0.67, 0.47, 0.27], 0.02, 'worse'],
    // One topic loses what another wins: the mean stays, the interval does not.
    [[0.5, 0.7, 0.5, 0.7], 0.02, 'likely'],
    [[1, 0.9, 0.7, 0.5], 0.02, 'shown'],
  ])('with recalls %j and a margin of %d is %s', (recalls, margin, verdict) => {
    const quantised = document(original.perTopic.map(({ id }, i) => [id, recalls[i] ?? NaN]));
    const compared = compareEvaluations(original, quantised, { margin });
    expect(compared.verdict).toBe(verdict);
    expect(compared.isWithin).toBe(verdict !== 'worse');
    expect(compared.summary[0]).toMatch(verdict === 'worse' ? /beyond the margin/ : /within the margin/);
  });

  it('is paired by topic, whatever their order, and near-duplicates count as one', () => {
    const rows: readonly Row[] = [['a', 0.1, 'x'], ['b', 0.9, 'x'], ['c', 0.5]]; // prettier-ignore
    const { comparisons } = compareEvaluations(document(rows), document([...rows].reverse()), {
      margin: 0.01,
    });
    expect(comparisons[0]).toMatchObject({ difference: 0, ties: 3 });
  });

  it.each([
    [document([['a', 0.9]]), /different topics: b, c, d are in one of them only/],
    [document([...original.perTopic.map(({ id }): Row => [id, 1]), ['e', 1]]), /e is in one of them only/],
    [document([['a', 1], ['b', 1], ['c', 1], ['d', 1]], 'trials'), /different tasks: publication and trials/],
  ])('of other topics or another task is refused', (quantised, message) => {
    expect(() => compareEvaluations(original, quantised, { margin: 0.02 })).toThrow(message);
  }); // prettier-ignore

  it('is refused without topics, with a margin that is none, and by figures that it does not have', () => {
    expect(() => compareEvaluations(document([]), document([]), { margin: 0.02 })).toThrow(/no topic/);
    expect(() => compareEvaluations(original, original, { margin: NaN })).toThrow(/margin/);
    expect(() => compareEvaluations(original, original, { margin: 0, figures: ['f9'] })).toThrow(
      /no figure f9/,
    );
  });
});
