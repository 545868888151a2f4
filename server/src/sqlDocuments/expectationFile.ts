import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { SqlDocument } from '@querent/core/sql';
import { contentExpectation, type SqlExpectation } from '@querent/core/sqlExpectation';
import { isNetworkPath } from '../measuring/index.ts';
import { folderOf } from './namedDatabase.ts';

/** A document with its place. */
export interface PlacedDocument {
  readonly uri: string;
  readonly parsed: SqlDocument;
}

/** What the names of files in a document depend on: the server's services, or a command's. */
export interface ExpectationWorld {
  client(): { readonly trusted: boolean };
  readonly measuring: { readonly folders: readonly string[] };
}

type FileExpectation = Extract<SqlExpectation, { kind: 'file' }>;
type Content = Exclude<SqlExpectation, { kind: 'file' }>;

/** Bytes of a file with expected rows. */
const largestFile = 16 * 2 ** 20;

/** What a file expects, which is looked for beside the document, else in the first folder of the workspace. Does not throw. */
export async function expectationFile(
  services: ExpectationWorld,
  document: PlacedDocument,
  { name, format, isOrdered }: FileExpectation,
): Promise<Content> {
  const path = pathOf(services, document, name);
  if (typeof path !== 'string') return path;
  try {
    const found = await stat(path);
    if (!found.isFile()) return problem(`${path} is no file. Name the file with the expected rows.`);
    if (found.size > largestFile)
      return problem(
        `${path} has ${Math.ceil(found.size / 2 ** 20)} MB, and ${largestFile / 2 ** 20} MB of expected rows are the most. Expect fewer rows, or name a trusted query.`,
      );
    const read = contentExpectation(await readFile(path, 'utf8'), format, isOrdered);
    return read.kind === 'problem' ? problem(`${path}: ${read.message}`) : read;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return problem(
      code === 'ENOENT'
        ? `There is no file ${path}. Correct its name behind "expect:", or write it.`
        : `${path} cannot be read: ${message}.`,
    );
  }
}

/** Changes whenever the file does. */
export async function expectationStamp(
  services: ExpectationWorld,
  document: PlacedDocument,
  name: string,
): Promise<string> {
  const path = pathOf(services, document, name);
  const found = typeof path === 'string' ? await stat(path).catch(() => undefined) : undefined;
  return found === undefined ? 'absent' : `${found.mtimeMs}:${found.size}`;
}

/** Where a file of that name would lie; undefined where it may not be looked for. */
export function expectationPath(
  services: ExpectationWorld,
  document: PlacedDocument,
  name: string,
): string | undefined {
  const path = pathOf(services, document, name);
  return typeof path === 'string' ? path : undefined;
}

function pathOf(services: ExpectationWorld, { uri }: PlacedDocument, name: string): string | Content {
  if (isNetworkPath(name) && !services.client().trusted)
    return problem(
      `${name} lies on another machine, which is not asked in Restricted Mode. Trust this workspace, or name a file of this machine.`,
    );
  if (isAbsolute(name)) return name;
  const home = folderOf(uri) ?? services.measuring.folders[0];
  return home === undefined
    ? problem(`${name} is relative to a document that lies in no folder yet. Save the document first.`)
    : resolve(home, name);
}

function problem(message: string): Content {
  return { kind: 'problem', message };
}
