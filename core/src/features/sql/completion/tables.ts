import { foldedName, mentioned } from '../../../sqlSchema/index.ts';
import type { SqlTable } from '../../../sqlSchema/index.ts';
import { isWord, unquoted } from '../../../sql/index.ts';
import { aliasLikeness } from './aliases.ts';
import type { Candidate } from './item.ts';
import { hasAll, ownerOf } from './comingAliases.ts';
import { numberOf } from './habits.ts';
import { isJoinable, joinsBetween } from './joins.ts';
import type { NamedColumn } from './clauses.ts';
import type { Surroundings } from './surroundings.ts';
import { weights } from './weights.ts';

const links = new WeakMap<Surroundings, Map<SqlTable, number>>();

/** How much a question speaks of a table: of itself, and of its columns. 0 without a question. */
export function tableLinks(around: Surroundings, table: SqlTable): number {
  let known = links.get(around);
  if (known === undefined) links.set(around, (known = new Map<SqlTable, number>()));
  let score = known.get(table);
  if (score === undefined) {
    const { question } = around;
    score = 0;
    if (question !== undefined) {
      score = 2.5 * mentioned(table.name, question);
      const columns = table.columns
        .map(({ name }) => mentioned(name, question))
        .filter((share) => share > 0.45);
      columns.sort((a, b) => b - a);
      columns.slice(0, 4).forEach((share, i) => (score = (score ?? 0) + (0.8 * share) / (i + 1)));
    }
    known.set(table, score);
  }
  return score;
}

/** Tables, views and common table expressions for a place in FROM. */
export function tableItems(around: Surroundings): readonly Candidate[] {
  const { index, style } = around;
  const common = around.commons;
  const hidden = new Set(common.map(({ name }) => foldedName(name)));
  const wanted = wantedColumns(around);
  return [
    ...index.schema.tables
      .filter(({ name }) => !hidden.has(foldedName(name)))
      .map((table): Candidate => ({
        label: style.name(table.name),
        kind: table.kind === 'view' ? 'view' : 'table',
        detail: `${table.kind === 'view' ? 'view' : 'table'}, ${table.columns.length} columns${table.rows === undefined ? '' : `, ${table.rows.toLocaleString('en')} rows`}`,
        subject: { kind: 'table', table: table.name },
        newText: style.name(table.name),
        name: table.name,
        score: tableScore(around, table, wanted),
      })),
    ...common.map((each): Candidate => ({
      label: style.name(each.name),
      kind: 'commonTable',
      detail: 'common table expression',
      newText: style.name(each.name),
      name: each.name,
      score: commonScore(around, each.name, each.columns, wanted),
    })),
  ];
}

interface Wanted {
  /** Columns that the statement names and no table there has, those of the alias that is given here counting most. */
  readonly columns: readonly { readonly name: string; readonly weight: number }[];
  /** What such columns are written with, folded. */
  readonly qualifiers: ReadonlySet<string>;
  /** Tables that these names are probably of, and which the query will thus get to. */
  readonly goals: readonly SqlTable[];
  /** Tables that may get the next number that is used, where the table at the place gets an earlier one. */
  readonly nextNumbered: readonly SqlTable[];
}

function wantedColumns(around: Surroundings): Wanted {
  const { named, relations, place, index } = around;
  const own = relations.filter(({ source }) => source.depth === 0);
  const isKnown = ({ qualifier, name }: NamedColumn): boolean =>
    qualifier === undefined
      ? own.some(({ columns }) => columns.some((column) => foldedName(column.name) === name))
      : relations.some(({ source }) => source.name !== undefined && foldedName(source.name) === qualifier);
  // Of the query at the place only, where it is told from those around it.
  const [first] = place.select < 0 ? [0] : [place.select];
  const level = around.all.depths[first] ?? 0;
  let end = first + 1;
  while (end < around.all.tokens.length && (around.all.depths[end] ?? 0) >= level) end++;
  const missing = named.filter((each) => each.at >= first && each.at < end && !isKnown(each));
  const ahead = aliasAhead(around);
  const qualifiers = [
    ...new Set(missing.flatMap(({ qualifier }) => (qualifier === undefined ? [] : [qualifier]))),
  ];
  const due = ahead ?? numberDue(qualifiers, own.filter(({ source }) => source.isBefore).length + 1);
  // Of aliases that are not given yet the first by name comes first: `T1` before `T2`.
  const [next] = [...qualifiers].sort();
  return {
    columns: missing.map(({ qualifier, name }) => ({
      name,
      weight:
        due !== undefined
          ? qualifier === due
            ? 1.5
            : qualifier === undefined
              ? 0.5
              : 0
          : qualifier === undefined || qualifier === next
            ? 1
            : 0.4,
    })),
    qualifiers: new Set(qualifiers),
    goals: qualifiers
      .filter((each) => each !== due)
      .flatMap((each) => index.byName.get(each) ?? ownerOf(index, each, missing) ?? []),
    nextNumbered:
      ahead !== undefined || due === undefined || next === undefined || qualifiers.includes(due)
        ? []
        : index.schema.tables.filter((table) => hasAll(table, next, missing)),
  };
}

