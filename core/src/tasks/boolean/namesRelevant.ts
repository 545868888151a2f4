/** Shorter ids may be years, doses and numbers of things. */
const shortestId = 5;

/**
 * Whether a query names one of the relevant records by its id, in whatever field or form: `8466062 stroke`, `"8466062"`, `８４６６０６２`. What is
 * right is known here, so this needs no list of the ways in which an engine understands numbers.
 */
export function namesRelevant(query: string, relevant: readonly string[]): boolean {
  const words = new Set(
    (query.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
      word.toUpperCase().replace(/^0+(?=\d)/u, ''),
    ),
  );
  return relevant.some((id) => id.length >= shortestId && words.has(id.toUpperCase()));
}
