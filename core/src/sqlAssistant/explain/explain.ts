import type { SqlQuery, SqlStatement, SqlTables, SqlTree } from '../../sql/index.ts';
import { tablesOf } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { shortened } from '../../prompting/index.ts';
import { code, listed, namingOf } from './naming.ts';
import { capital, QueryTeller } from './query.ts';
import { tablesRead } from './sources.ts';

/** What a statement does, in words. */
export interface SqlExplanation {
  /** One sentence, at most so long that it can stand in a list. */
  readonly summary: string;
  /** Sentences in the order of work. Names are code of Markdown. */
  readonly steps: readonly string[];
  /** Tables and views that it reads or writes, each once, as written. */
  readonly tables: readonly string[];
}

const longestSummary = 400;

const known = new WeakMap<SqlSchema, SqlTables>();

/**
 * Tells what a statement does: what it reads, how that is joined, filtered, grouped, sorted and cut. The same words for the same statement; nothing is asked
 * of a model, and nothing is run. What is not understood is shown as the code that it is, so that nothing is told that is not there.
 */
export function explainStatement(statement: SqlStatement, schema?: SqlSchema): SqlExplanation {
  let tables = schema === undefined ? undefined : known.get(schema);
  if (tables === undefined && schema !== undefined) known.set(schema, (tables = tablesOf(schema)));
  const teller = new QueryTeller(namingOf(statement, tables), schema);
  const { tree } = statement;
  const query = tree.kind === 'query' ? tree.query : undefined;
  const named = tablesIn(tree);
  if (query === undefined) {
    const steps = writingSteps(tree, teller, statement.text);
    return {
      summary: shortened(steps[0] ?? 'This is no whole statement.', longestSummary),
      steps,
      tables: named,
    };
  }
  const summary = shortened(`${capital(teller.brief(query))}.`, longestSummary);
  return { summary, steps: teller.steps(query), tables: named };
}

/** Statements that change something: what they would do, which Querent never lets them. */
function writingSteps(tree: SqlTree, teller: QueryTeller, text: string): readonly string[] {
  const target = code(tree.target?.name?.text ?? tree.created?.text ?? '?');
  const gives = tree.query === undefined ? [] : [...teller.steps(tree.query)];
  switch (tree.kind) {
    case 'insert':
      return [`Adds rows to ${target}${columnsOf(tree)}.`, ...gives];
    case 'update':
      return [`Changes rows of ${target}: sets ${listed((tree.columns ?? []).map((column) => code(column.text)))}${teller.where(tree)}.`];
    case 'delete':
      return [`Deletes rows of ${target}${teller.where(tree)}.`];
    case 'create':
      return [`Makes ${target}.`, ...gives];
    case 'empty':
      return [];
    default:
      return [`Runs ${code(/^\S+/u.exec(text)?.[0].toUpperCase() ?? '')}, which changes or asks the database itself.`];
  }
} // prettier-ignore

function columnsOf({ columns = [] }: SqlTree): string {
  return columns.length === 0 ? '' : `, with values for ${listed(columns.map(({ text }) => code(text)))}`;
}

function tablesIn(tree: SqlTree): readonly string[] {
  const found = new Map<string, string>();
  const add = (name: string): void => void (found.has(name.toLowerCase()) || found.set(name.toLowerCase(), name));
  const commons = new Set<string>();
  const visit = (query: SqlQuery | undefined): void => {
    if (query === undefined) return;
    for (const { name, query: inner } of query.with?.tables ?? []) {
      commons.add(name.text.toLowerCase());
      visit(inner);
    }
    for (const name of tablesRead(query)) add(name);
    for (const { sources, items, where, group, having, rows } of query.selects) {
      for (const source of sources) {
        if (source.kind === 'query') visit(source.query);
        source.on?.queries.forEach(visit);
      }
      const all = [...items.map(({ expression }) => expression), where, having, ...group, ...rows];
      for (const expression of all) expression?.queries.forEach(visit);
    }
    for (const { queries } of [...query.order, ...query.limit]) queries.forEach(visit);
  };
  for (const { query } of tree.with?.tables ?? []) visit(query);
  visit(tree.query);
  if (tree.target?.name !== undefined) add(tree.target.name.text);
  for (const { queries } of tree.expressions ?? []) queries.forEach(visit);
  return [...found.values()].filter((name) => !commons.has(name.toLowerCase()));
} // prettier-ignore
