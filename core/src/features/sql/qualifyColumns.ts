import { foldedName } from '../../sqlSchema/index.ts';
import { bindingOf, quotedName } from '../../sql/index.ts';
import type { Scope, SqlColumnName, SqlExpression, SqlSelect, SqlStatement, SqlTables, SqlTarget } from '../../sql/index.ts'; // prettier-ignore
import { applyEdits } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { keepsExpressionNames } from './expressionNames.ts';
import { isCalled, sourceOf } from './sources.ts';

/**
 * Edits that put the table's name or alias before every column of a statement that has none, subqueries included; offsets from the start of the
 * document. Left as they are: columns that USING merges, aliases of the list, what is not known for certain. Empty where a name that
 * somebody reads would change.
 */
export function qualifyColumns(statement: SqlStatement, tables?: SqlTables): readonly TextEdit[] {
  const edits = usesOf(statement, tables).flatMap(({ column, scope, order }) => {
    if (column.table !== undefined || column.column.text === '') return [];
    const name = column.column.text;
    const source = sourceOf(name, scope);
    if (source?.name === undefined || !isSameInOrder(order, name, scope, source.columns)) return [];
    const { start } = column.range;
    return [{ range: { start, end: start }, newText: `${quotedName(source.name)}.` }];
  });
  return safely(statement, edits);
}

/** Edits that take away the names of tables before columns that mean the same without, likewise. */
export function removeQualifiers(statement: SqlStatement, tables?: SqlTables): readonly TextEdit[] {
  const edits = usesOf(statement, tables).flatMap(({ column, scope, order }) => {
    const { table, schema } = column;
    const { text: name, isQuoted, range } = column.column;
    // Behind a point `true` is a column, alone it is not.
    if (table === undefined || name === '' || (!isQuoted && quotedName(name) !== name)) return [];
    const source = sourceOf(name, scope);
    if (source === undefined || !isCalled(source, table.text)) return [];
    if (schema !== undefined && source.source.kind !== 'table') return [];
    if (!isSameInOrder(order, name, scope, source.columns)) return [];
    return [{ range: { start: column.range.start, end: range.start }, newText: '' }];
  });
  return safely(statement, edits);
}

/** A place where a statement names a column. */
interface Use {
  readonly column: SqlColumnName;
  readonly scope: Scope;
  /** `term` where it alone is a term of ORDER BY, which means what the list gives first; `compound` behind a set operation. */
  readonly order?: 'term' | 'compound';
}

function usesOf(statement: SqlStatement, tables: SqlTables | undefined): readonly Use[] {
  // What triggers, indexes and checks say of columns has rules of its own.
  if (statement.tree.body !== undefined) return [];
  return bindingOf(statement, tables).regions.flatMap(({ query, tree, selects, scope }): Use[] => {
    if (query === undefined) {
      const isWriting = tree?.kind === 'update' || tree?.kind === 'delete';
      return isWriting ? usesIn(tree.expressions ?? [], scope) : [];
    }
    const uses = selects.flatMap((each) => usesIn(expressionsOf(each.select), each.scope));
    for (const expression of query.order)
      for (const column of expression.columns) {
        const isTerm = isAlone(expression, column, statement.text);
        const order = query.selects.length > 1 ? 'compound' : isTerm ? 'term' : undefined;
        uses.push({ column, scope, ...(order !== undefined && { order }) });
      }
    uses.push(...usesIn(query.limit, scope));
    return uses;
  });
}

function usesIn(expressions: readonly SqlExpression[], scope: Scope): Use[] {
  return expressions.flatMap(({ columns }) => columns.map((column) => ({ column, scope })));
}

function expressionsOf(select: SqlSelect): readonly SqlExpression[] {
  const { items, sources, where, group, having, windows, rows } = select;
  return [
    ...items.filter(({ star }) => star === undefined).map(({ expression }) => expression),
    ...sources.flatMap((source) => [
      ...(source.on === undefined ? [] : [source.on]),
      ...(source.kind === 'function' ? [source.arguments] : []),
    ]),
    ...(where === undefined ? [] : [where]),
    ...group,
    ...(having === undefined ? [] : [having]),
    ...windows.map(({ expression }) => expression),
    ...rows,
  ];
}

function isAlone({ range }: SqlExpression, column: SqlColumnName, text: string): boolean {
  if (column.range.start !== range.start) return false;
  const rest = text.slice(column.range.end, range.end);
  return /^\s*(?:COLLATE\s+\S+\s*)?(?:ASC|DESC)?\s*(?:NULLS\s+(?:FIRST|LAST))?\s*$/iu.test(rest);
}

/** Whether a column means the same in ORDER BY with its table and without. */
function isSameInOrder(
  order: Use['order'],
  name: string,
  { outputs, given }: Scope,
  columns: readonly { readonly name: string; readonly target: SqlTarget }[] | undefined,
): boolean {
  if (order === undefined) return true;
  if (order === 'compound') return false;
  const wanted = foldedName(name);
  const isMeant = (each: { readonly name: string }): boolean => foldedName(each.name) === wanted;
  if (outputs.some((output) => output.isAlias && isMeant(output))) return false;
  const own = columns?.find(isMeant)?.target;
  return (given ?? []).filter(isMeant).every(({ target }) => isSameTarget(target, own));
}

function isSameTarget(a: SqlTarget, b: SqlTarget | undefined): boolean {
  if (a.kind === 'column' && b?.kind === 'column')
    return foldedName(a.table) === foldedName(b.table) && foldedName(a.column) === foldedName(b.column);
  return 'definition' in a && b !== undefined && 'definition' in b && a.definition === b.definition;
}

function safely({ text, start }: SqlStatement, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (!keepsExpressionNames(text, applyEdits(text, edits))) return [];
  return edits.map(({ range, newText }) => ({
    range: { start: range.start + start, end: range.end + start },
    newText,
  }));
}
