import { contains, touches } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { Binder } from './binder.ts';
import { foldName } from './bindings.ts';
import type { Binding } from './bindings.ts';
import { statementAt } from './document.ts';
import type {
  SqlDocument,
  SqlReference,
  SqlStatement,
  SqlSymbol,
  SqlTables,
  SqlTarget,
} from './documentTypes.ts';
import { scanSql } from './scanner.ts';
import type { SqlName, SqlTree } from './tree.ts';

/** What was found last for a statement, while its text and the tables are the same. */
const remembered = new WeakMap<
  SqlTree,
  { readonly tables: SqlTables | undefined; readonly binding: Binding }
>();

/** What all names of a statement mean, and where which names are visible. */
export function bindingOf(statement: SqlStatement, tables: SqlTables | undefined): Binding {
  const { tree } = statement;
  const before = remembered.get(tree);
  if (before !== undefined && before.tables === tables) return before.binding;
  const binding = new Binder(statement.text, tables).bind(tree);
  remembered.set(tree, { tables, binding });
  return binding;
}

/**
 * What every name of a statement refers to: tables, aliases, columns, common table expressions and their columns, aliases of the list, windows. In the order of
 * the text, ranges from the start of the statement. Names of functions are in the tree's calls.
 * @param tables what the database has; what one object says may not change. Without it columns of tables are taken for what they are written as
 */
export function referencesOf(statement: SqlStatement, tables?: SqlTables): readonly SqlReference[] {
  const { references } = bindingOf(statement, tables);
  return [...references].sort((a, b) => a.name.range.start - b.name.range.start);
}

/** The name at an offset of a document with all places that mean the same: of tables and columns in all statements, of others in their own. */
export function symbolAt(document: SqlDocument, offset: number, tables?: SqlTables): SqlSymbol | undefined {
  const statement = statementAt(document, offset) ?? statementAt(document, offset - 1);
  if (statement === undefined) return undefined;
  const at = offset - statement.start;
  const found = referencesOf(statement, tables).filter(({ name }) => touches(name.range, at));
  // Where two names touch the offset, the one that begins there is meant.
  const reference = found.at(-1);
  if (reference === undefined) return undefined;
  const key = keyOf(reference.target);
  if (key === undefined) {
    const range = moved(reference.name.range, statement.start);
    return { text: reference.name.text, target: reference.target, places: [range] };
  }
  const within = typeof key === 'string' ? document.statements : [statement];
  const places = within.flatMap((each) =>
    referencesOf(each, tables)
      .filter(({ target }) => keyOf(target) === key)
      .map(({ name }) => moved(name.range, each.start)),
  );
  const { target } = reference;
  return {
    text: 'definition' in target ? target.definition.text : reference.name.text,
    target,
    ...('definition' in target && { definition: moved(target.definition.range, statement.start) }),
    places: apart(places),
  };
}

/** What two references to the same thing have in common; undefined for what cannot be told or is in no other place. */
function keyOf(target: SqlTarget): SqlName | string | undefined {
  switch (target.kind) {
    case 'table':
      return `table ${foldName(target.table)}`;
    case 'column':
      return `column ${foldName(target.table)}.${foldName(target.column)}`;
    case 'text':
    case 'ambiguous':
    case 'unknown':
    case 'missing':
      return undefined;
    default:
      return target.definition;
  }
}

function moved({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}

/** Each place once, in the order of the text. */
function apart(places: readonly Range[]): readonly Range[] {
  const sorted = [...places].sort((a, b) => a.start - b.start);
  return sorted.filter((place, i) => {
    const before = sorted[i - 1];
    return before === undefined || !contains(before, place);
  });
}

/** Words that SQLite takes for its own where a name could stand, so that they need quotes. */
const ownWords = new Set(
  (
    'ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP ' +
    'DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE END ESCAPE EXCEPT EXISTS FALSE FILTER FOREIGN FROM FULL GLOB GROUP HAVING IN INDEX INDEXED INNER ' +
    'INSERT INTERSECT INTO IS ISNULL JOIN LEFT LIKE LIMIT MATCH NATURAL NOT NOTHING NOTNULL NULL OFFSET ON OR ORDER OUTER OVER PRIMARY ' +
    'REFERENCES REGEXP RETURNING RIGHT SELECT SET TABLE THEN TO TRANSACTION TRUE UNION UNIQUE UPDATE USING VALUES WHEN WHERE WINDOW WITH'
  ).split(' '),
);

/** A name as it can be written in a statement: in double quotes where it would not be read as a name without. */
export function quotedName(name: string): string {
  const [token, ...others] = scanSql(name);
  const isPlain = token?.kind === 'word' && others.length === 0 && !ownWords.has(name.toUpperCase());
  return isPlain ? name : `"${name.replaceAll('"', '""')}"`;
}
