import { functionsNamed, scopeAt } from '../../sql/index.ts';
import type { SqlCall, SqlDocument, SqlName, SqlSource, SqlStatement } from '../../sql/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { touches } from '../../text/index.ts';
import type { Range } from '../../text/index.ts';
import { code, formatCount, plain } from '../wording.ts';
import { sqlDefinition } from './definition.ts';
import type { SqlDefinition } from './definition.ts';
import { describeColumn, describeFunctions, describeTable, sqlBlock } from './describe.ts';
import { expandStar } from './expandStar.ts';
import {
  createdTable,
  inDocument,
  lineNumber,
  nameAt,
  statementTouching,
  tableOf,
  tablesIn,
} from './locate.ts';
import type { LocatedName } from './locate.ts';
import { partsOf } from './walk.ts';

/** A hover: Markdown, and the part of the document that it speaks of. */
export interface SqlHover {
  readonly markdown: string;
  readonly range: Range;
  /** Where the name is given, for a link: in this document or in the text that the schema was read from. */
  readonly definition?: SqlDefinition;
}

/**
 * What can be told about the name at an offset: a table with its columns, a column with its values, an alias, a common table expression, a function.
 * Undefined for keywords, and for names that mean nothing: those have an error.
 */
export function sqlHover(document: SqlDocument, offset: number, schema?: SqlSchema): SqlHover | undefined {
  const found = nameAt(document, offset, schema);
  if (found === undefined) return functionHover(document, offset) ?? starHover(document, offset, schema);
  const parts = describe(document, found, schema);
  if (parts.length === 0) return undefined;
  const definition = sqlDefinition(document, offset, schema);
  const isElsewhere = definition?.in === 'document' && definition.targetSelection.start !== found.range.start;
  const place = isElsewhere
    ? [`Given in line ${lineNumber(document, definition.targetSelection.start)}`]
    : [];
  return {
    markdown: [...parts, ...place].join('\n\n'),
    range: found.range,
    ...(definition !== undefined && { definition }),
  };
}

