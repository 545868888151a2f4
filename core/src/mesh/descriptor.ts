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
  /** What the heading covers, in NLM's words; absent where the source has none. */
  readonly scopeNote?: string;
  /** The day from which indexers could use the heading, `yyyy-mm-dd` (MeSH's DateEstablished). */
  readonly introduced?: string;
  /** Names under which the heading's articles were indexed before, newest first, from MeSH's history note. */
  readonly previousNames?: readonly string[];
  /** Codes of the subheadings that NLM allows with the heading, `DT`; absent where the source does not tell. */
  readonly allowedSubheadings?: readonly string[];
}

/** A heading that fits a text that is being typed. */
export interface TermCompletion {
  readonly descriptor: Descriptor;
  /** The preferred name or the entry term that fits. */
  readonly term: string;
  readonly fit: TermFit;
  /** Higher is better; comparable within the answers to one text. */
  readonly score: number;
}

/**
 * How a term fits what was typed: it is the same (`exact`), it is a preferred name or an entry term that begins so, each word typed
 * begins a `word` of it, or the same with letters typed wrong (`misspelt`).
 */
export type TermFit = 'exact' | 'name' | 'entry term' | 'word' | 'misspelt';

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
  /**
   * Up to `limit` headings for a text that is being typed, best first, one answer a heading: the text itself, then names that
   * begin with it, entry terms that begin with it, names and entry terms in which every word of the text begins a word,
   * and, unless `fuzzy` is false, the same with misspelt words. Among equals the shorter and the broader go first.
   */
  complete(text: string, limit: number, fuzzy?: boolean): readonly TermCompletion[];
  /** From the top of the tree down to the heading at `treeNumber`; numbers where no heading stands are passed over. */
  path(treeNumber: string): readonly Descriptor[];
  /**
   * Makes the tables that look-ups need, in steps of some ten milliseconds at most, so that a program can do other things between them.
   * Without it each table is made whole when first asked for.
   */
  prepare(): Generator<void>;
}
