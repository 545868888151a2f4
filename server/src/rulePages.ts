import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findRule } from '@querent/core/lint';

let folder: string | undefined;

/** The folder docs/rules of the extension, the installed command or the repository, whichever this runs from. */
function pagesFolder(): string {
  if (folder !== undefined) return folder;
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'docs/rules')) && dirname(at) !== at) at = dirname(at);
  return (folder = join(at, 'docs/rules'));
}

const known = new Map<string, string | undefined>();

/** The file with the page of a rule; undefined for an id that has none. */
function pageFile(rule: string): string | undefined {
  if (findRule(rule) === undefined) return undefined;
  if (!known.has(rule)) {
    const file = join(pagesFolder(), `${rule}.md`);
    known.set(rule, existsSync(file) ? file : undefined);
  }
  return known.get(rule);
}

/** Address (`file:`) of the page that explains a rule, so that it opens without a network; undefined where there is none. */
export function rulePageUri(rule: string): string | undefined {
  const file = pageFile(rule);
  return file === undefined ? undefined : pathToFileURL(file).href;
}

/** The page that explains a rule, as Markdown; undefined where there is none. */
export function rulePageText(rule: string): string | undefined {
  const file = pageFile(rule);
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}
