import type { ParityLimits, ParityReport, TokenMismatch } from './report.ts';

/** What one side makes of a text. */
export interface TextReading {
  readonly promptIds: readonly number[];
  /** Of each token of prompt and completion but the first, in nats; empty where it is not wanted. */
  readonly logProbs: readonly number[];
  readonly likeliest: readonly number[];
}

/** A text with what both sides make of it. */
export interface ComparedText {
  readonly id: string;
  /** Differences are told and do not count: texts that no prompt of ours holds. */
  readonly isNote: boolean;
  readonly expected: TextReading;
  readonly actual: TextReading;
  /** An answer and what the file's tokens of it read as. */
  readonly answer?: { readonly written: string; readonly read: string };
}

/** So many ids are shown of a place where tokens differ. */
const shown = 6;

/** Holds what a file makes of texts against what transformers makes of them. */
export function compareReadings(
  file: string,
  quantisation: string,
  texts: readonly ComparedText[],
  limits: ParityLimits,
): ParityReport {
  const counted = texts.filter(({ isNote }) => !isNote);
  const mismatches = counted.flatMap((text) => mismatchOf(text) ?? []);
  const changedAnswers = counted.flatMap(({ id, answer }) =>
    answer === undefined || answer.written === answer.read ? [] : [id],
  );
  const broken = new Set(mismatches.map(({ id }) => id));
  // Tokens that differ have log-probabilities of different texts.
  const scored = counted.filter(({ id, expected }) => expected.logProbs.length > 0 && !broken.has(id));
  const pairs = scored.flatMap(({ expected, actual }) =>
    expected.logProbs.map((value, i) => ({
      difference: (actual.logProbs[i] ?? NaN) - value,
      isSame: actual.likeliest[i] === expected.likeliest[i],
    })),
  );
  const meanOf = (value: (pair: { difference: number; isSame: boolean }) => number): number | null =>
    pairs.length === 0 ? null : pairs.reduce((sum, pair) => sum + value(pair), 0) / pairs.length;
  const meanDifference = meanOf(({ difference }) => Math.abs(difference));
  const largestDifference =
    pairs.length === 0 ? null : pairs.reduce((most, { difference }) => larger(most, Math.abs(difference)), 0);
  const problems = [
    ...mismatches.slice(0, 3).map(tokenProblem),
    ...(mismatches.length > 3 ? [`The tokens of ${mismatches.length - 3} more texts differ.`] : []),
    ...(changedAnswers.length === 0
      ? []
      : [`Answers do not come back as the text that they were (${changedAnswers.slice(0, 3).join(', ')}): marks in them are control tokens, or blanks are lost.`]),
    ...(pairs.length === 0 && mismatches.length === 0 ? ['No log-probability was compared.'] : []),
    ...differenceProblem('mean', meanDifference, limits.mean),
    ...differenceProblem('largest', largestDifference, limits.largest),
  ]; // prettier-ignore
  return {
    ...{ file, quantisation, texts: counted.length, mismatches, changedAnswers },
    ...{ tokens: pairs.length, scoredTexts: scored.length, meanDifference, largestDifference },
    bias: meanOf(({ difference }) => difference),
    sameLikeliest: meanOf(({ isSame }) => (isSame ? 1 : 0)),
    ...{ limits, ok: problems.length === 0, problems },
    notes: texts
      .filter(({ isNote }) => isNote)
      .flatMap((text) =>
        mismatchOf(text) === undefined
          ? []
          : [`${text.id}: the tokens differ; no prompt of ours holds such.`],
      ),
  };
}

/** NaN counts as the largest of all. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b);
}

function mismatchOf({ id, expected, actual }: ComparedText): TokenMismatch | undefined {
  const [a, b] = [expected.promptIds, actual.promptIds];
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++)
    if (a[at] !== b[at])
      return { id, at, expected: a.slice(at, at + shown), actual: b.slice(at, at + shown) };
  return undefined;
}

function tokenProblem({ id, at, expected, actual }: TokenMismatch): string {
  const list = (ids: readonly number[]): string => (ids.length === 0 ? 'the end' : ids.join(' '));
  return `The tokens of ${id} differ from place ${at} on: ${list(expected)} in transformers, ${list(actual)} in the file.`;
}

/** Written so that NaN is a problem. */
function differenceProblem(which: string, value: number | null, limit: number): readonly string[] {
  return value === null || value <= limit
    ? []
    : [
        `The ${which} difference of log-probabilities is ${Number.isNaN(value) ? 'no number' : `${value.toFixed(4)} nats`}; the limit is ${limit}.`,
      ];
}
