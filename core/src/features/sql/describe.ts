import { signatureOf } from '../../sql/index.ts';
import type { SqlFunction } from '../../sql/index.ts';
import type { SqlColumn, SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { columnNamed, foldedName, readDdl } from '../../sqlSchema/index.ts';
import { code, formatCount, percent, plain } from '../wording.ts';

/** Columns that a hover lists; what is more is counted. */
const COLUMNS = 40;

const kinds = { table: 'table', view: 'view', virtual: 'virtual table' } as const;

/**
 * `**Dogs** — table, 1,204 rows`, then its columns with types and keys, of a view its query; Markdown, a paragraph an element.
 * @param schema where the table is from: what creates a view stands there
 */
export function describeTable(table: SqlTable, schema?: SqlSchema): readonly string[] {
  const { name, kind = 'table', rows, columns } = table;
  const counted = rows === undefined ? [] : [`${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`];
  const shown = columns.slice(0, COLUMNS).map((column) => {
    const { type } = column;
    return `| ${plain(column.name)} | ${plain(type)} | ${plain(traitsOf(table, column).join(', '))} |`;
  });
  const more = columns.length > COLUMNS ? [`and ${formatCount(columns.length - COLUMNS)} more columns`] : [];
  return [
    `**${plain(name)}** — ${[kinds[kind], ...counted].join(', ')}`,
    ...(shown.length === 0 ? [] : [['| column | type | |', '|---|---|---|', ...shown].join('\n')]),
    ...more,
    ...(kind === 'view' && schema !== undefined ? viewQuery(schema, name) : []),
  ];
}

/** The statement that creates a view. */
function viewQuery({ statements }: SqlSchema, name: string): readonly string[] {
  const wanted = foldedName(name);
  const own = statements.find(
    (statement) =>
      /^\s*create\b[^(]*\bview\b/iu.test(statement) &&
      readDdl(statement).tables.some((made) => foldedName(made.name) === wanted),
  );
  return own === undefined ? [] : [sqlBlock(own)];
}

/** `**Dogs.age** — INT, not null`, then what is known of its values. */
export function describeColumn(schema: SqlSchema, table: SqlTable, name: string): readonly string[] {
  const column = columnNamed(table, name);
  if (column === undefined)
    return [`**${plain(`${table.name}.${name}`)}** — number of the row, which SQLite keeps for every table`];
  const traits = [column.type, ...traitsOf(table, column)].filter((part) => part !== '').map(plain);
  const title = `**${plain(`${table.name}.${column.name}`)}**`;
  return [
    traits.length === 0
      ? `${title} — column of ${kinds[table.kind ?? 'table']} ${plain(table.name)}`
      : `${title} — ${traits.join(', ')}`,
    ...(column.default === undefined ? [] : [`Default: ${code(column.default)}`]),
    ...describeValues(column),
    ...referredFrom(schema, table, column),
  ];
}

/** What is known of a column beside name and type: `primary key`, `not null`, `→ Owners.owner_id`. */
function traitsOf(table: SqlTable, column: SqlColumn): readonly string[] {
  const wanted = foldedName(column.name);
  const keys = table.foreignKeys.filter((key) => foldedName(key.column) === wanted);
  return [
    ...(column.isKey ? ['primary key'] : []),
    ...(column.isNotNull === true && !column.isKey ? ['not null'] : []),
    ...(column.isUnique === true && !column.isKey ? ['unique'] : []),
    ...(column.isGenerated === true ? ['generated'] : []),
    ...keys.map((key) => `→ ${key.table}${key.to === '' ? '' : `.${key.to}`}`),
  ];
}

/** Never a figure without how many rows it comes from. */
function describeValues({ values }: SqlColumn): readonly string[] {
  if (values === undefined) return [];
  const { examined, isComplete, distinct, nullShare, samples } = values;
  if (examined === 0) return [isComplete ? 'The table has no rows.' : 'No rows were looked at.'];
  const among = isComplete
    ? `in ${formatCount(examined)} ${examined === 1 ? 'row' : 'rows'}`
    : `among the first ${formatCount(examined)} rows`;
  const different = `${formatCount(distinct)} ${distinct === 1 ? 'value' : 'different values'} ${among}`;
  const nulls = nullShare === 0 ? 'no NULL' : `${percent(nullShare)} NULL`;
  const examples = samples.slice(0, 8).map((value) => code(String(value), 40));
  return [
    `${different}, ${nulls}`,
    ...(examples.length === 0
      ? []
      : [`${isComplete && examples.length >= distinct ? 'Values' : 'For example'}: ${examples.join(', ')}`]),
  ];
}

/** Foreign keys of other tables that lead to a column. */
function referredFrom({ tables }: SqlSchema, table: SqlTable, column: SqlColumn): readonly string[] {
  const isMeant = (to: string): boolean =>
    to === '' ? column.isKey : foldedName(to) === foldedName(column.name);
  const from = tables.flatMap((other) =>
    other.foreignKeys
      .filter((key) => foldedName(key.table) === foldedName(table.name) && isMeant(key.to))
      .map((key) => code(`${other.name}.${key.column}`)),
  );
  if (from.length === 0) return [];
  const more = from.length > 8 ? ` and ${formatCount(from.length - 8)} more` : '';
  return [`Referred to by ${from.slice(0, 8).join(', ')}${more}`];
}

/** Each with its signature and what it does. */
export function describeFunctions(functions: readonly SqlFunction[]): readonly string[] {
  return functions.flatMap((each) => [
    sqlBlock(signatureOf(each)),
    `${each.summary} (${each.kind} function)`,
  ]);
}

/** SQL as a block of code, cut after twenty lines; whatever backticks it holds. */
export function sqlBlock(text: string): string {
  const lines = text.trim().split('\n');
  const shown = lines.length > 20 ? [...lines.slice(0, 20), '...'] : lines;
  const cut = shown.join('\n').slice(0, 2_000);
  const longest = Math.max(2, ...(cut.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${cut}\n${fence}`;
}
