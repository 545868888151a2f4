import { basename } from 'node:path';
import type { PlaceOptions } from '../../cli/placeOptions.ts';
import type { Plan } from '../../plan/index.ts';
import type { FileHashes } from '../fileHashes.ts';

/** Where the queries of a plan are run, as options of commands. */
export function placesOf({ data }: Plan): PlaceOptions {
  const { corpus, trials, databases, headingsAsText } = data;
  return {
    ...(corpus === null ? {} : { corpus }),
    ...(trials === null ? {} : { trials }),
    ...(databases === null ? {} : { databases }),
    ...(headingsAsText ? { headingsAsText } : {}),
  };
}

/** Hashes of these places, for the inputs of steps. A folder of databases goes by its name. */
export async function hashesOfPlaces(
  { data }: Plan,
  hashes: FileHashes,
): Promise<Readonly<Record<string, unknown>>> {
  const { corpus, trials, databases, headingsAsText } = data;
  return {
    corpus: corpus === null ? null : await hashes.of(corpus),
    trials: trials === null ? null : await hashes.of(trials),
    databases: databases === null ? null : basename(databases),
    headingsAsText,
  };
}
