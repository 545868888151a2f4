import { isOrderable } from './mentions.ts';
import { outputsOf } from './outputs.ts';
import type { Reading } from './reading.ts';
import { aggregates, ascending, descending, measures } from './superlatives.ts';

/** `most common X`: the value that most rows have. */
export function mostCommon(reading: Reading): string | undefined {
  const at =
    reading.indexOf('most', 'common') ??
    reading.indexOf('most', 'popular') ??
    reading.indexOf('most', 'frequent');
  const mention = at === undefined ? undefined : reading.mentions.find(({ start }) => start > at);
  return mention === undefined ? undefined : reading.column(mention);
}

/** The `ORDER BY` of a question that asks for an order or for an extreme. @param isCount rows are counted, so there is but one */
export function orderOf(reading: Reading, isCount: boolean): string | undefined {
  const at = reading.words.findIndex(
    ({ text }, i) =>
      i > 0 && /^(?:ordered|sorted|order|descending|ascending|alphabetical(?:ly)?)$/iu.test(text),
  );
  if (at >= 0) return askedOrder(reading, at);
  return isCount ? undefined : extreme(reading);
}

function askedOrder(reading: Reading, at: number): string | undefined {
  const mention = reading.mentions.find(
    ({ start, named }) => start > at && named.some(({ column }) => column !== undefined),
  );
  const column = mention === undefined ? outputsOf(reading)[0] : reading.column(mention);
  if (mention !== undefined) reading.taken.add(mention);
  if (column === undefined || column === '*') return undefined;
  return `ORDER BY ${column}${reading.has('descending', 'desc', 'decreasing', 'reverse') ? ' DESC' : ''}`;
}

/** `the oldest`, `the highest elevation`: the first row in the order of a column. */
function extreme(reading: Reading): string | undefined {
  const { words, mentions, taken } = reading;
  const at = words.findIndex(
    ({ text }) => descending.has(text.toLowerCase()) || ascending.has(text.toLowerCase()),
  );
  const word = words[at]?.text.toLowerCase();
  if (word === undefined) return undefined;
  const mention = mentions.find(
    ({ start, named }) =>
      start > at &&
      start - at <= 3 &&
      named.some(({ table, column }) => column !== undefined && isOrderable(table, column)),
  );
  // `maximum` makes a number of the column itself: see outputs.
  if (mention !== undefined && aggregates[word] !== undefined) return undefined;
  const column = mention === undefined ? reading.columnLike(measures[word]) : reading.column(mention);
  if (column === undefined) return undefined;
  if (mention !== undefined && mentions.some((other) => other !== mention && !taken.has(other)))
    taken.add(mention);
  return `ORDER BY ${column}${ascending.has(word) ? '' : ' DESC'} LIMIT 1`;
}
