import { foldedName } from '../../../sqlSchema/index.ts';
import { aliasLikeness } from './aliases.ts';
import { isKeyName } from './columnKinds.ts';
import { columnScore } from './columnScore.ts';
import { columnDetail } from './describe.ts';
import type { Candidate } from './item.ts';
import { earlierQualifiers, qualifierItems } from './qualifierItems.ts';
import type { RankedColumn } from './qualifierItems.ts';
import { isNameable, qualifierOf, relationOfSchema } from './surroundings.ts';
import type { Relation, Surroundings } from './surroundings.ts';
import { tableLinks } from './tables.ts';
import { weights } from './weights.ts';

type Column = Relation['columns'][number];

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
  const most = Math.max(0, ...around.index.centrality.values());
  const all = nameable(around).flatMap((relation) => {
    const links =
      (relation.table === undefined
        ? weights.commonTable
        : weights.tableOfColumn * tableLinks(around, relation.table) +
          weights.centralTable * ((around.index.centrality.get(relation.table) ?? 0) - most)) +
      weights.sameTable * shareOf(relation, named);
    return relation.columns.map((column) => ({
      relation,
      column,
      score: columnScore(around, relation, column) + links + sharedScore(around, column),
    }));
  });
  return [...all, ...ranked];
}

/** Before FROM, a key that many tables hold is likelier than one of a single table. */
function sharedScore({ index }: Surroundings, { name, fact }: Column): number {
  if (fact?.isKey !== true && !isKeyName(name)) return 0;
  return weights.sharedKey * Math.min(3, (index.byColumn.get(foldedName(name))?.length ?? 1) - 1);
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
  const { habits } = around;
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
  for (const named of nameable(around)) {
    const each = named.table;
    const ofTable =
      (each === undefined ? weights.commonTable : weights.tableOfColumn * tableLinks(around, each)) +
      weights.sameQualifier * shareOf(named, used) +
      (each === undefined ? 0 : weights.centralTable * (around.index.centrality.get(each) ?? 0)) +
      (wanted === undefined ? 0 : weights.aliasLike * aliasLikeness(wanted, named.source.name ?? '')) +
      (each !== undefined && foldedName(habits.aliases.get(foldedName(each.name)) ?? '') === wanted
        ? weights.aliasHabit
        : 0);
    // Called as it will be, so that what is written with the alias counts as its columns.
    const relation = wanted === undefined ? named : { ...named, source: { ...named.source, name: wanted } };
    for (const column of relation.columns) {
      const score = columnScore(around, relation, column) + ofTable;
      const item = columnItem(around, { relation, column, score }, false);
      if ((items.get(item.newText)?.score ?? -Infinity) < score) items.set(item.newText, item);
    }
  }
  return [...items.values()];
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
function nameable({ index, commons }: Surroundings): readonly Relation[] {
  const common = commons.map(({ name, columns, range }): Relation => ({
    source: { name, commonTable: name, columns, depth: 0, range, isBefore: false },
    table: undefined,
    columns: (columns ?? []).filter(isNameable).map((each) => ({ name: each, fact: undefined })),
  }));
  return [...index.schema.tables.map(relationOfSchema), ...common];
}
