import { foldName, isSameName } from './bindings.ts';
import type { BoundColumn, BoundSource, Commons, BoundCommon, Scope } from './bindings.ts';
import type { SqlTarget } from './documentTypes.ts';
import type { SqlColumnName, SqlName } from './tree.ts';

/** Other names of a table's row number (https://sqlite.org/lang_createtable.html#rowid). */
const rowNames = new Set(['rowid', 'oid', '_rowid_']);

const unknown: SqlTarget = { kind: 'unknown' };

/** What a column's name means, and the source whose name stands before its point. */
export interface Found {
  readonly target: SqlTarget;
  readonly source?: BoundSource;
}

/**
 * What a column's name means, by the rules of SQLite (resolve.c, `lookupName`): the columns of the nearest query that has it, then the aliases of that
 * query's list, then the same in the queries around it. A name in double quotes that nothing has is a text.
 * @param quote the character with which the column is written
 */
export function findColumn({ schema, table, column }: SqlColumnName, scope: Scope, quote: string): Found {
  let isUncertain = false;
  let nearest: BoundSource | undefined;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = table === undefined ? bare(column.text, at) : qualified(column.text, table, schema, at);
    if (found.target.kind === 'unknown') isUncertain = true;
    else if (found.target.kind !== 'missing') return found;
    // A table that has the name but not the column leaves the column to those around it.
    nearest ??= found.source;
    if (isUncertain && nearest !== undefined) return { target: unknown, source: nearest };
    const output =
      table === undefined && at.showsOutputs
        ? at.outputs.find(({ name, isAlias }) => isAlias && isSameName(name, column.text))
        : undefined;
    if (output !== undefined) return { target: output.target };
  }
  if (table === undefined && (quote === '"' || /^(?:true|false)$/iu.test(column.text)) && !isUncertain)
    return { target: { kind: 'text' } };
  const target: SqlTarget = isUncertain ? unknown : { kind: 'missing' };
  return nearest === undefined ? { target } : { target, source: nearest };
}

function bare(name: string, { sources, parent }: Scope): Found {
  const open = sources.filter(({ isQualifiedOnly }) => !isQualifiedOnly);
  const having = open.filter((source) => columnOf(source, name) !== undefined);
  const [first, ...others] = having;
  if (first !== undefined) {
    const apart = others.filter(({ merged }) => !merged.has(foldName(name)));
    if (apart.length > 0)
      return { target: { kind: 'ambiguous', among: [first, ...apart].map((source) => source.name ?? '') } };
    return { target: columnOf(first, name)?.target ?? unknown };
  }
  const [only] = open;
  if (open.some(({ columns }) => columns === undefined)) {
    const isSure = open.length === 1 && parent === undefined && only?.table !== undefined;
    return { target: isSure ? { kind: 'column', table: only.table, column: name } : unknown };
  }
  const rows = rowNames.has(foldName(name)) ? open.filter(({ table }) => table !== undefined) : [];
  const [row] = rows;
  if (row?.table !== undefined) return { target: { kind: 'column', table: row.table, column: name } };
  return { target: { kind: 'missing' } };
}

function qualified(name: string, table: SqlName, schema: SqlName | undefined, { sources }: Scope): Found {
  const named = sources.filter((source) => isNamed(source, table.text, schema?.text));
  const having = named.filter((each) => columnOf(each, name) !== undefined);
  const [first, ...others] = having;
  if (first !== undefined) {
    const apart = others.filter(({ merged }) => !merged.has(foldName(name)));
    const among = [first, ...apart].map((each) => each.name ?? '');
    if (apart.length > 0) return { target: { kind: 'ambiguous', among }, source: first };
    return { target: columnOf(first, name)?.target ?? unknown, source: first };
  }
  const [source] = named;
  if (source === undefined) return { target: { kind: 'missing' } };
  if (source.table !== undefined && (source.columns === undefined || rowNames.has(foldName(name))))
    return { target: { kind: 'column', table: source.table, column: name }, source };
  return { target: source.columns === undefined ? unknown : { kind: 'missing' }, source };
}

function isNamed({ name, source }: BoundSource, table: string, schema: string | undefined): boolean {
  if (name === undefined || !isSameName(name, table)) return false;
  if (schema === undefined) return true;
  const own = source.kind === 'table' ? (source.schema?.text ?? 'main') : undefined;
  return own !== undefined && isSameName(own, schema);
}

/** A source's column by its name. */
export function columnOf({ columns }: BoundSource, name: string): BoundColumn | undefined {
  return columns?.find((column) => isSameName(column.name, name));
}

/** The common table expression that a table's name means. */
export function findCommon(name: string, commons: Commons | undefined): BoundCommon | undefined {
  const folded = foldName(name);
  for (let at = commons; at !== undefined; at = at.parent) {
    const found = at.byName.get(folded);
    if (found !== undefined) return found;
  }
  return undefined;
}
