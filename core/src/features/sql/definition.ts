import type { SqlDocument, SqlStatement } from '../../sql/index.ts';
import { columnNamed, tableNamed } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { createdTable, inDocument, nameAt } from './locate.ts';
import { partsOf } from './walk.ts';

/** Where a name of a statement leads. */
export interface SqlDefinition {
  /** The name that was asked about, in the document. */
  readonly origin: Range;
  /** In which text the target is: the document, or the DDL text that the schema was read from. */
  readonly in: 'document' | 'schema';
  /** What is defined: the source with its alias, the whole common table expression, the statement that creates. */
  readonly target: Range;
  /** The name in it. */
  readonly targetSelection: Range;
}

/**
 * Where the name at an offset is given: aliases, common table expressions and their columns, aliases of the list and windows in their statement;
 * tables and columns where this document creates them, else where the schema's DDL does. Undefined for tables of a database that has no text.
 */
export function sqlDefinition(
  document: SqlDocument,
  offset: number,
  schema?: SqlSchema,
): SqlDefinition | undefined {
  const found = nameAt(document, offset, schema);
  if (found === undefined) return undefined;
  const { target, definition } = found.symbol;
  const origin = found.range;
  if (definition !== undefined)
    return {
      origin,
      in: 'document',
      target: around(found.statement, definition),
      targetSelection: definition,
    };
  // What the database does not have yet may be made in this document.
  const isOfTable = target.kind === 'table' || target.kind === 'column';
  const wanted = isOfTable ? target.table : target.kind === 'missing' ? found.symbol.text : undefined;
  if (wanted === undefined) return undefined;
  const created = createdTable(document, wanted);
  if (created !== undefined) {
    const { statement, table, name } = created;
    const column = target.kind === 'column' ? columnNamed(table, target.column)?.place : undefined;
    const targetSelection = inDocument(column ?? name.range, statement);
    return {
      origin,
      in: 'document',
      target: { start: statement.start, end: statement.end },
      targetSelection,
    };
  }
  const table = schema && tableNamed(schema, wanted);
  const column = table && target.kind === 'column' ? columnNamed(table, target.column)?.place : undefined;
  const place = column ?? table?.place;
  return place && { origin, in: 'schema', target: place, targetSelection: place };
}

/** The least part of a statement that holds a name: a source, an item of the list, a common table expression; else the name. */
function around(statement: SqlStatement, definition: Range): Range {
  const { sources, commons, selects, trees } = partsOf(statement.tree);
  const isOwn = (range: Range | undefined): boolean =>
    range !== undefined && range.start + statement.start === definition.start;
  const source = sources.find(({ alias }) => isOwn(alias?.range));
  const common = commons.find(({ name }) => isOwn(name.range));
  const item = selects.flatMap(({ items }) => items).find(({ alias }) => isOwn(alias?.range));
  const tree = trees.find(({ created }) => isOwn(created?.range));
  const part = source ?? common ?? item ?? tree;
  return part === undefined ? definition : inDocument(part.range, statement);
}
