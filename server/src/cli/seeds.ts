import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SearchError } from '@querent/core/search';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { parseSeeds } from '@querent/core/strategy';
import type { FrontMatter } from '@querent/core/strategy';
import { SeedsReader } from '../measuring/seeds.ts';
import { badInput, note } from '../terminal/index.ts';
import { readText } from './io.ts';

/**
 * The known relevant ids: what `--seeds` says (ids, or a file of them), else what the front matter says. What is wrong with a
 * file is told on stderr, and its good ids are used.
 * @throws CliError when `--seeds` holds no id at all.
 */
export async function seedsOf(
  option: string | undefined,
  frontMatter: FrontMatter | undefined,
  file: string,
): Promise<readonly string[]> {
  if (option === undefined) {
    const { ids, problem } = new SeedsReader().read(frontMatter, resolve(dirname(file)), []);
    if (problem !== undefined) note(`warning: ${problem}`);
    return ids;
  }
  const isFile = existsSync(option);
  if (!isFile && /\.(?:txt|nbib|ris|csv)$/i.test(option.trim()))
    throw badInput(`--seeds ${option} cannot be read: there is no such file.`);
  if (option.trim() === '')
    throw badInput('--seeds is empty. Give PMIDs with commas between them, or a file.');
  const text = isFile ? (await readText(option)).text : option;
  const { ids, problems } = parseSeeds(text, isFile ? option : 'seeds.txt');
  if (ids.length === 0)
    throw badInput(
      `--seeds ${option}: ${problems[0]?.message ?? 'there is no id.'} Give PMIDs with commas between them, or a .txt, .nbib or .ris file.`,
    );
  for (const problem of problems) note(`warning: --seeds: ${problem.message}`);
  return ids;
}

/** Seeds that are looked up, at most: so many summaries are one request. */
const MOST_LOOKED_UP = 200;

/**
 * Tells on stderr which seeds there is no record of, so that no line can find them.
 * @param missed which seeds each line misses; only what all of them miss is looked up
 */
export async function noteUnknownSeeds(
  engine: SearchEngine<SearchQuery>,
  seeds: readonly string[],
  missed: readonly (readonly string[])[],
): Promise<void> {
  const sets = missed.map((ids) => new Set(ids));
  const lost = sets.length === 0 ? [] : seeds.filter((id) => sets.every((ids) => ids.has(id)));
  if (lost.length === 0) return;
  const asked = lost.slice(0, MOST_LOOKED_UP);
  // Who does not answer now says nothing about seeds; the numbers stand as they are.
  const known = await engine.summaries(asked).catch((error: unknown) => {
    if (error instanceof SearchError) return undefined;
    throw error;
  });
  if (known === undefined) return;
  const held = new Set(known.map(({ id }) => id));
  const unknown = asked.filter((id) => !held.has(id));
  if (unknown.length === 0) return;
  const named = unknown.slice(0, 5).join(', ');
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
  note(`warning: seeds: ${engine.label} has no record of ${named}${more}. Check the numbers.`);
}
