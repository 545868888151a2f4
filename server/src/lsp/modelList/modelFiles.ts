import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders below a given one that are looked into: people sort models into folders, and no further. */
const deepest = 2;
/** What is looked at in all: a home folder is no folder of models. */
const mostEntries = 20_000;
const mostFiles = 200;

/** Files of a model in parts, but its first: they are no models of their own. */
const laterPart = /-(?!0*1-of-)\d+-of-\d+\.gguf$/i;

/** GGUF files in `folders` and at most two levels below, by path; what cannot be read is passed over. Stops at its limits, and when cancelled. */
export async function findModelFiles(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const work = folders.map((path) => ({ path, depth: 0 }));
  let entries = 0;
  for (let at = work.shift(); at !== undefined; at = work.shift()) {
    if (signal.aborted || entries > mostEntries || found.size >= mostFiles) break;
    if (seen.has(at.path)) continue;
    seen.add(at.path);
    const { path, depth } = at;
    const children = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const child of children.sort((a, b) => a.name.localeCompare(b.name, 'en'))) {
      if (++entries > mostEntries || found.size >= mostFiles) break;
      // Caches of Hugging Face hold links to files; links to folders may lead anywhere.
      const isFile = child.isFile() || child.isSymbolicLink();
      if (isFile && /\.gguf$/i.test(child.name) && !laterPart.test(child.name))
        found.add(join(path, child.name));
      else if (child.isDirectory() && depth < deepest && !child.name.startsWith('.'))
        work.push({ path: join(path, child.name), depth: depth + 1 });
    }
  }
  return [...found];
}