/** The alias that the table at a place gets where aliases number the tables in the order of FROM; undefined where they do not. */
function numberDue(qualifiers: readonly string[], place: number): string | undefined {
  const numbers = qualifiers.map(numberOf);
  const [first] = numbers;
  const isNumbering =
    first !== undefined && numbers.every((each) => each?.prefix === first.prefix && each.number >= place);
  return isNumbering ? `${first.prefix}${String(place)}` : undefined;
}

/** The alias that stands behind the place already, folded. */
function aliasAhead({ place }: Surroundings): string | undefined {
  const [first, second] = place.after;
  if (isWord(first, 'AS') && second !== undefined) return foldedName(unquoted(second));
  return undefined;
}

function tableScore(around: Surroundings, table: SqlTable, wanted: Wanted): number {
  const { relations, index, outer } = around;
  const low = foldedName(table.name);
  const own = new Set(table.columns.map(({ name }) => foldedName(name)));
  let score = tableLinks(around, table) + 0.08 * (index.centrality.get(table) ?? 0);
  score += weights.usedElsewhere * Math.min(1, around.habits.count(low) / 3);
  if (wanted.qualifiers.has(low)) score += 4;
  else
    score +=
      weights.aliasOfTable * Math.max(0, ...[...wanted.qualifiers].map((alias) => aliasLikeness(alias, low)));
  score += hasScore(own, wanted);
  if (wanted.nextNumbered.some((next) => next !== table && isJoinable(index, table, next)))
    score += weights.tableBefore;
  const here = relations.filter(({ source }) => source.depth === 0);
  if (here.some((each) => each.table === table)) score -= 2.5;
  const others = here.flatMap((each) =>
    each.table === undefined || each.table === table ? [] : [each.table],
  );
  if (others.length > 0) {
    const isHere = others.some((other) => isJoinable(index, table, other));
    score += isHere
      ? 0.35 * Math.max(...others.map((other) => joinsBetween(index, table, other)[0]?.worth ?? 0))
      : -1.5;
    // The table that was joined last is where the way goes on.
    const newest = others.at(-1);
    if (newest !== undefined && isJoinable(index, table, newest)) score += 0.3;
    // What is named but joined with nothing here is got to over another table.
    const far = wanted.goals.filter((goal) => !others.some((other) => isJoinable(index, goal, other)));
    if (far.includes(table)) score += weights.tableFar;
    else if (isHere && far.some((goal) => isJoinable(index, goal, table))) score += weights.tableOnWay;
  }
  if (outer !== undefined && others.length === 0 && own.has(outer.column.name)) score += 0.8;
  return score;
}

function hasScore(own: ReadonlySet<string>, { columns }: Wanted): number {
  let all = 0;
  let found = 0;
  for (const { name, weight } of columns) {
    all += weight;
    if (own.has(name)) found += weight;
  }
  return all === 0 ? 0 : 3 * (found / all) + Math.min(1, 0.25 * found);
}

function commonScore(
  around: Surroundings,
  name: string,
  columns: readonly string[] | undefined,
  wanted: Wanted,
): number {
  const isUsed =
    around.all.tokens.filter((token) => foldedName(unquoted(token)) === foldedName(name)).length > 1;
  const own = new Set((columns ?? []).map(foldedName));
  const isQualifier = wanted.qualifiers.has(foldedName(name));
  return (isUsed ? 0.5 : weights.unusedCommon) + hasScore(own, wanted) + (isQualifier ? 4 : 0);
}
