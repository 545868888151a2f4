import { isWord } from '../../sql/index.ts';
import type { SqlToken } from '../../sql/index.ts';
import { foldedName } from '../schema.ts';
import type { SqlColumn, SqlIndex, SqlSchema, SqlTable } from '../schema.ts';
import { ddlStatements } from './statements.ts';
import { noParts, readTableBody, readTablePart } from './tableParts.ts';
import type { TableParts } from './tableParts.ts';
import { byCommas, textOf, TokenReader } from './tokens.ts';
import type { PlacedName } from './tokens.ts';
import { viewColumns } from './viewColumns.ts';

interface Draft {
  readonly name: PlacedName;
  readonly kind: 'table' | 'view' | 'virtual';
  readonly statement: string;
  readonly parts: TableParts;
  readonly indexes: SqlIndex[];
  isWithoutRowid: boolean;
}

/**
 * The tables, views and indexes that a text of SQL creates, in SQLite's dialect and as far as dumps of other databases write the same. Never
 * fails: a statement that makes no sense is left out or read as far as it goes, and spoils no other. Statements that follow are heeded where
 * they change a table (`ALTER TABLE ... ADD`, `RENAME`, `DROP`). Of two tables of one name the last is kept.
 */
export function readDdl(text: string): SqlSchema {
  const drafts = new Map<string, Draft>();
  for (const statement of ddlStatements(text)) {
    const reader = new TokenReader(statement);
    if (reader.take('CREATE')) readCreate(text, statement, reader, drafts);
    else if (reader.take('ALTER', 'TABLE')) readAlter(text, reader, drafts);
    else if (reader.take('DROP', 'TABLE') || reader.take('DROP', 'VIEW')) {
      reader.take('IF', 'EXISTS');
      drafts.delete(foldedName(reader.qualifiedName()?.name ?? ''));
    }
  }
  return {
    statements: [...drafts.values()].map(({ statement }) => statement),
    tables: [...drafts.values()].map((draft) => finished(draft, drafts)),
  };
}

function readCreate(
  text: string,
  statement: readonly SqlToken[],
  reader: TokenReader,
  drafts: Map<string, Draft>,
): void {
  reader.take('OR', 'REPLACE');
  while (isWord(reader.peek(), 'TEMP', 'TEMPORARY', 'UNLOGGED', 'MATERIALIZED', 'GLOBAL', 'LOCAL')) reader.next();
  const isUnique = reader.take('UNIQUE');
  if (reader.take('INDEX')) return readIndex(reader, isUnique, drafts);
  const isVirtual = reader.take('VIRTUAL');
  const kind = reader.take('VIEW') ? 'view' : reader.take('TABLE') ? (isVirtual ? 'virtual' : 'table') : undefined;
  if (kind === undefined) return;
  reader.take('IF', 'NOT', 'EXISTS');
  const name = reader.qualifiedName();
  if (name === undefined) return;
  const draft: Draft = {
    name,
    kind,
    statement: textOf(text, statement),
    parts: noParts(),
    indexes: [],
    isWithoutRowid: false,
  };
  // Inserted anew, so that the order is that of the last definitions.
  drafts.delete(foldedName(name.name));
  if (kind === 'view') {
    const known = (table: string): readonly SqlColumn[] | undefined =>
      drafts.get(foldedName(table))?.parts.columns;
    draft.parts.columns.push(...viewColumns(text, reader, known));
  } else if (kind === 'virtual') readVirtual(reader, draft);
  else if (reader.peek()?.text === '(') {
    readTableBody(text, reader.group() ?? [], draft.parts);
    draft.isWithoutRowid = reader.rest().some((token, i, rest) => isWord(token, 'WITHOUT') && isWord(rest[i + 1], 'ROWID'));
  } else if (reader.take('AS'))
    draft.parts.columns.push(
      ...viewColumns(text, new TokenReader(reader.rest()), (table) => drafts.get(foldedName(table))?.parts.columns),
    );
  drafts.set(foldedName(name.name), draft);
} // prettier-ignore

/** `USING fts5(title, body, tokenize = '...')`: names without `=` are columns, as the full-text modules have it. */
function readVirtual(reader: TokenReader, { parts }: Draft): void {
  if (!reader.take('USING')) return;
  reader.name();
  for (const piece of byCommas(reader.group() ?? [])) {
    const name = new TokenReader(piece).name();
    if (name === undefined || piece.some(({ text }) => text === '=')) continue;
    parts.columns.push({ name: name.name, type: '', isKey: false, place: name.place });
  }
}

