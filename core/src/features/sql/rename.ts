import {
  meaningful,
  parseSqlDocument,
  quotedName,
  referencesOf,
  scanSql,
  scopeAt,
  unquoted,
} from '../../sql/index.ts';
import type {
  SqlDocument,
  SqlItem,
  SqlName,
  SqlReference,
  SqlStatement,
  SqlTables,
  SqlTarget,
} from '../../sql/index.ts';
import { foldedName } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Range, TextEdit } from '../../text/index.ts';
import { inDocument, lineNumber, nameAt, tablesIn } from './locate.ts';
import type { LocatedName } from './locate.ts';
import { partsOf } from './walk.ts';

/** Why something cannot be renamed, for people. */
export interface SqlRenameProblem {
  readonly problem: string;
}

/** What would be renamed at an offset: the name there, and the text to start editing from, without quotes. */
export interface SqlRenameStart {
  readonly range: Range;
  readonly placeholder: string;
}

const whatCan =
  'Aliases, common table expressions and their columns, names of expressions and windows can be renamed.';

/** Whether the name at an offset can be renamed: what a statement itself gives a name to, never what the database has. */
export function prepareSqlRename(
  document: SqlDocument,
  offset: number,
  schema?: SqlSchema,
): SqlRenameStart | SqlRenameProblem {
  const found = nameAt(document, offset, schema);
  if (found === undefined) return { problem: `There is no name here. ${whatCan}` };
  const { target, text } = found.symbol;
  switch (target.kind) {
    case 'alias':
    case 'common table':
    case 'common column':
    case 'window':
      return { range: found.range, placeholder: text };
    case 'output': {
      const refusal = fixedOutput(found.statement, target.definition);
      return refusal === undefined ? { range: found.range, placeholder: text } : { problem: refusal };
    }
    case 'table':
      return { problem: `\`${text}\` is a table of the database, which a query cannot rename. Give it an alias, \`${text} AS name\`, and rename that.` };
    case 'column':
      return { problem: `\`${target.column}\` is a column of \`${target.table}\` in the database, which a query cannot rename. Give it a name in the list, \`${text} AS name\`, and rename that.` };
    case 'created':
      return { problem: `\`${text}\` will be in the database, where others may read it. Change it by hand, or with ALTER TABLE where it is there already.` };
    case 'text':
      return { problem: `\`${text}\` is a text here: no column has this name. ${whatCan}` };
    case 'ambiguous':
      return { problem: `\`${text}\` may be a column of ${target.among.map((name) => `\`${name}\``).join(' or ')}. Write the table before it with a point first.` };
    case 'unknown':
    case 'missing':
      return { problem: `It is not known what \`${text}\` means here. ${whatCan}` };
  } // prettier-ignore
}

/**
 * Edits that rename what is at an offset in all its places. Refused, in words, where the statement would not mean the same: where the new name is
 * visible already or would be taken for something else. A name that needs quotes gets them; one that is given in quotes is read without.
 */
export function sqlRename(
  document: SqlDocument,
  offset: number,
  newName: string,
  schema?: SqlSchema,
): readonly TextEdit[] | SqlRenameProblem {
  const prepared = prepareSqlRename(document, offset, schema);
  if ('problem' in prepared) return prepared;
  const found = nameAt(document, offset, schema);
  if (found === undefined || !('definition' in found.reference.target)) return [];
  const name = readName(newName);
  if (name === undefined) return { problem: 'The new name is empty. Write at least one letter.' };
  if (name.includes('\0'))
    return { problem: 'The new name holds a NUL character, which ends a statement. Leave it out.' };
  if (name === found.symbol.text) return [];
  const { kind } = found.symbol.target;
  // sqlite3ColumnsFromExprList calls such columns column1, column2...
  if (/^(?:true|false)$/iu.test(name) && (kind === 'output' || kind === 'common column'))
    return { problem: `SQLite never calls a column \`${name}\`, not even in quotes. Choose another name.` };
  const tables = tablesIn(schema);
  const problem =
    foldedName(name) === foldedName(found.symbol.text) ? undefined : takenBy(document, found, name, tables);
  if (problem !== undefined) return { problem };
  const newText = quotedName(name);
  const edits = found.symbol.places.map((range) => ({ range, newText }));
  const change = changeOf(document, found.statement, edits, tables);
  return change === undefined ? edits : { problem: change };
}

/** A name as a person gives it: in quotes it is what they hold. */
function readName(text: string): string | undefined {
  const trimmed = text.trim();
  const [token, ...others] = scanSql(trimmed);
  const isQuoted = token?.kind === 'quoted' && token.isClosed && others.length === 0;
  const name = isQuoted ? unquoted(token) : trimmed;
  return name === '' ? undefined : name;
}

