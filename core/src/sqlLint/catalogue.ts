import { aggregateRules } from './aggregates.ts';
import { conditionRules } from './conditions.ts';
import type { SqlLintRule, SqlRuleFamily } from './family.ts';
import { joinRules } from './joins.ts';
import { quotedTextRules } from './quotedText.ts';
import { resultRules } from './results.ts';
import { subqueryRules } from './subqueries.ts';

/** All rules about statements, in the order of the index of their pages. */
export const sqlFamilies: readonly SqlRuleFamily[] = [
  joinRules,
  conditionRules,
  aggregateRules,
  quotedTextRules,
  resultRules,
  subqueryRules,
];

/** The rule about a document rather than a statement. */
const documentRules: readonly SqlLintRule[] = [
  {
    id: 'sql-missing-semicolon',
    level: 'warning',
    reason: 'Without a semicolon between them other tools read two statements as one.',
  },
];

/** Every id that a doubtful statement can have, with its default level. What SQLite refuses has ids of its own (`sqlErrorIds`). */
export const sqlRules: readonly SqlLintRule[] = [
  ...sqlFamilies.flatMap(({ rules }) => rules),
  ...documentRules,
];
