export { lintSql } from './lintSql.ts';
export type { SqlLintContext } from './lintSql.ts';
export { sqlRules } from './catalogue.ts';
export type { SqlLintRule } from './family.ts';
