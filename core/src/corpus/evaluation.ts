import type { TermTranslation } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import type { SearchWarning } from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import { formatCount } from '../text/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import type { CoveredField } from './fields.ts';
import { mappedTerm } from './mappedTerms.ts';

/** What evaluation needs beside the index and the query. */
export interface EvaluateOptions {
  /** MeSH: without it headings do not explode and entry terms are not known; a warning says so. */
  readonly thesaurus?: Thesaurus;
  /** Only records published on or before this day, `yyyy-mm-dd`; records without a date are kept, since nothing says they are later. */
  readonly until?: string;
  /** The day that `"last 5 years"[dp]` counts from, `yyyy-mm-dd`. */
  readonly today?: string;
  /** Looked at between terms and within long ones; evaluation runs in one go, so only a signal that another thread can set will interrupt it. */
  readonly signal?: { readonly aborted: boolean };
  /**
   * Records without MeSH match `[mh]` and `[majr]` by the heading's terms in title, abstract and keywords, and a warning says how many
   * were found by that only. PubMed does not: off by default.
   */
  readonly headingsAsText?: boolean;
  /** Phrases that no record here has count as known to PubMed all the same, and are not taken apart: for a few records of many. */
  readonly phrasesAreKnown?: boolean;
}

/** What is said about fields that few records of an index have. */
const sparseness = new WeakMap<CitationIndex, Map<string, string>>();

/** A pasted page may have thousands of terms with something to say about each; nobody reads so much. */
const mostWarnings = 200;

/** What a part of a query finds. `docs` undefined: the part was dropped, and a warning says why. Sets may be shared: never change them. */
export interface Part {
  readonly docs: DocSet | undefined;
  /** The part as it was understood. */
  readonly text: string;
}

/** The state of one evaluation: options, and the warnings gathered, each once. */
export class Evaluation {
  readonly index: CitationIndex;
  readonly options: EvaluateOptions;
  readonly #warnings = new Map<string, SearchWarning>();
  #unsaid = 0;
  /**
   * Within a published filter every phrase is one that PubMed's phrase index has: one that no record here has finds nothing, and is not
   * taken apart.
   */
  readonly phrasesAreKnown: boolean;

  constructor(
    index: CitationIndex,
    options: EvaluateOptions,
    phrasesAreKnown = options.phrasesAreKnown === true,
  ) {
    this.index = index;
    this.options = options;
    this.phrasesAreKnown = phrasesAreKnown;
  }

  get warnings(): readonly SearchWarning[] {
    const all = [...this.#warnings.values()];
    if (this.#unsaid === 0) return all;
    const message = `There are ${formatCount(this.#unsaid)} more things to say about this query, which are left out here.`;
    return [...all, { code: 'more-warnings', message }];
  }

  get today(): string {
    return this.options.today ?? new Date().toISOString().slice(0, 10);
  }

  /** What PubMed makes of a term; see docs/term-mapping.md. */
  mapped(node: TermNode): TermTranslation {
    return mappedTerm(this.index, this.options.thesaurus, node);
  }

  /** A part that finds nothing. */
  nothing(text: string): Part {
    return { docs: new DocSet(this.index.documentCount), text };
  }

  /** Notes a warning; quoted terms in it are shortened, for a pasted page may be one term. */
  warn(code: string, message: string): void {
    const text = message.length < 400 ? message : message.replace(/"([^"]{120})[^"]{20,}"/g, '"$1…"');
    const key = `${code}|${text}`;
    if (this.#warnings.size < mostWarnings) this.#warnings.set(key, { code, message: text });
    else if (!this.#warnings.has(key)) this.#unsaid++;
  }

  /** A part that is left out of the search. */
  drop(code: string, message: string, text: string): Part {
    this.warn(code, message);
    return { docs: undefined, text };
  }

  /** Warns when fewer than half of the records have the field that a search looks at, and says it plainly when none has. */
  noteCoverage(field: CoveredField, what: string): void {
    // Such records are found all the same, by their text.
    if (field === 'mh' && this.options.headingsAsText === true) return;
    const { documentCount } = this.index;
    const covered = this.index.coverage(field);
    if (covered * 2 >= documentCount && covered > 0) return;
    if (covered === 0) return this.noteAbsence(field, what);
    // Writing numbers takes longer than the search that they are said about.
    let messages = sparseness.get(this.index);
    if (messages === undefined) sparseness.set(this.index, (messages = new Map<string, string>()));
    let message = messages.get(what);
    if (message === undefined) {
      message = `Only ${formatCount(covered)} of ${formatCount(documentCount)} records here have ${what}; the others are not found by it.`;
      messages.set(what, message);
    }
    this.warn('sparse-field', message);
  }

  /** Warns when no record has the field: then a search for it finds nothing whatever it asks for. */
  noteAbsence(field: CoveredField, what: string): void {
    if (this.index.coverage(field) > 0) return;
    this.warn(
      'absent-field',
      `No record here has ${what}, so a search for it finds nothing. The source of these records does not tell.`,
    );
  }

  /** Throws SearchError when the search was given up. Bound, so that long computations can call it. */
  readonly checkAborted = (): void => {
    if (this.options.signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
  };
}
