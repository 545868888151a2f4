/** One citation, as far as its source told. Absent facts are undefined or empty, never invented. */
export interface CitationRecord {
  /** PMID as digits, or another stable id of the source when there is no PMID. */
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  /** MeSH as indexed: `Heading`, `Heading/qualifier`, `*` before or after the part that is major. */
  readonly mesh: readonly string[];
  /** Publication date, as precise as known: `2016`, `2016-09`, `2016-09-30`. */
  readonly date?: string;
  readonly year?: number;
  readonly journal?: string;
  readonly journalAbbreviation?: string;
  /** `Last FM`, `Last, First` or `First Last`, as the source has them. */
  readonly authors: readonly string[];
  readonly affiliations: readonly string[];
  /** Substances (registry names), for `[nm]` and `[rn]`. */
  readonly substances: readonly string[];
  readonly publicationTypes: readonly string[];
  readonly languages: readonly string[];
  /** Author keywords, `[ot]`. */
  readonly keywords: readonly string[];
  readonly doi?: string;
  readonly volume?: string;
  readonly issue?: string;
  readonly pages?: string;
}
