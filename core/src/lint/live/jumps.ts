import { formatCount } from '../../text/index.ts';
import type { AnsweredLine } from './answers.ts';
import type { Answers } from './findings.ts';

/**
 * What change of a count is worth a look. PubMed grew from 36.5 to 39.7 million records in the two years before November 2025 (EInfo), some 4 %
 * a year, lively topics several times as fast; counts fall by a few records only, when duplicates are merged. docs/rules/count-jumped.md names
 * these figures, and a test holds the page to them.
 */
export const JUMP = {
  /** Fewer records more than that are no jump, whatever the share. */
  leastMore: 25,
  /** Share by which a count may grow at any time. */
  more: 0.1,
  /** Share by which it may grow further with every year that has passed. */
  moreAYear: 0.2,
  /** Fewer records less than that are no jump. */
  leastLess: 10,
  /** Share by which a count may fall, whatever time has passed. */
  less: 0.05,
} as const;

const YEAR_MS = 365.25 * 24 * 3600 * 1000;

/** Counts of the same query that are far from what it found before. */
export function checkJumps(answers: Answers): void {
  const jumped = new Map(answers.lines.map((line) => [line.label, jumpOf(line)]));
  for (const { label, measurement, previous } of answers.lines) {
    const jump = jumped.get(label);
    const line = answers.document.line(label);
    if (jump === undefined || previous === undefined || line === undefined) continue;
    // What comes of a line that is referred to is told there.
    const isFromBelow = answers.places
      .reachedFrom(label)
      .some((other) => other !== line && jumped.get(other.label) === jump);
    if (isFromBelow) continue;
    const by = formatCount(Math.abs(measurement.count - previous.count));
    answers.report(
      'count-jumped',
      line.queryRange,
      `This line finds ${formatCount(measurement.count)} records, ${by} ${jump} than on ${previous.at.slice(0, 10)}, when the same query found ${formatCount(previous.count)}. Measure again, and compare what PubMed made of it; if it stays, report both numbers with their dates.`,
    );
  }
}

function jumpOf({ measurement, previous }: AnsweredLine): 'more' | 'fewer' | undefined {
  if (previous === undefined) return undefined;
  const years = (Date.parse(measurement.provenance.at) - Date.parse(previous.at)) / YEAR_MS;
  if (!(years > 0)) return undefined;
  const change = measurement.count - previous.count;
  if (change >= JUMP.leastMore && change > previous.count * (JUMP.more + JUMP.moreAYear * years))
    return 'more';
  return -change >= JUMP.leastLess && -change > previous.count * JUMP.less ? 'fewer' : undefined;
}
