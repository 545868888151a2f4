import { foldedName, mentioned } from '../../../sqlSchema/index.ts';
import { functionsNamed, isWord, unquoted } from '../../../sql/index.ts';
import { itemsIn, sectionOf } from './clauses.ts';
import type { Candidate } from './item.ts';
import type { Surroundings } from './surroundings.ts';

/** How likely an alias of the list is in a clause: where it may be used, and is. */
const likely: Readonly<Record<string, number>> = { 'order by': 2.6, 'group by': 1, having: 1.2, where: -2 };
/** An aggregate is what groups are sorted by. */
const sortedAggregate = 1.2;
/** What a CASE of the list compares, to have NULL at the end, is what comes behind it. */
const sortedBehindCase = 1;
/** Groups are made by what is no aggregate: an expression has its alias to be named by it. */
const grouped = 3;
const notGrouped = -4;

/** Aliases of the query's own list, where they may be used: GROUP BY, HAVING and ORDER BY first of all. */
export function outputItems(around: Surroundings): readonly Candidate[] {
  const { place, style, question, relations, call } = around;
  const score = likely[place.scope.clause];
  if (score === undefined || place.after[0]?.text === '.') return [];
  const hasSources = relations.some(({ source }) => source.depth === 0);
  const { clause } = place.scope;
  const aggregates = clause === 'group by' || clause === 'order by' ? aggregateAliases(around) : undefined;
  const inCase = clause === 'order by' ? wordsOfCase(around) : undefined;
  return place.scope.outputs
    .filter(({ isAlias }) => isAlias || !hasSources)
    .map(({ name }, i) => {
      const low = foldedName(name);
      return {
        label: style.name(name),
        kind: 'output',
        detail: 'output of this query',
        newText: style.name(name),
        name,
        score:
          (clause === 'group by' ? (aggregates?.has(low) === true ? notGrouped : grouped) : score) +
          (clause === 'order by' && aggregates?.has(low) === true ? sortedAggregate : 0) +
          (inCase?.has(low) === true ? sortedBehindCase : isInClause(around, low) ? -3 : 0) +
          (question === undefined ? 0 : 0.5 * mentioned(name, question)) -
          (call === undefined ? 0 : 2) -
          i / 100,
      };
    });
}

/** Whether the clause at the place names an output already. */
function isInClause({ place, inOrder, inGroup }: Surroundings, low: string): boolean {
  const own = place.scope.clause === 'order by' ? inOrder : place.scope.clause === 'group by' ? inGroup : [];
  return own.some(({ name }) => name === low);
}

/** Names, folded, in items of ORDER BY before the place that are a CASE. */
function wordsOfCase({ all, cut, place }: Surroundings): ReadonlySet<string> {
  const bounds = place.select < 0 ? undefined : sectionOf(all, place.select, 'ORDER');
  if (bounds === undefined || all.tokens[cut - 1]?.text !== ',') return new Set();
  return new Set(
    itemsIn(all, bounds.from, cut - 1)
      .filter(({ from }) => isWord(all.tokens[from], 'CASE'))
      .flatMap(({ from, to }) => all.tokens.slice(from, to).map((token) => foldedName(unquoted(token)))),
  );
}

/** Aliases, folded, of items that call an aggregate. */
function aggregateAliases({ all, place }: Surroundings): ReadonlySet<string> {
  const bounds = place.select < 0 ? undefined : sectionOf(all, place.select, 'SELECT');
  const found = new Set<string>();
  if (bounds === undefined) return found;
  for (const { from, to } of itemsIn(all, bounds.from, bounds.to)) {
    const tokens = all.tokens.slice(from, to);
    const isAggregate = tokens.some(
      ({ kind, text }, i) =>
        kind === 'word' && tokens[i + 1]?.text === '(' && functionsNamed(text)[0]?.kind === 'aggregate',
    );
    const last = tokens.at(-1);
    if (isAggregate && last !== undefined) found.add(foldedName(unquoted(last)));
  }
  return found;
}
