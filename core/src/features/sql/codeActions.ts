import { sqlErrorIds } from '../../sql/index.ts';
import type { SqlDocument, SqlStatement, SqlTables } from '../../sql/index.ts';
import { touches } from '../../text/index.ts';
import type { Problem, Range, TextEdit } from '../../text/index.ts';
import { fixAll } from '../fixAll.ts';
import { sqlSuppressions } from '../suppress.ts';
import { expandStar } from './expandStar.ts';
import { qualifyColumns, removeQualifiers } from './qualifyColumns.ts';
import { sqlQuickFixes } from './quickFixes.ts';

/** Something the editor offers to do in a document of SQL: edits from its start, or a command. */
export interface SqlAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'refactor.rewrite' | 'refactor.explain' | 'source.fixAll.querent';
  readonly edits?: readonly TextEdit[];
  /** Called with an offset of the document. */
  readonly command?: { readonly id: string; readonly offset: number };
  /** The problem that the action solves. */
  readonly problem?: Problem;
  readonly preferred?: boolean;
}

/** What else the actions depend on. */
export interface SqlActionContext {
  readonly tables?: SqlTables | undefined;
  /** The kinds asked for, and what is below them; all that menus show when undefined. */
  readonly only?: readonly string[] | undefined;
  /** The editor's commands that can be carried out. */
  readonly commands?: { readonly write?: string; readonly fix?: string; readonly explain?: string };
}

/**
 * What can be done about `range`: corrections of the problems there, the statement written in other ways, comments that switch rules off, and what the
 * assistant does.
 * @param problems those of the whole document, as `judgeSql` gives them
 */
export function sqlCodeActions(
  document: SqlDocument,
  range: Range,
  problems: readonly Problem[],
  { tables, only, commands = {} }: SqlActionContext = {},
): SqlAction[] {
  const wanted = (kind: SqlAction['kind']): boolean =>
    only === undefined
      ? !kind.startsWith('source.') || kind === 'source.fixAll.querent'
      : only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
  const actions: SqlAction[] = [];
  if (wanted('quickfix')) {
    for (const each of sqlQuickFixes(document.text, range, problems))
      actions.push({ ...each, kind: 'quickfix' });
    actions.push(...mending(document, range, problems, commands.fix));
  }
  if (wanted('source.fixAll.querent')) {
    // Which name was meant is a guess, and so is what an unreadable statement lacks: neither is changed unseen.
    const certain = problems.filter(({ rule }) => !sqlErrorIds.has(rule));
    const all = fixAll(document, certain, only === undefined ? 2 : 1);
    if (all?.edits !== undefined) actions.push({ title: all.title, kind: 'source.fixAll.querent', edits: all.edits });
  }
  if (wanted('quickfix'))
    for (const { problem, title, edits } of sqlSuppressions(document, range, problems))
      actions.push({ title, kind: 'quickfix', edits, problem });
  const statement = statementTouching(document, range.start);
  if (wanted('refactor.rewrite')) {
    actions.push(...writing(document, range, statement, commands.write));
    actions.push(...rewriting(document, range, statement, tables));
  }
  const explain = commands.explain;
  if (wanted('refactor.explain') && explain !== undefined && statement?.tree.kind === 'query')
    actions.push({
      title: 'Explain this statement in words',
      kind: 'refactor.explain',
      command: { id: explain, offset: statement.start },
    });
  return actions;
} // prettier-ignore

/** What the assistant makes of a statement that the engine refuses. */
function mending(
  document: SqlDocument,
  range: Range,
  problems: readonly Problem[],
  command: string | undefined,
): readonly SqlAction[] {
  const problem = problems.find(
    (each) => sqlErrorIds.has(each.rule) && each.range.start <= range.end && range.start <= each.range.end,
  );
  if (command === undefined || problem === undefined) return [];
  const statement = statementTouching(document, problem.range.start);
  if (statement === undefined) return [];
  return [
    {
      title: 'Propose corrections of this statement',
      kind: 'quickfix',
      command: { id: command, offset: problem.range.start },
      problem,
    },
  ];
}

function writing(
  { directives }: SqlDocument,
  range: Range,
  statement: SqlStatement | undefined,
  command: string | undefined,
): readonly SqlAction[] {
  if (command === undefined) return [];
  const question = directives.find(
    ({ kind, statement: own, range: place }) =>
      kind === 'question' && (touches(place, range.start) || (own !== undefined && own === statement?.index)),
  );
  if (question === undefined || question.value === '') return [];
  return [
    {
      title: 'Write SQL for this question',
      kind: 'refactor.rewrite',
      command: { id: command, offset: question.range.start },
    },
  ];
}

/** Characters of a statement up to which it is offered to be rewritten: what is offered is tried first, whenever the cursor moves. */
const longestRewritten = 50_000;

function rewriting(
  document: SqlDocument,
  { start }: Range,
  statement: SqlStatement | undefined,
  tables: SqlTables | undefined,
): readonly SqlAction[] {
  const actions: SqlAction[] = [];
  if (statement === undefined || statement.text.length > longestRewritten) return actions;
  const expanded = expandStar(document, start, tables);
  if (expanded !== undefined) actions.push({ ...expanded, kind: 'refactor.rewrite' });
  for (const [title, edits] of [
    ['Qualify columns with their tables', qualifyColumns(statement, tables)],
    ['Remove qualifiers that are not needed', removeQualifiers(statement, tables)],
  ] as const)
    if (edits.length > 0) actions.push({ title, kind: 'refactor.rewrite', edits });
  return actions;
}

function statementTouching({ statements }: SqlDocument, offset: number): SqlStatement | undefined {
  return (
    statements.find(({ start, end }) => start <= offset && offset < end) ??
    statements.find(({ end }) => end === offset)
  );
}
