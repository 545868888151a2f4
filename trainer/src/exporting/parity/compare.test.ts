import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareReadings } from './compare.ts';
import type { ComparedText, TextReading } from './compare.ts';

const limits = { mean: 0.1, largest: 1 };
const reading: TextReading = { promptIds: [5, 6, 7, 8], logProbs: [-1, -2, -0.5], likeliest: [6, 9, 8] };

function text(actual: Partial<TextReading> = {}, more: Partial<ComparedText> = {}): ComparedText {
  return { id: 'a prompt', isNote: false, expected: reading, actual: { ...reading, ...actual }, ...more };
}

function report(...texts: readonly ComparedText[]) {
  return compareReadings('x.gguf', 'Q8_0', texts, limits);
}

describe('two readings of texts', () => {
  it('that are the same pass', () => {
    expect(report(text(), text())).toMatchObject({
      ...{ ok: true, texts: 2, tokens: 6, scoredTexts: 2, problems: [] },
      ...{ meanDifference: 0, largestDifference: 0, bias: 0, sameLikeliest: 1 },
    });
  });

  it.each([
    [[5, 6, 1, 8], 2, '7 8 in transformers, 1 8 in the file'],
    [[5, 6, 7], 3, '8 in transformers, the end in the file'],
    [[0, 5, 6, 7, 8], 0, '5 6 7 8 in transformers, 0 5 6 7 8 in the file'],
  ])('tokens %j differ from place %d on', (promptIds, at, message) => {
    const { ok, mismatches, problems, tokens } = report(text({ promptIds }));
    expect(ok).toBe(false);
    expect(mismatches[0]?.at).toBe(at);
    expect(problems[0]).toContain(message);
    // Log-probabilities of other tokens say nothing.
    expect(tokens).toBe(0);
  });

  it('any other sequence of tokens is found at its first difference', () => {
    const ids = fc.array(fc.nat(3), { maxLength: 6 });
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const { mismatches } = report(text({ promptIds: b }, { expected: { ...reading, promptIds: a } }));
        const first = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
        expect(mismatches.map(({ at }) => at)).toEqual(first === -1 ? [] : [first]);
      }),
    );
  });

  it('are measured by mean, largest and direction of the differences', () => {
    const { meanDifference, largestDifference, bias, sameLikeliest, ok } = report(
      text({ logProbs: [-1.06, -1.94, -0.53], likeliest: [6, 9, 1] }),
    );
    expect(meanDifference).toBeCloseTo(0.05);
    expect(largestDifference).toBeCloseTo(0.06);
    expect(bias).toBeCloseTo(-0.01);
    expect(sameLikeliest).toBeCloseTo(2 / 3);
    expect(ok).toBe(true);
  });

  it.each([
    [[-1.2, -2.2, -0.7], /^The mean difference of log-probabilities is 0\.2000 nats; the limit is 0\.1\.$/],
    [[-1, -2, -1.51], /The largest difference.* is 1\.0100 nats/],
    [[-1, NaN, -0.5], /is no number/],
    [[-1, -2], /is no number/],
  ])('log-probabilities %j are too far', (logProbs, message) => {
    const { ok, problems } = report(text({ logProbs }));
    expect(ok).toBe(false);
    expect(problems.join('\n')).toMatch(message);
  });

  it('that compare no log-probability pass nothing', () => {
    const none = { ...reading, logProbs: [], likeliest: [] };
    expect(report(text(none, { expected: none }))).toMatchObject({ ok: false, meanDifference: null });
  });

  it('whose answers come back otherwise do not pass', () => {
    const written = '<answer>{"query": "a ."}</answer>';
    expect(report(text({}, { answer: { written, read: written } })).ok).toBe(true);
    const { ok, problems } = report(text({}, { answer: { written, read: '{"query": "a."}' } }));
    expect(ok).toBe(false);
    expect(problems[0]).toContain('a prompt');
  });

  it('differences of texts that no prompt holds are told and do not count', () => {
    const { ok, notes, texts } = report(text(), text({ promptIds: [1] }, { id: 'odd', isNote: true }));
    expect({ ok, texts }).toEqual({ ok: true, texts: 1 });
    expect(notes).toEqual(['odd: the tokens differ; no prompt of ours holds such.']);
  });
});
