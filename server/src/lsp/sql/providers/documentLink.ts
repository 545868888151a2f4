import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import type { SqlDirective } from '@querent/core/sql';
import { isNetworkPath } from '../../../measuring/index.ts';
import { lspRange, type Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import type { SqlProvider } from './index.ts';

/** A value that may be the path of a file of rows, or of a trusted query. */
const expectedFile = /^[^\n]+\.(?:csv|json|sql)$/iu;

/** The files that comments name, as far as they are there: the database, and rows or a query that are expected. */
export const documentLinkProvider: SqlProvider = {
  request: 'textDocument/documentLink',
  answer: (services, document): DocumentLink[] =>
    document.parsed.directives.flatMap((directive) => {
      const path = pathOf(services, document, directive);
      return path === undefined
        ? []
        : [
            {
              range: lspRange(document, directive.valueRange),
              target: pathToFileURL(path).href,
              tooltip: directive.kind === 'database' ? 'Open the database' : 'Open what is expected',
            },
          ];
    }),
};

function pathOf(
  services: Services,
  document: OpenSqlDocument,
  { kind, value }: SqlDirective,
): string | undefined {
  if (kind === 'database') {
    const state = services.sql.databases.state(document);
    return state.kind === 'ready' || state.kind === 'opening' ? state.path : undefined;
  }
  if (kind !== 'expect' || !expectedFile.test(value)) return undefined;
  // Looking at a network path already tells the machine there who asks.
  if (isNetworkPath(value) && !services.client().trusted) return undefined;
  const folder = folderOf(document.uri);
  const path = isAbsolute(value) ? value : folder === undefined ? undefined : resolve(folder, value);
  return path !== undefined && existsSync(path) ? path : undefined;
}

function folderOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : undefined;
  } catch {
    return undefined;
  }
}
