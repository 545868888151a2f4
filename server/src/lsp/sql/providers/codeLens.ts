import type { CodeLens } from 'vscode-languageserver/node';
import { readingStatement, type SqlDirective, type SqlStatement } from '@querent/core/sql';
import { formatCount } from '@querent/core/text';
import { sqlCommands } from '../../../sqlProtocol.ts';
import { lspRange, type Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import type { SqlRun } from '../sqlRuns.ts';
import type { SqlProvider } from './index.ts';

/** Above each statement: run it, what it gave, how to mend it; above a question without a statement: write one. */
export const codeLensProvider: SqlProvider = {
  request: 'textDocument/codeLens',
  answer: (services, document) => (services.settings().codeLens.enabled ? lenses(services, document) : []),
};

function lenses(services: Services, document: OpenSqlDocument): CodeLens[] {
  const { statements, directives } = document.parsed;
  const state = services.sql.databases.state(document);
  const canRun = services.settings().sql.dialect === 'sqlite';
  const errors = services.sql.problems.of(document).filter(({ severity }) => severity === 'error');
  const hasError = ({ start, end }: SqlStatement): boolean =>
    errors.some(({ range }) => range.start < end && range.end > start);
  const found: CodeLens[] = [];
  let isFirst = true;
  for (const statement of statements) {
    if ('code' in readingStatement(statement.text)) continue;
    const lens = lensesAt(document, statement);
    if (canRun && state.kind === 'ready' && state.source === 'sqlite') {
      found.push(lens('$(play) Run', sqlCommands.run));
      const last = services.sql.runs.last(statement.text, state);
      if (last !== undefined) found.push(lens(given(last), sqlCommands.run));
    } else if (canRun && isFirst && (state.kind === 'none' || state.kind === 'error'))
      found.push(lens('$(database) Choose a database to run statements', sqlCommands.chooseDatabase, false));
    isFirst = false;
    if (state.kind !== 'none' && hasError(statement)) found.push(lens('$(wand) Fix', sqlCommands.fix));
  }
  if (state.kind === 'ready' || state.kind === 'opening')
    for (const directive of directives)
      if (isUnanswered(directive))
        found.push(lensesAt(document, directive.range)('$(sparkle) Write SQL', sqlCommands.write));
  return found;
}

function isUnanswered({ kind, statement, value }: SqlDirective): boolean {
  return kind === 'question' && statement === undefined && value !== '';
}

/** Makes lenses at the beginning of a range. */
function lensesAt(
  document: OpenSqlDocument,
  { start }: { readonly start: number },
): (title: string, command: string, hasPosition?: boolean) => CodeLens {
  const range = lspRange(document, { start, end: start });
  return (title, command, hasPosition = true) => ({
    range,
    command: { title, command, arguments: hasPosition ? [document.uri, range.start] : [document.uri] },
  });
}

/** What the last run gave, in a few words. */
function given({ result }: SqlRun): string {
  if (result.kind === 'failure') return result.code === 'timeout' ? 'stopped: too slow' : 'failed';
  const { total, isCounted, ms } = result;
  const rows = `${isCounted ? '' : 'at least '}${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`;
  return `${rows}, ${ms < 1 ? '<1' : formatCount(ms)} ms`;
}
