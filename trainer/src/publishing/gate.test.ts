import { describe, expect, it } from 'vitest';
import { pairedRandomisation } from '@querent/core/metrics';
import { decide, defaultGate, gateOf, gateRecord } from './gate.ts';
import type { GateSettings, Opponent, TrainedOn } from './gate.ts';
import { heldOutOf, releaseFigures } from './heldOut.ts';
import type { HeldOut } from './heldOut.ts';
import { heldOutWith, recalls } from './testing/made.ts';

const clean: TrainedOn = { leaking: [], example: '' };
const n = 20;
/** A little better or worse on each topic, and not always by the same. */
const about = (mean: number, spread = 0.02): readonly number[] =>
  Array.from({ length: n }, (_, i) => mean + spread * (i % 2 === 0 ? 1 : -1));
/** Better by 0.1 on half of the topics and worse by 0.1 on the other half, but for one. */
const mixed = Array.from({ length: n }, (_, i) => 0.5 + (i <= n / 2 ? 0.1 : -0.1));

interface Case {
  readonly candidate?: HeldOut | undefined;
  readonly opponent?: Partial<Opponent> | null;
  readonly trainedOn?: TrainedOn;
  readonly settings?: Partial<GateSettings>;
}
const old = heldOutWith(about(0.5));

const cases: readonly (readonly [why: string, given: Case, decision: string, says: RegExp])[] = [
  ['better on every topic', { candidate: heldOutWith(about(0.6)) }, 'passed', /On 20 held-out topics against version 1\.0\.0: recall within the budget 0\.600 against 0\.500 \(\+0\.100, better on 20, worse on 0, one-sided p < 0\.001\); F3/u],
  ['equal', { candidate: old }, 'refused', /It is not better\..*better on 0, worse on 0, one-sided p 1\.000.*--force --reason/u],
  ['worse', { candidate: heldOutWith(about(0.4)) }, 'refused', /It is not better\..*−0\.100/u],
  ['better by chance', { candidate: heldOutWith(mixed) }, 'refused', /not significantly better \(one-sided p must be below 0\.05\)/u],
  ['better by chance, at a level that calls that better', { candidate: heldOutWith(mixed), settings: { significance: 0.5, second: null } }, 'passed', /./u],
  ['better, but by less than is wanted', { candidate: heldOutWith(about(0.52)), settings: { minimumGain: 0.05 } }, 'refused', /not significantly better by more than 0\.05/u],
  ['better by more than is wanted', { candidate: heldOutWith(about(0.6)), settings: { minimumGain: 0.05 } }, 'passed', /./u],
  ['not much worse, where that is enough', { candidate: heldOutWith(about(0.49)), settings: { minimumGain: -0.05, second: null } }, 'passed', /./u],
  ['better in recall and far worse in F3', { candidate: heldOutWith(about(0.6), {}, about(0.3)) }, 'refused', /significantly worse in F3/u],
  ['better in recall and as good in F3', { candidate: heldOutWith(about(0.6), {}, about(0.5)) }, 'passed', /./u],
  ['judged by F3', { candidate: heldOutWith(about(0.5), {}, about(0.7)), settings: { figure: 'f3', second: 'recallWithinBudget' } }, 'passed', /F3 0\.700/u],
  ['too few topics', { candidate: heldOutWith(recalls(9, 1)), opponent: { heldOut: heldOutWith(recalls(9, 0)) } }, 'refused', /There are 9 held-out topics .* needs at least 10/u],
  ['too few topics that are not near-duplicates', { candidate: oneGroup(heldOutWith(recalls(n, 1))) }, 'refused', /There are 1 held-out topic /u],
  ['few topics, where few are enough', { candidate: heldOutWith(recalls(6, 1)), opponent: { heldOut: heldOutWith(recalls(6, 0)) }, settings: { minimumTopics: 5 } }, 'passed', /p 0\.016/u],
  ['other topics', { candidate: heldOutWith([...about(0.6), 1]) }, 'refused', /not the same as those of version 1\.0\.0: 1 are only here \(t20\), 0 only there \(none\).*--against/u],
  ['topics of another file', { candidate: heldOutWith(about(0.6), { topics: { name: 'x', sha256: 'bb'.repeat(32) } }) }, 'refused', /their file is another \(SHA-256 bbbbbbbbbbbb here, aaaaaaaaaaaa there\)/u],
  ['topics whose file is not known', { candidate: heldOutWith(about(0.6), { topics: { name: '', sha256: null } }) }, 'passed', /./u],
  ['another budget', { candidate: heldOutWith(about(0.6), { budget: 5000 }) }, 'refused', /budget is 5000 records here and was 1500/u],
  ['other seeds', { candidate: heldOutWith(about(0.6), { seeds: 5 }) }, 'refused', /5 relevant records were given away here and 0/u],
  ['another task', { candidate: heldOutWith(about(0.6), { task: 'trials' }) }, 'refused', /task trials, that of version 1\.0\.0 of publication/u],
  ['topics that were trained on', { candidate: heldOutWith(about(0.9)), trainedOn: { leaking: ['t1', 't2', 't3', 't4'], example: 'shares record 7' } }, 'refused', /4 held-out topics of 20 were trained on: t1, t2, t3, \.\.\. \(shares record 7\)/u],
  ['training that is not known', { candidate: heldOutWith(about(0.9)), trainedOn: undefined }, 'refused', /not known.*--trained-on/u],
  ['no evaluation', { candidate: undefined }, 'refused', /no evaluation of the release/u],
  ['no evaluation of the other', { candidate: heldOutWith(about(0.6)), opponent: { heldOut: undefined } }, 'refused', /no evaluation of version 1\.0\.0.*--against/u],
  ['no figure', { candidate: heldOutWith(about(0.6)), settings: { figure: 'reward' }, opponent: { heldOut: withoutReward(old) } }, 'refused', /figure reward is not known for every topic/u],
  ['first, with nothing to compare', { candidate: old, opponent: null }, 'first', /no release before and no baseline/u],
  ['first, better than a baseline', { candidate: heldOutWith(about(0.6)), opponent: { name: 'zero-shot', isBaseline: true } }, 'first', /against zero-shot/u],
  ['first, worse than a baseline', { candidate: heldOutWith(about(0.4)), opponent: { name: 'zero-shot', isBaseline: true } }, 'refused', /It is not better\. On 20 held-out topics against zero-shot/u],
]; // prettier-ignore

