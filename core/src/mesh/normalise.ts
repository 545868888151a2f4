/** The form under which terms are compared: lower case, runs of white space as one space, none at the ends. */
export function normaliseTerm(term: string): string {
  const lower = term.toLowerCase();
  return /^\s|\s$|\s\s|[^\S ]/.test(lower) ? lower.replace(/\s+/g, ' ').trim() : lower;
}
