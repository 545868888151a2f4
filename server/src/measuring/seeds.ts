import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseSeeds, type FrontMatter } from '@querent/core/strategy';
import { LineIndex } from '@querent/core/text';
import { isNetworkPath } from './engineTarget.ts';
import { fileStamp } from './fileWatcher.ts';

/** The known relevant ids of a document. */
export interface Seeds {
  readonly ids: readonly string[];
  /** What is wrong with the file of seeds, for a diagnostic at `seeds:`. */
  readonly problem?: string;
  /** The file they came from, to be watched. */
  readonly file?: string;
}

const none: Seeds = { ids: [] };
/** A file of seeds beyond this size is something else. */
const maxBytes = 16 * 1024 * 1024;

/** Reads seeds from front matter or from the file named there; a file is read again when it changed. */
export class SeedsReader {
  readonly #files = new Map<string, { readonly stamp: string; readonly seeds: Seeds }>();
  readonly #inline = new WeakMap<FrontMatter, Seeds>();

  /**
   * `directory` and `folders` are where a relative path is looked for, in this order; `networkPaths` tells whether files of other
   * machines may be opened.
   */
  read(
    frontMatter: FrontMatter | undefined,
    directory: string | undefined,
    folders: readonly string[],
    networkPaths = true,
  ): Seeds {
    if (frontMatter === undefined) return none;
    if (frontMatter.seedsFile === undefined) {
      let seeds = this.#inline.get(frontMatter);
      if (seeds === undefined) this.#inline.set(frontMatter, (seeds = { ids: frontMatter.seeds ?? [] }));
      return seeds;
    }
    if (!networkPaths && isNetworkPath(frontMatter.seedsFile))
      return {
        ids: [],
        problem: `"${frontMatter.seedsFile}" lies on another machine, which is not asked in Restricted Mode. Trust this workspace, or write the ids themselves.`,
      };
    return this.#readFile(frontMatter.seedsFile, [
      ...(directory === undefined ? [] : [directory]),
      ...folders,
    ]);
  }

  #readFile(path: string, roots: readonly string[]): Seeds {
    const candidates = isAbsolute(path) ? [path] : roots.map((root) => resolve(root, path));
    const file = candidates.find((candidate) => existsSync(candidate));
    if (file === undefined) {
      const first = candidates[0];
      return {
        ids: [],
        problem: `There is no file "${path}" of seeds${first === undefined ? '' : ` (looked for ${candidates.join(', ')})`}. Correct the path, or write the ids themselves: seeds: [8466062, 1538063].`,
        ...(first === undefined ? {} : { file: first }),
      };
    }
    const stamp = fileStamp(file);
    const known = this.#files.get(file);
    if (known?.stamp === stamp) return known.seeds;
    const seeds = readSeeds(file);
    this.#files.set(file, { stamp, seeds });
    return seeds;
  }
}

function readSeeds(file: string): Seeds {
  try {
    const { size } = statSync(file);
    if (size > maxBytes)
      return {
        ids: [],
        file,
        problem: `${file} is too big for a list of seeds (${Math.round(size / 1e6)} MB).`,
      };
    const text = readFileSync(file, 'utf8');
    const { ids, problems } = parseSeeds(text, file);
    const [first] = problems;
    if (first === undefined) return { ids, file };
    const line = new LineIndex(text).positionAt(first.range.start).line + 1;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    return { ids, file, problem: `${file}, line ${line}: ${first.message}${more}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ids: [], file, problem: `The seeds in ${file} cannot be read: ${reason}` };
  }
}

const registered = new WeakMap<Seeds, Seeds>();

/** The seeds that ClinicalTrials.gov can hold, its own numbers; that it can hold no others is told, rather than that it misses them. */
export function registeredSeeds(seeds: Seeds): Seeds {
  let known = registered.get(seeds);
  if (known === undefined) registered.set(seeds, (known = onlyRegistered(seeds)));
  return known;
}

function onlyRegistered(seeds: Seeds): Seeds {
  const ids = seeds.ids.filter((id) => /^NCT\d{8}$/.test(id));
  const others = seeds.ids.filter((id) => !/^NCT\d{8}$/.test(id));
  if (others.length === 0) return seeds;
  const named = `${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''}`;
  const problem = `${others.length} of ${seeds.ids.length} seeds ${others.length === 1 ? 'is no NCT number' : 'are no NCT numbers'} (${named}) and cannot be in ClinicalTrials.gov, so they are left out. Write the numbers of the registrations.`;
  return { ...seeds, ids, problem: seeds.problem === undefined ? problem : `${seeds.problem} ${problem}` };
}
