import { unquoted } from '../../../sql/index.ts';
import { foldedName } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { aliasLikeness } from './aliases.ts';
import { columnScore } from './columnScore.ts';
import { columnDetail } from './describe.ts';
import type { Candidate } from './item.ts';
import { isNameable, qualifierOf, relationOfSchema } from './surroundings.ts';
import type { Relation, Surroundings } from './surroundings.ts';
import { tableLinks } from './tables.ts';
import { weights } from './weights.ts';

type Column = Relation['columns'][number];

/** A column with the table that it is taken from and how well it fits. */
interface RankedColumn {
  readonly relation: Relation;
  readonly column: Column;
  readonly score: number;
}

/** Columns of the tables in scope; of the whole schema where the query has none yet. */
function rankedColumns(around: Surroundings): readonly RankedColumn[] {
  const { relations } = around;
  const own = relations.filter(({ source }) => source.depth === 0);
  const ranked = relations.flatMap((relation) =>
    relation.columns.map((column) => ({
      relation,
      column,
      score: columnScore(around, relation, column) + weights.inScope + relation.source.depth * weights.outer,
    })),
  );
  if (own.length > 0) return ranked;
  // What the list names already tells which table it is of.
  const named = around.inSelect.filter(({ qualifier }) => qualifier === undefined).map(({ name }) => name);
  const all = nameable(around).flatMap((relation) => {
    const links =
      (relation.table === undefined
        ? weights.commonTable
        : weights.tableOfColumn * tableLinks(around, relation.table)) +
      weights.sameTable * shareOf(relation, named);
    return relation.columns.map((column) => ({
      relation,
      column,
      score: columnScore(around, relation, column) + links,
    }));
  });
  return [...all, ...ranked];
}

/** Items for columns where an operand may stand. */
export function columnItems(around: Surroundings): readonly Candidate[] {
  const ranked = rankedColumns(around);
  const { relations, qualifies } = around;
  const hasOwn = relations.some(({ source }) => source.depth === 0);
  const next = around.place.after[0]?.text;
  const member = next === '.' ? foldedName(around.place.after[1]?.text ?? '') : undefined;
  const items: Candidate[] = [];
  if (hasOwn && (qualifies || member !== undefined)) {
    items.push(...qualifierItems(around, ranked, member));
    if (member !== undefined) return items;
  }
  if (!hasOwn) items.push(...earlierQualifiers(around, ranked, member));
  if (member !== undefined) return items;
  const seen = new Map<string, number>();
  for (const each of ranked) {
    const { relation, column } = each;
    const low = foldedName(column.name);
    const isAmbiguous =
      hasOwn &&
      relations.some(
        (other) =>
          other !== relation &&
          other.source.depth <= relation.source.depth &&
          other.columns.some(({ name }) => foldedName(name) === low),
      );
    const mustQualify =
      hasOwn && relation.source.name !== undefined && (qualifies || isAmbiguous || relation.source.depth > 0);
    const item = columnItem(around, each, mustQualify);
    const at = seen.get(item.newText);
    const score =
      item.score - (mustQualify ? weights.qualifiedColumn : !hasOwn && qualifies ? weights.bareColumn : 0);
    if (at === undefined) {
      seen.set(item.newText, items.length);
      items.push({ ...item, score });
    } else if ((items[at]?.score ?? 0) < score) items[at] = { ...item, score };
  }
  return items;
}

/** Columns by their names alone; those that more than one table has come first, for USING. */
export function bareColumnItems(around: Surroundings): readonly Candidate[] {
  const items = new Map<string, Candidate>();
  for (const each of rankedColumns(around)) {
    const item = columnItem(around, each, false);
    const known = items.get(item.newText);
    items.set(
      item.newText,
      known === undefined ? item : { ...known, score: Math.max(known.score, item.score) + 3 },
    );
  }
  return [...items.values()];
}

/** Columns of what stands before the point. */
export function memberItems(around: Surroundings): readonly Candidate[] {
  const wanted = qualifierOf(around.place);
  const relations = around.relations.filter(
    ({ source }) => source.name !== undefined && foldedName(source.name) === wanted,
  );
  const [nearest] = relations;
  const table = wanted === undefined ? undefined : around.index.byName.get(wanted);
  const meant = nearest ?? (table === undefined ? undefined : relationOfSchema(table));
  if (meant !== undefined)
    return meant.columns.map((column) =>
      columnItem(
        around,
        { relation: meant, column, score: columnScore(around, meant, column) + weights.inScope },
        false,
      ),
    );
  // An alias that is given only further on: what else is written with it tells which table it will be.
  const used = around.named.filter(({ qualifier }) => qualifier === wanted).map(({ name }) => name);
  const items = new Map<string, Candidate>();
  for (const relation of nameable(around)) {
    const each = relation.table;
    const ofTable =
      (each === undefined ? weights.commonTable : weights.tableOfColumn * tableLinks(around, each)) +
      weights.sameQualifier * shareOf(relation, used) +
      (each === undefined ? 0 : weights.centralTable * Math.min(6, around.index.keys.get(each) ?? 0)) +
      (wanted === undefined ? 0 : weights.aliasLike * aliasLikeness(wanted, relation.source.name ?? ''));
    for (const column of relation.columns) {
      const score = columnScore(around, relation, column) + ofTable;
      const item = columnItem(around, { relation, column, score }, false);
      if ((items.get(item.newText)?.score ?? -Infinity) < score) items.set(item.newText, item);
    }
  }
  return [...items.values()];
}

/** Names of tables and aliases, for a column of theirs. @param member the column that is written already behind the point */
function qualifierItems(
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
function earlierQualifiers(
  around: Surroundings,
  ranked: readonly RankedColumn[],
  member: string | undefined,
): readonly Candidate[] {
  const { named, own, index, style, relations, qualifies, place } = around;
  const common = place.scope.commonTables;
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
      // Who has written columns with their tables goes on so.
      qualifies ? weights.qualifier + bestOf(ranked, index.byName.get(folded)) : -Infinity,
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
  if (qualifies || member !== undefined)
    for (const table of index.schema.tables)
      if (!earlier.has(foldedName(table.name)))
        items.push({
          label: style.name(table.name),
          kind: 'table',
          newText: style.name(table.name),
          score: tableLinks(around, table) * 0.8 - 1,
        });
  return [...outer, ...items];
}

function columnItem(
  around: Surroundings,
  { relation, column, score }: RankedColumn,
  isQualified: boolean,
): Candidate {
  const own = around.style.name(column.name);
  const { name } = relation.source;
  const newText = isQualified && name !== undefined ? `${around.style.name(name)}.${own}` : own;
  return {
    label: newText,
    kind: 'column',
    ...columnDetail(relation, column.fact),
    newText,
    name: column.name,
    score,
  };
}

/** Share of some names, folded, that are columns of a table; 0 without names. */
function shareOf({ columns }: Relation, names: readonly string[]): number {
  if (names.length === 0) return 0;
  const own = new Set(columns.map(({ name }) => foldedName(name)));
  return names.filter((name) => own.has(name)).length / names.length;
}

/** All that FROM may name. */
function nameable({ index, place }: Surroundings): readonly Relation[] {
  const common = place.scope.commonTables.map(({ name, columns, range }): Relation => ({
    source: { name, commonTable: name, columns, depth: 0, range, isBefore: false },
    table: undefined,
    columns: (columns ?? []).filter(isNameable).map((each) => ({ name: each, fact: undefined })),
  }));
  return [...index.schema.tables.map(relationOfSchema), ...common];
}
