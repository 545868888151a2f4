import type { CitationRecord } from '../../../corpus/index.ts';
import type { Thesaurus } from '../../../mesh/index.ts';
import { QueryTooLongError } from '../../../pubmed/index.ts';
import type { ResolvedQuery } from '../../../pubmed/index.ts';
import { SearchError } from '../../../search/index.ts';
import type { SearchOptions } from '../../../search/index.ts';
import { isUnresolvable, printResolved, resolveText } from '../../../strategy/index.ts';
import { fits, LARGEST } from '../longQuery.ts';
import { predictor } from './prediction.ts';
import { dateLimit, rowQuestion, withWitness } from './question.ts';
import { combine, evaluateRows, planRows } from './rows.ts';
import type { RowMemory } from './rowMemory.ts';
import type { PlannedRow, RowPlan } from './rows.ts';
import { settleRows } from './settling.ts';
import type { BelievedRow } from './suspicion.ts';

/** Who asks PubMed for {@link seedMatrix}. */
export interface SeedAsker {
  /**
   * The ids that PubMed finds for `term`, at most `most` of them, without any date parameter. A term is at most some 14,000 characters long,
   * but for single lines that are longer. What PubMed says about the term beside (warnings, translation) is of no use: the term is nobody's.
   * @throws SearchError; `rejected` where PubMed takes offence at the term
   */
  ask(term: string, most: number, options: SearchOptions): Promise<readonly string[]>;
  /**
   * Whole records of `ids` to predict with; ids that are not held, or cannot be had now, may be left out. Asked for at most once.
   * A failure costs requests, not the answer.
   */
  records(ids: readonly string[], options: SearchOptions): Promise<readonly CitationRecord[]>;
}

/** How {@link seedMatrix} predicts. Without MeSH it predicts worse and asks more; the answer is the same. */
export interface SeedMatrixOptions extends SearchOptions {
  readonly thesaurus?: Thesaurus | undefined;
  /** The day that `"last 5 years"[dp]` counts from, `yyyy-mm-dd`. */
  readonly today?: string | undefined;
  /** What is in it is not asked again; what PubMed says goes into it. */
  readonly memory?: RowMemory | undefined;
}

/** Ids of one question. */
const BATCH = 200;

/**
 * Which of `ids` each query finds, in the order of `ids`: PubMed's own truth, in as few requests as can be. Ids that are no PMIDs are in no answer.
 *
 * What each line finds is predicted from the seeds' own records, and one question asks for the seeds about which any prediction is wrong. No answer
 * to it proves all of them; otherwise halving finds the predictions that are wrong. Nothing is returned that PubMed's answers do not imply. For a
 * batch of 200 seeds that takes one question for each 14,000 characters or 200 stars of text (a line stands in it once or twice) and, where predictions
 * are wrong, about log2 of the number of lines for each that is, for all seeds at once, never more than twice the number of lines.
 * @returns in the order of `queries`: ids, or what PubMed rejects the query with
 * @throws SearchError when PubMed cannot be asked
 */
export async function seedMatrix(
  asker: SeedAsker,
  queries: readonly ResolvedQuery[],
  ids: readonly string[],
  options: SeedMatrixOptions = {},
): Promise<readonly (readonly string[] | SearchError)[]> {
  const limit = dateLimit(options);
  const seeds = [...new Set(ids)].filter((id) => /^[1-9]\d{0,8}$/.test(id));
  const distinct = [...new Map(queries.map((query) => [query.key, query])).values()];
  const answers = new Map<string, Set<string> | SearchError>(distinct.map(({ key }) => [key, new Set()]));
  for (let at = 0; at < seeds.length; at += BATCH) {
    const batch = seeds.slice(at, at + BATCH);
    const found = await matrixOf(asker, distinct, batch, limit, options);
    for (const [key, some] of found) {
      const known = answers.get(key);
      if (some instanceof SearchError) answers.set(key, some);
      else if (known instanceof Set) for (const id of some) known.add(id);
    }
  }
  return queries.map(({ key }) => {
    const found = answers.get(key);
    return found instanceof Set ? ids.filter((id) => found.has(id)) : (found ?? []);
  });
}

