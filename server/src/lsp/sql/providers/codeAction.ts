import { basename, dirname } from 'node:path';
import { CodeActionKind, type CodeAction, type CodeActionParams } from 'vscode-languageserver/node';
import { sqlCodeActions, type SqlAction } from '@querent/core/features';
import { dialectOf } from '@querent/core/sql';
import { tablesOf } from '@querent/core/sqlSchema';
import { editDistance, touches, type Range } from '@querent/core/text';
import { sqlCommands } from '../../../sqlProtocol.ts';
import { toDiagnostic } from '../../features/diagnostics.ts';
import { offsetsOf, workspaceEdit, type Services } from '../../services.ts';
import { databasesIn, folderOf } from '../../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import type { SqlProvider } from './index.ts';

/** Fixes, refactorings, and what the assistant does; at the comment that names the database, how to name another. */
export const codeActionProvider: SqlProvider = {
  request: 'textDocument/codeAction',
  async answer(services, document, params: CodeActionParams, signal): Promise<CodeAction[]> {
    const only = Array.isArray(params.context?.only) ? params.context.only.map(String) : undefined;
    await services.sql.problems.prepare(document, signal());
    const range = offsetsOf(document, params.range);
    const schema = services.sql.databases.schema(document);
    const actions = sqlCodeActions(document.parsed, range, services.sql.problems.of(document), {
      tables: schema === undefined ? undefined : tablesOf(schema),
      only,
      commands: commandsFor(services, document),
    });
    return [
      ...actions.map((action) => toCodeAction(services, document, action)),
      ...(wants(only, CodeActionKind.QuickFix) ? await namingDatabase(services, document, range) : []),
    ];
  },
};

/** What can be carried out for a document: statements are written where there is a schema, if only in the document itself. */
function commandsFor(
  services: Services,
  document: OpenSqlDocument,
): NonNullable<Parameters<typeof sqlCodeActions>[3]>['commands'] {
  const { dialect } = dialectOf(document.parsed, services.settings().sql.dialect);
  if (dialect !== 'sqlite') return {};
  const state = services.sql.databases.state(document);
  const hasSchema =
    state.kind === 'opening' ||
    state.kind === 'ready' ||
    (state.kind === 'none' && document.parsed.statements.some(({ tree }) => tree.kind === 'create'));
  const { write, fix, explain } = sqlCommands;
  return { explain, ...(hasSchema ? { write, fix } : {}) };
}

function toCodeAction(services: Services, document: OpenSqlDocument, action: SqlAction): CodeAction {
  const { title, kind, edits, command, problem, preferred } = action;
  return {
    title,
    kind,
    ...(edits === undefined ? {} : { edit: workspaceEdit(services, document, edits) }),
    ...(command === undefined
      ? {}
      : {
          command: {
            title,
            command: command.id,
            arguments: [document.uri, document.lines.positionAt(command.offset)],
          },
        }),
    ...(problem === undefined ? {} : { diagnostics: [toDiagnostic(document, problem)] }),
    ...(preferred === true ? { isPreferred: true } : {}),
  };
}

/** Names offered for a database that is not there. */
const mostNames = 3;

/** Where the database cannot be used, or a question has none: those that lie beside the document, the nearest names first, and the list of all. */
async function namingDatabase(
  services: Services,
  document: OpenSqlDocument,
  range: Range,
): Promise<readonly CodeAction[]> {
  const { directives } = document.parsed;
  const state = services.sql.databases.state(document);
  if (state.kind !== 'error' && state.kind !== 'none') return [];
  const own = directives.find(({ kind }) => kind === 'database');
  const { dialect } = dialectOf(document.parsed, services.settings().sql.dialect);
  const isThere =
    own === undefined
      ? dialect === 'sqlite' &&
        directives.some(({ kind, range: place }) => kind === 'question' && touches(place, range.start))
      : touches(own.range, range.start);
  const problem = services.sql.problems
    .of(document)
    .find((each) => each.rule === 'sql-database' && touches(each.range, range.start));
  if (!isThere && problem === undefined) return [];
  const diagnostics = problem === undefined ? {} : { diagnostics: [toDiagnostic(document, problem)] };
  const kind = CodeActionKind.QuickFix;
  const actions: CodeAction[] = [];
  if (own !== undefined)
    for (const name of await namesNear(document.uri, own.value))
      actions.push({
        ...{ title: `Change to ${name}`, kind, ...diagnostics },
        edit: workspaceEdit(services, document, [{ range: own.valueRange, newText: own.value === '' ? ` ${name}` : name }]),
      });
  const title = 'Choose the database…';
  actions.push({
    ...{ title, kind, ...diagnostics },
    command: { title, command: sqlCommands.chooseDatabase, arguments: [document.uri] },
  });
  return actions;
} // prettier-ignore

async function namesNear(uri: string, written: string): Promise<readonly string[]> {
  const folder = folderOf(uri);
  if (folder === undefined) return [];
  const wanted = basename(written).toLowerCase();
  const isBeside = dirname(written) === '.';
  const distance = (name: string): number => editDistance(name.toLowerCase(), wanted);
  return (await databasesIn(folder))
    .map((path) => basename(path))
    .filter((name) => !isBeside || name !== written)
    .sort((a, b) => distance(a) - distance(b) || a.localeCompare(b, 'en'))
    .slice(0, mostNames);
}

function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
}
