/**
 * Metrics of ranked retrieval: what "classic IR" and evidence seeking are judged by. A ranking is a list of ids, best first, without
 * what the engine left out. An id that comes twice keeps its first place; the second place is lost and earns nothing, so repeating a
 * good record never pays. An undefined result means "cannot be said", never 0.
 */

/** A judged record's grade: 0 or less is irrelevant, 1 relevant, more is better. Records that nobody judged have grade 0. */
export type Judgements = ReadonlyMap<string, number>;

/**
 * How a grade becomes a gain. `linear`: the grade itself (Järvelin & Kekäläinen, ACM TOIS 2002; trec_eval, pytrec_eval and BEIR).
 * `exponential`: 2^grade - 1 (Burges et al., ICML 2005), which weighs the best records more. For grades 0 and 1 they are one.
 */
export type Gain = 'linear' | 'exponential';

/**
 * Normalised discounted cumulative gain at `k`, 0..1; undefined when nothing is judged relevant or `k` is below 1.
 *
 *     DCG@k = Σ_{i=1..k} gain_i / log2(i + 1),   NDCG@k = DCG@k / IDCG@k
 *
 * IDCG is the DCG of **all** judged records, best grade first, cut at `k`, as in trec_eval's `ndcg_cut`. (The reference takes them in
 * the order of its file, which is wrong for graded judgements.)
 */
export function ndcg(
  ranking: readonly string[],
  judgements: Judgements,
  k: number,
  gain: Gain = 'linear',
): number | undefined {
  const ideal = [...judgements.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  const best = discounted(ideal.slice(0, Math.max(0, k)), gain);
  if (best === 0) return undefined;
  return discounted(gradesOf(ranking, judgements, k), gain) / best;
}

/** 1 when one of the first `k` is relevant, else 0 ("success at k", Hits@k); undefined when nothing is known to be relevant. */
export function hitsAtK(
  ranking: readonly string[],
  relevant: ReadonlySet<string>,
  k: number,
): 0 | 1 | undefined {
  if (relevant.size === 0) return undefined;
  return ranking.slice(0, Math.max(0, k)).some((id) => relevant.has(id)) ? 1 : 0;
}

/** How many different relevant records are among the first `k`; over the number of relevant ones this is recall at `k`. */
export function relevantAtK(ranking: readonly string[], relevant: ReadonlySet<string>, k: number): number {
  return new Set(ranking.slice(0, Math.max(0, k)).filter((id) => relevant.has(id))).size;
}

/** 1 / rank of the first relevant record, 0 when there is none in the ranking; undefined when nothing is known to be relevant. */
export function reciprocalRank(
  ranking: readonly string[],
  relevant: ReadonlySet<string>,
): number | undefined {
  if (relevant.size === 0) return undefined;
  const at = ranking.findIndex((id) => relevant.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * Average precision, 0..1: the mean over **all** relevant records of the precision at their rank, 0 for those that are not in the
 * ranking (trec_eval's `map`; Manning et al. 2008, chapter 8.4). Undefined when nothing is known to be relevant.
 */
export function averagePrecision(
  ranking: readonly string[],
  relevant: ReadonlySet<string>,
): number | undefined {
  if (relevant.size === 0) return undefined;
  const seen = new Set<string>();
  let sum = 0;
  ranking.forEach((id, i) => {
    if (!relevant.has(id) || seen.has(id)) return;
    seen.add(id);
    sum += seen.size / (i + 1);
  });
  return sum / relevant.size;
}

/**
 * Ids by descending score. Equal scores are ordered by descending id, compared as text: trec_eval's rule, so that a ranking with ties
 * has one order on every machine and our numbers can be checked with it.
 */
export function byScore(hits: readonly { readonly id: string; readonly score: number }[]): readonly string[] {
  return [...hits]
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
    .map(({ id }) => id);
}

/** Grades of the first `k`, 0 where a record is not judged or has come before. */
function gradesOf(ranking: readonly string[], judgements: Judgements, k: number): readonly number[] {
  const seen = new Set<string>();
  return ranking.slice(0, Math.max(0, k)).map((id) => {
    if (seen.has(id)) return 0;
    seen.add(id);
    return Math.max(0, judgements.get(id) ?? 0);
  });
}

function discounted(grades: readonly number[], gain: Gain): number {
  return grades.reduce(
    (sum, grade, i) => sum + (gain === 'linear' ? grade : 2 ** grade - 1) / Math.log2(i + 2),
    0,
  );
}
