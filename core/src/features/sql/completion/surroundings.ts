import { foldedName, questionOf } from '../../../sqlSchema/index.ts';
import type { Question, SqlColumn, SqlTable } from '../../../sqlSchema/index.ts';
import { isWord, unquoted } from '../../../sql/index.ts';
import type { ScopeCommonTable, ScopeTable, SqlDocument } from '../../../sql/index.ts';
import { columnsIn, itemsIn, leveled, sectionOf } from './clauses.ts';
import type { Leveled, NamedColumn, Section } from './clauses.ts';
import { habitsOf } from './habits.ts';
import type { Habits } from './habits.ts';
import type { SqlPlace } from './place.ts';
import type { SchemaIndex } from './schema.ts';
import type { SqlStyle } from './style.ts';

/** A table of the query with what the schema tells of it. */
export interface Relation {
  readonly source: ScopeTable;
  readonly table: SqlTable | undefined;
  readonly columns: readonly { readonly name: string; readonly fact: SqlColumn | undefined }[];
}

/** An operand to the left of a comparison. */
export interface Compared {
  readonly column: NamedColumn;
  /** The function that it is wrapped in, folded. */
  readonly call?: string;
  readonly operator: string;
}

/** An item of a query that another one is put together with, and the tables that it is of. */
interface Twin {
  readonly columns: readonly NamedColumn[];
  readonly tables: readonly SqlTable[];
}

/** What surrounds a place, found once and used by everything that is ranked there. */
export interface Surroundings {
  readonly place: SqlPlace;
  readonly index: SchemaIndex;
  readonly style: SqlStyle;
  readonly habits: Habits;
  readonly question: Question | undefined;
  readonly relations: readonly Relation[];
  /** Common table expressions that FROM may name here. */
  readonly commons: readonly ScopeCommonTable[];
  /** The statement without the word at the cursor; `cut` is where that stood. */
  readonly all: Leveled;
  readonly cut: number;
  readonly inSelect: readonly NamedColumn[];
  readonly inGroup: readonly NamedColumn[];
  readonly inOrder: readonly NamedColumn[];
  readonly inWhere: readonly NamedColumn[];
  /** All that the statement names; what the query at the place does, without those around it and within it. */
  readonly named: readonly NamedColumn[];
  readonly own: readonly NamedColumn[];
  readonly hasGroup: boolean;
  /** The function around the place, folded. */
  readonly call: string | undefined;
  readonly compared: Compared | undefined;
  /** The operand that the query at the place is compared with: `x IN (SELECT |`. */
  readonly outer: Compared | undefined;
  /** Whether the query at the place is a common table expression's. */
  readonly isCommon: boolean;
  /** What the item of the same place is in the query before it: `SELECT a UNION SELECT |`. */
  readonly twin: Twin;
  /** Whether columns are written with their table here. */
  readonly qualifies: boolean;
}

const comparisons = new Set([
  '=',
  '==',
  '<>',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'IS',
  'LIKE',
  'GLOB',
  'IN',
  'BETWEEN',
]);

/** What surrounds a place of a document. */
export function surroundingsOf(
  document: SqlDocument,
  place: SqlPlace,
  index: SchemaIndex,
  style: SqlStyle,
): Surroundings {
  const all = leveled([...place.before, ...place.after]);
  const cut = place.before.length;
  const commonNames = new Set(
    [...place.scope.tables, ...place.scope.commonTables].flatMap(({ columns }) =>
      (columns ?? []).map(foldedName),
    ),
  );
  const isName = (name: string): boolean => index.byColumn.has(name) || commonNames.has(name);
  const within = (section: Section): readonly NamedColumn[] => {
    if (place.select < 0) return [];
    const bounds = sectionOf(all, place.select, section);
    return bounds === undefined ? [] : columnsIn(all, bounds.from, bounds.to, isName);
  };
  const named = columnsIn(all, 0, all.tokens.length, isName);
  const own = ownColumns(all, place.select, named);
  const relations = place.scope.tables.map((source) => relationOf(source, index));
  return {
    place,
    index,
    style,
    habits: habitsOf(document, place.scope.statement),
    question: askedBy(document, place),
    relations,
    commons: place.scope.commonTables.filter(({ name }) => !isBegunIn(all, cut, foldedName(name))),
    all,
    cut,
    inSelect: within('SELECT'),
    inGroup: within('GROUP'),
    inOrder: within('ORDER'),
    inWhere: within('WHERE'),
    named,
    own,
    hasGroup: place.select >= 0 && sectionOf(all, place.select, 'GROUP') !== undefined,
    call: callAt(all, cut),
    compared: comparedAt(all, cut, isName),
    outer: outerOf(all, place.select, isName),
    isCommon: all.tokens[place.select - 1]?.text === '(' && commonAt(all, place.select - 1) !== undefined,
    twin: twinOf(all, place.select, cut, isName, index),
    qualifies:
      (place.scope.clause === 'on' && relations.filter(({ source }) => source.depth === 0).length > 1) ||
      isQualifying(relations, own, named, index),
  };
}

