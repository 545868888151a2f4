import type { Thesaurus } from '../mesh/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Fix, Problem, Range, Severity } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';

/** What a rule is about. Rules that need the results of a search are `measured`, those that need what PubMed says of it `live`.
 * What SQLite refuses is `sql-errors`, what it takes and is doubtful `sql`. */
export type RuleCategory =
  | 'syntax'
  | 'lines'
  | 'document'
  | 'operators'
  | 'tags'
  | 'truncation'
  | 'proximity'
  | 'terms'
  | 'headings'
  | 'concepts'
  | 'limits'
  | 'dialect'
  | 'trials'
  | 'measured'
  | 'live'
  | 'comments'
  | 'sql'
  | 'sql-errors';

/** What a diagnostic id stands for: a judgement of a rule family, or a problem that the parsers report. */
export interface LintRule {
  /** Stable, in kebab-case; what settings and `querent-disable-line` name, and the name of its page in docs/rules. */
  readonly id: string;
  /** Without a setting; a rule that is `off` waits for people who want it. */
  readonly level: Severity | 'off';
  readonly category: RuleCategory;
  /** Why it matters, in a line that a librarian accepts. */
  readonly reason: string;
  /** The element of the PRESS 2015 checklist that it serves. */
  readonly press?: string;
}

/** Elements of the PRESS 2015 checklist (McGowan et al., J Clin Epidemiol 2016;75:40-46). */
export const PRESS = {
  question: 'PRESS 1: translation of the research question',
  operators: 'PRESS 2: Boolean and proximity operators',
  headings: 'PRESS 3: subject headings',
  textWords: 'PRESS 4: text word searching',
  syntax: 'PRESS 5: spelling, syntax and line numbers',
  limits: 'PRESS 6: limits and filters',
} as const;

/** What the rules may use besides the text. */
export interface LintContext {
  /** Without it the rules about headings are silent. */
  readonly thesaurus?: Thesaurus | undefined;
  /** The level of a rule by its id, instead of its default; ids that no rule has are ignored. */
  readonly levels?: Readonly<Record<string, Severity | 'off'>> | undefined;
  /** The search language of the lines; PubMed's by default. `database: ctgov` says the same. */
  readonly language?: 'pubmed' | 'ctgov' | undefined;
  /** The day of the search, `yyyy-mm-dd`; in a document it is what `until` says. */
  readonly searchDate?: string | undefined;
  /** What `measuredProblems` says of the strategy; undefined where it is not measured, or not yet. */
  readonly measured?: readonly Problem[] | undefined;
  /** What `answeredProblems` says of the strategy; undefined where PubMed was not asked, or not yet. */
  readonly answered?:
    | {
        readonly problems: readonly Problem[];
        /** Every line is answered: a comment that switches off what none of them says is needless. */
        readonly isAll: boolean;
      }
    | undefined;
}

/** Takes a finding; the level comes from the rule and the settings. Findings of a rule that is off are dropped. */
export type Report = (rule: string, range: Range, message: string, fixes?: readonly Fix[]) => void;

/** One file of rules. All of them are linear in the text, and never throw, whatever the text is. */
export interface RuleFamily {
  readonly rules: readonly LintRule[];
  /**
   * Judges one query by its text and `context` alone: what it finds is remembered by the text, so that a line is judged again
   * only when it changes. Everything that costs more than a test of `facts` is done for findings only.
   */
  readonly checkQuery?: (facts: QueryFacts, report: Report, context: LintContext) => void;
  /** Judges what takes more than one line. Runs with every key, so it must be cheap: a few milliseconds for 2,000 lines. */
  readonly checkStrategy?: (document: StrategyDocument, report: Report, context: LintContext) => void;
}

/** Whether somebody switched on a rule that is off by default, so that looking for it is worth the time. */
export function isWanted(rule: string, { levels }: LintContext): boolean {
  const level = levels !== undefined && Object.hasOwn(levels, rule) ? levels[rule] : undefined;
  return level !== undefined && level !== 'off';
}

/** The text of a range of the document that `query` belongs to. */
export function textOf(query: ParsedQuery, { start, end }: Range): string {
  return query.text.slice(start - query.offset, end - query.offset);
}
