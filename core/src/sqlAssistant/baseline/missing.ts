import { endsClause, hasGaps } from './events.ts';
import { isMeasure, keyColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { Reading } from './reading.ts';

/** Words that say that nothing is there, and those that say so where `not` stands before them. */
const absent = /^(?:null|missing|empty|blank|unspecified|undefined)$/u;
const present = /^(?:specified|known|set|given|recorded|provided|available|filled|defined|entered)$/u;

/** `no journal`, `without an age`, `whose price is not known`: rows that have nothing in a column, or something. Marks the words as spent. */
export function missing(reading: Reading): readonly string[] {
  return reading.mentions.flatMap((mention) => {
    if (mention.isValue || reading.taken.has(mention) || reading.table(mention) !== undefined) return [];
    const test = before(reading, mention) ?? behind(reading, mention);
    if (test === undefined) return [];
    const column = reading.column(mention, ({ share }) => share >= 0.9);
    // `no track`, where ids are called so: rows without one, and no row lacks its key.
    if (column === undefined || keyColumn(column.table) === column.column) return [];
    // `have a fine` is one that is not nothing, and a name that no row lacks says no more.
    if (test.isHad === true && (!hasGaps(column) || isMeasure(column.table, column.column))) return [];
    reading.taken.add(mention);
    for (let place = mention.end; place < test.end; place++) reading.spent.add(place);
    return [`${reading.refer(column)} ${test.text}`];
  });
}

interface Test {
  readonly text: string;
  /** Behind the last word of it. */
  readonly end: number;
  /** Whether it is only said that there is something. */
  readonly isHad?: boolean;
}

function before(reading: Reading, { start, end }: Mention): Test | undefined {
  const [first = '', last = ''] = ['', '', ...reading.before(start, 2)].slice(-2);
  const isWithout = first === 'without' && /^(?:a|an|any)$/u.test(last);
  const isNull = absent.test(last);
  if (isNull) reading.spent.add(start - 1);
  if (
    /^(?:have|has|had|with)$/u.test(first) &&
    /^(?:a|an|any)$/u.test(last) &&
    endsClause(reading, { start, end })
  )
    return { text: 'IS NOT NULL', end, isHad: true };
  return isNull || isWithout || /^(?:no|without)$/u.test(last) ? { text: 'IS NULL', end } : undefined;
}

function behind(reading: Reading, { end }: Mention): Test | undefined {
  const [verb = '', second = '', third = ''] = reading.between(end, end + 3);
  if (!/^(?:is|are|was|were|isn|aren|wasn)$/u.test(verb)) return undefined;
  // The `t` of `isn't` is a word of its own.
  const isDenied = second === 'not' || second === 't';
  const word = isDenied ? third : second;
  if (absent.test(word)) return { text: isDenied ? 'IS NOT NULL' : 'IS NULL', end: end + (isDenied ? 3 : 2) };
  return isDenied && present.test(word) ? { text: 'IS NULL', end: end + 3 } : undefined;
} // prettier-ignore
