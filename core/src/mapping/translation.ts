import type { Thesaurus } from '../mesh/index.ts';
import type { Clause } from './clause.ts';

/** Journal names, looked up by abbreviation, title, nickname or ISSN. */
interface JournalNames {
  /** The abbreviation that PubMed searches, `Proc Natl Acad Sci U S A`; undefined when the name is not known. */
  find(name: string): string | undefined;
}

/** What a simulation may draw on; each may be missing. */
export interface MappingFacts {
  readonly thesaurus?: Thesaurus;
  /** Asked when the table of common journals does not know a name. */
  readonly journals?: JournalNames;
}

/** What happened to a term on the way. */
type NoteKind =
  | 'heading' // words are a MeSH heading, which is added
  | 'entry-term' // words are an entry term; its heading is added
  | 'variant' // another spelling or number was looked up
  | 'subheading'
  | 'publication-type'
  | 'action' // the heading is a pharmacological action too
  | 'journal'
  | 'author'
  | 'all-fields' // words that are no subject, searched in all fields
  | 'word-forms' // PubMed adds forms of the word that only its own index knows
  | 'split' // the phrase as a whole is not known, its parts are joined by AND
  | 'stop-words' // words that are ignored
  | 'quoted' // the quotes switch mapping off
  | 'truncated' // the star switches mapping or explosion off
  | 'star-dropped' // the star comes too early and is ignored
  | 'phrase' // found only if PubMed's phrase index has it
  | 'proximity'
  | 'not-found' // a value that its vocabulary does not have
  | 'unknown-field'
  | 'date' // depends on the day of the search
  | 'too-long';

/** One thing a reader should know about a translation. */
export interface TranslationNote {
  readonly kind: NoteKind;
  /** A sentence or two in plain words; plain text, not Markdown. */
  readonly message: string;
}

/**
 * How sure a translation is: `certain` follows from the documentation alone; `likely` depends on indexes that only PubMed has (phrases,
 * word forms, substances); `unknown` lacks the thesaurus that it needed.
 */
export type Certainty = 'certain' | 'likely' | 'unknown';

/** What PubMed makes of one term. */
export interface TermTranslation {
  /** In the form of PubMed's search details: `"toothache"[MeSH Terms] OR "toothache"[All Fields]`. Empty when nothing is left to search. */
  readonly query: string;
  /** The same as data; undefined when nothing is left to search. */
  readonly clause: Clause | undefined;
  readonly notes: readonly TranslationNote[];
  readonly certainty: Certainty;
}
