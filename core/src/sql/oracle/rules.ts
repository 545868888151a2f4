/** How the place of a message is found in the statement; `places.ts` does it. */
type PlaceKind =
  /** Names of columns like the one in the message; each is tried. */
  | 'column'
  /** Names of tables like the one in the message. */
  | 'table'
  /** Calls of the function in the message. */
  | 'call'
  /** Calls of any function: the one without which the message is gone. */
  | 'anyCall'
  /** Where the engine stops reading. */
  | 'parsed'
  /** The name in the message, next before where the engine stops reading. */
  | 'named'
  /** The clause in the message, next before the operator in it. */
  | 'early'
  /** `UNION`, `INTERSECT`, `EXCEPT`: the one of several of which the engine speaks. */
  | 'operator'
  /** The first row of `VALUES`, or the list of a `SELECT`, that an `INSERT` takes. */
  | 'values'
  /** The keyword `word`; of several the one without which the message is gone. */
  | 'word'
  /** The subquery without which the message is gone. */
  | 'subquery'
  /** A term of `ORDER BY` or `GROUP BY`, counted. */
  | 'term'
  /** The alias or the call without which the message is gone. */
  | 'aggregate';

export interface MessageRule {
  /** Stable id of the problem. */
  readonly id: string;
  /** The engine's message; its groups are what `says` and the place get. `name` is the name that is looked for. */
  readonly pattern: RegExp;
  readonly place: PlaceKind;
  /** For `word`: which keyword. */
  readonly word?: string;
  /** Cause and way out, for people. */
  says(groups: Readonly<Record<string, string>>): string;
}

/**
 * The messages that SQLite's `prepare` gives for what people write, as its library holds them (3.4x; each is provoked in the tests). What is not here
 * is shown in the engine's own words.
 */
