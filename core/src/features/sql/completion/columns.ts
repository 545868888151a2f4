import { unquoted } from '../../../sql/index.ts';
import { foldedName } from '../../../sqlSchema/index.ts';
import type { SqlColumn, SqlTable } from '../../../sqlSchema/index.ts';
import type { NamedColumn } from './clauses.ts';
import { isDate, isKeyName, isLongText } from './columnKinds.ts';
import { columnDetail } from './describe.ts';
import type { Candidate } from './item.ts';
import { joinsBetween } from './joins.ts';
import { mentioned, stemsOfWord, wordsOf } from './linking.ts';
import type { Question } from './linking.ts';
import { isNameable, qualifierOf } from './surroundings.ts';
import type { Compared, Relation, Surroundings } from './surroundings.ts';
import { tableLinks } from './tables.ts';
import { weights } from './weights.ts';

type Column = Relation['columns'][number];

/** A column with the table that it is taken from and how well it fits. */
export interface RankedColumn {
  readonly relation: Relation;
  readonly column: Column;
  readonly score: number;
}

/** Columns of the tables in scope; of the whole schema where the query has none yet. */
export function rankedColumns(around: Surroundings): readonly RankedColumn[] {
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
    const share = shareOf(relation, used);
    for (const column of relation.columns) {
      const score =
        columnScore(around, relation, column) +
        (each === undefined ? weights.commonTable : weights.tableOfColumn * tableLinks(around, each)) +
        weights.sameQualifier * share;
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

/** The best score of a table's columns; of any, where the table is not known. */
function bestOf(ranked: readonly RankedColumn[], table: SqlTable | undefined): number {
  let best = -Infinity;
  for (const { relation, score } of ranked)
    if (table === undefined || relation.table === table) best = Math.max(best, score);
  return best;
}

/** Before FROM is written: what stood before points up to here, and tables themselves where the statement writes columns with them. */
function earlierQualifiers(
  around: Surroundings,
  ranked: readonly RankedColumn[],
  member: string | undefined,
): readonly Candidate[] {
  const { named, index, style, relations, qualifies } = around;
  const outer = qualifierItems(around, ranked, member);
  const isGiven = (name: string): boolean =>
    relations.some(({ source }) => source.name !== undefined && foldedName(source.name) === name);
  const earlier = new Map<string, string>();
  for (const { qualifier, at } of named) {
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
    ...columnDetail(relation, column.name, column.fact),
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

export function relationOfSchema(table: SqlTable): Relation {
  return {
    source: {
      name: table.name,
      table: table.name,
      columns: undefined,
      depth: 0,
      range: { start: 0, end: 0 },
      isBefore: false,
    },
    table,
    columns: table.columns.map((fact) => ({ name: fact.name, fact })),
  };
}

/** How well a column fits a place: a sum of what speaks for it. */
function columnScore(around: Surroundings, relation: Relation, { name, fact }: Column): number {
  const { question, place, call } = around;
  const low = foldedName(name);
  const isKey = fact?.isKey === true || isKeyName(name);
  const type = fact?.type ?? '';
  const isNumber = !isKey && /int|real|num|dec|floa|doub|money/iu.test(type);
  let score = 0;
  const isJoin =
    place.scope.clause === 'on' || place.scope.clause === 'using' || around.compared?.operator === '=';
  if (question !== undefined) {
    score += weights.mentioned * (isJoin ? weights.joinMentioned : 1) * mentioned(name, question);
    if (relation.table !== undefined && !isJoin)
      score += weights.tableMentioned * mentioned(relation.table.name, question);
  }
  const last = stemsOfWord(name).at(-1);
  const isName = last === 'name' || last === 'title';
  const is = (each: { qualifier: string | undefined; name: string }): boolean =>
    each.name === low &&
    (each.qualifier === undefined ||
      relation.source.name === undefined ||
      each.qualifier === foldedName(relation.source.name));
  const isAggregate = call !== undefined && /^(?:sum|avg|min|max|total)$/u.test(call);
  if (isAggregate) score += isNumber ? weights.aggregatedNumber : isKey ? weights.aggregatedKey : 0;
  else if (call === 'count') score += isKey ? weights.countedKey : 0;
  if (call !== undefined && dateFunctions.has(call) && isDate(name, type)) score += weights.dateArgument;
  if (isLongText(name, type)) score += weights.longText;
  const previous = around.all.tokens[around.cut - 1];
  if (previous?.kind === 'symbol' && ['+', '-', '*', '/', '%'].includes(previous.text))
    score += isNumber ? weights.computedNumber : 0;
  if (around.compared !== undefined) score += comparedScore(around, around.compared, relation, low);
  else
    switch (place.scope.clause) {
      case 'select':
      case 'start':
        if (call === undefined) {
          if (isName) score += weights.selectName;
          if (isKey && !(question?.stems.has('id') ?? false)) score += weights.selectKey;
          if (around.inSelect.some((each) => is(each) && each.call === undefined))
            score += weights.selectedAlready;
          if (around.inGroup.some(is)) score += weights.selectGrouped;
          else if (around.inWhere.some(is)) score += weights.selectCompared;
        }
        if (around.inOrder.some(is)) score += weights.selectOrdered;
        if (around.twin.some((each) => each.name === low)) score += weights.sameAsTwin;
        if (around.outer !== undefined) score += outerScore(around, around.outer, relation, low);
        break;
      case 'group by':
        if (around.inGroup.some(is)) score += weights.groupedAlready;
        else if (around.inSelect.some((each) => is(each) && each.call === undefined))
          score += weights.groupSelected;
        else if (isKey || isName) score += weights.groupKey;
        break;
      case 'order by':
        if (around.inOrder.some((each) => is(each) && each.call === call)) score += weights.orderedAlready;
        if (around.inSelect.some((each) => is(each) && each.call === call)) score += weights.orderSelected;
        if (isNumber || /date|time|year/iu.test(name + type)) score += weights.orderNumber;
        break;
      case 'having':
        if (around.inSelect.some((each) => is(each) && each.call === call)) score += weights.orderSelected;
        break;
      case 'on':
      case 'using':
        score += joinScore(around, relation, low) + (isKey ? weights.joinKey : 0);
        break;
      case 'where':
        if (isName) score += weights.whereName;
        if (isKey) score += weights.whereKey;
        score += whereScore(around, around.inWhere.filter(is));
        if (
          fact?.values !== undefined &&
          fact.values.distinct > 0 &&
          fact.values.distinct <= 0.2 * fact.values.examined
        )
          score += weights.whereCategory;
        if (around.inSelect.some((each) => is(each) && each.call === undefined))
          score += weights.whereSelected;
        score += looseJoinScore(around, relation, low);
        if (holdsAsked(fact, question)) score += weights.whereValue;
        break;
      default:
    }
  return score;
}

/** Behind a comparison: what the operand before it is joined with. */
function comparedScore(
  around: Surroundings,
  { column, operator }: Compared,
  relation: Relation,
  low: string,
): number {
  const left = relationNamed(around, column.qualifier, column.name);
  if (left === undefined || operator === 'LIKE') return 0;
  if (left === relation) return weights.comparedOwn;
  if (left.table === undefined || relation.table === undefined)
    return left.columns.some(({ name }) => foldedName(name) === low) && column.name === low ? 2 : 0;
  const join = joinsBetween(around.index, left.table, relation.table).find(
    (each) => foldedName(each.left) === column.name && foldedName(each.right) === low,
  );
  return join === undefined ? (column.name === low ? 1 : 0) : weights.comparedJoin * join.worth;
}

/** In a query that an operand is compared with: that column, or what it is joined with. */
function outerScore(
  around: Surroundings,
  { column, operator }: Compared,
  relation: Relation,
  low: string,
): number {
  const left = relationNamed(around, column.qualifier, column.name);
  if (column.name === low)
    return operator === 'IN'
      ? left?.table === relation.table
        ? weights.outerSameTable
        : weights.outerSame
      : around.call === undefined
        ? weights.outerAggregate
        : weights.outerSame;
  if (left?.table === undefined || relation.table === undefined) return 0;
  const join = joinsBetween(around.index, left.table, relation.table).find(
    (each) => foldedName(each.left) === column.name && foldedName(each.right) === low,
  );
  return join === undefined ? 0 : weights.outerJoin * join.worth;
}

function relationNamed(
  { relations, index }: Surroundings,
  qualifier: string | undefined,
  column: string,
): Relation | undefined {
  if (qualifier !== undefined)
    return relations.find(({ source }) => source.name !== undefined && foldedName(source.name) === qualifier);
  const found = relations.find(({ columns }) => columns.some(({ name }) => foldedName(name) === column));
  if (found !== undefined) return found;
  const table = index.byColumn.get(column)?.[0];
  return table === undefined ? undefined : relationOfSchema(table);
}

/** At the beginning of a join's condition: what the new table and an earlier one are joined by; the earlier one first. */
function joinScore(around: Surroundings, relation: Relation, low: string): number {
  const own = around.relations.filter(({ source }) => source.depth === 0);
  const known = own.filter(({ source }) => source.isBefore);
  const newest = known.at(-1);
  if (newest === undefined) return 0;
  const connected = around.place.after.length > 0 ? own : known;
  let best = 0;
  for (const other of connected) {
    if (other === relation || (relation !== newest && other !== newest)) continue;
    if (other.table === undefined || relation.table === undefined) {
      if (other.columns.some(({ name }) => foldedName(name) === low)) best = Math.max(best, 2);
      continue;
    }
    for (const join of joinsBetween(around.index, relation.table, other.table))
      if (foldedName(join.left) === low) best = Math.max(best, join.worth);
  }
  return (
    weights.join * best +
    (relation === newest ? 0 : weights.joinEarlier) +
    (relation.source.isBefore ? 0 : -3)
  );
}

/** A column that is compared already is not compared again, but for the other end of a range. */
function whereScore({ all: { tokens } }: Surroundings, compared: readonly NamedColumn[]): number {
  if (compared.length === 0) return 0;
  let open = 0;
  for (const { at, qualifier } of compared) {
    const operator = tokens[at + (qualifier === undefined ? 1 : 3)]?.text ?? '';
    if (operator.startsWith('>')) open++;
    else if (operator.startsWith('<')) open--;
  }
  return open === 0 ? weights.whereAlready : weights.whereRange;
}

/** Whether the question names one of the texts that a column is known to hold. */
function holdsAsked(fact: SqlColumn | undefined, question: Question | undefined): boolean {
  if (question === undefined || fact?.values === undefined) return false;
  return fact.values.samples.some(
    (value) =>
      typeof value === 'string' &&
      value.length > 1 &&
      value.length < 60 &&
      ` ${question.text} `.includes(` ${wordsOf(value)} `),
  );
}

const dateFunctions = new Set('strftime date datetime julianday time unixepoch timediff'.split(' '));

/** Tables that stand beside each other without a condition yet are joined in WHERE. */
function looseJoinScore(around: Surroundings, relation: Relation, low: string): number {
  const own = around.relations.filter(({ source }) => source.depth === 0);
  if (
    own.length < 2 ||
    relation.table === undefined ||
    around.all.tokens.some(({ text }) => /^join$/iu.test(text))
  )
    return 0;
  let best = 0;
  for (const other of own) {
    if (other === relation || other.table === undefined) continue;
    const joined = around.inWhere.filter(
      ({ qualifier }) => qualifier === foldedName(other.source.name ?? ''),
    ).length;
    for (const join of joinsBetween(around.index, relation.table, other.table))
      if (foldedName(join.left) === low) best = Math.max(best, join.worth - Math.min(joined, 2));
  }
  return weights.looseJoin * best;
}
