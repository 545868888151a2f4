import { foldedName } from '../../../sqlSchema/index.ts';
import type { Candidate } from './item.ts';
import { mentioned } from './linking.ts';
import type { Surroundings } from './surroundings.ts';

/** Aliases of the query's own list, where they may be used: GROUP BY, HAVING and ORDER BY first of all. */
export function outputItems({
  place,
  style,
  question,
  inOrder,
  relations,
  call,
}: Surroundings): readonly Candidate[] {
  if (place.after[0]?.text === '.') return [];
  const base: Readonly<Record<string, number>> = { 'order by': 2.6, 'group by': 1, having: 1.2, where: -2 };
  const score = base[place.scope.clause];
  if (score === undefined) return [];
  const hasSources = relations.some(({ source }) => source.depth === 0);
  return place.scope.outputs
    .filter(({ isAlias }) => isAlias || !hasSources)
    .map(({ name }, i) => ({
      label: style.name(name),
      kind: 'output',
      detail: 'output of this query',
      newText: style.name(name),
      name,
      score:
        score +
        (question === undefined ? 0 : 0.5 * mentioned(name, question)) -
        (inOrder.some((each) => each.name === foldedName(name)) ? 3 : 0) -
        (call === undefined ? 0 : 2) -
        i / 100,
    }));
}
