export { atLevels, judgeStrategy, lintQuery } from './lint.ts';
export type { LintContext, LintRule, RuleCategory } from './family.ts';
export { findRule, ruleCatalogue } from './catalogue.ts';
export { prepareRules } from './prepare.ts';