/** Why the name of an expression must stay: others know it by its name. */
function fixedOutput({ tree }: SqlStatement, definition: SqlName): string | undefined {
  if (tree.kind !== 'create' || tree.query === undefined) return undefined;
  const isColumn = tree.query.selects[0]?.items.some(({ alias }) => alias === definition) === true;
  if (!isColumn) return undefined;
  return `\`${definition.text}\` is a column of what this statement creates, by which others read it. Change it by hand.`;
}

/** Who has the new name already where the old one is given. */
function takenBy(
  document: SqlDocument,
  found: LocatedName,
  name: string,
  tables: SqlTables | undefined,
): string | undefined {
  const { statement, reference } = found;
  const { target } = reference;
  if (!('definition' in target)) return undefined;
  const { definition } = target;
  const isTaken = (other: SqlName | undefined): other is SqlName =>
    other !== undefined && other !== definition && foldedName(other.text) === foldedName(name);
  const twin = twinOf(statement, target.kind, definition);
  if (twin !== undefined)
    return `Two tables are called \`${definition.text}\` in line ${lineNumber(document, statement.start + twin.range.start)}, and names with a point may mean either. Give one of them another alias by hand.`; // prettier-ignore
  const taken = neighboursOf(statement, target.kind, definition).find(isTaken);
  if (taken !== undefined) return taking(document, name, statement.start + taken.range.start);
  if (target.kind === 'alias') {
    const seen = found.symbol.places.flatMap(({ start }) => scopeAt(document, start, tables).tables);
    const shadow = seen.find(
      (table) => table.name !== undefined && foldedName(table.name) === foldedName(name),
    );
    return shadow && taking(document, name, shadow.range.start);
  }
  if (target.kind !== 'output' && target.kind !== 'common column') return undefined;
  return joinedBy(statement, target.kind, definition, name);
}

function taking(document: SqlDocument, name: string, offset: number): string {
  return `\`${name}\` is visible already: it is given or named in line ${lineNumber(document, offset)}. Choose another name.`;
} // prettier-ignore

/** The names of the sources of every list that FROM, or a statement that writes, has. */
function listsOf({ tree }: SqlStatement): readonly (readonly (SqlName | undefined)[])[] {
  const { selects, trees } = partsOf(tree);
  const written = trees.map(({ target, sources = [] }) => (target === undefined ? sources : [target, ...sources]));
  return [...selects.map(({ sources }) => sources), ...written].map((list) => list.map(nameOfSource));
} // prettier-ignore

/** A source that has the name of another one in its list, which SQLite allows. */
function twinOf(statement: SqlStatement, kind: SqlTarget['kind'], definition: SqlName): SqlName | undefined {
  if (kind !== 'alias' && kind !== 'common table') return undefined;
  for (const names of listsOf(statement)) {
    const same = names.filter((name) => name !== undefined && foldedName(name.text) === foldedName(definition.text));
    if (same.length > 1 && (kind === 'common table' || same.includes(definition))) return same.at(-1);
  }
  return undefined;
} // prettier-ignore

/** Names of the same sort that stand beside one. */
function neighboursOf(statement: SqlStatement, kind: SqlTarget['kind'], definition: SqlName): readonly (SqlName | undefined)[] {
  const { selects, queries, trees, commons, sources } = partsOf(statement.tree);
  switch (kind) {
    case 'alias':
    case 'common table': {
      // A table without an alias is known by its name, so that renaming what it names renames it there too.
      const isNamed = (name: SqlName | undefined): boolean =>
        name === definition || (kind === 'common table' && name !== undefined && foldedName(name.text) === foldedName(definition.text));
      const beside = listsOf(statement).filter((names) => names.some(isNamed)).flat();
      if (kind === 'alias') return beside;
      const withs = [...queries, ...trees].flatMap((each) => each.with ?? []).filter(({ tables }) => tables.some(({ name }) => name === definition));
      return [...withs.flatMap(({ tables }) => tables.map((table) => table.name)), ...beside];
    }
    case 'common column':
      return commons.find(({ columns }) => columns?.includes(definition))?.columns ?? [];
    case 'output': {
      const query = queries.find((each) => each.selects.some(({ items }) => items.some(({ alias }) => alias === definition)));
      const lists = query?.selects ?? [];
      // ORDER BY of a compound means a column of any of its lists, whatever name that has there.
      if (lists.length > 1) return lists.flatMap(({ items }) => items.flatMap((item) => [item.alias, columnOf(item)]));
      return lists[0]?.items.map((item) => item.alias ?? columnOf(item)) ?? [];
    }
    case 'window':
      return selects.find(({ windows }) => windows.some(({ name }) => name === definition))?.windows.map(({ name }) => name) ?? [];
    default:
      return sources.map(nameOfSource);
  }
} // prettier-ignore

