import type { Provenance, SearchWarning } from './engine.ts';

/** What one part of a line contributes to the block that it stands in. */
export interface PartContribution {
  /** Records that it finds by itself; undefined where the engine left it out of the search, and all other numbers are 0 then. */
  readonly count: number | undefined;
  /** Of a part joined by OR: records that no other part of its block finds. Without it, the block would not find them. */
  readonly only: number;
  /** Of a part joined by AND or NOT: records that all others of its block let pass and it does not. Without it, the block would find them. */
  readonly excluded: number;
  /** Seeds that it finds by itself. */
  readonly seeds: number;
  /** The seeds among `only`. */
  readonly onlySeeds: readonly string[];
  /** The seeds among `excluded`: the others of the block find them, and this part loses them. */
  readonly lostSeeds: readonly string[];
  /** Of a part joined by OR: the block finds the same without it, and without all others so marked together. */
  readonly redundant: boolean;
  /** Fewer than half of the records have the field that it searches: that it finds nothing says little. */
  readonly sparse: boolean;
  /** The same for the whole query; undefined when that would take too long to find out (hundreds of lines that are used several times). */
  readonly ofWhole: WholeContribution | undefined;
}

/** What the whole query would lose, and find in addition, without a part. */
export interface WholeContribution {
  readonly only: number;
  readonly excluded: number;
  /**
   * Seeds that the query misses and would find without the part. Of a part that is one of several ways to be found, fewer than its own:
   * what `(a AND b)` loses in `(a AND b) OR c`, c may find.
   */
  readonly lostSeeds: readonly string[];
}

/** A line, or the query itself. */
export interface LineContributions {
  /** Canonical key of the line's query. Lines that are the same query are one. */
  readonly key: string;
  /** Records found; undefined where nothing of the line can be searched. */
  readonly count: number | undefined;
  readonly seeds: number;
  /** In the order of `partsOf` of the line's root, which tells where each stands in the text. */
  readonly parts: readonly PartContribution[];
}

/** Which parts of a query, and of the lines that it refers to, contribute what. */
export interface Contributions {
  /** Lines before the lines that use them; the query itself is the last. */
  readonly lines: readonly LineContributions[];
  /** Records of the library. */
  readonly library: number;
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}
