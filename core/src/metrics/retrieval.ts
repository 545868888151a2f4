/**
 * Set metrics of retrieval. Sources: Manning, Raghavan & Schütze, "Introduction to Information Retrieval" (2008), chapter 8;
 * number needed to read: Bachmann et al., BMC Med Res Methodol 2002; 2:8 (the reciprocal of precision).
 * An undefined result means "cannot be said", never 0.
 */

/** |found ∩ relevant| / |relevant|, 0..1; undefined when nothing is known to be relevant. */
export function recall(relevantFound: number, relevant: number): number | undefined {
  return relevant === 0 ? undefined : relevantFound / relevant;
}

/** |found ∩ relevant| / |found|, 0..1; undefined when nothing was found. */
export function precision(relevantFound: number, found: number): number | undefined {
  return found === 0 ? undefined : relevantFound / found;
}

/** Records to read for one relevant record, 1/precision, >= 1; undefined when no relevant record was found. */
export function numberNeededToRead(relevantFound: number, found: number): number | undefined {
  return relevantFound === 0 ? undefined : found / relevantFound;
}

/**
 * F-beta = (1+β²)PR / (β²P+R), 0..1 (van Rijsbergen 1979). β = 3 weighs recall nine times as much as precision. 0 when precision or
 * recall is 0.
 */
export function fBeta(p: number, r: number, beta: number): number {
  const b2 = beta * beta;
  return p === 0 || r === 0 ? 0 : ((1 + b2) * p * r) / (b2 * p + r);
}

/**
 * Work saved over sampling = share not read - share missed = (1 - found/total) - (1 - recall), -1..1: how much less there is to read than
 * when records are drawn at random until the same recall is reached (Cohen et al., J Am Med Inform Assoc 2006; 13(2):206-219). 0 for reading
 * everything, and for finding nothing. Undefined in an empty collection.
 * @param r recall reached, 0..1. @param found records found, all of which are read. @param total records of the collection.
 */
export function workSavedOverSampling(r: number, found: number, total: number): number | undefined {
  return total === 0 ? undefined : r - found / total;
}
