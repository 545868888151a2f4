import type { Range } from '../text/index.ts';
import type { Binding, BoundCommon, BoundSource, Commons, Region, Scope } from './bindings.ts';
import { statementAt } from './document.ts';
import type { ScopeCall, ScopeCommonTable, ScopeTable, SqlDocument, SqlScope, SqlStatement, SqlTables } from './documentTypes.ts'; // prettier-ignore
import { bindingOf } from './references.ts';
import { unquoted } from './scanner.ts';
import type { SqlToken } from './scanner.ts';
import type { SqlClause } from './tree.ts';

/**
 * What is visible at an offset of a document, also in a statement that is not finished: the clause, the tables of the query there and of those around
 * it, common table expressions, aliases. Never fails.
 * @param tables what the database has; the same object as long as it says the same
 */
export function scopeAt(document: SqlDocument, offset: number, tables?: SqlTables): SqlScope {
  const { word, qualifiers, first } = wordAt(document, offset);
  const statement = statementAt(document, first) ?? touching(document, offset);
  if (statement === undefined) return { clause: 'start', word, qualifiers, ...nothing };
  const binding = bindingOf(statement, tables);
  const isClosed = statement.ending === 'semicolon' && statement.text.endsWith(';');
  const at = Math.min(first - statement.start, statement.text.length - (isClosed ? 1 : 0));
  const region = innermost(binding, at);
  const { clause, scope } = placeIn(region, at, statement.text);
  const levels = levelsOf(scope);
  const all = levels.flatMap((level, depth) =>
    level.sources.map((source) => tableOf(source, depth, statement, at)),
  );
  return {
    statement,
    clause,
    word,
    qualifiers,
    tables: all,
    commonTables: commonsOf(scope?.commons, statement),
    outputs: (scope?.outputs ?? []).map(({ name, range, isAlias }) => ({
      name,
      range: moved(range, statement),
      isAlias,
    })),
    windows: (scope?.windows ?? []).map(({ text }) => text),
    calls: callsAt(binding, statement, at),
    joined: all.flatMap(({ depth, isBefore }, i) => (depth === 0 && isBefore ? [i] : [])),
  };
}

const nothing = { tables: [], commonTables: [], outputs: [], windows: [], calls: [], joined: [] } as const;

/** A statement that ends right at the offset, while its last word is being written. */
function touching({ statements }: SqlDocument, offset: number): SqlStatement | undefined {
  return statements.find(({ end, ending }) => end === offset && ending !== 'semicolon');
}

