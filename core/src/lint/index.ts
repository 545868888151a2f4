export { atLevels, judgeStrategy, lintQuery } from './lint.ts';
export type { LintContext, LintRule, RuleCategory } from './family.ts';
export { findRule, ruleCatalogue } from './catalogue.ts';
export { measuredProblems, measuredRules } from './measured.ts';
export type { MeasuredLine, MeasuredPart } from './measured.ts';
export { answeredProblems, liveRules } from './live/index.ts';
export type { AnsweredContext, AnsweredLine, LiveAnswer } from './live/index.ts';
export { prepareRules } from './prepare.ts';