/** Not what SQLite calls a column that is an expression without alias, by its text. */
export function isNameable(column: string): boolean {
  return column !== '' && !/[()*]/u.test(column);
}

function relationOf(source: ScopeTable, index: SchemaIndex): Relation {
  const table = source.table === undefined ? undefined : index.byName.get(foldedName(source.table));
  if (table !== undefined)
    return { source, table, columns: table.columns.map((fact) => ({ name: fact.name, fact })) };
  const columns = (source.columns ?? []).filter(isNameable).map((name) => ({ name, fact: undefined }));
  return { source, table, columns };
}

/** The question that the statement at a place answers; between statements the last one before. */
function askedBy({ directives }: SqlDocument, { scope }: SqlPlace): Question | undefined {
  const own = directives.filter(
    ({ kind, statement, range }) =>
      (kind === 'question' || kind === 'evidence') &&
      (scope.statement === undefined
        ? statement === undefined && range.end <= scope.word.start
        : statement === scope.statement.index),
  );
  return own.length === 0 ? undefined : questionOf(own.map(({ value }) => value).join('\n'), true);
}

/** The common table expression, folded, whose body a parenthesis opens: `n AS (`, `n(a, b) AS NOT MATERIALIZED (`. */
function commonAt({ tokens, depths }: Leveled, opening: number): string | undefined {
  let at = opening - 1;
  while (isWord(tokens[at], 'NOT', 'MATERIALIZED')) at--;
  if (!isWord(tokens[at], 'AS')) return undefined;
  at--;
  if (tokens[at]?.text === ')') {
    const level = depths[at] ?? 0;
    do at--;
    while (at > 0 && (depths[at] ?? 0) > level);
    at--;
  }
  const name = tokens[at];
  return name === undefined ? undefined : foldedName(unquoted(name));
}

/** Whether a place is in the body of a common table expression and before a UNION: only behind one can it name itself. */
function isBegunIn({ tokens, depths }: Leveled, cut: number, name: string): boolean {
  let level = (depths[cut - 1] ?? 0) + (tokens[cut - 1]?.text === '(' ? 1 : 0);
  let hasUnion = false;
  for (let i = cut - 1; i >= 0; i--) {
    const depth = depths[i] ?? 0;
    if (depth === level && isWord(tokens[i], 'UNION')) hasUnion = true;
    if (depth >= level) continue;
    if (tokens[i]?.text === '(' && commonAt({ tokens, depths }, i) === name) return !hasUnion;
    level = depth;
    hasUnion = false;
  }
  return false;
}

function callAt({ tokens, depths }: Leveled, cut: number): string | undefined {
  const last = tokens[cut - 1];
  let level = (depths[cut - 1] ?? 0) + (last?.text === '(' ? 1 : 0);
  for (let i = cut - 1; i >= 0; i--) {
    if (depths[i] === level && isWord(tokens[i], 'SELECT')) return undefined;
    if ((depths[i] ?? 0) < level) {
      level = depths[i] ?? 0;
      const name = tokens[i - 1];
      if (
        name?.kind === 'word' &&
        !isWord(name, 'IN', 'AND', 'OR', 'NOT', 'ON', 'WHERE', 'SELECT', 'BY', 'WHEN', 'THEN', 'ELSE')
      )
        return foldedName(name.text);
    }
  }
  return undefined;
}

/** The operand before the operator at the end of what stands before a place. */
function comparedAt(all: Leveled, cut: number, isName: (name: string) => boolean): Compared | undefined {
  let at = cut - 1;
  if (all.tokens[at]?.text === '(' && isWord(all.tokens[at - 1], 'IN')) at--;
  else if (all.tokens[at]?.text === ',') {
    // Within the list of IN.
    const level = all.depths[at] ?? 0;
    while (at >= 0 && (all.depths[at] ?? 0) >= level) at--;
    at--;
    if (!isWord(all.tokens[at], 'IN')) return undefined;
  } else if (
    all.tokens[at]?.kind === 'word' &&
    all.tokens[at]?.text.toUpperCase() === 'NOT' &&
    isWord(all.tokens[at - 1], 'IS')
  )
    at--;
  else if (isWord(all.tokens[at], 'AND')) at = betweenOf(all, at) ?? at;
  const operator = all.tokens[at]?.text.toUpperCase() ?? '';
  if (!comparisons.has(operator)) return undefined;
  if (isWord(all.tokens[at - 1], 'NOT')) at--;
  // LOWER(x) = is about x.
  let end = at;
  let call: string | undefined;
  if (all.tokens[end - 1]?.text === ')') {
    end--;
    const level = all.depths[end] ?? 0;
    let opening = end - 1;
    while (opening > 0 && (all.depths[opening] ?? 0) > level) opening--;
    call = foldedName(all.tokens[opening - 1]?.text ?? '');
  }
  const start = Math.max(0, end - 3);
  const column = columnsIn(all, all.tokens[start + 1]?.text === '.' ? start : end - 1, end, isName)[0];
  return column === undefined ? undefined : { column, operator, ...(call === undefined ? {} : { call }) };
}

