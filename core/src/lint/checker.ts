import type { Thesaurus } from '../mesh/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { Fix, Problem, Range, Severity } from '../text/index.ts';
import { rules } from './rules.ts';
import type { RuleId } from './rules.ts';

export { nodesOf } from '../pubmed/index.ts';

/** What the rules may use besides the text. */
export interface LintContext {
  /** Without it the rules about headings are silent. */
  readonly thesaurus?: Thesaurus | undefined;
  /** The level of a rule by its id, instead of its default; ids that no rule has are ignored. */
  readonly levels?: Readonly<Record<string, Severity | 'off'>> | undefined;
}

/** More findings than this in one query help nobody. */
const MAXIMUM_FINDINGS = 1000;

/** One file of rules. */
export type Checker = (query: ParsedQuery, report: Report, context: LintContext) => void;

/** Takes a finding; the level comes from the rule table and the settings. */
export type Report = (rule: RuleId, range: Range, message: string, fixes?: readonly Fix[]) => void;

/** A `Report` that collects problems into `problems`. */
export function collectInto(problems: Problem[], context: LintContext): Report {
  const levels = new Map<string, Severity | 'off'>(
    rules.map((rule) => [rule.id, context.levels?.[rule.id] ?? rule.level]),
  );
  return (rule, range, message, fixes = []) => {
    const severity = levels.get(rule) ?? 'off';
    if (severity === 'off' || problems.length >= MAXIMUM_FINDINGS) return;
    problems.push(
      fixes.length === 0 ? { rule, severity, message, range } : { rule, severity, message, range, fixes },
    );
  };
}

/** The text of a range of the document that `query` belongs to. */
export function textOf(query: ParsedQuery, { start, end }: Range): string {
  return query.text.slice(start - query.offset, end - query.offset);
}
