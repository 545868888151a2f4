import { foldedName } from '../../sqlSchema/index.ts';
import { bindingOf, quotedName, statementAt } from '../../sql/index.ts';
import type { BoundSource, Scope, SqlDocument, SqlItem, SqlStatement, SqlTables } from '../../sql/index.ts';
import { lineBreakOf, touches } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { isCalled, isNamedApart, sourcesWith } from './sources.ts';

/** A change that the editor offers. Edits from the start of the document. */
export interface SqlChange {
  /** Verb first. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Characters of a line from which the columns stand below each other. */
const widest = 100;

/**
 * The `*` or `t.*` at an offset as the columns that it stands for, in their order. `*` qualifies where several tables have the name, `t.*` always,
 * as it is written. Undefined where there is none, or where a column's table or name is not known for certain.
 */
export function expandStar(document: SqlDocument, offset: number, tables?: SqlTables): SqlChange | undefined {
  const statement = statementAt(document, offset) ?? statementAt(document, offset - 1);
  if (statement === undefined) return undefined;
  const found = starAt(statement, offset - statement.start, tables);
  if (found === undefined) return undefined;
  const { star, scope } = found;
  const names = columnsOf(star, scope);
  if (names === undefined || names.length === 0) return undefined;
  const range = { start: star.range.start + statement.start, end: star.range.end + statement.start };
  const written = document.text.slice(range.start, range.end);
  return {
    title: `Expand ${written} to ${names.length === 1 ? 'its column' : `${String(names.length)} columns`}`,
    edits: [{ range, newText: listed(names, document.text, range.start) }],
  };
}

type Star = NonNullable<SqlItem['star']>;

function starAt(
  statement: SqlStatement,
  at: number,
  tables: SqlTables | undefined,
): { readonly star: Star; readonly scope: Scope } | undefined {
  for (const { selects } of bindingOf(statement, tables).regions)
    for (const { select, scope } of selects)
      for (const { star } of select.items)
        if (star !== undefined && touches(star.range, at)) return { star, scope };
  return undefined;
}

function columnsOf({ table }: Star, scope: Scope): readonly string[] | undefined {
  const meant =
    table === undefined ? scope.sources : scope.sources.filter((source) => isCalled(source, table.text));
  if (table !== undefined && meant.length !== 1) return undefined;
  const names: string[] = [];
  for (const source of meant) {
    const own = givesArguments(source) ? undefined : source.columns;
    // SQLite gives columns of a subquery that have the same name other names, which are its own affair.
    if (own === undefined || new Set(own.map(({ name }) => foldedName(name))).size < own.length)
      return undefined;
    for (const { name } of own) {
      if (table === undefined && source.merged.has(foldedName(name))) continue;
      const written = table === undefined ? writtenIn(scope, source, name) : qualified(scope, source, name);
      if (written === undefined) return undefined;
      names.push(written);
    }
  }
  return names;
}

/** Its columns hold its arguments too, which a `*` leaves out. */
function givesArguments({ source }: BoundSource): boolean {
  return source.kind === 'function' && foldedName(source.name.text) === 'generate_series';
}

/** A column of a source as a `*` names it. */
function writtenIn(scope: Scope, source: BoundSource, name: string): string | undefined {
  const having = sourcesWith(scope, name);
  if (having.length === 1) return quotedName(name);
  const merged = having.filter((other) => other.merged.has(foldedName(name))).length;
  if (merged === 0) return qualified(scope, source, name);
  // USING takes the value from whichever side has one, which only the name alone says.
  return merged === having.length - 1 ? quotedName(name) : undefined;
}

function qualified(scope: Scope, source: BoundSource, name: string): string | undefined {
  if (source.name === undefined || !isNamedApart(scope, source)) return undefined;
  return `${quotedName(source.name)}.${quotedName(name)}`;
}

function listed(names: readonly string[], text: string, start: number): string {
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const line = names.join(', ');
  if (column + line.length <= widest) return line;
  return names.join(`,${lineBreakOf(text)}${' '.repeat(column)}`);
}