async function matrixOf(
  asker: SeedAsker,
  queries: readonly ResolvedQuery[],
  ids: readonly string[],
  limit: string | undefined,
  options: SeedMatrixOptions,
): Promise<ReadonlyMap<string, ReadonlySet<string> | SearchError>> {
  const ask = async (term: string, among: readonly string[]): Promise<ReadonlySet<string>> => {
    checkWanted(options);
    const { term: question, witness } = withWitness(term, among);
    const answer = await asker.ask(question, among.length + 1, options);
    const found = answer.filter((id) => id !== witness);
    const known = new Set(among);
    if (!found.every((id) => known.has(id)))
      throw new SearchError(
        'network',
        'PubMed answered a question about seeds with other records. Try again later.',
        true,
      );
    return new Set(found);
  };
  const [only] = queries;
  if (only === undefined) return new Map();
  const { memory, today } = options;
  const plan = planOf(queries);
  const planned = [...plan.rows, ...(limit === undefined ? [] : [plannedLimit(limit)])];
  const truths = planned.map(({ text }) => memory?.truth(text, ids, today));
  const text = queries.length === 1 ? shortText(only) : undefined;
  if (text !== undefined && truths.includes(undefined)) {
    // One line is asked about as it is: nothing has to be fetched to predict with.
    const limited = limit === undefined ? text : `(${text}) AND ${limit}`;
    const found = await rejectionOr(ask(rowQuestion(limited, ids), ids));
    if (limit === undefined && found instanceof Set) memory?.keep(text, ids, found);
    return new Map([[only.key, found]]);
  }
  const rows = await believedRows(asker, planned, truths, ids, options);
  const unknown = rows.filter((_, at) => truths[at] === undefined);
  const rejected = await settleRows(unknown, ids, ask);
  for (const row of unknown) if (!rejected.has(row)) memory?.keep(row.text, ids, row.found);
  const known = (at: number): ReadonlySet<string> | SearchError => {
    const row = rows[at];
    if (row === undefined) return new SearchError('internal', 'A row of the seed matrix is missing.');
    return rejected.get(row) ?? row.found;
  };
  const values = evaluateRows(plan, known);
  const inTime = limit === undefined ? undefined : known(plan.rows.length);
  return new Map(
    queries.map((query) => {
      const found = values.get(query) ?? new Set<string>();
      if (found instanceof SearchError || inTime === undefined) return [query.key, found];
      return [query.key, inTime instanceof SearchError ? inTime : combine(found, inTime, 'AND')];
    }),
  );
}

/** Rows with what is known of them, else with what is predicted. */
async function believedRows(
  asker: SeedAsker,
  planned: readonly PlannedRow[],
  truths: readonly (ReadonlySet<string> | undefined)[],
  ids: readonly string[],
  options: SeedMatrixOptions,
): Promise<readonly BelievedRow[]> {
  const sure = (): number => 1;
  const rows: BelievedRow[] = planned.map(({ text }, at) => ({
    at,
    text,
    found: new Set(truths[at]),
    doubt: sure,
  }));
  // A single row is asked about as it is: nothing has to be fetched to predict with.
  if (truths.filter((truth) => truth === undefined).length <= 1) return rows;
  const records = await asker.records(ids, options).catch((error: unknown) => {
    if (options.signal?.aborted === true) throw error;
    return []; // Everything is predicted to be missed then, and asked about.
  });
  const predict = predictor(records, { thesaurus: options.thesaurus, today: options.today });
  const pause = pausing();
  for (const [at, { text, query }] of planned.entries()) {
    if (truths[at] !== undefined) continue;
    const { found, doubt } = predict(query);
    rows[at] = { at, text, found: new Set(found), doubt };
    await pause();
    checkWanted(options);
  }
  return rows;
}

/** Longest time of predicting without letting others have their turn: editors wait for the same thread. */
const LONGEST_TURN_MS = 8;

/** Lets others have their turn when this one has lasted. */
function pausing(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < LONGEST_TURN_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}

function checkWanted({ signal }: SearchOptions): void {
  if (signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
}

/** A query's text where it makes a question by itself. */
function shortText(query: ResolvedQuery): string | undefined {
  try {
    const text = printResolved(query, { maxLength: 300_000 });
    return fits(text, LARGEST) ? text : undefined;
  } catch (error) {
    if (error instanceof QueryTooLongError) return undefined;
    throw error;
  }
}

/** @throws SearchError `unsupported` */
function planOf(queries: readonly ResolvedQuery[]): RowPlan {
  try {
    return planRows(queries);
  } catch (error) {
    if (error instanceof QueryTooLongError) throw new SearchError('unsupported', error.message, false, error);
    throw error;
  }
}

function plannedLimit(text: string): PlannedRow {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new SearchError('internal', query.problem);
  return { text, query };
}

async function rejectionOr<T>(work: Promise<T>): Promise<T | SearchError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SearchError && error.code === 'rejected') return error;
    throw error;
  }
}
