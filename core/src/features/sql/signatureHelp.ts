import { functionsNamed, isWord, signatureOf } from '../../sql/index.ts';
import type { SqlCall, SqlDocument, SqlFunction, SqlName, SqlStatement, SqlToken } from '../../sql/index.ts';
import { tableNamed } from '../../sqlSchema/index.ts';
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
  return undefined;
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
  const name = target?.name;
  if (kind !== 'insert' || name === undefined) return undefined;
  const before = tokens.findLast(
    (token) => token.end <= opened.at && token.kind !== 'space' && token.kind !== 'comment',
  );
  const table = schema && tableNamed(schema, name.text);
  const known = table?.columns.filter(({ isGenerated }) => isGenerated !== true) ?? [];
  const values = query?.selects.find((select) => select.kind === 'values');
  const isRow =
    values !== undefined &&
    opened.at >= values.range.start &&
    (isWord(before, 'VALUES') || before?.text === ',');
  const isList = before !== undefined && before.end === (target?.alias ?? name).range.end;
  if (!isRow && !isList) return undefined;
  // Columns behind the rows are those that ON CONFLICT sets.
  const listed = isRow ? columns.filter(({ range }) => range.end <= values.range.start) : [];
  const written = listed.length > 0 ? listed.map(({ text }) => text) : known.map((column) => column.name);
  if (written.length === 0) return undefined;
  const named = columns.find(({ range }) => range.start <= at && at <= range.end)?.text.toLowerCase();
  const active = isRow ? opened.commas : written.findIndex((column) => column.toLowerCase() === named);
  const label = `${name.text} (${written.join(', ')})`;
  const column = known.find((each) => each.name.toLowerCase() === written[active]?.toLowerCase());
  const told = [column?.type ?? '', column?.isNotNull === true ? 'not null' : ''].filter(
    (part) => part !== '',
  );
  return {
    activeSignature: 0,
    signatures: [
      {
        label,
        documentation: column === undefined ? '' : [column.name, ...told].join(' · '),
        parameters: placesIn(label, name.text.length + 2, written),
        ...(active >= 0 && active < written.length && { activeParameter: active }),
      },
    ],
  };
}