/** The column that an item is. */
function columnOf({ expression: { columns, range } }: SqlItem): SqlName | undefined {
  return columns.find((each) => each.range.start === range.start && each.range.end === range.end)?.column;
}

function nameOfSource(source: ReturnType<typeof partsOf>['sources'][number]): SqlName | undefined {
  return source.alias ?? (source.kind === 'query' ? undefined : source.name);
}

/** USING and NATURAL join by names of columns; a column that only the result shows is not joined by. */
function joinedBy({ tree }: SqlStatement, kind: SqlTarget['kind'], definition: SqlName, name: string): string | undefined {
  const isShown = kind === 'output' && tree.kind === 'query' && tree.query?.selects.some(({ items }) => items.some(({ alias }) => alias === definition)) === true;
  if (isShown) return undefined;
  const { sources } = partsOf(tree);
  if (sources.some(({ join }) => join?.startsWith('NATURAL') === true))
    return `\`${definition.text}\` may be joined by: NATURAL JOIN in this statement joins by equal names. Write the join with ON first.`;
  const names = new Set([foldedName(definition.text), foldedName(name)]);
  const using = sources.flatMap((source) => source.using ?? []).find(({ text }) => names.has(foldedName(text)));
  return using && `\`${using.text}\` is joined by: USING in this statement names it. Write the join with ON first.`;
} // prettier-ignore

/** The first name that would mean something else after the edits; undefined where the statement means the same. */
function changeOf(
  document: SqlDocument,
  statement: SqlStatement,
  edits: readonly TextEdit[],
  tables: SqlTables | undefined,
): string | undefined {
  const own = edits.map(({ range: { start, end }, newText }) => ({
    range: { start: start - statement.start, end: end - statement.start },
    newText,
  }));
  const [renamed, ...others] = parseSqlDocument(applyEdits(statement.text, own)).statements;
  const before = referencesOf(statement, tables);
  const after = renamed === undefined || others.length > 0 ? [] : referencesOf(renamed, tables);
  if (renamed !== undefined && meaningful(renamed.tokens).length !== meaningful(statement.tokens).length)
    return 'The statement would be read otherwise with this name. Choose another name.';
  const isOther = (reference: SqlReference, i: number): boolean => {
    const now = after[i];
    return now === undefined || meaning(reference, before) !== meaning(now, after);
  };
  const isFound = (_: SqlReference, i: number): boolean => !['missing', 'unknown'].includes(after[i]?.target.kind ?? 'missing');
  const changed = before.filter(isOther);
  // What is taken for something else says more than what is not known for that reason.
  const told = before.find((reference, i) => isOther(reference, i) && isFound(reference, i)) ?? changed[0];
  if (told === undefined) return after.length === before.length ? undefined : 'The statement would be read otherwise with this name. Choose another name.';
  const line = lineNumber(document, inDocument(told.name.range, statement).start);
  const target = after[before.indexOf(told)]?.target ?? { kind: 'missing' };
  return `The name is visible already: \`${told.name.text}\` in line ${line} would then ${inWords(target)}. Choose another name.`;
} // prettier-ignore

/** What a reference means, told so that it is the same before and after the renaming. */
function meaning({ target, isDefinition }: SqlReference, all: readonly SqlReference[]): string {
  const what = ((): string => {
    switch (target.kind) {
      case 'table':
        return foldedName(target.table);
      case 'column':
        return `${foldedName(target.table)}.${foldedName(target.column)}`;
      case 'ambiguous':
        return String(target.among.length);
      case 'text':
      case 'unknown':
      case 'missing':
        return '';
      default:
        return String(
          all.findIndex(({ name, isDefinition: isGiven }) => isGiven && name === target.definition),
        );
    }
  })();
  return `${target.kind} ${what} ${String(isDefinition)}`;
}

const named = {
  alias: 'alias',
  'common table': 'common table expression',
  'common column': 'column',
  window: 'window',
  created: 'new',
} as const;

function inWords(target: SqlTarget): string {
  switch (target.kind) {
    case 'table':
      return `be the table \`${target.table}\``;
    case 'column':
      return `be the column \`${target.table}.${target.column}\``;
    case 'ambiguous':
      return `be ambiguous (${target.among.join(', ')})`;
    case 'text':
      return 'be a text';
    case 'unknown':
    case 'missing':
      return 'not be known';
    case 'output':
      return `be the expression named \`${target.definition.text}\``;
    default:
      return `be the ${named[target.kind]} \`${target.definition.text}\``;
  }
}
