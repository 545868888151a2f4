import { foldedName } from '../../sqlSchema/index.ts';
import { parseSqlDocument, unquoted } from '../../sql/index.ts';
import type { SqlItem, SqlQuery, SqlTree } from '../../sql/index.ts';

/**
 * Whether a change of a statement's text keeps the names of its columns where somebody reads them. SQLite calls a column without alias by the
 * text of its expression, spaces included: `SELECT "a+1" FROM (SELECT a+1 FROM t)` and the columns of a view depend on them.
 */
export function keepsExpressionNames(before: string, after: string): boolean {
  const [statement] = parseSqlDocument(before).statements;
  const [changed] = parseSqlDocument(after).statements;
  if (statement === undefined || changed === undefined) return true;
  const names = unnamed(statement.tree, before.slice(statement.start));
  const others = unnamed(changed.tree, after.slice(changed.start));
  if (names.length !== others.length) return false;
  const lost = new Set(names.filter((name, i) => name !== others[i]).map(foldedName));
  if (lost.size === 0) return true;
  // What CREATE makes has them for columns, which other statements read.
  if (statement.tree.kind === 'create') return false;
  return !statement.tokens.some((token) => token.kind === 'quoted' && lost.has(foldedName(unquoted(token))));
}

/** The texts of all expressions in lists that have no alias and are no mere column. */
function unnamed(tree: SqlTree, text: string): readonly string[] {
  return queriesOf(tree).flatMap(({ selects }) =>
    selects.flatMap(({ items }) =>
      items.filter(isUnnamed).map(({ expression: { range } }) => text.slice(range.start, range.end)),
    ),
  );
}

function isUnnamed({ alias, star, expression }: SqlItem): boolean {
  if (alias !== undefined || star !== undefined) return false;
  const [column] = expression.columns;
  return column?.range.start !== expression.range.start || column.range.end !== expression.range.end;
}

/** Every query of a statement that gives columns to another: common table expressions, subqueries in FROM, and the statement's own. */
function queriesOf(tree: SqlTree): readonly SqlQuery[] {
  const found: SqlQuery[] = [];
  const visit = (query: SqlQuery | undefined): void => {
    if (query === undefined) return;
    found.push(query);
    for (const common of query.with?.tables ?? []) visit(common.query);
    for (const select of query.selects) {
      for (const source of select.sources) {
        if (source.kind === 'query') visit(source.query);
        for (const inner of source.on?.queries ?? []) visit(inner);
      }
      const { where, having, group, items, rows } = select;
      for (const each of [where, having, ...group, ...items.map(({ expression }) => expression), ...rows])
        for (const inner of each?.queries ?? []) visit(inner);
    }
    for (const each of [...query.order, ...query.limit]) for (const inner of each.queries) visit(inner);
  };
  for (const common of tree.with?.tables ?? []) visit(common.query);
  visit(tree.query);
  for (const source of tree.sources ?? []) if (source.kind === 'query') visit(source.query);
  for (const { queries } of tree.expressions ?? []) for (const inner of queries) visit(inner);
  return found;
}
