import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Loophole } from '../../rewards/index.ts';
import type { SearchEngine, SearchWarning } from '../../search/index.ts';
import { checkDay, measure, SearchError } from '../../search/index.ts';
import type { RunOptions } from '../task.ts';
import { RowError } from '../task.ts';
import type { BooleanOutcome, RefusedQuery } from './outcome.ts';
import { namesRelevant } from './namesRelevant.ts';
import { unknownIds } from './unknown.ts';

/** A query as its language's parser read it. */
export interface ReadQuery {
  /** What may be asked, or why it may not, in a sentence. */
  readonly query: ResolvedQuery | { readonly problem: string };
  readonly loopholes: readonly Loophole[];
  readonly terms: number;
  /** What the query cannot mean where it is asked. */
  readonly warnings?: readonly SearchWarning[];
}

/**
 * Reads a query and measures it. What is wrong with the query is an outcome: it cannot be read, or the engine rejects it. One that names
 * relevant records by their ids has the loophole `knowledge`, however its language reads it.
 * @param read the reader of the query's language
 * @throws SearchError when the engine has no answer, RowError for a search date that is none
 */
export async function runBoolean(
  text: string,
  read: (text: string) => ReadQuery,
  relevant: readonly string[],
  engine: SearchEngine,
  { until, signal }: RunOptions,
): Promise<BooleanOutcome> {
  if (until !== undefined) checkUntil(until);
  const { query, loopholes: found, terms, warnings = [] } = read(text);
  const loopholes =
    namesRelevant(text, relevant) && !found.includes('knowledge') ? [...found, 'knowledge' as const] : found;
  const facts = { loopholes, terms, relevant: relevant.length, held: engine.size };
  // Outside of what is caught below: a fault about ids is none of the query.
  const unknown = await unknownIds(engine, relevant, signal);
  const refused = (problem: string): RefusedQuery => ({ kind: 'refused', problem, ...facts, unknown });
  if ('problem' in query) return refused(query.problem);
  try {
    const measured = await measure(engine, query, relevant, {
      ...(signal === undefined ? {} : { signal }),
      ...(until === undefined ? {} : { until }),
    });
    const measurement = { ...measured, warnings: [...warnings, ...measured.warnings] };
    return { kind: 'ran', measurement, ...facts, unknown };
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    // What games the measure is paid for as such, also where the engine could not have answered it.
    const isForfeited = error.code === 'unsupported' && loopholes.length > 0;
    if (error.code === 'rejected' || isForfeited) return refused(error.message);
    throw error;
  }
}

/** A search date comes with the row, so a wrong one is no fault of the query. */
function checkUntil(until: unknown): void {
  try {
    checkDay(String(until));
  } catch (error) {
    throw new RowError(`until: ${error instanceof Error ? error.message : String(error)}`);
  }
}
