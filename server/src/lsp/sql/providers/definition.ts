import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type {
  Definition,
  DefinitionLink,
  DefinitionParams,
  Range as LspRange,
} from 'vscode-languageserver/node';
import { sqlDefinition, type SqlDefinition } from '@querent/core/features';
import { readDdl } from '@querent/core/sqlSchema';
import type { OpenText } from '../../openText.ts';
import { lspRange, offsetOf, type Services } from '../../services.ts';
import { OpenSqlDocument } from '../openSqlDocument.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** Where a name is given: in the document, or in the file of `CREATE` statements that is its database. A SQLite file has no text to go to. */
export const definitionProvider: SqlProvider = {
  request: 'textDocument/definition',
  async answer(
    services,
    document,
    params: DefinitionParams,
  ): Promise<Definition | DefinitionLink[] | undefined> {
    const offset = offsetOf(document, params.position);
    const found = sqlDefinition(document.parsed, offset, await schemaSoon(services, document));
    if (found === undefined) return undefined;
    if (found.in === 'document') return answerOf(services, document, found, document);
    const file = await ddlOf(services, document);
    if (file === undefined) return undefined;
    // The file may have changed since its schema was read: places are those of the text that the editor will show.
    const now = sqlDefinition(document.parsed, offset, readDdl(file.text));
    return now?.in === 'schema' ? answerOf(services, document, now, file) : undefined;
  },
};

function answerOf(
  services: Services,
  document: OpenSqlDocument,
  found: SqlDefinition,
  file: OpenText,
): Definition | DefinitionLink[] {
  const targetSelectionRange: LspRange = lspRange(file, found.targetSelection);
  const { linkSupport } = services.client().capabilities.textDocument?.definition ?? {};
  if (linkSupport !== true) return { uri: file.uri, range: targetSelectionRange };
  return [
    {
      originSelectionRange: lspRange(document, found.origin),
      targetUri: file.uri,
      targetRange: lspRange(file, found.target),
      targetSelectionRange,
    },
  ];
}

/** The text of the file of `CREATE` statements that a document names: as it is open in the editor, else as it is on disk. */
async function ddlOf(services: Services, document: OpenSqlDocument): Promise<OpenText | undefined> {
  const state = services.sql.databases.state(document);
  if (state.kind !== 'ready' || state.source !== 'ddl') return undefined;
  const uri = pathToFileURL(state.path).href;
  const open = services.documents.allSql().find((each) => isSameFile(each.uri, uri));
  if (open !== undefined) return open;
  const text = await readFile(state.path, 'utf8').catch(() => undefined);
  // Editors leave the byte order mark out of the text.
  return text === undefined ? undefined : new OpenSqlDocument(uri, 0, text.replace(/^\uFEFF/u, ''));
}

/** VS Code escapes more characters in addresses than Node does. */
function isSameFile(a: string, b: string): boolean {
  return a === b || plainAddress(a) === plainAddress(b);
}

function plainAddress(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
