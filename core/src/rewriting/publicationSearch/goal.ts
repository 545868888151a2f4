import type { RewriteRequest } from '../proposal.ts';

/** What a query is wanted for, one line; empty where the instructions of the template say all. */
export function goalLine(
  { goal = 'improve', isBlock, budget, faults = [] }: RewriteRequest,
  hasQuery: boolean,
): string {
  if (!hasQuery) return '';
  const aim = {
    'catch-missed':
      'Write the current query so that it also finds the known relevant studies that it misses, and few other records.',
    narrow:
      `Write the current query so that it finds fewer records${budget === undefined ? '' : `, at most ${budget}`}` +
      ' and still the known relevant studies.',
    improve: faults.length > 0 ? 'Write a better query, without these faults.' : '',
  }[goal];
  const block =
    isBlock === true
      ? 'The current query is one block of a strategy, for one concept. Write this block alone, its terms joined with OR; join nothing to it with AND.'
      : '';
  return [aim, block].filter((line) => line !== '').join(' ');
}
