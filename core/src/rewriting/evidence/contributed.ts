import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { BlockEvidence, DescribingEngine, PartContribution, TermEvidence } from '../../search/index.ts';
import type { EvidenceOptions } from './evidence.ts';
import { blockPlaces, isExcluded, nameOfPlace, termPlaces, textOfPlace } from './places.ts';
import type { Place } from './places.ts';

/** Evidence of an engine that holds its records: one question, exact numbers. */
export async function contributedEvidence(
  query: ResolvedQuery,
  engine: DescribingEngine,
  seeds: readonly string[],
  { signal, until }: EvidenceOptions,
): Promise<readonly BlockEvidence[]> {
  const { lines } = await engine.contributions(query, seeds, {
    ...(signal === undefined ? {} : { signal }),
    ...(until === undefined ? {} : { until }),
  });
  signal?.throwIfAborted();
  const byKey = new Map(lines.map((line) => [line.key, line]));
  const partOf = ({ query: { key }, at }: Place): PartContribution | undefined => byKey.get(key)?.parts[at];
  return blockPlaces(query).map((block) => {
    const part = partOf(block);
    const lost = part?.ofWhole?.lostSeeds ?? part?.lostSeeds;
    return {
      name: nameOfPlace(block),
      query: textOfPlace(block),
      ...(block.label === undefined ? {} : { label: block.label }),
      ...(isExcluded(block) ? { isExcluded: true as const } : {}),
      ...(part?.count === undefined ? {} : { count: part.count, seeds: part.seeds }),
      ...(lost === undefined ? {} : { seedsLost: lost }),
      terms: evidenceOfTerms(termPlaces(block), partOf),
    };
  });
}

function evidenceOfTerms(
  places: readonly Place[],
  partOf: (place: Place) => PartContribution | undefined,
): readonly TermEvidence[] {
  return places.map((place) => {
    const text = textOfPlace(place);
    const part = partOf(place);
    if (part?.count === undefined)
      return { text, problem: 'It was left out of the search: these records cannot be searched by it.' };
    const { count, seeds, only, onlySeeds } = part;
    const own = { text, count, seeds };
    if (places.length === 1) return { ...own, adds: count, seedsAdded: seeds };
    const isAlternative = place.parts[place.at]?.role === 'OR';
    return isAlternative ? { ...own, adds: only, seedsAdded: onlySeeds.length } : own;
  });
}
