import type { CitationRecord } from '../../corpus/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { SearchOptions } from '../../search/index.ts';
import type { RecordsEngine } from '../recordsEngine.ts';

/** PubMed as an engine, with whole records, and with what else the E-utilities tell. */
export interface PubMedEngine extends RecordsEngine {
  readonly services: PubMedServices;
  /** Which of `ids` each query finds, in few requests for any number of queries; see `seeds/`. */
  matchingAll(
    queries: readonly ResolvedQuery[],
    ids: readonly string[],
    options?: SearchOptions,
  ): Promise<readonly (readonly string[])[]>;
  /** "Measure again": what `matchingAll` was told of seeds is asked for anew from now on. */
  again(): void;
}

/** What the E-utilities tell beside searching. Every method throws a SearchError where there is no answer. */
export interface PubMedServices {
  /** PubMed's better spelling of `text` (ESpell); undefined where it has none. */
  spell(text: string, options?: SearchOptions): Promise<string | undefined>;
  /** What PubMed holds (EInfo). */
  info(options?: SearchOptions): Promise<DatabaseInfo>;
  /** Whether MeSH of the day has a heading of that name, or of which it is an entry term (ESearch in `db=mesh`). */
  heading(name: string, options?: SearchOptions): Promise<'found' | 'ambiguous' | 'unknown'>;
  /** PMIDs of similar articles, the most similar first, without `id` itself (ELink, `pubmed_pubmed`). */
  similar(id: string, options?: SearchOptions): Promise<readonly string[]>;
  /** Asks with a key, that of the engine unless told otherwise, whether it is accepted. */
  testKey(key?: string, options?: SearchOptions): Promise<KeyTest>;
}

/** What EInfo says of PubMed. */
export interface DatabaseInfo {
  readonly records: number;
  /** As NCBI writes it: `2025/11/27 06:33`. */
  readonly lastUpdate: string;
  readonly fields: readonly DatabaseField[];
}

/** A searchable field of PubMed. */
export interface DatabaseField {
  /** `MESH` */
  readonly name: string;
  /** `MeSH Terms` */
  readonly fullName: string;
  readonly description: string;
  readonly isDate: boolean;
  readonly isHidden: boolean;
}

/** What became of a key that was tested. */
export interface KeyTest {
  /** `none`: there is no key to test. */
  readonly state: 'accepted' | 'refused' | 'none';
  /** Requests a second that the service grants, where it says so. */
  readonly requestsPerSecond?: number;
  /** For people; never holds the key. */
  readonly message: string;
}

/** Where records of seeds are kept, so that each is fetched once. */
export interface SeedRecordStore {
  /** Those that are kept, in any order. */
  get(ids: readonly string[]): Promise<readonly CitationRecord[]>;
  put(records: readonly CitationRecord[]): Promise<void>;
}
