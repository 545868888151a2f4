import { foldedName } from '../../../sqlSchema/index.ts';
import { isWord } from '../../../sql/index.ts';
import type { Candidate } from './item.ts';
import { joinsBetween } from './joins.ts';
import type { Surroundings } from './surroundings.ts';
import { weights } from './weights.ts';

/** Behind ON: whole conditions that join the new table with an earlier one, from foreign keys, else guessed by names and marked so. */
export function conditionItems(around: Surroundings): readonly Candidate[] {
  const { place, relations, index, style } = around;
  const last = place.before.at(-1);
  if (place.scope.clause !== 'on' || !isWord(last, 'ON')) return [];
  // What follows is the rest of a condition, not the next clause: then only its first operand is missing.
  const next = place.after[0];
  if (
    next !== undefined &&
    (next.kind === 'symbol' ? next.text !== ')' : isWord(next, 'IN', 'LIKE', 'IS', 'BETWEEN', 'NOT'))
  )
    return [];
  const known = relations.filter(({ source }) => source.depth === 0 && source.isBefore);
  const newest = known.at(-1);
  if (newest === undefined) return [];
  const ownName = newest.source.name;
  return known.slice(0, -1).flatMap((earlier) => {
    const name = earlier.source.name;
    if (
      newest.table === undefined ||
      earlier.table === undefined ||
      name === undefined ||
      ownName === undefined
    )
      return [];
    return joinsBetween(index, earlier.table, newest.table)
      .filter(({ worth }) => worth >= 1)
      .slice(0, 4)
      .map((join): Candidate => {
        const text = join.on
          .map(
            ({ left, right }) =>
              `${style.name(name)}.${style.name(left)} = ${style.name(ownName)}.${style.name(right)}`,
          )
          .join(` ${style.keyword('AND')} `);
        const first = foldedName(join.on[0]?.left ?? '');
        const others = around.named.filter(({ name: each }) => each === first).length;
        return {
          label: text,
          kind: 'join',
          detail: join.isGuessed ? 'guessed from the names' : 'foreign key',
          newText: text,
          score: weights.join * join.worth + weights.joinCondition + (others > 0 ? 0.1 : 0.2),
        };
      });
  });
}
