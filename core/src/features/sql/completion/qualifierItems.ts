import { unquoted } from '../../../sql/index.ts';
import { foldedName } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { comingAliases } from './comingAliases.ts';
import type { Candidate } from './item.ts';
import { isJoinable } from './joins.ts';
import type { Relation, Surroundings } from './surroundings.ts';
import { weights } from './weights.ts';

/** A column with the table that it is taken from and how well it fits. */
export interface RankedColumn {
  readonly relation: Relation;
  readonly column: Relation['columns'][number];
  readonly score: number;
}

/** Names of tables and aliases, for a column of theirs. @param member the column that is written already behind the point */
export function qualifierItems(
  around: Surroundings,
  ranked: readonly RankedColumn[],
  member: string | undefined,
): readonly Candidate[] {
  return around.relations.flatMap((relation) => {
    const { name, depth, alias, table, commonTable } = relation.source;
    if (name === undefined) return [];
    const scores = ranked.filter((each) => each.relation === relation);
    const fitting =
      member === undefined ? scores : scores.filter(({ column }) => foldedName(column.name) === member);
    const best = Math.max(member === undefined ? -3 : -8, ...fitting.map(({ score }) => score));
    const score = best + weights.qualifier + depth * weights.outerQualifier;
    const of = table ?? commonTable ?? 'subquery';
    return [
      {
        label: name,
        kind: alias === undefined ? 'table' : 'alias',
        detail: alias === undefined ? 'table' : of,
        newText: around.style.name(name),
        score,
      },
    ] satisfies Candidate[];
  });
}

/** The best score of the columns of a table, or a common table expression; of any, where the table is not known. */
function bestOf(ranked: readonly RankedColumn[], table: SqlTable | undefined, common?: string): number {
  let best = -Infinity;
  for (const { relation, score } of ranked)
    if (
      common === undefined
        ? table === undefined || relation.table === table
        : relation.source.commonTable === common
    )
      best = Math.max(best, score);
  return best;
}

/** Before FROM is written: what stood before points up to here, and tables themselves where the statement writes columns with them. */
export function earlierQualifiers(
  around: Surroundings,
  ranked: readonly RankedColumn[],
  member: string | undefined,
): readonly Candidate[] {
  const { named, own, index, style, relations, qualifies, twin } = around;
  const common = around.commons;
  const outer = qualifierItems(around, ranked, member);
  const isGiven = (name: string): boolean =>
    relations.some(({ source }) => source.name !== undefined && foldedName(source.name) === name);
  const earlier = new Map<string, string>();
  // Aliases are given again in the queries of a compound, but not those of common table expressions behind them.
  for (const { qualifier, at } of common.length > 0 ? own : named) {
    const token = around.all.tokens[at];
    if (qualifier !== undefined && token !== undefined && !isGiven(qualifier))
      earlier.set(qualifier, unquoted(token));
  }
  const items = [...earlier].map(([folded, name]): Candidate => ({
    label: style.name(name),
    kind: index.byName.has(folded) ? 'table' : 'alias',
    newText: style.name(name),
    score: Math.max(
      weights.earlierQualifier,
      // Who has written columns with their tables goes on so, and queries that are put together are written alike.
      qualifies || twin.columns[0]?.qualifier === folded
        ? weights.qualifier + bestOf(ranked, index.byName.get(folded))
        : -Infinity,
    ),
  }));
  if (qualifies)
    for (const { name } of common)
      if (!earlier.has(foldedName(name)))
        items.push({
          label: style.name(name),
          kind: 'commonTable',
          newText: style.name(name),
          score: weights.qualifier + bestOf(ranked, undefined, name),
        });
  const coming = [
    ...comingAliasItems(around, ranked),
    ...tablesBefore(around, ranked, [...earlier.keys()], member),
  ];
  coming.sort((a, b) => b.score - a.score);
  // The likeliest ones: more of them would stand in the way of columns.
  return [
    ...outer,
    ...items,
    ...coming.map((item, i) => (i < mostComing ? item : { ...item, score: item.score - 2 })),
  ];
}

const mostComing = 3;

function comingAliasItems(around: Surroundings, ranked: readonly RankedColumn[]): readonly Candidate[] {
  const { index, style, own } = around;
  return comingAliases(around).map(({ alias, of }): Candidate => {
    const table = of === undefined ? undefined : index.byName.get(foldedName(of));
    const best =
      of !== undefined && table === undefined ? bestOf(ranked, undefined, of) : bestOf(ranked, table);
    return {
      label: style.name(alias),
      kind: 'alias',
      ...(of === undefined ? {} : { detail: of }),
      newText: style.name(alias),
      score: Math.max(
        own.length > 0 ? weights.comingAliasLeast : -Infinity,
        weights.qualifier + best + weights.comingAlias,
      ),
    };
  });
}

/** Tables themselves: those that are joined with one that columns are written with; before any column those of the middle. */
function tablesBefore(
  { index, own, qualifies, style }: Surroundings,
  ranked: readonly RankedColumn[],
  earlier: readonly string[],
  member: string | undefined,
): readonly Candidate[] {
  const used = earlier.flatMap((name) => index.byName.get(name) ?? []);
  return index.schema.tables
    .filter(({ name }) => !earlier.includes(foldedName(name)))
    .flatMap((table): Candidate[] => {
      const weight = used.some((other) => isJoinable(index, table, other))
        ? weights.comingTable
        : own.length === 0
          ? weights.bareTable
          : qualifies || member !== undefined
            ? weights.otherTable
            : undefined;
      if (weight === undefined) return [];
      const name = style.name(table.name);
      return [{ label: name, kind: 'table', newText: name, score: bestOf(ranked, table) + weight }];
    });
}
