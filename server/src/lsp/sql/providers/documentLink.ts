import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import type { SqlDirective } from '@querent/core/sql';
import { readExpectation } from '@querent/core/sqlExpectation';
import type { Range } from '@querent/core/text';
import { lspRange, type Services } from '../../services.ts';
import { expectationPath } from '../../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import type { SqlProvider } from './index.ts';

/** The files that comments name, as far as they are there: the database, and rows or a query that are expected. */
export const documentLinkProvider: SqlProvider = {
  request: 'textDocument/documentLink',
  answer: (services, document): DocumentLink[] =>
    document.parsed.directives.flatMap((directive) => {
      const found = linkOf(services, document, directive);
      if (found === undefined) return [];
      const { range, path, tooltip } = found;
      return [{ range: lspRange(document, range), target: pathToFileURL(path).href, tooltip }];
    }),
};

function linkOf(
  services: Services,
  document: OpenSqlDocument,
  { kind, value, valueRange }: SqlDirective,
): { readonly range: Range; readonly path: string; readonly tooltip: string } | undefined {
  if (kind === 'database') {
    const state = services.sql.databases.state(document);
    if (state.kind !== 'ready' && state.kind !== 'opening') return undefined;
    return { range: valueRange, path: state.path, tooltip: 'Open the database' };
  }
  const expected = kind === 'expect' ? readExpectation(value) : undefined;
  if (expected?.kind !== 'file') return undefined;
  const path = expectationPath(services, document, expected.name);
  if (path === undefined || !existsSync(path)) return undefined;
  // `in order` may stand before the name.
  const start = valueRange.start + value.lastIndexOf(expected.name);
  return { range: { start, end: start + expected.name.length }, path, tooltip: 'Open what is expected' };
}
