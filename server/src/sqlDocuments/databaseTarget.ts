import type { SqlDirective } from '@querent/core/sql';
import { besideDatabase } from './besideFolder.ts';
import { sourceState } from './sourceState.ts';
import { folderOf, namedDatabase, pathOf, type NameContext } from './namedDatabase.ts';

/** Which database a document asks. */
export type DatabaseTarget =
  | { readonly kind: 'file'; readonly path: string }
  /** None is named and none lies beside the document. */
  | { readonly kind: 'none'; readonly message: string }
  /** What is named is not opened. */
  | { readonly kind: 'refused'; readonly named: string; readonly message: string };

/** What decides it. */
export interface TargetQuestion {
  readonly uri: string;
  /** The document's own `-- database:`. */
  readonly directive: SqlDirective | undefined;
  /** `querent.sql.database`; empty when not set. */
  readonly setting: string;
  /** Absolute paths of the workspace folders. */
  readonly folders: readonly string[];
  readonly networkPaths: boolean;
  /** Whether a database that lies beside the document is meant, as by default; by statements of another system it is not. */
  readonly isBesideMeant?: boolean;
}

const wayOut =
  'Name one in a comment (-- database: file.sqlite) or in the setting querent.sql.database, or put it beside the document.';

/**
 * Finds the database of a document: what its comment names, relative to the document and then to the workspace folders; else the setting, relative to
 * the workspace folders and then to the document; else what lies beside the document or, where nothing does, in a workspace folder.
 */
export async function databaseTarget({
  uri,
  directive,
  setting,
  folders,
  networkPaths,
  isBesideMeant = true,
}: TargetQuestion): Promise<DatabaseTarget> {
  const home = folderOf(uri);
  const near = home === undefined ? folders : [home, ...folders];
  const far = home === undefined ? folders : [...folders, home];
  if (directive !== undefined) {
    const named = directive.value.trim();
    if (named === '') return { kind: 'none', message: `The comment names no database. ${wayOut}` };
    return targetNamed(named, { roots: near, networkPaths });
  }
  if (setting.trim() !== '') return targetNamed(setting, { roots: far, networkPaths });
  if (!isBesideMeant)
    return {
      kind: 'none',
      message:
        'Statements of PostgreSQL are read and not run. A file of CREATE statements gives their names: -- database: schema.sql',
    };
  const beside = await besideDatabase(pathOf(uri), [...new Set(near)]);
  if (beside.kind === 'one') return { kind: 'file', path: beside.path };
  if (beside.kind === 'none') return { kind: 'none', message: `No database. ${wayOut}` };
  const names = beside.names.slice(0, 5).join(', ');
  return {
    kind: 'none',
    message: `Several databases lie here (${names}${beside.names.length > 5 ? ', …' : ''}). Name one in a comment: -- database: ${beside.names[0] ?? ''}`,
  };
}

async function targetNamed(written: string, context: NameContext): Promise<DatabaseTarget> {
  const named = namedDatabase(written, context);
  if (named.kind === 'refused') return { kind: 'refused', named: written, message: named.message };
  for (const path of named.paths)
    if ((await sourceState(path)).kind !== 'absent') return { kind: 'file', path };
  // Watched where it is looked for first: it may appear.
  return { kind: 'file', path: named.paths[0] ?? written };
}
