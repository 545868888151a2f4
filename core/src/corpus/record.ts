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
  /** What only some sources tell; absent where the source told none of it. */
  readonly more?: CitationDetails;
}

/** Days in the life of a record, beside its publication date: the field tag that searches each. */
export type RecordDay = 'epdat' | 'ppdat' | 'edat' | 'crdt' | 'mhda' | 'dcom' | 'lr';

/**
 * Rarer facts of a citation, each for one search field (named in brackets). Kept in one place, because most records of most sources have
 * none of them, and stored as one value.
 */
export interface CitationDetails {
  /** Other dates than that of publication, in the forms of {@link CitationRecord.date}. */
  readonly days?: Partial<Readonly<Record<RecordDay, string>>>;
  /** Authors in full where `authors` has initials: `Smith, John A`, in the same order; `[fau]`. */
  readonly fullAuthors?: readonly string[];
  /** Groups as authors; they are among `authors` too. `[cn]` */
  readonly collectiveAuthors?: readonly string[];
  /** ORCID and the like, `0000-0002-1825-0097`. `[auid]` */
  readonly authorIds?: readonly string[];
  /** `[ed]` */
  readonly editors?: readonly string[];
  /** `[ir]`, `[fir]` */
  readonly investigators?: readonly string[];
  /** People that the work is about. `[ps]` */
  readonly personalSubjects?: readonly string[];
  /** Titles in the language of the publication. `[tt]` */
  readonly transliteratedTitles?: readonly string[];
  /** Abstracts in other languages or from other sources; part of `[tiab]`. */
  readonly otherAbstracts?: readonly string[];
  /** ISSNs of the journal, print, electronic and linking: `1474-547X`. Part of `[ta]`. */
  readonly issns?: readonly string[];
  /** NLM's number of the journal. `[jid]` */
  readonly nlmId?: string;
  /** Country of publication. `[pl]` */
  readonly place?: string;
  /** `[pubn]`, `[isbn]`, `[book]` */
  readonly publisher?: string;
  readonly isbns?: readonly string[];
  readonly bookTitle?: string;
  /** Grant numbers with agency and country, `R01 HL012345/HL/NHLBI NIH HHS/United States`. `[gr]` */
  readonly grants?: readonly string[];
  /** `ClinicalTrials.gov/NCT00000001`, `GENBANK/AF078607`. `[si]` */
  readonly databankIds?: readonly string[];
  /** Ids of the article other than PMID and DOI, without their kind: `S0140-6736(16)31678-6`, `PMC1234567`. `[aid]`, `[lid]` */
  readonly articleIds?: readonly string[];
  /** MEDLINE, Publisher, In-Process, PubMed-not-MEDLINE, In-Data-Review, Automated, as MEDLINE's STAT writes it. */
  readonly status?: string;
  /** NLM's subsets of journals, letters as MEDLINE's SB writes them: `IM`, `AIM`, `N`. */
  readonly subsets?: readonly string[];
  /** Kinds of links to other records, tags as MEDLINE writes them: RIN, ROF, EIN, EFR, CIN, CON, RPI ... */
  readonly links?: readonly string[];
  /** Conflict of interest statement. `[cois]` */
  readonly conflictStatement?: string;
}
