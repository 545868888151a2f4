import type { CodeLens } from 'vscode-languageserver/node';
import { dialectOf, type SqlStatement } from '@querent/core/sql';
import { questionsOf } from '@querent/core/sqlAssistant';
import type { Range } from '@querent/core/text';
import { sqlCommands, type WireExpectation } from '../../../sqlProtocol.ts';
import { lspRange, type Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { isRunnable } from '../preview.ts';
import { comparedInBrief, runInBrief } from '../resultWords.ts';
import type { SqlDatabaseState } from '../sqlDatabases.ts';
import { comparedStill } from '../statementHover.ts';
import type { SqlProvider } from './index.ts';

/** Above each statement: run it, what it gave, how to mend it; above a question without a statement: write one. */
export const codeLensProvider: SqlProvider = {
  request: 'textDocument/codeLens',
  async answer(services, document, _params: unknown, signal): Promise<readonly CodeLens[]> {
    if (!services.settings().codeLens.enabled) return [];
    await services.sql.problems.prepare(document, signal());
    // Statements of PostgreSQL are read only.
    if (dialectOf(document.parsed, services.settings().sql.dialect).dialect !== 'sqlite') return [];
    const scene = {
      ...{ services, document, state: services.sql.databases.state(document) },
      errors: services.sql.problems
        .of(document)
        .filter(({ severity, rule }) => severity === 'error' && rule !== 'sql-database')
        .map(({ range }) => range),
    };
    const broken = brokenStatements(document, scene.errors);
    const ofStatements = document.parsed.statements.map((each) => statementLenses(scene, each, broken));
    return [...(await Promise.all(ofStatements)).flat(), ...questionLenses(scene), ...databaseLens(scene)];
  },
};

/** What the lenses of a document depend on. */
interface Scene {
  readonly services: Services;
  readonly document: OpenSqlDocument;
  readonly state: SqlDatabaseState;
  /** Places of what is wrong in statements. */
  readonly errors: readonly Range[];
}

async function statementLenses(
  { services, document, state }: Scene,
  statement: SqlStatement,
  broken: ReadonlySet<SqlStatement>,
): Promise<CodeLens[]> {
  const lens = lensesAt(document, statement);
  const lenses: CodeLens[] = [];
  if (state.kind === 'ready' && state.source === 'sqlite' && isRunnable(statement)) {
    lenses.push(lens('$(play) Run', sqlCommands.run));
    const last = services.sql.runs.last(statement.text, state);
    if (last !== undefined) {
      lenses.push(lens(runInBrief(last), sqlCommands.run));
      const compared = await comparedStill(services, document, statement, last);
      if (compared !== undefined) lenses.push(lens(marked(compared), sqlCommands.run));
    }
  }
  if (state.kind !== 'none' && broken.has(statement)) lenses.push(lens('$(wand) Fix', sqlCommands.fix));
  return lenses;
}

/** Statements with an error. Both come by place, so that thousands of each take no longer than going through them once. */
function brokenStatements(
  { parsed: { statements } }: OpenSqlDocument,
  errors: readonly Range[],
): ReadonlySet<SqlStatement> {
  const broken = new Set<SqlStatement>();
  let at = 0;
  for (const { start, end } of errors) {
    while ((statements[at]?.end ?? Infinity) <= start) at++;
    for (let i = at; (statements[i]?.start ?? Infinity) < end; i++) {
      const statement = statements[i];
      if (statement !== undefined) broken.add(statement);
    }
  }
  return broken;
}

function questionLenses({ document, state }: Scene): CodeLens[] {
  if (state.kind === 'none' || state.kind === 'error') return [];
  return questionsOf(document.parsed)
    .filter(({ statement }) => statement === undefined)
    .map(({ comments }) => lensesAt(document, comments)('$(sparkle) Write SQL', sqlCommands.write));
}

/** Where nothing can be run for want of a database, once: how to get there. */
function databaseLens({ document, state }: Scene): CodeLens[] {
  const first = document.parsed.statements.find(isRunnable);
  if (first === undefined || (state.kind !== 'none' && state.kind !== 'error')) return [];
  const lens = lensesAt(document, first)('$(database) Choose a database', sqlCommands.chooseDatabase);
  return [{ ...lens, command: { ...lens.command, arguments: [document.uri] } }];
}

/** Makes lenses at the beginning of a range. */
function lensesAt(
  document: OpenSqlDocument,
  { start }: { readonly start: number },
): (title: string, command: string) => CodeLens & Required<Pick<CodeLens, 'command'>> {
  const range = lspRange(document, { start, end: start });
  return (title, command) => ({
    range,
    command: { title, command, arguments: [document.uri, range.start] },
  });
}

/** How a run compared, with a mark that tells it at a glance. */
function marked(compared: WireExpectation): string {
  const mark = compared.kind === 'problem' ? 'warning' : compared.isMatch ? 'check' : 'close';
  return `$(${mark}) ${comparedInBrief(compared)}`;
}
