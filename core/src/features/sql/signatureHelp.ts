import { functionsNamed, isWord, signatureOf } from '../../sql/index.ts';
import type {
  SqlCall,
  SqlDocument,
  SqlFunction,
  SqlName,
  SqlStatement,
  SqlToken,
  SqlTree,
} from '../../sql/index.ts';
import { columnNamed, foldedName, tableNamed } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { statementTouching } from './locate.ts';
import { partsOf } from './walk.ts';

/** One way to write what stands in the parentheses at the cursor. */
export interface SqlSignature {
  /** `substr(text, start[, length])`, `Dogs (dog_id, name)`. */
  readonly label: string;
  readonly documentation: string;
  /** Where the parameters stand in the label. */
  readonly parameters: readonly Range[];
  /** Place of the parameter at the cursor; absent behind the last one. */
  readonly activeParameter?: number;
}

export interface SqlSignatureHelp {
  readonly signatures: readonly SqlSignature[];
  /** The signature that what is written fits. */
  readonly activeSignature: number;
}

/** An opening parenthesis that is not closed before the cursor. */
interface Opened {
  readonly at: number;
  /** Commas between it and the cursor that stand in no inner parentheses. */
  commas: number;
  readonly isQuery: boolean;
}

/**
 * How the function around an offset is called, with the argument there; in a row of `INSERT ... VALUES` and in its list of columns, the columns
 * that are written. Undefined elsewhere, and for functions and tables that are not known.
 */
export function sqlSignatureHelp(
  document: SqlDocument,
  offset: number,
  schema?: SqlSchema,
): SqlSignatureHelp | undefined {
  const statement = statementTouching(document, offset);
  if (statement === undefined) return undefined;
  const calls = partsOf(statement.tree);
  const around = openedBefore(statement.tokens, offset - statement.start);
  for (const opened of around) {
    if (opened.isQuery) return undefined;
    const call = calls.calls.find(({ parentheses }) => parentheses.start === opened.at);
    if (call !== undefined) return helpOfCall(call.name, opened.commas, call);
    const source = calls.sources.find(
      (each) => each.kind === 'function' && each.arguments.range.start === opened.at,
    );
    if (source?.kind === 'function') return helpOfCall(source.name, opened.commas);
    // A row's parenthesis is within no other.
    if (opened === around.at(-1)) return helpOfInsert(statement, opened, offset - statement.start, schema);
  }
  return around.length === 0 ? helpOfList(statement, offset - statement.start, schema) : undefined;
}

/** In the list of `INSERT ... SELECT`: the column that each expression is written to. */
function helpOfList(
  { tree, text }: SqlStatement,
  at: number,
  schema: SqlSchema | undefined,
): SqlSignatureHelp | undefined {
  const { kind, query } = tree;
  const [select] = query?.selects ?? [];
  const clause = select?.clauses.find((each) => each.kind === 'select');
  if (kind !== 'insert' || select === undefined || clause === undefined) return undefined;
  const isBehind = at > clause.range.end && clause.range.end < text.length;
  if (at <= clause.keyword.end || isBehind) return undefined;
  if (select.items.some(({ star }) => star !== undefined)) return undefined;
  const behind = select.items.findLastIndex(({ range }) => range.start <= at);
  return writtenColumns(tree, select.range.start, Math.max(behind, 0), schema);
}

/** Parentheses around an offset, innermost first. */
function openedBefore(tokens: readonly SqlToken[], at: number): readonly Opened[] {
  const open: Opened[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.end > at) break;
    if (token.kind !== 'symbol') continue;
    if (token.text === '(') {
      const next = tokens.slice(i + 1, i + 12).find(({ kind }) => kind !== 'space' && kind !== 'comment');
      const isQuery = next !== undefined && next.start < at && isWord(next, 'SELECT', 'WITH', 'VALUES');
      open.push({ at: token.start, commas: 0, isQuery });
    } else if (token.text === ')') open.pop();
    else if (token.text === ',') {
      const last = open.at(-1);
      if (last !== undefined) last.commas++;
    }
  }
  return open.reverse();
}