describe('the promotion gate', () => {
  it.each(cases)('%s', (_why, { candidate, opponent, settings, ...given }, decision, says) => {
    const against: Opponent | undefined =
      opponent === null ? undefined : { name: 'version 1.0.0', heldOut: old, isBaseline: false, ...opponent };
    const trained = 'trainedOn' in given ? given.trainedOn : clean;
    const result = decide(candidate, against, trained, { ...defaultGate, ...settings });
    expect([result.decision, result.reason]).toEqual([decision, expect.stringMatching(says)]);
    expect(result.against).toBe(against?.name ?? null);
    if (decision !== 'refused') {
      expect(gateRecord(result, undefined)).toMatchObject({ decision, against: result.against });
      return;
    }
    expect(() => gateRecord(result, undefined)).toThrow();
    expect(gateRecord(result, 'A customer needs\nthe new template.')).toMatchObject({
      ...{ decision: 'forced', reason: 'A customer needs the new template.', against: result.against },
      pValue: result.first?.p ?? null,
    });
  });

  it('has the p value of the paired test of core, one side of it', () => {
    const better = about(0.53, 0.05);
    const { first } = decide(
      heldOutWith(better),
      { name: 'x', heldOut: old, isBaseline: false },
      clean,
      defaultGate,
    );
    const both = pairedRandomisation(better, about(0.5));
    expect(first?.p).toBeCloseTo((both?.p ?? NaN) / 2, 12);
    expect(first?.pWorse).toBeCloseTo(1 - (both?.p ?? NaN) / 2, 12);
  });

  it('reads recall of a plan as that within the budget', () => {
    const plan = { significance: 0.01, minimumGain: 0.02, minimumTopics: 32 };
    expect(gateOf({ ...plan, figure: 'recall' })).toEqual({
      ...plan,
      figure: 'recallWithinBudget',
      second: 'f3',
    });
    expect(gateOf({ ...plan, figure: 'f3' })).toEqual({
      ...plan,
      figure: 'f3',
      second: 'recallWithinBudget',
    });
  });
});

describe('figures of the held-out topics', () => {
  const context = { topics: { name: 'x', sha256: null }, budget: 100, seeds: 0, model: null };
  const document = (perTopic: readonly object[]) => ({
    task: 'publication',
    rewriter: 'ppo',
    perTopic: perTopic as never,
  });

  it.each([
    ['within the budget', { recall: 0.8, records: 100, f3: 0.5 }, { recallWithinBudget: 0.8, recall: 0.8, f3: 0.5 }],
    ['above it', { recall: 0.8, records: 101, f3: 0.5 }, { recallWithinBudget: 0, recall: 0.8, f3: 0.5 }],
    ['of a failure', { recall: 0, records: null, f3: null }, { recallWithinBudget: 0, recall: 0, f3: 0, reward: null }],
    ['of several samples', { recall: 0.7, f3: 0.1, samples: [{ recall: 0.8, records: 50 }, { recall: 0.6, records: 500 }] }, { recallWithinBudget: 0.4, recall: 0.7 }],
    ['with a reward', { recall: 1, records: 1, reward: 4.5 }, { reward: 4.5 }],
  ])('%s', (_why, row, figures) => {
    expect(heldOutOf(document([{ id: 'a', ...row }]), context).rows[0]?.figures).toMatchObject(figures);
  }); // prettier-ignore

  it('have each topic once', () => {
    expect(() => heldOutOf(document([{ id: 'a' }, { id: 'a' }]), context)).toThrow(/topic a twice/u);
    expect(() => heldOutOf(document([]), context)).toThrow(/no topics/u);
  });

  it('of a release are those that people ask for, with what they were measured on', () => {
    const metrics = { precision: 0.1, recall: 0.6, f3: null, medianSeconds: 3, validRate: 1 };
    const figures = releaseFigures({ metrics, intervals: { recall: [0.5, 0.7] }, n: 32 }, '32 topics');
    expect(figures.map(({ name, interval }) => [name, interval])).toEqual([
      ['recall', [0.5, 0.7]],
      ['precision', null],
      ['validRate', null],
    ]);
    expect(figures[0]).toMatchObject({ value: 0.6, n: 32, on: '32 topics' });
  });
});

function oneGroup(heldOut: HeldOut): HeldOut {
  return { ...heldOut, rows: heldOut.rows.map((row) => ({ ...row, group: 'g' })) };
}

function withoutReward(heldOut: HeldOut): HeldOut {
  return {
    ...heldOut,
    rows: heldOut.rows.map((row) => ({ ...row, figures: { ...row.figures, reward: null } })),
  };
}
