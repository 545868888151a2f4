/**
 * A query of the house's own making as an expression of ClinicalTrials.gov: without tags and truncation, which are none there. What those
 * queries are made of (words, phrases in quotes, AND, OR, parentheses) means the same in both.
 */
export function asTrialExpression(query: string): string {
  return query.replace(/\[[a-z:~0-9 ]+\]/giu, '').replace(/(?<=[\p{L}\p{N}])\*/gu, '');
}
