/** A schema and a document of SQL as large ones are, always the same. */

const subjects = 'customer order product supplier invoice shipment employee branch contract ticket'.split(
  ' ',
);
const aspects = 'item note status history address price contact event batch rating'.split(' ');
const attributes = 'name code kind city country amount quantity created_on updated_on comment priority'.split(
  ' ',
);

export interface GeneratedTable {
  readonly name: string;
  /** Without the key and without those that refer to other tables. */
  readonly columns: readonly string[];
  /** Tables that it refers to, by a column `TABLE_id`. */
  readonly parents: readonly string[];
}

/** Tables `customer`, `customer_item` ...: each refers to one or two of those before it. @param count at most 100 */
export function generatedTables(count: number): readonly GeneratedTable[] {
  const names = subjects.flatMap((subject) =>
    [undefined, ...aspects.slice(1)].map((aspect) => (aspect === undefined ? subject : `${subject}_${aspect}`)),
  );
  return names.slice(0, count).map((name, i) => ({
    name,
    columns: Array.from({ length: 7 }, (_, k) => attributes[(i * 3 + k) % attributes.length] ?? 'name'),
    parents: [
      ...new Set([names[Math.floor(i / 10) * 10], names[(i * 7) % Math.max(1, i)]].filter((parent) => parent !== name)),
    ].flatMap((parent) => (parent === undefined || names.indexOf(parent) >= i ? [] : [parent])),
  }));
} // prettier-ignore

/** The statements that make the tables, and a few rows in each. */
export function generatedSchema(tables: readonly GeneratedTable[]): string {
  return tables
    .map(({ name, columns, parents }) => {
      const own = columns.map((column) => `  ${column} ${typeOf(column)}`);
      const keys = parents.map((parent) => `  ${parent}_id INTEGER NOT NULL REFERENCES "${parent}" (id)`);
      const rows = Array.from({ length: 20 }, (_, row) =>
        [row + 1, ...parents.map(() => row + 1), ...columns.map((column, i) => valueOf(column, row + i))].join(', '),
      );
      return `CREATE TABLE "${name}" (\n${['  id INTEGER PRIMARY KEY', ...keys, ...own].join(',\n')}\n);\nINSERT INTO "${name}" VALUES (${rows.join('), (')});`;
    })
    .join('\n');
} // prettier-ignore

/** How many of the statements of {@link sqlOfLines} have a fault, and the rule that tells it. */
export const plantedFault = { every: 12, rule: 'sql-unknown-column' } as const;

/**
 * A document of at least `lines` lines: joins over foreign keys, filters, groups, common table expressions, subqueries and comments; a column with a slip
 * in one of {@link plantedFault} statements.
 */
export function sqlOfLines(lines: number, tables: readonly GeneratedTable[], database: string): string {
  const text = [`-- database: ${database}`];
  const related = tables.filter(({ parents }) => parents.length > 0);
  for (let n = 0; text.length < lines; n++) {
    const table = related[(n * 13) % related.length];
    if (table === undefined) throw new Error('There are no tables that refer to others.');
    text.push(...statement(n, table, tables));
  }
  return `${text.join('\n')}\n`;
}

function statement(n: number, table: GeneratedTable, tables: readonly GeneratedTable[]): readonly string[] {
  const [parentName = ''] = table.parents;
  const parent = tables.find(({ name }) => name === parentName);
  const [first = 'id', second = 'id', third = 'id'] = table.columns;
  const [outer = 'id', label = 'id'] = parent?.columns ?? [];
  const column = n % plantedFault.every === plantedFault.every - 1 ? `${first}_x` : first;
  const join = `JOIN "${parentName}" AS p ON p.id = t.${parentName}_id`;
  if (n % 3 === 0)
    return [
      `-- Statement ${n}: a group`,
      `SELECT p.${outer}, COUNT(*) AS total, MAX(t.${second}) AS largest`,
      `FROM "${table.name}" AS t`,
      join,
      `WHERE t.${column} = 'value ${n % 20}' AND t.${third} IS NOT NULL`,
      `GROUP BY p.${outer}`,
      'HAVING COUNT(*) > 1',
      'ORDER BY total DESC, largest',
      'LIMIT 20;',
    ];
  if (n % 3 === 1)
    return [
      `WITH recent AS (`,
      `  SELECT t.id, t.${parentName}_id, t.${column} AS what`,
      `  FROM "${table.name}" AS t`,
      `  WHERE t.${second} > 'value 1'`,
      `)`,
      `SELECT p.${label}, recent.what, recent.id`,
      `FROM recent`,
      `JOIN "${parentName}" AS p ON p.id = recent.${parentName}_id`,
      `WHERE p.${outer} LIKE 'value%' OR recent.what BETWEEN 'a' AND 'z'`,
      `ORDER BY recent.id;`,
    ];
  return [
    `SELECT t.id, t.${column}, t.${third}, p.${label},`,
    `  CASE WHEN t.${second} = 'value 3' THEN 'three' ELSE 'other' END AS kind_of`,
    `FROM "${table.name}" AS t`,
    `LEFT ${join}`,
    `WHERE t.${parentName}_id IN (SELECT id FROM "${parentName}" WHERE ${outer} <> 'value 2')`,
    `  AND t.${second} <> 'value ${n}';`,
  ];
}

function typeOf(column: string): string {
  return ['amount', 'quantity', 'priority'].includes(column) ? 'NUMERIC' : 'TEXT';
}

function valueOf(column: string, n: number): string {
  return typeOf(column) === 'NUMERIC' ? String(n * 3) : `'value ${n % 20}'`;
}
