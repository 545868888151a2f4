import { lookUpsIn } from '../../mapping/index.ts';
import type { TranslatedTerm } from '../../mapping/index.ts';

/** What PubMed said of a line's query; `Measurement` of core/search has it. */
export interface LiveAnswer {
  readonly count: number;
  /** Seeds that the line finds and misses; both empty where it was not asked for seeds. */
  readonly found: readonly string[];
  readonly missed: readonly string[];
  /** The whole query as PubMed understood it: `querytranslation`. */
  readonly translation?: string;
  /** Pieces of the query with what became of them: `translationset`. */
  readonly mappings?: readonly { readonly from: string; readonly to: string }[];
  readonly warnings: readonly {
    /** `phrase-not-found`, `field-not-found`, `ignored`, or what else the connector knows. */
    readonly code: string;
    readonly message: string;
    /** The piece of the query that is meant, in PubMed's words: lower case, long names of fields, quotes of its own. */
    readonly subject?: string;
  }[];
  readonly provenance: { readonly engine: string; readonly at: string };
}

/** A line with its answer, and with the one before it to the same query. */
export interface AnsweredLine {
  readonly label: string;
  readonly measurement: LiveAnswer;
  readonly previous?: { readonly count: number; /** ISO 8601. */ readonly at: string };
}

/** Look-ups of a translation by their words. */
export type Translation = ReadonlyMap<string, readonly TranslatedTerm[]>;

/** A translation of a long strategy repeats all its lines: it is read once, not with every key. */
const read = new WeakMap<LiveAnswer, Translation>();

/** The look-ups of an answer's translation; none where PubMed gave no translation. Ranges of dates are left out. */
export function translationOf(answer: LiveAnswer): Translation {
  const known = read.get(answer);
  if (known !== undefined) return known;
  const byWords = new Map<string, TranslatedTerm[]>();
  for (const look of lookUpsIn(answer.translation ?? '')) {
    const same = byWords.get(look.words);
    if (same === undefined) byWords.set(look.words, [look]);
    else same.push(look);
  }
  read.set(answer, byWords);
  return byWords;
}
