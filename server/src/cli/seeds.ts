import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