/** `INDEX` is taken already. */
function readIndex(reader: TokenReader, isUnique: boolean, drafts: ReadonlyMap<string, Draft>): void {
  reader.take('CONCURRENTLY');
  reader.take('IF', 'NOT', 'EXISTS');
  const name = isWord(reader.peek(), 'ON') ? undefined : reader.qualifiedName();
  if (!reader.take('ON')) return;
  reader.take('ONLY');
  const draft = drafts.get(foldedName(reader.qualifiedName()?.name ?? ''));
  if (reader.take('USING')) reader.name();
  const columns = byCommas(reader.group() ?? []).map((piece) => {
    const own = new TokenReader(piece);
    const column = own.name()?.name;
    const isPlain = own.isAtEnd || isWord(own.peek(), 'ASC', 'DESC', 'COLLATE', 'NULLS');
    return isPlain ? column : undefined;
  });
  if (columns.length > 0)
    draft?.indexes.push({
      name: name?.name ?? '',
      columns,
      isUnique,
      isPartial: reader.rest().some((token) => isWord(token, 'WHERE')),
    });
}

/** `ALTER TABLE` is taken already. */
function readAlter(text: string, reader: TokenReader, drafts: Map<string, Draft>): void {
  reader.take('IF', 'EXISTS');
  reader.take('ONLY');
  const own = foldedName(reader.qualifiedName()?.name ?? '');
  const draft = drafts.get(own);
  if (draft === undefined) return;
  if (reader.take('RENAME', 'TO')) {
    const name = reader.name();
    if (name === undefined) return;
    drafts.delete(own);
    drafts.set(foldedName(name.name), { ...draft, name });
  } else if (reader.take('RENAME')) {
    reader.take('COLUMN');
    const from = reader.name();
    if (from !== undefined && reader.take('TO')) renameColumn(draft, from.name, reader.name());
  } else if (reader.take('DROP')) {
    reader.take('COLUMN');
    const column = foldedName(reader.name()?.name ?? '');
    const place = draft.parts.columns.findIndex(({ name }) => foldedName(name) === column);
    if (place >= 0) draft.parts.columns.splice(place, 1);
  } else
    for (const piece of byCommas(reader.rest())) {
      const each = new TokenReader(piece);
      if (!each.take('ADD')) continue;
      each.take('COLUMN');
      each.take('IF', 'NOT', 'EXISTS');
      readTablePart(text, each.rest(), draft.parts);
    }
}

function renameColumn({ parts }: Draft, from: string, to: PlacedName | undefined): void {
  if (to === undefined) return;
  const renamed = (name: string): string => (foldedName(name) === foldedName(from) ? to.name : name);
  parts.columns.forEach((column, i) => {
    if (renamed(column.name) !== column.name) parts.columns[i] = { ...column, ...to };
  });
  parts.primaryKey = parts.primaryKey.map(renamed);
  parts.foreignKeys.forEach((key, i) => (parts.foreignKeys[i] = { ...key, column: renamed(key.column) }));
}

function finished(draft: Draft, drafts: ReadonlyMap<string, Draft>): SqlTable {
  const { name, kind, parts } = draft;
  const own = new Map(parts.columns.map((column) => [foldedName(column.name), column.name]));
  // Names in keys may be written in another case than the columns'.
  const spelt = (column: string): string => own.get(foldedName(column)) ?? column;
  const primaryKey = parts.primaryKey.map(spelt);
  const isKey = new Set(primaryKey);
  const [onlyKey] = primaryKey;
  const rowid =
    primaryKey.length === 1 && !draft.isWithoutRowid && !parts.isDescending
      ? parts.columns.find(({ name: column, type }) => column === onlyKey && /^integer$/iu.test(type))
      : undefined;
  const ofKey: readonly SqlIndex[] =
    primaryKey.length > 0 && rowid === undefined
      ? [{ name: '', columns: primaryKey, isUnique: true, isPartial: false }]
      : [];
  const indexes = [...draft.indexes, ...parts.uniques, ...ofKey].map((index) => ({
    ...index,
    columns: index.columns.map((column) => (column === undefined ? undefined : spelt(column))),
  }));
  const unique = new Set(
    indexes.flatMap(({ columns, isUnique, isPartial }) =>
      isUnique && !isPartial && columns.length === 1 ? columns : [],
    ),
  );
  return {
    name: name.name,
    kind,
    columns: parts.columns.map((column) => ({
      ...column,
      isKey: isKey.has(column.name),
      isNotNull:
        column.isNotNull === true || column === rowid || (draft.isWithoutRowid && isKey.has(column.name)),
      isUnique: column === rowid || unique.has(column.name),
    })),
    foreignKeys: foreignKeysOf(parts, drafts, spelt),
    primaryKey,
    indexes,
    place: name.place,
  };
}

function foreignKeysOf(
  { foreignKeys }: TableParts,
  drafts: ReadonlyMap<string, Draft>,
  spelt: (column: string) => string,
): SqlTable['foreignKeys'] {
  return foreignKeys.map((key, i) => {
    const other = drafts.get(foldedName(key.table));
    const place = i - foreignKeys.findIndex(({ constraint }) => constraint === key.constraint);
    const to = key.to === '' ? (other?.parts.primaryKey[place] ?? '') : key.to;
    const column = other?.parts.columns.find(({ name }) => foldedName(name) === foldedName(to));
    return {
      ...key,
      table: other?.name.name ?? key.table,
      column: spelt(key.column),
      to: column?.name ?? to,
    };
  });
}
