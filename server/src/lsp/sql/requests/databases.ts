import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import type { SqlDocument } from '@querent/core/sql';
import { lineBreakOf, type TextEdit } from '@querent/core/text';
import {
  sqlDatabasesMethod,
  type SqlDatabasesParams,
  type SqlDatabasesResult,
} from '../../../sqlProtocol.ts';
import { isNetworkPath } from '../../../measuring/index.ts';
import { UserFacingError } from '../../runSafe.ts';
import { lspEdits, type Feature, type Services } from '../../services.ts';
import { databasesIn, folderOf } from '../../../sqlDocuments/index.ts';
import { withPatience } from '../../withPatience.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { sqlDocument } from '../subject.ts';

/** Milliseconds that the list waits for the document's own database. */
const patienceMs = 500;

type Choice = SqlDatabasesResult['databases'][number];

/** The databases beside a document and in the workspace folders, what it asks now, and what was picked in a dialog. */
export const databasesRequest: Feature = {
  register(services) {
    services.connection.onRequest(
      sqlDatabasesMethod,
      async (params: Partial<SqlDatabasesParams> | null | undefined, token: CancellationToken) =>
        services.safely<SqlDatabasesResult | null>(
          sqlDatabasesMethod,
          params?.uri ?? '',
          token,
          null,
          async () => {
            const document = sqlDocument(services, params?.uri ?? '');
            return { databases: await choices(services, document, params?.chosen) };
          },
        ),
    );
  },
  capabilities: () => ({}),
};

async function choices(
  services: Services,
  document: OpenSqlDocument,
  chosen: string | undefined,
): Promise<readonly Choice[]> {
  const home = folderOf(document.uri);
  const folders = [...new Set([...(home === undefined ? [] : [home]), ...services.measuring.folders])];
  const paths = new Set((await Promise.all(folders.map(databasesIn))).flat());
  // The list is shown while a large one is still being read.
  await withPatience([services.sql.databases.settled(document)], patienceMs);
  const state = services.sql.databases.state(document);
  const current = state.kind === 'ready' ? state.path : undefined;
  if (current !== undefined) paths.add(current);
  if (chosen !== undefined) paths.add(await chosenPath(services, chosen));
  const found = await Promise.all([...paths].map((path) => choiceOf(document, home, path, path === current)));
  return found.filter((choice) => choice !== undefined);
}

/** @throws UserFacingError for what is no file of this machine */
async function chosenPath(services: Services, chosen: string): Promise<string> {
  if (!isAbsolute(chosen)) throw new UserFacingError(`${chosen} is no whole path. Choose a file.`);
  if (isNetworkPath(chosen) && !services.client().trusted)
    throw new UserFacingError(
      `${chosen} lies on another machine, which is not asked in Restricted Mode. Trust this workspace, or choose a file of this machine.`,
    );
  const found = await stat(chosen).catch(() => undefined);
  if (found?.isFile() !== true) throw new UserFacingError(`${chosen} is no file. Choose another one.`);
  return resolve(chosen);
}

async function choiceOf(
  document: OpenSqlDocument,
  home: string | undefined,
  path: string,
  isCurrent: boolean,
): Promise<Choice | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const name = nameOf(path, home);
  const edits = lspEdits(document, [namingEdit(document.parsed, name)]);
  return { name, path, bytes: found.size, isCurrent, edit: { version: document.version, edits } };
}

/** Relative to the document where that is shorter to read; with `/`, which all systems take. */
function nameOf(path: string, home: string | undefined): string {
  const near = home === undefined ? '' : relative(home, path);
  const isNear = near !== '' && !isAbsolute(near) && !near.startsWith(`..${sep}..`);
  return isNear ? near.replaceAll(sep, '/') : path;
}

/** Puts a name into the comment that names the database, or writes one at the beginning. */
function namingEdit({ directives, text }: SqlDocument, name: string): TextEdit {
  const own = directives.find(({ kind }) => kind === 'database');
  if (own === undefined)
    return { range: { start: 0, end: 0 }, newText: `-- database: ${name}${lineBreakOf(text)}` };
  return { range: own.valueRange, newText: own.value === '' ? ` ${name}` : name };
}
