import { referencesOf } from '../../sql/index.ts';
import type { SqlCommonTable, SqlDocument, SqlName, SqlStatement, SqlTree } from '../../sql/index.ts';
import { foldedName } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import type { Range } from '../../text/index.ts';
import { shorten } from '../wording.ts';
import { inDocument, tablesIn } from './locate.ts';

/** An entry of the outline. */
export interface SqlOutlineSymbol {
  readonly kind: 'query' | 'write' | 'create' | 'other' | 'commonTable';
  /** What a statement does and to what: `SELECT Dogs, Owners`, `INSERT INTO Dogs`; the name of a common table expression. */
  readonly name: string;
  /** The question that a statement answers, else what it reads beside what its name says, else its text. */
  readonly detail: string;
  /** Encloses the ranges of all children; from the start of the document. */
  readonly range: Range;
  /** What is selected when the entry is chosen; inside `range`. */
  readonly selectionRange: Range;
  readonly children: readonly SqlOutlineSymbol[];
}

const DETAIL_LENGTH = 80;

/** The outline: statements with what they do and read, and their common table expressions, also those within others. */
export function sqlSymbols(document: SqlDocument, schema?: SqlSchema): readonly SqlOutlineSymbol[] {
  const questions = new Map<number | undefined, string>();
  for (const { kind, statement, value } of document.directives)
    if (kind === 'question' && !questions.has(statement)) questions.set(statement, value);
  return document.statements
    .filter(({ tree }) => tree.kind !== 'empty')
    .map((statement) => statementSymbol(statement, questions.get(statement.index), schema));
}

function statementSymbol(
  statement: SqlStatement,
  question: string | undefined,
  schema: SqlSchema | undefined,
): SqlOutlineSymbol {
  const { tree, tokens, start, end } = statement;
  const reads = tablesRead(statement, schema);
  const verb = verbOf(tree, statement);
  const subject = tree.kind === 'query' ? reads.join(', ') : nameOf(tree.created ?? tree.target?.name);
  const first = tokens.find(({ kind }) => kind !== 'space' && kind !== 'comment');
  const others = tree.kind === 'query' ? [] : reads;
  const detail =
    question ?? (others.length > 0 ? `reads ${others.join(', ')}` : statement.text.slice(0, 400));
  return {
    kind: kindOf(tree),
    name: shorten(subject === '' ? verb : `${verb} ${subject}`, DETAIL_LENGTH),
    detail: shorten(detail, DETAIL_LENGTH),
    range: { start, end },
    selectionRange: inDocument(first ?? { start: 0, end: statement.text.length }, statement),
    children: commonsOf(tree).map((common) => commonSymbol(common, statement)),
  };
}

function kindOf({ kind }: SqlTree): SqlOutlineSymbol['kind'] {
  if (kind === 'query' || kind === 'create') return kind;
  return kind === 'insert' || kind === 'update' || kind === 'delete' ? 'write' : 'other';
}

/** The words that say what a statement does. */
function verbOf({ kind, query }: SqlTree, { text, tokens }: SqlStatement): string {
  switch (kind) {
    case 'query':
      return query?.selects[0]?.kind === 'values' ? 'VALUES' : 'SELECT';
    case 'insert':
      return /^\s*replace\b/iu.test(text) ? 'REPLACE INTO' : 'INSERT INTO';
    case 'update':
      return 'UPDATE';
    case 'delete':
      return 'DELETE FROM';
    case 'create':
    case 'other':
    case 'empty': {
      const words = tokens
        .filter(({ kind: token }) => token === 'word')
        .map((word) => word.text.toUpperCase());
      if (kind === 'create') {
        const what = words.find((word) => ['TABLE', 'VIEW', 'INDEX', 'TRIGGER'].includes(word));
        return `CREATE ${what ?? ''}`.trim();
      }
      const [verb = 'Statement', object = ''] = words;
      return ['DROP', 'ALTER'].includes(verb) ? `${verb} ${object}` : verb;
    }
  }
}

/** Tables of the database that a statement reads, each once, in the order of the text. */
function tablesRead(statement: SqlStatement, schema: SqlSchema | undefined): readonly string[] {
  const written = statement.tree.target?.name?.range.start;
  const names = new Map<string, string>();
  for (const { name, target } of referencesOf(statement, tablesIn(schema))) {
    const isTable = target.kind === 'table' && foldedName(target.table) === foldedName(name.text);
    if (isTable && name.range.start !== written && !names.has(foldedName(name.text)))
      names.set(foldedName(name.text), name.text);
  }
  return [...names.values()];
}

/** Common table expressions of a statement or a query in the order of the text. */
function commonsOf({ with: own, query }: Pick<SqlTree, 'with' | 'query'>): readonly SqlCommonTable[] {
  return [...(own?.tables ?? []), ...(query?.with?.tables ?? [])];
}

function commonSymbol(common: SqlCommonTable, statement: SqlStatement): SqlOutlineSymbol {
  const { name, columns, query, range } = common;
  const items = query?.selects[0]?.items ?? [];
  const given =
    columns?.map(({ text }) => text) ?? items.map((item) => item.alias?.text ?? textOf(item, statement));
  return {
    kind: 'commonTable',
    name: name.text === '' ? '(no name)' : name.text,
    detail: shorten(given.join(', '), DETAIL_LENGTH),
    range: inDocument(range, statement),
    selectionRange: inDocument(name.range, statement),
    children: (query?.with?.tables ?? []).map((inner) => commonSymbol(inner, statement)),
  };
}

function textOf({ range: { start, end } }: { readonly range: Range }, { text }: SqlStatement): string {
  return text.slice(start, end);
}

function nameOf(name: SqlName | undefined): string {
  return name?.text ?? '';
}
