export { lintQuery, lintStrategy } from './lint.ts';
export type { LintContext } from './checker.ts';
export { rules } from './rules.ts';
export type { LintRule, RuleCategory, RuleId } from './rules.ts';
