import { bindingOf, referencesOf } from '../../sql/index.ts';
import type { SqlDocument, SqlStatement, SqlTables, SqlTarget } from '../../sql/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { keywordPlaces } from './keywordCase.ts';
import { tablesIn } from './locate.ts';

/** Types of semantic tokens of SQL; the index is what crosses the wire. */
export const sqlTokenTypes = [
  'table',
  'column',
  'alias',
  'function',
  'keyword',
  'parameter',
  'string',
] as const;

export type SqlTokenType = (typeof sqlTokenTypes)[number];

/** A coloured piece of text; on one physical line, and no two overlap. */
export interface SqlSemanticToken extends Range {
  readonly type: SqlTokenType;
  /** Whether the name is given here. */
  readonly isDefinition: boolean;
}

/** The tokens of the document, or of the statements that touch `range`; sorted by place. A name that is not there has none. */
export function sqlSemanticTokens(
  { statements }: SqlDocument,
  schema?: SqlSchema,
  range?: Range,
): SqlSemanticToken[] {
  const tables = tablesIn(schema);
  return statements.flatMap((statement) =>
    range !== undefined && (statement.end < range.start || statement.start > range.end)
      ? []
      : tokensOf(statement, tables),
  );
}

function tokensOf(statement: SqlStatement, tables: SqlTables | undefined): SqlSemanticToken[] {
  const { start: offset, tokens } = statement;
  const names = new Map(
    referencesOf(statement, tables).map((reference) => [reference.name.range.start, reference]),
  );
  const calls = callsOf(statement, tables);
  const keywords = keywordPlaces(statement);
  return tokens.flatMap((token) => {
    const { kind, start } = token;
    const name = names.get(start);
    const push = (type: SqlTokenType | undefined): SqlSemanticToken[] =>
      type === undefined ? [] : pieces(token.text, start + offset, type, name?.isDefinition === true);
    if (name !== undefined) return push(typeOf(name.target, kind === 'word'));
    if (kind === 'string' || kind === 'blob') return push('string');
    if (kind === 'variable') return push('parameter');
    if (calls.has(start)) return push('function');
    return push(keywords.has(start) ? 'keyword' : undefined);
  });
}

/** Where names of functions begin, those that give rows included. */
function callsOf(statement: SqlStatement, tables: SqlTables | undefined): ReadonlySet<number> {
  const { calls, regions } = bindingOf(statement, tables);
  const starts = new Set(calls.map(({ name }) => name.range.start));
  for (const { selects } of regions)
    for (const { select } of selects)
      for (const source of select.sources)
        if (source.kind === 'function') starts.add(source.name.range.start);
  return starts;
}

function typeOf(target: SqlTarget, isWord: boolean): SqlTokenType | undefined {
  switch (target.kind) {
    case 'table':
    case 'common table':
    case 'created':
      return 'table';
    case 'column':
    case 'common column':
    case 'ambiguous':
    case 'unknown':
      return 'column';
    case 'alias':
    case 'output':
    case 'window':
      return 'alias';
    case 'text':
      // `true` and `false` are read as names of columns first.
      return isWord ? 'keyword' : 'string';
    case 'missing':
      return undefined;
  }
}

/** Tokens may not span line breaks in every editor, so a text of several lines is several. */
function pieces(
  written: string,
  start: number,
  type: SqlTokenType,
  isDefinition: boolean,
): SqlSemanticToken[] {
  return [...written.matchAll(/[^\r\n]+/gu)].map(({ 0: piece, index }) => ({
    type,
    isDefinition,
    start: start + index,
    end: start + index + piece.length,
  }));
}
