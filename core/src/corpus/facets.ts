import type { Facet, FacetValue, Facets, YearCount, YearFacet } from '../search/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import type { FacetColumn, FacetKind } from './facetColumns.ts';
import { facetColumn } from './facetColumns.ts';

/** Says how records write a value: its look-up key, and a document that has it. */
export type NameValue = (kind: FacetKind, key: string, doc: number) => string;

/** What {@link facets} depends on besides the records. */
export interface FacetOptions {
  /** So many values of each field at most; 10 unless told otherwise. */
  readonly top?: number;
  /** The look-up key itself unless told otherwise. */
  readonly name?: NameValue;
}

/** What the documents of `docs` are like. Linear in their number; a column of each field is made on first use, see `facetColumn`. */
export function facets(
  index: CitationIndex,
  docs: DocSet,
  { top = 10, name = (_, key) => key }: FacetOptions = {},
): Omit<Facets, 'warnings' | 'provenance'> {
  const found = docs.toArray();
  const facetOf = (kind: FacetKind): Facet =>
    countValues(facetColumn(index, kind), found, top, kind === 'mh', (key, doc) => name(kind, key, doc));
  return {
    count: found.length,
    library: index.documentCount,
    years: countYears(index, found),
    headings: facetOf('mh'),
    publicationTypes: facetOf('pt'),
    journals: facetOf('ta'),
    languages: facetOf('la'),
  };
}

function countYears({ parts: { dates } }: CitationIndex, found: Uint32Array): YearFacet {
  const inLibrary = new Map<number, number>();
  for (const date of dates) addOne(inLibrary, Math.floor(date / 10_000));
  const here = new Map<number, number>();
  for (const doc of found) addOne(here, Math.floor((dates[doc] ?? 0) / 10_000));
  const counts: YearCount[] = [];
  const years = [...here.keys()].filter((year) => year > 0).sort((a, b) => a - b);
  const [first = 1, last = 0] = [years[0], years.at(-1)];
  for (let year = first; year <= last; year++)
    counts.push({ year, count: here.get(year) ?? 0, library: inLibrary.get(year) ?? 0 });
  return { counts, undated: here.get(0) ?? 0, libraryUndated: inLibrary.get(0) ?? 0 };
}

function addOne(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countValues(
  column: FacetColumn,
  found: Uint32Array,
  top: number,
  withMajor: boolean,
  name: (key: string, doc: number) => string,
): Facet {
  const { keys, starts, values } = column;
  const counts = new Uint32Array(keys.length);
  const majors = new Uint32Array(keys.length);
  const examples = new Uint32Array(keys.length);
  let covered = 0;
  for (const doc of found) {
    const end = starts[doc + 1] ?? 0;
    const start = starts[doc] ?? 0;
    if (end > start) covered++;
    for (let i = start; i < end; i++) {
      const value = values[i] ?? 0;
      const number = value >>> 1;
      counts[number] = (counts[number] ?? 0) + 1;
      majors[number] = (majors[number] ?? 0) + (value & 1);
      examples[number] = doc;
    }
  }
  const numbers: number[] = [];
  counts.forEach((count, number) => {
    if (count > 0) numbers.push(number);
  });
  const countOf = (number: number): number => counts[number] ?? 0;
  const alphabetically = (a: number, b: number): number => a - b;
  const toValue = (number: number): FacetValue => {
    const count = countOf(number);
    const library = column.counts[number] ?? 0;
    return {
      name: name(keys[number] ?? '', examples[number] ?? 0),
      count,
      library,
      lift: (count * column.covered) / (library * covered),
      ...(withMajor ? { major: majors[number] ?? 0, libraryMajor: column.majorCounts[number] ?? 0 } : {}),
    };
  };
  const frequent = numbers.toSorted((a, b) => countOf(b) - countOf(a) || alphabetically(a, b)).slice(0, top);
  const surprise = new Map<number, number>();
  for (const number of numbers) {
    // One record is no type.
    if (countOf(number) < 2) continue;
    const much = excess(countOf(number), covered, column.counts[number] ?? 0, column.covered);
    if (much > 0) surprise.set(number, much);
  }
  const typical = [...surprise]
    .sort(([a, much], [b, other]) => other - much || alphabetically(a, b))
    .slice(0, top)
    .map(([number]) => number);
  return {
    covered,
    libraryCovered: column.covered,
    distinct: numbers.length,
    values: frequent.map(toValue),
    typical: typical.map(toValue),
  };
}

/**
 * Dunning's log-likelihood ratio of a value being more frequent in the sample than in the rest of the library, 0 when it is not.
 * @param count of the value in a sample of `size`, which is part of the library of `librarySize` with `libraryCount`
 */
function excess(count: number, size: number, libraryCount: number, librarySize: number): number {
  const restCount = libraryCount - count;
  const rest = librarySize - size;
  if (count * librarySize <= libraryCount * size || rest <= 0) return 0;
  const likelihood = (k: number, n: number, share: number): number =>
    (k > 0 ? k * Math.log(share) : 0) + (n > k ? (n - k) * Math.log(1 - share) : 0);
  const share = libraryCount / librarySize;
  return (
    2 *
    (likelihood(count, size, count / size) +
      likelihood(restCount, rest, restCount / rest) -
      likelihood(count, size, share) -
      likelihood(restCount, rest, share))
  );
}
