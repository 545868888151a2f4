import type { Fix, Range, Severity } from '../text/index.ts';
import type { StatementFacts } from './facts.ts';

/** A judgement of a statement that SQLite takes and that is doubtful all the same. */
export interface SqlLintRule {
  /** Stable, in kebab-case; what settings and `querent-disable-line` name, and the name of its page in docs/rules. */
  readonly id: string;
  /** Without a setting. */
  readonly level: Severity;
  /** Why it matters, in one line. */
  readonly reason: string;
}

/** Takes a finding. Ranges, those of the fixes too, from the start of the STATEMENT. */
export type SqlReport = (rule: string, range: Range, message: string, fixes?: readonly Fix[]) => void;

/** One file of rules. They never throw, whatever the statement is. */
export interface SqlRuleFamily {
  readonly rules: readonly SqlLintRule[];
  readonly check: (facts: StatementFacts, report: SqlReport) => void;
}
