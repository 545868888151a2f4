import type { CitationSummary, SearchEngine, SearchOptions } from '@querent/core/search';
import type { Answers } from './answers.ts';
import { answerKey, keptSummary } from './keptAnswers.ts';

/** Summaries hardly ever change. */
const SUMMARY_MS = 7 * 24 * 3_600_000;

/** Summaries of `ids`, each asked for once a week; that a record is not there holds for the day. @throws SearchError */
export async function rememberedSummaries(
  engine: Pick<SearchEngine<never>, 'id' | 'summaries'>,
  answers: Answers,
  ids: readonly string[],
  options: SearchOptions,
): Promise<readonly CitationSummary[]> {
  const { fresh, outage } = answers;
  const keyOf = (id: string): string => answerKey('summary', engine.id, id);
  const wanted = [...new Set(ids)];
  /** Null stands for a record that the engine does not hold. */
  const known = new Map<string, CitationSummary | null>();
  const old = new Map<string, CitationSummary | null>();
  await Promise.all(
    wanted.map(async (id) => {
      const kept = await answers.read(keyOf(id), keptSummary);
      if (kept === undefined) return;
      const { at, summary } = kept;
      const holds = summary === null ? fresh.holds(keyOf(id), at) : fresh.isYounger(at, SUMMARY_MS);
      (holds ? known : old).set(id, summary);
    }),
  );
  const missing = wanted.filter((id) => !known.has(id));
  const areOld = missing.every((id) => old.has(id));
  const useOld = (): void => old.forEach((summary, id) => known.set(id, summary));
  if (areOld && outage.reason !== undefined) useOld();
  else if (missing.length > 0)
    try {
      const found = new Map((await engine.summaries(missing, options)).map((each) => [each.id, each]));
      const at = fresh.now().toISOString();
      await Promise.all(
        missing.map((id) => {
          const summary = found.get(id) ?? null;
          known.set(id, summary);
          return answers.keep(keyOf(id), at, { at, summary });
        }),
      );
    } catch (error) {
      if (!outage.note(error) || !areOld) throw error;
      useOld();
    }
  return ids.flatMap((id) => known.get(id) ?? []);
}
