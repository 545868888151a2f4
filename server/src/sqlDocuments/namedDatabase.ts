import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNetworkPath } from '../measuring/index.ts';

/** What a document, or the setting, names as database. */
export type NamedDatabase =
  /** Places where the file may be, the nearest first. */
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  /** It names what is not opened; the message says why, and the way out. */
  | { readonly kind: 'refused'; readonly message: string };

/** What the reading of a name depends on. */
export interface NameContext {
  /** Folders that relative paths are tried in, in this order. */
  readonly roots: readonly string[];
  /** Whether files of other machines may be opened. */
  readonly networkPaths: boolean;
}

/**
 * Reads the name of a database: a path, in quotes or not, or an address `file:` with percent escapes, as SQLite takes them (what follows `?` is
 * left out). Looks at no file.
 */
export function namedDatabase(written: string, { roots, networkPaths }: NameContext): NamedDatabase {
  const named = withoutQuotes(written.trim());
  const refused = (message: string): NamedDatabase => ({ kind: 'refused', message });
  const scheme = /^(?<scheme>[a-z][a-z0-9+.-]+):/iu.exec(named)?.groups?.['scheme']?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file')
    return refused(
      `\`${shortened(named)}\` is an address. Querent reads SQLite files and files of CREATE statements; name one of them, such as data.sqlite.`,
    );
  const path = scheme === 'file' ? pathOfAddress(named) : named;
  if (path === undefined)
    return refused(`\`${shortened(named)}\` is no address of a file. Write its path, such as data.sqlite.`);
  if (path.includes('\0')) return refused('The name of the database holds a NUL character. Write its path.');
  if (!networkPaths && isNetworkPath(path))
    return refused(
      `\`${shortened(named)}\` lies on another machine, which is not asked in Restricted Mode. Trust this workspace, or name a file of this machine.`,
    );
  if (isAbsolute(path)) return { kind: 'paths', paths: [resolve(path)] };
  if (roots.length === 0)
    return refused(
      `\`${shortened(named)}\` is relative to a document that lies in no folder yet. Save the document, or write the whole path.`,
    );
  return { kind: 'paths', paths: [...new Set(roots.map((root) => resolve(root, path)))] };
}

/** The folder of a document; undefined for one that is on no disk. */
export function folderOf(uri: string): string | undefined {
  const path = pathOf(uri);
  return path === undefined ? undefined : dirname(path);
}

/** The path of a document; undefined for one that is on no disk. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** `file:///a%20b.sqlite`, `file:a.sqlite?mode=ro`; undefined for an address that makes no sense. */
function pathOfAddress(address: string): string | undefined {
  const plain = address.replace(/[?#].*$/su, '');
  try {
    return /^file:\/\//iu.test(plain)
      ? fileURLToPath(plain)
      : decodeURIComponent(plain.slice('file:'.length));
  } catch {
    return undefined;
  }
}

function withoutQuotes(text: string): string {
  const match = /^(?<quote>["'`])(?<inner>.*)\k<quote>$/su.exec(text);
  return match?.groups?.['inner']?.trim() ?? text;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
