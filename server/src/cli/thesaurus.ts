import type { Thesaurus } from '@querent/core/mesh';
import { loadMeshFile } from '../library/meshFile.ts';
import { openLibraryFile } from './engine.ts';
import { badInput } from '../terminal/index.ts';

/** The MeSH that the options name: a file of descriptors, or the library that holds one; undefined when neither is given. */
export async function thesaurusFrom({
  mesh,
  corpus,
}: {
  readonly mesh?: string;
  readonly corpus?: string;
}): Promise<Thesaurus | undefined> {
  if (mesh !== undefined) return loadMeshFile(mesh);
  if (corpus === undefined) return undefined;
  const library = await openLibraryFile(corpus);
  const thesaurus = library.thesaurus();
  library.close();
  if (thesaurus === undefined)
    throw badInput(`${corpus} has no MeSH inside. Build it with --mesh, or give --mesh here.`);
  return thesaurus;
}
