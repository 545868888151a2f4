import { columnNamed } from '../../sqlSchema/index.ts';
import { isDay } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { Reading } from './reading.ts';

const denied = /(?:^| )(?:not|never|(?:have|has|had|was|were|is|are|did)n t)(?: already| yet| been| be)*$/u;
const said =
  /(?:^| )(?:(?:that|which|who|but|and) (?:is|are|was|were)|(?:have|has|had)(?: already)? been)(?: already)?$/u;

/** `not yet returned`, `that were returned`: what has not happened has no day, and what has happened has one. Marks the names as taken. */
export function happened(reading: Reading): readonly string[] {
  return reading.mentions.flatMap((mention) => {
    if (mention.isValue || reading.taken.has(mention) || !isParticiple(reading, mention)) return [];
    const before = reading.before(mention.start, 5).join(' ');
    const isDenied = denied.test(before);
    if ((!isDenied && !said.test(before)) || !endsClause(reading, mention)) return [];
    const column = reading.column(mention, (each) => each.share >= 0.4 && isDay(each.table, each.column));
    if (column === undefined || reading.distance(column.table) > 1) return [];
    if (!isDenied && !hasGaps(column)) return [];
    reading.taken.add(mention);
    if (reading.words[mention.end]?.low === 'yet') reading.spent.add(mention.end);
    return [`${reading.refer(column)} IS ${isDenied ? '' : 'NOT '}NULL`];
  });
}

function isParticiple({ words }: Reading, { start, end }: Mention): boolean {
  return end - start === 1 && /ed$|^(?:paid|sent|sold|done|begun|left|won|met)$/u.test(words[start]?.low ?? '');
} // prettier-ignore

/** Whether nothing more is said of a name: when it was, or what it is compared with. */
export function endsClause({ words }: Reading, { start, end }: Pick<Mention, 'start' | 'end'>): boolean {
  const next = words[end];
  return next === undefined || next.sentence !== words[start]?.sentence || next.isAfterComma || /^(?:and|but|or|yet|by)$/u.test(next.low);
} // prettier-ignore

/** Whether it is known that some rows have nothing in a column. */
export function hasGaps({ table, column }: Parameters<Reading['refer']>[0]): boolean {
  return (columnNamed(table, column)?.values?.nullShare ?? 0) > 0;
}