/** The word at an offset, what is written before it with points, and where all of that begins. */
function wordAt(
  { tokens }: SqlDocument,
  offset: number,
): { readonly word: Range; readonly qualifiers: readonly string[]; readonly first: number } {
  const at = tokenAt(tokens, offset);
  const word = at === undefined ? undefined : tokens[at];
  const range = { start: word?.start ?? offset, end: word?.end ?? offset };
  const qualifiers: string[] = [];
  let first = range.start;
  let i = at ?? tokens.findLastIndex(({ end }) => end <= offset) + 1;
  for (;;) {
    const point = tokens[i - 1];
    const name = tokens[i - 2];
    if (
      point?.text !== '.' ||
      point.end !== (tokens[i]?.start ?? offset) ||
      name === undefined ||
      !isName(name)
    )
      break;
    qualifiers.unshift(unquoted(name));
    first = name.start;
    i -= 2;
  }
  return { word: range, qualifiers, first };
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** The word or name that ends at the offset or that it is in, else the one that begins there; a text only from inside. */
function tokenAt(tokens: readonly SqlToken[], offset: number): number | undefined {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const here = tokens[low];
  const next = tokens[low + 1];
  if (here !== undefined && here.start < offset) {
    if (isName(here)) return low;
    if (here.kind === 'string' && (here.end > offset || !here.isClosed)) return low;
  }
  if (here?.start === offset && isName(here)) return low;
  return next?.start === offset && isName(next) ? low + 1 : undefined;
}

function innermost({ regions }: Binding, at: number): Region | undefined {
  let best: Region | undefined;
  for (const region of regions) {
    const { start, end } = region.range;
    if (at < start || at > end) continue;
    const isCloser = best === undefined || start > best.range.start || end < best.range.end;
    if (isCloser || (region.query !== undefined && best?.query === undefined)) best = region;
  }
  return best;
}

/** The clause and the scope within a region. */
function placeIn(
  region: Region | undefined,
  at: number,
  text: string,
): { readonly clause: SqlScope['clause']; readonly scope: Scope | undefined } {
  if (region === undefined) return { clause: 'start', scope: undefined };
  const { query, tree, selects } = region;
  const own = (query ?? tree)?.with;
  const isCommon = own !== undefined && at >= own.range.start && isWithin(own.range, at, text);
  const common = isCommon ? 'with' : undefined;
  if (query === undefined) {
    const clause = clauseAt(tree?.clauses ?? [], at);
    return { clause: clause?.kind ?? common ?? 'start', scope: region.scope };
  }
  const behind = clauseAt(query.clauses, at);
  const chosen = selects.findLast(({ select }) => select.range.start <= at) ?? selects[0];
  const inside = chosen === undefined ? undefined : clauseAt(chosen.select.clauses, at);
  const isBehind = behind !== undefined && behind.keyword.start >= (inside?.keyword.start ?? 0);
  if (isBehind) return { clause: behind.kind, scope: region.scope };
  return { clause: inside?.kind ?? common ?? 'start', scope: chosen?.scope ?? region.scope };
}

/** Behind the last common table expression its statement begins; behind WITH or a comma another one does. */
function isWithin({ end }: Range, at: number, text: string): boolean {
  return at < end || (at === end && /(?:,|\bWITH|\bRECURSIVE)\s*$/iu.test(text.slice(0, at)));
}

/** The clause behind whose keyword an offset stands. */
function clauseAt(clauses: readonly SqlClause[], at: number): SqlClause | undefined {
  return clauses.findLast(({ keyword }) => keyword.end <= at);
}

function levelsOf(scope: Scope | undefined): readonly Scope[] {
  const levels: Scope[] = [];
  for (let at = scope; at !== undefined; at = at.parent) levels.push(at);
  return levels;
}

function tableOf(bound: BoundSource, depth: number, statement: SqlStatement, at: number): ScopeTable {
  const { source, name, table, common, columns } = bound;
  const isTable = source.kind === 'table';
  return {
    name,
    ...(source.alias !== undefined && { alias: source.alias.text }),
    ...(table !== undefined && { table }),
    ...(isTable && source.schema !== undefined && { schema: source.schema.text }),
    ...(common !== undefined && { commonTable: common.table.name.text }),
    columns: columns?.map((column) => column.name),
    depth,
    range: moved(source.range, statement),
    isBefore: source.range.end <= at,
  };
}

function commonsOf(commons: Commons | undefined, statement: SqlStatement): readonly ScopeCommonTable[] {
  const all: BoundCommon[] = [];
  for (let at = commons; at !== undefined; at = at.parent) all.push(...at.tables);
  return all.map(({ table, columns }) => ({
    name: table.name.text,
    columns: columns?.map(({ name }) => name),
    range: moved(table.name.range, statement),
  }));
}

function callsAt({ calls }: Binding, statement: SqlStatement, at: number): readonly ScopeCall[] {
  const { text } = statement;
  const around = calls.filter(({ parentheses: { start, end }, isClosed }) => {
    if (at <= start) return false;
    return at < end || (!isClosed && text.slice(end, at).trim() === '');
  });
  around.sort((a, b) => b.parentheses.start - a.parentheses.start);
  return around.map((call) => ({
    name: call.name.text,
    argument: call.arguments.filter(({ end }) => end < at && text.slice(end, at).includes(',')).length,
    range: moved(call.name.range, statement),
  }));
}

function moved({ start, end }: Range, statement: SqlStatement): Range {
  return { start: start + statement.start, end: end + statement.start };
}
