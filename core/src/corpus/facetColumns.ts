import type { CitationIndex } from './citationIndex.ts';
import { anyKeyZone, keyZone } from './fields.ts';

/** The values of one field by document: those of `doc` are `values[starts[doc] .. starts[doc + 1]]`. */
export interface FacetColumn {
  /** Look-up keys of the values, by number. */
  readonly keys: readonly string[];
  readonly starts: Uint32Array;
  /** Number of the value times two, plus one where it is a major topic. */
  readonly values: Uint32Array;
  /** Records that have each value, and those of which it is a major topic. */
  readonly counts: Uint32Array;
  readonly majorCounts: Uint32Array;
  /** Records that have any value. */
  readonly covered: number;
}

/** Fields whose values are counted, by the kind of their keys in the index. */
export type FacetKind = 'mh' | 'pt' | 'ta' | 'la';

const columns = new WeakMap<CitationIndex, Map<FacetKind, FacetColumn>>();

/** The column of a field: the postings turned round, made on first use (hundredths of a second for 60,000 records) and kept. */
export function facetColumn(index: CitationIndex, kind: FacetKind): FacetColumn {
  let ofIndex = columns.get(index);
  if (ofIndex === undefined) columns.set(index, (ofIndex = new Map<FacetKind, FacetColumn>()));
  let column = ofIndex.get(kind);
  if (column === undefined) {
    column = invert(index, kind);
    if (kind === 'ta') column = oneADocument(column);
    ofIndex.set(kind, column);
  }
  return column;
}

function invert({ keys: postings, documentCount: size }: CitationIndex, kind: FacetKind): FacetColumn {
  const { from, to } = postings.prefixRange(`${kind}:`);
  const counts = postings.data.documentFrequencies.slice(from, to);
  const total = counts.reduce((sum, count) => sum + count, 0);
  // In arrays of their final size: lists that grow cost half of the time.
  const numbers = new Uint32Array(total);
  const docs = new Uint32Array(total);
  const ends = new Uint32Array(size + 2);
  const majorCounts = new Uint32Array(to - from);
  const isMajor = new Uint8Array(size);
  const major = 1 << keyZone.major;
  let length = 0;
  for (let term = from; term < to; term++) {
    const number = term - from;
    if (kind === 'mh') postings.forEachDoc(term, major, (doc) => (isMajor[doc] = 1));
    postings.forEachDoc(term, anyKeyZone, (doc) => {
      const mark = isMajor[doc] ?? 0;
      isMajor[doc] = 0;
      numbers[length] = number * 2 + mark;
      docs[length++] = doc;
      majorCounts[number] = (majorCounts[number] ?? 0) + mark;
      ends[doc + 2] = (ends[doc + 2] ?? 0) + 1;
    });
  }
  let covered = 0;
  for (let doc = 0; doc < size; doc++) {
    if ((ends[doc + 2] ?? 0) > 0) covered++;
    ends[doc + 2] = (ends[doc + 2] ?? 0) + (ends[doc + 1] ?? 0);
  }
  const values = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const doc = docs[i] ?? 0;
    const at = ends[doc + 1] ?? 0;
    values[at] = numbers[i] ?? 0;
    ends[doc + 1] = at + 1;
  }
  const keys = postings.data.terms.range(from, to).map((term) => term.slice(kind.length + 1));
  return { keys, starts: ends.subarray(0, size + 1), values, counts, majorCounts, covered };
}

/**
 * A journal is indexed under its title, its abbreviation and shorter forms of both. It is counted once, under the name that most
 * records have, so that records whose sources write it differently are counted together.
 */
function oneADocument(column: FacetColumn): FacetColumn {
  const size = column.starts.length - 1;
  const starts = new Uint32Array(size + 1);
  const values: number[] = [];
  const counts = new Uint32Array(column.keys.length);
  for (let doc = 0; doc < size; doc++) {
    let best = -1;
    for (let i = column.starts[doc] ?? 0; i < (column.starts[doc + 1] ?? 0); i++) {
      const number = (column.values[i] ?? 0) >>> 1;
      if (best < 0 || isBetter(column, number, best)) best = number;
    }
    if (best >= 0) {
      values.push(best * 2);
      counts[best] = (counts[best] ?? 0) + 1;
    }
    starts[doc + 1] = values.length;
  }
  return { ...column, starts, values: Uint32Array.from(values), counts };
}

/** The key of an ISSN, `0017 5749`: by it a journal is found, but nobody calls a journal so. */
const issnKey = /^\d{4} \d{3}[\dx]$/;

function isBetter({ counts, keys }: FacetColumn, one: number, other: number): boolean {
  const [isNumber, isOtherNumber] = [one, other].map((number) => issnKey.test(keys[number] ?? ''));
  if (isNumber !== isOtherNumber) return isOtherNumber === true;
  const [a, b] = [counts[one] ?? 0, counts[other] ?? 0];
  return a === b ? (keys[one]?.length ?? 0) > (keys[other]?.length ?? 0) : a > b;
}
