import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { BlockEvidence, SearchEngine } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import { missedSeeds } from './missedSeeds.ts';
import type { LosingBlock, MissedSeed, MissedSeedOptions } from './missedSeeds.ts';
import { blockPlaces, isExcluded, nameOfPlace, textOfPlace } from './places.ts';

/** Why a query misses seeds. */
export interface SeedDiagnosis {
  /** In the order given; beyond `MissedSeedOptions.most` there are none. */
  readonly seeds: readonly MissedSeed[];
  /** The blocks that lose seeds, with the ids that each loses; those that lose most first. */
  readonly blocks: readonly (LosingBlock & { readonly loses: readonly string[] })[];
  /** Seeds that were not looked at, because there are too many. */
  readonly unseen: number;
}

/**
 * Which block loses each of the `missed` seeds, without what the blocks contribute beside: one question about all blocks where the engine has a way
 * for that, and one for the titles. A person waits for it, so it goes first unless told otherwise.
 * @throws the signal's reason when cancelled, SearchError when a block has no answer
 */
export async function diagnoseMissedSeeds(
  query: ResolvedQuery,
  engine: SearchEngine,
  missed: readonly string[],
  options: MissedSeedOptions = {},
): Promise<SeedDiagnosis> {
  const seeds = await missedSeeds(missed, blocksOf(query), engine, { priority: 1, ...options });
  const blocks = new Map<string, LosingBlock & { readonly loses: string[] }>();
  for (const { id, blocks: losing } of seeds)
    for (const block of losing) {
      const known = blocks.get(block.query);
      if (known === undefined) blocks.set(block.query, { ...block, loses: [id] });
      else known.loses.push(id);
    }
  return {
    seeds,
    blocks: [...blocks.values()].sort((a, b) => b.loses.length - a.loses.length),
    unseen: missed.length - seeds.length,
  };
}

/** The blocks that `query` joins by AND, with nothing known of what they find. */
function blocksOf(query: ResolvedQuery): readonly BlockEvidence[] {
  return blockPlaces(query).map((place) => ({
    name: nameOfPlace(place),
    query: textOfPlace(place),
    ...(place.label === undefined ? {} : { label: place.label }),
    ...(isExcluded(place) ? { isExcluded: true as const } : {}),
    terms: [],
  }));
}

/** The diagnosis in words, a sentence each; titles and ids are told by whoever lists the seeds. */
export function diagnosisInWords({ blocks, seeds, unseen }: SeedDiagnosis): readonly string[] {
  const count = (many: number): string => `${formatCount(many)} ${many === 1 ? 'seed' : 'seeds'}`;
  const said = blocks.map(({ name, label, query, isExcluded: takesAway, loses }) => {
    const where = label === undefined ? `“${name}”` : `“${name}” (line #${label})`;
    if (takesAway === true)
      return `NOT ${where} takes ${count(loses.length)} away. See whether it can be narrowed or left out.`;
    const alone = seeds.filter((seed) => seed.blocks.length === 1 && seed.blocks[0]?.query === query).length;
    const only =
      alone === 0
        ? 'which other blocks lose, too'
        : alone === loses.length
          ? 'which no other block loses'
          : `${formatCount(alone)} of them alone`;
    return `The block ${where} loses ${count(loses.length)}, ${only}.`;
  });
  if (unseen > 0)
    said.push(
      `${formatCount(unseen)} more missed ${unseen === 1 ? 'seed was' : 'seeds were'} not looked at.`,
    );
  return said;
}
