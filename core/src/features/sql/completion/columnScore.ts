import type { Question, SqlColumn } from '../../../sqlSchema/index.ts';
import { foldedName, mentioned, nameStems, wordsOf } from '../../../sqlSchema/index.ts';
import type { NamedColumn } from './clauses.ts';
import {
  holdsFew,
  isContact,
  isDate,
  isKeyName,
  isLongText,
  isMeasure,
  isNumberType,
} from './columnKinds.ts';
import { isJoinable, joinBy, joinsBetween } from './joins.ts';
import { relationOfSchema } from './surroundings.ts';
import type { Compared, Relation, Surroundings } from './surroundings.ts';
import { weights } from './weights.ts';

/** How well a column fits a place: a sum of what speaks for it. */
export function columnScore(
  around: Surroundings,
  relation: Relation,
  { name, fact }: Relation['columns'][number],
): number {
  const { question, place, call } = around;
  const low = foldedName(name);
  const isKey = fact?.isKey === true || isKeyName(name);
  const type = fact?.type ?? '';
  const isNumber = !isKey && isNumberType(type);
  let score = 0;
  const isJoin =
    place.scope.clause === 'on' || place.scope.clause === 'using' || around.compared?.operator === '=';
  if (question !== undefined) {
    score += weights.mentioned * (isJoin ? weights.joinMentioned : 1) * mentioned(name, question);
    if (relation.table !== undefined && !isJoin)
      score += weights.tableMentioned * mentioned(relation.table.name, question);
  }
  const last = nameStems(name).at(-1);
  const isName = last === 'name' || last === 'title';
  const is = (each: { qualifier: string | undefined; name: string }): boolean =>
    each.name === low &&
    (each.qualifier === undefined ||
      relation.source.name === undefined ||
      each.qualifier === foldedName(relation.source.name));
  const isAggregate = call !== undefined && /^(?:sum|avg|min|max|total)$/u.test(call);
  if (isAggregate) score += isNumber ? weights.aggregatedNumber : isKey ? weights.aggregatedKey : 0;
  else if (call !== undefined && numeric.test(call))
    score += isNumber ? weights.wrappedNumber : isKey ? weights.aggregatedKey : 0;
  else if (call === 'count') score += isKey ? weights.countedKey : 0;
  if (call !== undefined && dateFunctions.has(call) && isDate(name, type)) score += weights.dateArgument;
  if ((call === 'min' || call === 'max') && isDate(name, type)) score += weights.extremeDate;
  score += weights.usedElsewhere * Math.min(1, around.habits.count(low) / 3);
  if (isLongText(name, type)) score += weights.longText;
  if (!isJoin) score += dullness(name, fact);
  const previous = around.all.tokens[around.cut - 1];
  if (previous?.kind === 'symbol' && ['+', '-', '*', '/', '%'].includes(previous.text))
    score += isNumber ? weights.computedNumber : 0;
  if (around.compared !== undefined) score += comparedScore(around, around.compared, relation, low);
  else
    switch (place.scope.clause) {
      case 'select':
      case 'start':
        if (call === undefined) {
          score += weights.selectEarly * earliness(relation, name);
          if (isName) score += weights.selectName;
          if (isKey && !(question?.stems.has('id') ?? false))
            score += around.isCommon
              ? weights.commonKey
              : isOwnKey(relation, name)
                ? weights.selectOwnKey
                : weights.selectKey;
          if (around.inSelect.some((each) => is(each) && each.call === undefined))
            score += weights.selectedAlready;
          if (around.inGroup.some(is)) score += weights.selectGrouped;
          else if (around.inWhere.some(is)) score += weights.selectCompared;
        }
        if (around.inOrder.some(is)) score += weights.selectOrdered;
        score += twinScore(around, relation, low);
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
        if (isNumber || /date|time|year/iu.test(name + type) || (fact === undefined && isMeasure(name)))
          score += weights.orderNumber;
        if (around.hasGroup && call === undefined) score += weights.orderGrouped;
        // Its last chance to be what it was joined for.
        if (
          !around.hasGroup &&
          !isBridge(around, relation) &&
          isJoinedForMore(around, relation, around.inWhere)
        )
          score += weights.orderJoined;
        break;
      case 'having':
        if (call === undefined) score += weights.havingBare;
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
          around.inWhere.length > 0 &&
          !around.inWhere.some(
            ({ qualifier }) =>
              qualifier !== undefined && qualifier === foldedName(relation.source.name ?? ''),
          )
        )
          score += weights.whereNext;
        if (fact?.values !== undefined && holdsFew(fact.values)) score += weights.whereCategory;
        if (around.inSelect.some((each) => is(each) && each.call === undefined))
          score += weights.whereSelected;
        score += looseJoinScore(around, relation, low);
        if (isJoinedForMore(around, relation) && !isBridge(around, relation)) score += weights.whereJoined;
        if (holdsAsked(fact, question)) score += weights.whereValue;
        break;
      default:
    }
  return score;
}

