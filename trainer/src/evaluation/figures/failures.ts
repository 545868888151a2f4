import { failureKinds } from '../rewriters/rewriter.ts';
import type { FailureKind } from '../rewriters/rewriter.ts';
import { grouped } from '../../grouped.ts';
import type { TopicResult } from '../result.ts';

/** Failures of a rewriter, counted by attempt. */
export interface FailureCounts {
  readonly attempts: number;
  readonly count: number;
  readonly byKind: Readonly<Partial<Record<FailureKind, number>>>;
  /** The most frequent reasons, what differs from topic to topic taken out; at most twenty. */
  readonly byReason: readonly { readonly reason: string; readonly count: number }[];
}

const mostReasons = 20;

/** Counts what failed and why. */
export function failuresOf(topics: readonly TopicResult[]): FailureCounts {
  const samples = topics.flatMap((topic) => topic.samples);
  const failures = samples.flatMap(({ failure }) => failure ?? []);
  const kinds = grouped(failures, ({ kind }) => kind);
  const reasons = grouped(failures, ({ message }) => withoutDetails(message));
  return {
    attempts: samples.length,
    count: failures.length,
    byKind: Object.fromEntries(
      failureKinds.flatMap((kind) => {
        const count = kinds.get(kind)?.length ?? 0;
        return count === 0 ? [] : [[kind, count]];
      }),
    ),
    byReason: Array.from(reasons, ([reason, all]) => ({ reason, count: all.length }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
      .slice(0, mostReasons),
  };
}

/** What is quoted or counted differs from topic to topic, and would make a reason of its own of each. */
function withoutDetails(message: string): string {
  return message
    .replace(/“[^”]*”|"[^"]*"|‘[^’]*’|`[^`]*`/gu, '“…”')
    .replace(/\b[\d,.]*\d\b/gu, 'N')
    .slice(0, 200);
}
