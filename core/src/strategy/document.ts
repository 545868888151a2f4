import type { ParsedQuery } from '../pubmed/index.ts';
import type { Problem, Range } from '../text/index.ts';

/** The parts of a review question; every part is optional. Keys beyond the four classic ones are kept in `other`. */
export interface Pico {
  readonly population?: string;
  readonly intervention?: string;
  readonly comparison?: string;
  readonly outcome?: string;
  /** For example `objective`, `index_test_or_intervention`, `study_design`. */
  readonly other?: Readonly<Record<string, string>>;
}

/** Somebody who wrote the strategy. */
export interface Author {
  readonly name: string;
  /** As written, `0000-0002-1825-0097`. */
  readonly orcid?: string;
  readonly email?: string;
}

/** What the YAML between the two `---` lines says; absent keys are undefined. */
export interface FrontMatter {
  /** The whole block with both `---` lines. */
  readonly range: Range;
  readonly title?: string;
  readonly pico?: Pico;
  /** `pubmed`, `ctgov`, or a path relative to the document: where the strategy is counted. */
  readonly database?: string;
  /** Search date as `yyyy-mm-dd`. */
  readonly until?: string;
  /** Ids written in the document (PMIDs as digits, NCT ids in capitals), without duplicates. */
  readonly seeds?: readonly string[];
  /** A path to a file of seeds, when `seeds` is a text. */
  readonly seedsFile?: string;
  readonly authors?: readonly Author[];
  /** What else a JSON search file says of this search: plain values by key, kept for other tools. */
  readonly searchFile?: Readonly<Record<string, unknown>>;
  /** Where each top-level key's value stands, for diagnostics and hover. */
  readonly valueRanges: Readonly<Record<string, Range>>;
}

/** A comment with its slashes. */
export interface Comment {
  readonly range: Range;
  readonly text: string;
}

/** One query of the strategy. */
export interface StrategyLine {
  /** `3` for `#3`, `3.` or `3)`; without numbers the lines count from 1. Unique within a document. */
  readonly label: string;
  /** Whether the label is written in the document. */
  readonly numbered: boolean;
  /** From the label to the last character of the query. */
  readonly range: Range;
  /** The written label with its punctuation; empty where not numbered. */
  readonly labelRange: Range;
  /** The query without label, comments at its ends and surrounding white space. May span several lines of text. */
  readonly queryRange: Range;
  /** Parsed on first use, with comments as tokens; ranges count from the start of the document. */
  readonly query: ParsedQuery;
}

/** A `*.pubmed` file, parsed. Parsing never fails: what is wrong is in `problems`. */
export interface StrategyDocument {
  readonly text: string;
  readonly frontMatter: FrontMatter | undefined;
  readonly lines: readonly StrategyLine[];
  readonly comments: readonly Comment[];
  /** Front matter, labels, references and cycles; the queries' own problems are in `lines[i].query.problems`. */
  readonly problems: readonly Problem[];
  /** The line whose label is `label`, or undefined. Leading zeros do not matter. */
  line(label: string): StrategyLine | undefined;
  /** The last line that no other line refers to: *the* strategy; undefined in an empty document. */
  readonly root: StrategyLine | undefined;
  /** Labels of lines that refer to themselves, directly or through others. */
  readonly cyclic: ReadonlySet<string>;
}