/** What makes a column one that few statements are about, whatever they ask: it holds little, or how somebody is reached. */
function dullness(name: string, fact: SqlColumn | undefined): number {
  return weights.empty * (fact?.values?.nullShare ?? 0) + (isContact(name) ? weights.contact : 0);
}

/** What matters stands in front in a table: 0.5 for its first column, down to -0.5. */
function earliness({ columns }: Relation, name: string): number {
  const place = columns.findIndex((each) => each.name === name);
  return 0.5 - place / columns.length;
}

/** Whether a column is what tells the rows of its own table apart: the only one of its key, or without any the first one, named so. */
function isOwnKey({ table, columns }: Relation, name: string): boolean {
  const keys = table?.columns.filter(({ isKey }) => isKey) ?? [];
  return keys.length === 0 ? columns[0]?.name === name : keys.length === 1 && keys[0]?.name === name;
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
  const join = joinBy(joinsBetween(around.index, left.table, relation.table), column.name, low);
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
  const join = joinBy(joinsBetween(around.index, left.table, relation.table), column.name, low);
  return join === undefined ? 0 : weights.outerJoin * join.worth;
}

/** In a query behind UNION and the like: the column of the query before it, or what that is joined by. */
function twinScore({ twin, index }: Surroundings, { table }: Relation, low: string): number {
  if (twin.columns.some(({ name }) => name === low)) return weights.sameAsTwin;
  if (table === undefined) return 0;
  const isJoined = twin.columns.some(({ name }) =>
    twin.tables.some((other) => joinBy(joinsBetween(index, other, table), name, low) !== undefined),
  );
  return isJoined ? weights.joinedAsTwin : 0;
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
    best = Math.max(best, joinBy(joinsBetween(around.index, relation.table, other.table), low)?.worth ?? 0);
  }
  return (
    weights.join * best +
    (relation === newest ? 0 : weights.joinEarlier) +
    (relation.source.isBefore ? 0 : -3)
  );
}

/** Whether a query has other tables that it selects of, and this one for another reason: to tell rows apart by it, mostly. */
function isJoinedForMore(
  { relations, inSelect }: Surroundings,
  relation: Relation,
  compared: readonly NamedColumn[] = [],
): boolean {
  const isNamed = ({ source, columns }: Relation, all: readonly NamedColumn[]): boolean =>
    all.some(({ qualifier, name }) =>
      qualifier === undefined
        ? columns.some((column) => foldedName(column.name) === name)
        : source.name !== undefined && foldedName(source.name) === qualifier,
    );
  if (relation.source.depth > 0 || isNamed(relation, [...inSelect, ...compared])) return false;
  return relations.some(
    (other) => other.source.depth === 0 && other !== relation && isNamed(other, inSelect),
  );
}

/** Whether a table joins others of the query that nothing else does, as far as can be seen: it is between two of them. */
function isBridge({ relations, index }: Surroundings, { source, table }: Relation): boolean {
  const others = relations.filter((other) => other.source.depth === source.depth && other.source !== source);
  return (
    table !== undefined &&
    others.filter((other) => other.table !== undefined && isJoinable(index, table, other.table)).length > 1
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

/** Functions whose argument mostly is a number. */
const numeric = /^(?:cast|round|nullif|abs)$/u;

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
    const join = joinBy(joinsBetween(around.index, relation.table, other.table), low);
    if (join !== undefined) best = Math.max(best, join.worth - Math.min(joined, 2));
  }
  return weights.looseJoin * best;
}