function helpOfCall(name: SqlName, argument: number, call?: SqlCall): SqlSignatureHelp | undefined {
  const all = functionsNamed(name.text);
  if (all.length === 0) return undefined;
  const given = Math.max(argument + 1, call?.arguments.length ?? 0);
  const isFit = ({ kind, parameters }: SqlFunction): boolean => {
    const isWindow = kind === 'window' || kind === 'aggregate';
    if (call?.isWindow === true && !isWindow) return false;
    return given <= parameters.length || parameters.at(-1)?.isRepeated === true;
  };
  const active = all.findIndex(isFit);
  return {
    signatures: all.map((each) => functionSignature(each, argument)),
    activeSignature: Math.max(active, 0),
  };
}

function functionSignature(own: SqlFunction, argument: number): SqlSignature {
  const label = signatureOf(own);
  const last = own.parameters.length - 1;
  const active = own.parameters[last]?.isRepeated === true ? Math.min(argument, last) : argument;
  const texts = own.parameters.map(({ name, isRepeated }) => (isRepeated ? '...' : name));
  return {
    label,
    documentation: own.summary,
    parameters: placesIn(label, label.indexOf('(') + 1, texts),
    ...(active <= last && { activeParameter: active }),
  };
}

/** Where texts stand in a label, one behind the other. */
function placesIn(label: string, from: number, texts: readonly string[]): readonly Range[] {
  let at = from;
  return texts.map((text) => {
    const start = label.indexOf(text, at);
    at = start + text.length;
    return { start, end: at };
  });
}

function helpOfInsert(
  { tree, tokens }: SqlStatement,
  opened: Opened,
  at: number,
  schema: SqlSchema | undefined,
): SqlSignatureHelp | undefined {
  const { kind, target, columns = [], query } = tree;
  if (kind !== 'insert' || target?.name === undefined) return undefined;
  const before = tokens.findLast(
    (token) => token.end <= opened.at && token.kind !== 'space' && token.kind !== 'comment',
  );
  const values = query?.selects.find((select) => select.kind === 'values');
  const isFirst = isWord(before, 'VALUES') || before?.text === ',';
  if (values !== undefined && opened.at >= values.range.start && isFirst)
    return writtenColumns(tree, values.range.start, opened.commas, schema);
  if (before?.end !== (target.alias ?? target.name).range.end) return undefined;
  const named = columns.find(({ range }) => range.start <= at && at <= range.end);
  return writtenColumns(tree, 0, named, schema);
}

/**
 * The columns that a statement writes: those that it lists, else all of the table that can be written.
 * @param rows where the rows begin; columns behind them are those that ON CONFLICT sets
 * @param active the column at the cursor, by its place or its name
 */
function writtenColumns(
  { target, columns = [] }: SqlTree,
  rows: number,
  active: number | SqlName | undefined,
  schema: SqlSchema | undefined,
): SqlSignatureHelp | undefined {
  const name = target?.name?.text ?? '';
  const table = schema && tableNamed(schema, name);
  const known = table?.columns.filter(({ isGenerated }) => isGenerated !== true) ?? [];
  const listed = columns.filter(({ range }) => range.end <= rows).map(({ text }) => text);
  const written = listed.length > 0 ? listed : known.map((column) => column.name);
  if (written.length === 0) return undefined;
  const isMeant = (column: string): boolean =>
    typeof active === 'object' && foldedName(column) === foldedName(active.text);
  const at = typeof active === 'number' ? active : written.findIndex(isMeant);
  const column = table && columnNamed(table, written[at] ?? '');
  const told = [column?.name, column?.type, column?.isNotNull === true ? 'not null' : ''];
  const label = `${name} (${written.join(', ')})`;
  return {
    activeSignature: 0,
    signatures: [
      {
        label,
        documentation: told.filter((part) => part !== undefined && part !== '').join(' · '),
        parameters: placesIn(label, name.length + 2, written),
        ...(at >= 0 && at < written.length && { activeParameter: at }),
      },
    ],
  };
}
