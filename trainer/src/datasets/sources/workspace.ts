import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseSeeds, parseStrategy } from '@querent/core/strategy';
import { RowError } from '@querent/core/tasks';
import type { SourceItem } from '../topic.ts';
import { taskOfIds } from './pico.ts';
import { item } from './rows.ts';

/** Longest strategy that is read, in bytes. */
const LONGEST_FILE = 2 * 1024 * 1024;

/** Files with strategies in a folder and the folders below, in the order of their paths; hidden ones and `node_modules` are left out. */
export async function strategyFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await strategyFiles(path)));
    else if (entry.isFile() && /\.(?:pubmed|ctgov)$/.test(entry.name)) found.push(path);
  }
  return found;
}

/** What the topics of a workspace are made of: its strategies, and the files with seeds that these name. */
export async function workspaceFiles(folder: string): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of await strategyFiles(folder)) {
    files.add(path);
    const seedsFile = parseStrategy((await readUtf8(path)) ?? '').frontMatter?.seedsFile;
    if (seedsFile === undefined || !isBeside(path, seedsFile)) continue;
    const seeds = join(dirname(path), seedsFile);
    if ((await stat(seeds).catch(() => undefined))?.isFile() === true) files.add(seeds);
  }
  return [...files].sort();
}

/** A workspace from elsewhere must not have files read that are none of its own. */
function isBeside(path: string, seedsFile: string): boolean {
  const way = relative(dirname(path), join(dirname(path), seedsFile));
  return !isAbsolute(seedsFile) && !way.split(/[/\\]/).includes('..');
}

/**
 * Topics from the strategies of a workspace: title and PICO of the front matter are what is asked, its seeds (written there, or in the
 * file that it names) are what is relevant. A `.ctgov` strategy is for trial search. What has no seeds is no topic.
 */
export async function* readWorkspace(folder: string, source: string): AsyncGenerator<SourceItem> {
  for (const path of await strategyFiles(folder)) {
    const place = relative(folder, path);
    const text = await readUtf8(path);
    const { frontMatter } = parseStrategy(text ?? '');
    const seeds = await seedsOf(path, frontMatter);
    yield item(place, () => {
      if (text === undefined) throw new RowError(`the file is not UTF-8 text of at most 2 MB.`);
      if (typeof seeds === 'string') throw new RowError(seeds);
      const { title, pico, until } = frontMatter ?? {};
      if (title === undefined && pico === undefined)
        throw new RowError(
          'the front matter has neither “title” nor “pico”. One of them has to say what is looked for.',
        );
      if (seeds.length === 0)
        throw new RowError(
          'the front matter has no “seeds”: nothing is known to be relevant.',
          'no-relevant',
        );
      const task = taskOfIds(seeds, 'seeds');
      const isTrials = path.endsWith('.ctgov');
      if (isTrials !== (task === 'trials'))
        throw new RowError(
          `“seeds” are ${isTrials ? 'PMIDs, but a .ctgov strategy searches trials' : 'NCT ids, but a .pubmed strategy searches PubMed'}.`,
        );
      return {
        id: place.replace(/\\/g, '/').replace(/\.(?:pubmed|ctgov)$/, ''),
        task,
        input: { ...(title === undefined ? {} : { title }), ...(pico === undefined ? {} : { pico }) },
        target: { relevant: seeds },
        ...(until === undefined ? {} : { until }),
        source,
      };
    });
  }
}

async function readUtf8(path: string): Promise<string | undefined> {
  const bytes = await readFile(path);
  if (bytes.length > LONGEST_FILE) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The seeds of a strategy, or why they cannot be told. */
async function seedsOf(
  path: string,
  frontMatter: { readonly seeds?: readonly string[]; readonly seedsFile?: string } | undefined,
): Promise<readonly string[] | string> {
  if (frontMatter?.seedsFile === undefined) return frontMatter?.seeds ?? [];
  const { seedsFile } = frontMatter;
  if (!isBeside(path, seedsFile))
    return `“seeds” names ${seedsFile}, outside the folder of the strategy. Put the file beside it.`;
  const text = await readUtf8(join(dirname(path), seedsFile)).catch(() => undefined);
  if (text === undefined) return `“seeds” names ${seedsFile}, which cannot be read.`;
  return parseSeeds(text, seedsFile).ids;
}
