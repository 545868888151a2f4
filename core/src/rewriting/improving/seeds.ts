import { DocSet } from '../../corpus/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { RewriteRequest } from '../proposal.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { listed, plural } from './wording.ts';

/** The known relevant records, as far as they are held here. */
export interface KnownSeeds {
  readonly docs: DocSet;
  readonly found: readonly number[];
  readonly missed: readonly number[];
  /** Share of the seeds that are among `docs`, 0..1. */
  shareOf(docs: DocSet): number;
  /** Sentences for people on seeds that a query finding `docs` does not find, and why. */
  notes(docs: DocSet, source: CitationSource): readonly string[];
}

/** Ids that a sentence names. */
const mostNamed = 5;

/**
 * The seeds of a request, and which of them a query misses that could be found by the search date. Ascending document numbers, each once.
 */
export function knownSeeds(
  request: RewriteRequest,
  { docs: found, inTime }: Pick<MeasuredQuery, 'docs' | 'inTime'>,
  { index }: CitationSource,
): KnownSeeds {
  const ids = [...new Set(request.seeds)];
  const held = ids.map((id) => index.docOf(id)).filter((doc) => doc !== undefined);
  const unheld = ids.filter((id) => index.docOf(id) === undefined);
  const sorted = [...new Set(held)].sort((a, b) => a - b);
  const docs = DocSet.of(index.documentCount, sorted);
  const isLate = (doc: number): boolean => inTime?.has(doc) === false;
  return {
    docs,
    found: sorted.filter((doc) => found.has(doc)),
    missed: sorted.filter((doc) => !found.has(doc) && !isLate(doc)),
    shareOf: (other) => (sorted.length === 0 ? 0 : other.countCommon(docs) / sorted.length),
    notes(after, source) {
      const left = sorted.filter((doc) => !after.has(doc));
      const empty = left.filter((doc) => isEmpty(doc, source));
      const late = left.filter((doc) => isLate(doc) && !empty.includes(doc));
      const others = left.filter((doc) => !empty.includes(doc) && !late.includes(doc));
      const named = (all: readonly number[]): string =>
        listed(
          all.map((doc) => index.idOf(doc)),
          mostNamed,
        );
      return [
        ...(unheld.length === 0
          ? []
          : [
              `${plural(unheld.length, 'seed')} cannot be found here, since these records do not hold ${unheld.length === 1 ? 'it' : 'them'}: ${listed(unheld, mostNamed)}.`,
            ]),
        ...(empty.length === 0
          ? []
          : [
              `${plural(empty.length, 'seed')} cannot be found by any term, since ${empty.length === 1 ? 'its record has' : 'their records have'} no text and no MeSH: ${named(empty)}.`,
            ]),
        ...(late.length === 0
          ? []
          : [
              `${plural(late.length, 'seed')} ${late.length === 1 ? 'is' : 'are'} younger than the search date, so that no query finds ${late.length === 1 ? 'it' : 'them'}: ${named(late)}.`,
            ]),
        ...(others.length === 0 ? [] : [`Still missed: ${named(others)}.`]),
      ];
    },
  };
}

/** Whether a record has nothing that a topic could be found by: no words of a title, abstract or keyword, and no headings. */
function isEmpty(doc: number, { index }: CitationSource): boolean {
  const { words, headings } = index.termsOf(doc);
  return words.length === 0 && headings.length === 0;
}
