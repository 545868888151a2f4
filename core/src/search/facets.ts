import type { Provenance, SearchWarning } from './engine.ts';

/** A value of a field: how many of the records found have it, and how many in the whole library. */
export interface FacetValue {
  /** As records write it: `Accidental Falls`, `Randomized Controlled Trial`. */
  readonly name: string;
  /** Records found that have it. */
  readonly count: number;
  /** Records of the library that have it, whatever their date. */
  readonly library: number;
  /**
   * How much more often it is among the records found than in the library, each counted among those that have the field at all: 1 is
   * as often, 2 twice as often.
   */
  readonly lift: number;
  /** Of headings: records found, and in the library, of which it is a major topic. */
  readonly major?: number;
  readonly libraryMajor?: number;
}

/** The values of one field. */
export interface Facet {
  /** Records found that have the field at all; shares of them are told. */
  readonly covered: number;
  /** Records of the library that have it. */
  readonly libraryCovered: number;
  /** How many values there are among the records found. */
  readonly distinct: number;
  /** The most frequent ones, by count. */
  readonly values: readonly FacetValue[];
  /**
   * The most typical ones: more frequent here than in the library, by how unlikely that is to be chance (log-likelihood ratio, Dunning
   * 1993, Computational Linguistics 19:61-74). Check tags such as Humans are frequent everywhere, hence not among them.
   */
  readonly typical: readonly FacetValue[];
}

/** Records of one year. */
export interface YearCount {
  readonly year: number;
  readonly count: number;
  readonly library: number;
}

/** Publication years. */
export interface YearFacet {
  /** Every year from the first to the last of the records found, those without any included; empty when none has a date. */
  readonly counts: readonly YearCount[];
  /** Records found without a date. */
  readonly undated: number;
  readonly libraryUndated: number;
}

/** What the records that a query finds are like. */
export interface Facets {
  /** Records found. */
  readonly count: number;
  /** Records of the library. */
  readonly library: number;
  readonly years: YearFacet;
  readonly headings: Facet;
  readonly publicationTypes: Facet;
  readonly journals: Facet;
  readonly languages: Facet;
  readonly warnings: readonly SearchWarning[];
  readonly provenance: Provenance;
}