function describe(
  document: SqlDocument,
  { statement, reference, symbol }: LocatedName,
  schema: SqlSchema | undefined,
): readonly string[] {
  const { target } = reference;
  const { text } = reference.name;
  const uses = symbol.places.length - (symbol.definition === undefined ? 0 : 1);
  switch (target.kind) {
    case 'table': {
      const table = tableOf(document, target.table, schema);
      return table === undefined ? [`**${plain(text)}** — table`] : describeTable(table, schema);
    }
    case 'column': {
      const table = tableOf(document, target.table, schema);
      if (table === undefined || schema === undefined) return [`**${plain(`${target.table}.${target.column}`)}** — column`];
      return describeColumn(schema, table, target.column);
    }
    case 'alias':
      return describeAlias(document, statement, target.definition, schema);
    case 'common table': {
      const common = partsOf(statement.tree).commons.find(({ name }) => name === target.definition);
      const columns = givenColumns(document, statement, target.definition, schema);
      const query = common?.query;
      return [
        `**${plain(target.definition.text)}** — common table expression, ${used(uses)}`,
        ...listed(columns),
        ...(query === undefined ? [] : [sqlBlock(statement.text.slice(query.range.start, query.range.end))]),
      ];
    }
    case 'common column': {
      const common = partsOf(statement.tree).commons.find(({ columns }) => columns?.includes(target.definition));
      const at = common?.columns?.indexOf(target.definition) ?? -1;
      const item = common?.query?.selects[0]?.items[at];
      const title = `**${plain(`${common?.name.text ?? ''}.${target.definition.text}`)}** — column of a common table expression`;
      return item === undefined ? [title] : [title, sqlBlock(statement.text.slice(item.range.start, item.range.end))];
    }
    case 'output': {
      const items = partsOf(statement.tree).selects.flatMap((select) => select.items);
      const item = items.find(({ alias }) => alias === target.definition);
      const { start, end } = item?.expression.range ?? { start: 0, end: 0 };
      return [`**${plain(target.definition.text)}** — name of an expression, ${used(uses)}`, sqlBlock(statement.text.slice(start, end))];
    }
    case 'window': {
      const windows = partsOf(statement.tree).selects.flatMap((select) => select.windows);
      const window = windows.find(({ name }) => name === target.definition);
      const { start, end } = window?.expression.range ?? { start: 0, end: 0 };
      return [`**${plain(target.definition.text)}** — window, ${used(uses)}`, sqlBlock(statement.text.slice(start, end))];
    }
    case 'created': {
      const own = createdTable(document, text);
      return own?.name === target.definition ? describeTable(own.table) : [`**${plain(text)}** — made by this statement`];
    }
    case 'ambiguous': {
      const among = target.among.map((name) => code(`${name === '' ? '(subquery)' : name}.${text}`));
      return [`**${plain(text)}** — may be ${among.join(' or ')}: write the one that is meant.`];
    }
    case 'text':
      return symbol.text.startsWith("'") || /^(?:true|false)$/iu.test(text)
        ? []
        : [`${code(text)} — a text: no column has this name, and SQLite takes double quotes for a text then. Write ${code(`'${text.replaceAll("'", "''")}'`)} where a text is meant.`];
    case 'missing': {
      // The database does not have it yet, but this document makes it.
      const created = createdTable(document, text);
      return created === undefined ? [] : describeTable(created.table);
    }
    case 'unknown':
      return [];
  } // prettier-ignore
}

function describeAlias(
  document: SqlDocument,
  statement: SqlStatement,
  definition: SqlName,
  schema: SqlSchema | undefined,
): readonly string[] {
  const source = partsOf(statement.tree).sources.find(({ alias }) => alias === definition);
  const title = `**${plain(definition.text)}** — alias of`;
  if (source === undefined) return [];
  if (source.kind === 'function') return [`${title} the rows of ${code(source.name.text)}`, ...listed(columnsIn(document, statement, source, schema))];
  if (source.kind === 'query')
    return [`${title} a subquery`, ...listed(columnsIn(document, statement, source, schema))];
  const name = source.name?.text ?? '';
  const bound = boundSource(document, statement, source, schema);
  if (bound?.commonTable !== undefined)
    return [`${title} the common table expression ${code(bound.commonTable)}`, ...listed(bound.columns)];
  const table = tableOf(document, name, schema);
  return table === undefined ? [`${title} ${code(name)}`] : [`${title} ${code(table.name)}`, ...describeTable(table, schema)];
} // prettier-ignore

/** A source as the query that it is in sees it. */
function boundSource(
  document: SqlDocument,
  statement: SqlStatement,
  source: SqlSource,
  schema: SqlSchema | undefined,
): ReturnType<typeof scopeAt>['tables'][number] | undefined {
  const range = inDocument(source.range, statement);
  const { tables } = scopeAt(document, range.end, tablesIn(schema));
  return tables.find((table) => table.range.start === range.start && table.range.end === range.end);
}

function columnsIn(...of: Parameters<typeof boundSource>): readonly string[] | undefined {
  return boundSource(...of)?.columns;
}

/** The columns of a common table expression, asked for where its statement goes on behind WITH. */
function givenColumns(
  document: SqlDocument,
  statement: SqlStatement,
  definition: SqlName,
  schema: SqlSchema | undefined,
): readonly string[] | undefined {
  const { queries, trees } = partsOf(statement.tree);
  const around = [...queries, ...trees].find((each) =>
    each.with?.tables.some(({ name }) => name === definition),
  );
  if (around?.with === undefined) return undefined;
  const offset = statement.start + around.with.range.end + 1;
  const start = statement.start + definition.range.start;
  const { commonTables } = scopeAt(document, offset, tablesIn(schema));
  return commonTables.find(({ range }) => range.start === start)?.columns;
}

/** The columns that a `*` of a list stands for. */
function starHover(document: SqlDocument, offset: number, schema: SqlSchema | undefined): SqlHover | undefined {
  const [edit] = expandStar(document, offset, tablesIn(schema))?.edits ?? [];
  if (edit === undefined) return undefined;
  const written = document.text.slice(edit.range.start, edit.range.end);
  return { markdown: `${code(written)} stands for\n\n${sqlBlock(edit.newText)}`, range: edit.range };
} // prettier-ignore

function functionHover(document: SqlDocument, offset: number): SqlHover | undefined {
  const statement = statementTouching(document, offset);
  if (statement === undefined) return undefined;
  const at = offset - statement.start;
  const { calls, sources } = partsOf(statement.tree);
  const call = calls.find(({ name }) => touches(name.range, at));
  const source = sources.find((each) => each.kind === 'function' && touches(each.name.range, at));
  const name = call?.name ?? (source?.kind === 'function' ? source.name : undefined);
  if (name === undefined) return undefined;
  const all = functionsNamed(name.text);
  const fitting = call === undefined ? all : all.filter((each) => isFit(each, call));
  const shown = fitting.length > 0 ? fitting : all;
  if (shown.length === 0) return undefined;
  return { markdown: describeFunctions(shown).join('\n\n'), range: inDocument(name.range, statement) };
}

function isFit({ parameters, kind }: ReturnType<typeof functionsNamed>[number], call: SqlCall): boolean {
  if (call.isWindow && kind !== 'window' && kind !== 'aggregate') return false;
  const given = call.isStar ? 0 : call.arguments.filter(({ start, end }) => end > start).length;
  const least = parameters.filter(({ isOptional }) => !isOptional).length;
  return given >= least && (given <= parameters.length || parameters.at(-1)?.isRepeated === true);
}

function listed(columns: readonly string[] | undefined): readonly string[] {
  if (columns === undefined || columns.length === 0) return [];
  const more = columns.length > 40 ? ` and ${formatCount(columns.length - 40)} more` : '';
  return [`Columns: ${columns.slice(0, 40).map((name) => code(name, 60)).join(', ')}${more}`];
} // prettier-ignore

function used(times: number): string {
  return times === 0 ? 'not used' : times === 1 ? 'used once' : `used ${formatCount(times)} times`;
}
