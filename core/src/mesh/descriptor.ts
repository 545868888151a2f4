/** A MeSH descriptor (heading). Field meanings: NLM, "MeSH record types". */
export interface Descriptor {
  /** Unique id, `D003894`. */
  readonly ui: string;
  /** The preferred name, `Deamino Arginine Vasopressin`. */
  readonly name: string;
  /** Entry terms: synonyms that map to the heading. */
  readonly entryTerms: readonly string[];
  /** Permuted entry terms (`Vasopressin, Deamino Arginine`). */
  readonly permutedTerms: readonly string[];
  /** Tree numbers, `D12.644.548.691.692.208`; a descriptor stands at several places. */
  readonly treeNumbers: readonly string[];
  /** Names of the headings of its pharmacological actions. */
  readonly pharmacologicalActions: readonly string[];
}

/** MeSH, loaded. Look-ups ignore case, and treat runs of white space as one space. */
export interface Thesaurus {
  /** Number of descriptors. */
  readonly size: number;
  /** `2024` where the source says so. */
  readonly version: string | undefined;
  /** All descriptors in the order loaded. */
  readonly descriptors: readonly Descriptor[];
  /** The descriptor of that preferred name. */
  byName(name: string): Descriptor | undefined;
  /** The descriptor that `term` names: preferred name, entry term or permuted term, in this order. */
  byTerm(term: string): Descriptor | undefined;
  byUi(ui: string): Descriptor | undefined;
  /** The descriptor and everything below it in any of its trees (what PubMed's `[mh]` searches), the descriptor first. */
  explode(descriptor: Descriptor): readonly Descriptor[];
  /** One step down the trees. */
  narrower(descriptor: Descriptor): readonly Descriptor[];
  /** One step up the trees. */
  broader(descriptor: Descriptor): readonly Descriptor[];
  /** Descriptors that have `action` (a heading) as their pharmacological action. */
  withAction(action: Descriptor): readonly Descriptor[];
  /** Up to `limit` headings whose name or terms resemble `text`, best first; for "did you mean". */
  similar(text: string, limit: number): readonly Descriptor[];
}