export const messageRules: readonly MessageRule[] = [
  // Reading
  rule('sql-unknown-token', /^unrecognized token: "(?<name>.*)"$/su, 'parsed', ({ name }) => `\`${name}\` is no token of SQL. Remove it, or put a text in single quotes.`),
  rule('sql-syntax', /^near "(?<name>.*)": syntax error$/su, 'parsed', ({ name }) => `\`${name}\` cannot stand here.`),
  rule('sql-values-rows', /^all VALUES must have the same number of terms$/u, 'parsed', () => 'This row of VALUES has another number of values than the rows before. Give each row as many.'),
  rule('sql-duplicate-column', /^duplicate column name: (?<name>.*)$/su, 'named', ({ name }) => `The table already has a column \`${name}\`. Rename or remove one of the two.`),
  rule('sql-primary-keys', /^table "(?<table>.*)" has more than one primary key$/su, 'named', ({ table }) => `\`${table}\` has more than one primary key. For a key of several columns write PRIMARY KEY (a, b) once.`, 'PRIMARY'),
  rule('sql-exists', /^(?:(?:table|view|index|trigger) (?<name>.*) already exists|there is already an? (?:table|index|view) named (?<other>.*))$/su, 'named', ({ name, other }) => `\`${name ?? other}\` already exists. Take another name, or write IF NOT EXISTS.`),
  rule('sql-join-needed', /^a JOIN clause is required before (?<name>ON|USING)$/u, 'named', ({ name }) => `${name} belongs to a JOIN, and there is none before it. Write a JOIN, or WHERE for a condition.`),
  rule('sql-natural-join', /^a NATURAL join may not have an ON or USING clause$/u, 'word', () => 'A NATURAL join finds its columns by itself. Remove NATURAL, or the ON or USING.', 'NATURAL'),
  rule('sql-join-kind', /^unknown join type: (?<name>.*)$/su, 'column', ({ name }) => `\`${name}\` is no kind of join. Write JOIN, LEFT JOIN, RIGHT JOIN, FULL JOIN, CROSS JOIN or NATURAL JOIN.`),
  rule('sql-clause-order', /^(?<name>ORDER BY|LIMIT) clause should come after (?<operator>.+) not before$/u, 'early', ({ name, operator }) => `${name} holds for the whole of a ${operator} and stands once, at its end. Move it behind the last SELECT.`),
  rule('sql-big-number', /^hex literal too big: -?(?<name>.*)$/su, 'column', ({ name }) => `${name} needs more than 64 bits. Write a shorter number.`),
  rule('sql-raise', /^RAISE\(\) may only be used within a trigger-program$/u, 'word', () => 'RAISE() stands only in triggers.', 'RAISE'),
  rule('sql-star-alone', /^no tables specified$/u, 'word', () => '`*` needs a FROM: there is no table whose columns it could stand for.', '*'),
  // Names
  rule('sql-unknown-column', /^no such column: "?(?<name>.*?)"?(?: - should this be .*)?$/su, 'column', ({ name }) => `There is no column \`${name}\` here.`),
  rule('sql-ambiguous-column', /^ambiguous column name: (?<name>.*)$/su, 'column', ({ name }) => `More than one table here has a column \`${name}\`. Write the table before it.`),
  rule('sql-ambiguous-using', /^ambiguous reference to (?<name>.*) in USING\(\)$/su, 'column', ({ name }) => `More than one table on the left has a column \`${name}\`. Write ON with the table's name.`),
  rule('sql-unknown-table', /^no such (?:table|view): (?<name>.*)$/su, 'table', ({ name }) => `There is no table or view \`${name}\`.`),
  rule('sql-unknown-function', /^(?:no such|unknown) function: (?<name>.*?)(?:\(\))?$/su, 'call', ({ name }) => `SQLite has no function \`${name}\`.`),
  rule('sql-no-table-function', /^'(?<name>.*)' is not a function$/su, 'table', ({ name }) => `\`${name}\` is a table, not a function. Remove the parentheses.`),
  rule('sql-table-arguments', /^too many arguments on (?<name>.*?)\(\) - max (?<count>\d+)$/su, 'table', ({ name, count }) => `\`${name}\` takes at most ${count} arguments.`),
  rule('sql-unknown-window', /^no such window: (?<name>.*)$/su, 'column', ({ name }) => `No window \`${name}\` is defined. Define it with WINDOW ${name} AS (...), or write the window in parentheses.`),
  rule('sql-unknown-index', /^no such index: "?(?<name>.*?)"?$/su, 'column', ({ name }) => `There is no index \`${name}\`.`),
  rule('sql-unknown-index', /^unable to identify the object to be reindexed$/u, 'word', () => 'There is no table, index or collation of this name.', 'REINDEX'),
  rule('sql-unknown-collation', /^no such collation sequence: (?<name>.*)$/su, 'column', ({ name }) => `There is no collation \`${name}\`. SQLite has BINARY, NOCASE and RTRIM.`),
  rule('sql-unknown-trigger', /^no such trigger: (?<name>.*)$/su, 'column', ({ name }) => `There is no trigger \`${name}\`.`),
  rule('sql-unknown-database', /^(?:no such|unknown) database:? (?<name>.*)$/su, 'column', ({ name }) => `No database \`${name}\` is attached. Write main, or leave it out.`),
  rule('sql-unknown-column', /^table (?<table>.*) has no column named (?<name>.*)$/su, 'column', ({ table, name }) => `\`${table}\` has no column \`${name}\`.`),
  rule('sql-unknown-column', /^unknown column "(?<name>.*)" in foreign key definition$/su, 'named', ({ name }) => `The table has no column \`${name}\` for this foreign key.`),
  rule('sql-using-column', /^cannot join using column (?<name>.*) - column not present in both tables$/su, 'column', ({ name }) => `\`${name}\` is not a column of both tables. Write ON with a condition.`),
  rule('sql-duplicate-cte', /^duplicate WITH table name: (?<name>.*)$/su, 'named', ({ name }) => `WITH already defines \`${name}\`. Take another name.`),
  rule('sql-circular', /^(?:circular reference|(?:multiple )?recursive references?(?: in a subquery)?|multiple references to recursive table): (?<name>.*)$/su, 'table', ({ name }) => `\`${name}\` is read within its own definition in a way that never ends. Its part after UNION may read it once, in FROM.`),
  // Numbers of things
  rule('sql-arguments', /^wrong number of arguments to function (?<name>.*?)\(\)$/su, 'call', ({ name }) => `\`${name}\` does not take this number of arguments.`),
  rule('sql-arguments', /^DISTINCT aggregates must have exactly one argument$/u, 'anyCall', () => 'An aggregate with DISTINCT takes exactly one argument.'),
  rule('sql-set-columns', /^SELECTs to the left and right of (?<name>.*) do not have the same number of result columns$/u, 'operator', ({ name }) => `The queries before and after ${name} give different numbers of columns. Select as many in both.`),
  rule('sql-insert-values', /^table (?<name>.*) has (?<columns>\d+) columns but (?<values>\d+) values were supplied$/su, 'values', ({ name, columns, values }) => `\`${name}\` has ${columns} columns, and ${values} values are given. Give ${columns}, or name the columns behind the table.`),
  rule('sql-insert-values', /^(?<values>\d+) values for (?<columns>\d+) columns$/u, 'values', ({ values, columns }) => `${columns} columns are named, and ${values} values are given. Give as many values as columns.`),
  rule('sql-cte-columns', /^(?:table (?<name>.*) has|expected) (?<values>\d+) (?:values for|columns for) .*$/su, 'table', ({ name, values }) => `The query of \`${name}\` gives ${values} columns, and the list behind its name has another number. Make them the same.`),
  rule('sql-subquery-columns', /^sub-select returns (?<given>\d+) columns - expected (?<wanted>\d+)$/u, 'subquery', ({ given, wanted }) => `This subquery gives ${given} columns where ${wanted} ${wanted === '1' ? 'is' : 'are'} wanted. Select ${wanted}.`),
  rule('sql-in-terms', /^IN\(\.\.\.\) element has (?<given>\d+) terms? - expected (?<wanted>\d+)$/u, 'word', ({ given, wanted }) => `An element of this IN has ${given} values where ${wanted} are wanted.`, 'IN'),
  rule('sql-assigned', /^(?<given>\d+) columns assigned (?<values>\d+) values$/u, 'word', ({ given, values }) => `${given} columns are set to ${values} values. Give as many values as columns.`, 'SET'),
  rule('sql-row-value', /^row value misused$/u, 'subquery', () => 'Several values stand here where one is wanted. Select or write one.'),
  rule('sql-term-range', /^(?<nth>\d+)(?:st|nd|rd|th) (?<name>ORDER|GROUP) BY term out of range - should be between 1 and (?<most>\d+)$/u, 'term', ({ name, most }) => `${name} BY counts the selected columns, and there ${most === '1' ? 'is only 1' : `are ${most}`}. Write a number from 1 to ${most}, or a name.`),
  rule('sql-term-unmatched', /^(?<nth>\d+)(?:st|nd|rd|th) (?<name>ORDER) BY term does not match any column in the result set$/u, 'term', () => 'Behind UNION, INTERSECT or EXCEPT one can only order by a selected column. Select it, or write its name or number.'),
  // Aggregates and windows
  rule('sql-aggregate', /^misuse of aggregate(?::| function) (?<name>.*?)\(\)$/su, 'aggregate', ({ name }) => `\`${name}\` needs all rows of a group and cannot be used here. Put the condition into HAVING, or the aggregate into a subquery.`),
  rule('sql-aggregate', /^misuse of aliased aggregate (?<name>.*)$/su, 'column', ({ name }) => `\`${name}\` stands for an aggregate, which cannot be used here. Put the condition into HAVING.`),
  rule('sql-aggregate-group', /^aggregate functions are not allowed in the GROUP BY clause$/u, 'anyCall', () => 'Groups cannot be made by an aggregate, which is computed for each group. Group by a column.'),
  rule('sql-having', /^HAVING clause on a non-aggregate query$/u, 'word', () => 'HAVING is a condition on groups, and there are none. Write GROUP BY before it, or WHERE instead.', 'HAVING'),
  rule('sql-window', /^misuse of (?:window function|aliased window function) (?<name>.*?)(?:\(\))?$/su, 'aggregate', ({ name }) => `\`${name}\` is computed when rows are selected and needs OVER; in WHERE, GROUP BY and HAVING it is not known yet. Put it into a subquery.`),
  rule('sql-window', /^(?<name>.*?)\(\) may not be used as a window function$/su, 'call', ({ name }) => `\`${name}\` is no window function. Remove OVER.`),
  rule('sql-window', /^(?:FILTER|ORDER BY) may not be used with non-aggregate (?<name>.*?)\(\)$/su, 'call', ({ name }) => `\`${name}\` is no aggregate, so that it takes no FILTER or ORDER BY.`),
  rule('sql-window', /^FILTER clause may only be used with aggregate window functions$/u, 'word', () => 'FILTER goes with aggregates only. Remove it.', 'FILTER'),
  rule('sql-window', /^DISTINCT is not supported for window functions$/u, 'word', () => 'DISTINCT is not possible with OVER. Remove it, or count in a subquery.', 'OVER'),
  rule('sql-frame', /^unsupported frame specification$/u, 'parsed', () => 'A frame cannot begin after it ends. Change its bounds.'),
  // Making and changing
  rule('sql-view-readonly', /^cannot modify (?<name>.*) because it is a view$/su, 'table', ({ name }) => `\`${name}\` is a view, in which nothing can be changed. Change the table that it reads.`),
  rule('sql-generated', /^cannot (?:INSERT into|UPDATE) generated column "(?<name>.*)"$/su, 'column', ({ name }) => `\`${name}\` is computed from other columns. Leave it out.`),
  rule('sql-protected', /^table (?<name>.*) may not be (?<what>altered|dropped|indexed|modified)$/su, 'table', ({ name, what }) => `\`${name}\` is SQLite's own and may not be ${what}.`),
  rule('sql-protected', /^object name reserved for internal use: (?<name>.*)$/su, 'named', () => 'Names that begin with sqlite_ are SQLite\'s own. Take another.'),
  rule('sql-drop-kind', /^use DROP (?<kind>TABLE|VIEW) to delete (?:table|view) (?<name>.*)$/su, 'table', ({ kind, name }) => `\`${name}\` is a ${kind === 'VIEW' ? 'view' : 'table'}. Write DROP ${kind}.`),
  rule('sql-view-parameters', /^parameters are not allowed in (?<what>.*)$/u, 'parsed', ({ what }) => `Parameters are not possible in ${what}. Write the value.`),
  rule('sql-conflict-target', /^(?:.* )?ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint$/u, 'word', () => 'No key and no unique index has exactly these columns. Name the columns of one.', 'CONFLICT'),
  rule('sql-protected', /^views may not be indexed$/u, 'word', () => 'An index belongs to a table; this is a view. Index the table that it reads.', 'ON'),
  rule('sql-update-from', /^target object\/alias may not appear in FROM clause: (?<name>.*)$/su, 'table', ({ name }) => `\`${name}\` is what is changed and cannot stand in FROM under the same name. Give it an alias there.`),
  rule('sql-returning', /^RETURNING may not use "TABLE\.\*" wildcards$/u, 'word', () => 'RETURNING takes `*`, not the columns of a table by `.*`. Write `*`.', 'RETURNING'),
  rule('sql-likelihood', /^second argument to (?<name>.*?)\(\) must be a constant between 0\.0 and 1\.0$/su, 'call', ({ name }) => `The second argument of \`${name}\` is a number from 0.0 to 1.0, written out. Write one.`),
  rule('sql-primary-key-missing', /^PRIMARY KEY missing on table (?<name>.*)$/su, 'column', ({ name }) => `\`${name}\` has no PRIMARY KEY, which WITHOUT ROWID needs. Name one, or remove WITHOUT ROWID.`),
  rule('sql-column-type', /^(?:missing|unknown) datatype for (?<table>.*)\.(?<name>.*?)(?:: "(?<type>.*)")?$/su, 'column', ({ name, type }) => `\`${name}\` has ${type === undefined ? 'no type' : `the type ${type}`} in a STRICT table. Write INT, INTEGER, REAL, TEXT, BLOB or ANY.`),
  rule('sql-table-option', /^unknown table option: (?<name>.*)$/su, 'named', ({ name }) => `\`${name}\` is no option of a table. Write STRICT or WITHOUT ROWID, or remove it.`),
  rule('sql-autoincrement', /^AUTOINCREMENT (?:is only allowed on an INTEGER PRIMARY KEY|not allowed on WITHOUT ROWID tables)$/u, 'word', () => 'AUTOINCREMENT goes with a column that is INTEGER PRIMARY KEY. Remove it.', 'AUTOINCREMENT'),
  rule('sql-default', /^default value of column \[(?<name>.*)\] is not constant$/su, 'named', ({ name }) => `The default of \`${name}\` uses a column. Write a value that does not depend on others.`),
  rule('sql-temporary-name', /^temporary (?:table|trigger) (?:name must be unqualified|may not have qualified name)$/u, 'word', () => 'What is temporary lies in `temp`: its name has no database before it. Remove that.', 'TEMP'),
  rule('sql-only-generated', /^must have at least one non-generated column$/u, 'word', () => 'All columns are computed. Give the table one that is not.', 'TABLE'),
  rule('sql-trigger-kind', /^cannot create (?<kind>.*) trigger on (?:table|view): (?<name>.*)$/su, 'table', ({ kind, name }) => `\`${name}\` cannot have ${kind} triggers. Tables have BEFORE and AFTER, views INSTEAD OF.`),
  rule('sql-nulls', /^unsupported use of NULLS (?:FIRST|LAST)$/u, 'word', () => 'NULLS FIRST and NULLS LAST belong to ORDER BY, not to indexes. Remove it.', 'NULLS'),
  rule('sql-foreign-key', /^foreign key on (?<name>.*) should reference only one column of table .*$/su, 'named', ({ name }) => `The foreign key of the column \`${name}\` refers to several columns. Refer to one, or write FOREIGN KEY (...) for several.`),
  rule('sql-foreign-key', /^number of columns in foreign key does not match the number of columns in the referenced table$/u, 'parsed', () => 'The foreign key has another number of columns than what it refers to. Name as many on both sides.'),
  rule('sql-recursive', /^recursive aggregate queries not supported$/u, 'anyCall', () => 'The recursive part of a query cannot use aggregates. Compute them in the query that reads it.'),
  rule('sql-recursive', /^cannot use window functions in recursive queries$/u, 'anyCall', () => 'The recursive part of a query cannot use window functions. Compute them in the query that reads it.'),
  rule('sql-window', /^cannot override (?<clause>.*) of window: (?<name>.*)$/su, 'column', ({ clause, name }) => `The window \`${name}\` cannot be given this ${clause}: it has its own. Write the window in full.`),
  rule('sql-frame', /^RANGE with offset PRECEDING\/FOLLOWING requires one ORDER BY expression$/u, 'word', () => 'RANGE with a distance needs an ORDER BY of exactly one expression. Write it, or take ROWS.', 'RANGE'),
]; // prettier-ignore

function rule(
  id: string,
  pattern: RegExp,
  place: PlaceKind,
  says: (groups: Readonly<Record<string, string>>) => string,
  word?: string,
): MessageRule {
  return { id, pattern, place, says, ...(word === undefined ? {} : { word }) };
}

/** The rule for a message, and what it captured. */
export function ruleOf(
  message: string,
): { readonly rule: MessageRule; readonly groups: Readonly<Record<string, string>> } | undefined {
  for (const each of messageRules) {
    const match = each.pattern.exec(message);
    if (match !== null) return { rule: each, groups: { ...match.groups } };
  }
  return undefined;
}

/** Every id that an error of a statement can have. */
export const sqlErrorIds: ReadonlySet<string> = new Set([
  ...messageRules.map(({ id }) => id),
  'sql-incomplete',
  'sql-unclosed-parenthesis',
  'sql-unclosed-quote',
  'sql-unclosed-comment',
  'sql-nul',
  'sql-refused',
  'sql-dialect',
]);