/** The BETWEEN that an AND belongs to: the nearest one before it on its level, without another AND or a clause between them. */
function betweenOf({ tokens, depths }: Leveled, and: number): number | undefined {
  const level = depths[and] ?? 0;
  for (let i = and - 1; i >= 0 && (depths[i] ?? 0) >= level; i--) {
    if (depths[i] !== level) continue;
    if (isWord(tokens[i], 'BETWEEN')) return i;
    if (isWord(tokens[i], 'AND', 'OR', 'WHERE', 'ON', 'HAVING', 'WHEN', 'SELECT')) return undefined;
  }
  return undefined;
}

function outerOf(all: Leveled, select: number, isName: (name: string) => boolean): Compared | undefined {
  if (select < 1 || all.tokens[select - 1]?.text !== '(') return undefined;
  return comparedAt(all, isWord(all.tokens[select - 2], 'IN') ? select : select - 1, isName);
}

const noTwin: Twin = { columns: [], tables: [] };

function twinOf(
  { tokens, depths }: Leveled,
  select: number,
  cut: number,
  isName: (name: string) => boolean,
  index: SchemaIndex,
): Twin {
  const set = isWord(tokens[select - 1], 'ALL') ? select - 2 : select - 1;
  if (select < 2 || !isWord(tokens[set], 'UNION', 'INTERSECT', 'EXCEPT')) return noTwin;
  const level = depths[select] ?? 0;
  let other = set - 1;
  while (
    other >= 0 &&
    (depths[other] ?? 0) >= level &&
    !(depths[other] === level && isWord(tokens[other], 'SELECT'))
  )
    other--;
  const all = { tokens, depths };
  const list = isWord(tokens[other], 'SELECT') ? sectionOf(all, other, 'SELECT') : undefined;
  if (list === undefined) return noTwin;
  const place = itemsIn(all, select + 1, cut).length - (tokens[cut - 1]?.text === ',' ? 0 : 1);
  const item = itemsIn(all, list.from, list.to)[Math.max(0, place)];
  if (item === undefined) return noTwin;
  const sources = sectionOf(all, other, 'FROM');
  return {
    columns: columnsIn(all, item.from, item.to, isName),
    tables: tokens
      .slice(sources?.from ?? 0, sources?.to ?? 0)
      .flatMap((token) => index.byName.get(foldedName(unquoted(token))) ?? []),
  };
}

/**
 * By alias where the query gives one, for that is what it is given for; else as the query has its other columns, and where it has none as
 * the statement has. Several tables are told apart, one needs not.
 */
function isQualifying(
  relations: readonly Relation[],
  own: readonly NamedColumn[],
  named: readonly NamedColumn[],
  index: SchemaIndex,
): boolean {
  const sources = relations.filter(({ source }) => source.depth === 0);
  const share = (columns: readonly NamedColumn[]): number =>
    columns.filter(({ qualifier }) => qualifier !== undefined).length / columns.length;
  if (sources.some(({ source }) => source.alias !== undefined)) return own.length === 0 || share(own) > 0.25;
  if (own.length > 0) return share(own) >= 0.5;
  if (sources.length > 1) return true;
  // Of queries around it only what is written with the names of tables themselves says anything of one without aliases.
  const others = named.filter(({ qualifier }) => qualifier === undefined || index.byName.has(qualifier));
  return others.length > 0 && share(others) > 0.5;
}

/** The columns of the query that begins at a place, without those of queries around it. */
function ownColumns(
  { depths, tokens }: Leveled,
  select: number,
  named: readonly NamedColumn[],
): readonly NamedColumn[] {
  if (select < 0) return named;
  const level = depths[select] ?? 0;
  let end = select + 1;
  while (
    end < tokens.length &&
    (depths[end] ?? 0) >= level &&
    !(depths[end] === level && isWord(tokens[end], 'UNION', 'INTERSECT', 'EXCEPT'))
  )
    end++;
  const isInner = tokens.map(() => false);
  for (let i = select + 1; i < end; i++) {
    const depth = depths[i] ?? 0;
    if (depth <= level || !isWord(tokens[i], 'SELECT')) continue;
    for (let j = i; j < end && (depths[j] ?? 0) >= depth; j++) isInner[j] = true;
  }
  return named.filter(({ at }) => at > select && at < end && isInner[at] !== true);
}

/** The name that stands before the point at the end, folded: of `T1.|` it is `t1`. */
export function qualifierOf({ scope }: SqlPlace): string | undefined {
  const last = scope.qualifiers.at(-1);
  return last === undefined ? undefined : foldedName(last);
}

/** A table of the schema as one that a query might have. */
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
