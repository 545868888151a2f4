import { deepRetrievalBird, deepRetrievalSpider, querentSql } from '../../rewards/index.ts';
import type { SqlFacts } from '../../rewards/index.ts';
import { sqlPrompt, sqlTemplates } from '../../sqlAssistant/index.ts';
import type { Judged } from '../task.ts';
import { defineTask, need } from '../task.ts';
import { readQuestion, readSqlTarget } from './rows.ts';
import type { SqlQuestion, SqlTarget } from './rows.ts';
import { runSql } from './run.ts';
import type { SqlResult } from './run.ts';

/** Questions in words about a database, answered by one SQL statement whose rows are compared with those of a trusted one. */
export const sql = defineTask<SqlQuestion, SqlTarget, SqlResult>({
  id: 'sql',
  title: 'SQL',
  ability: 'sql_generation',
  answerKey: 'sql',
  templates: sqlTemplates,
  readInput: readQuestion,
  readTarget: readSqlTarget,
  prompt: (input, variant, template = sqlTemplates[variant]) => sqlPrompt(input, template),
  run: async (statement, target, world, { signal, original }) =>
    runSql(
      statement,
      target,
      need(world.databases, 'folder of SQLite databases', 'Name one with --databases.'),
      signal,
      original,
    ),
  rewards: {
    querent: (judged) => querentSql(factsOf(judged)),
    deepretrieval: (judged) => deepRetrievalBird(factsOf(judged), { isDirect: judged.variant === 'direct' }),
    'deepretrieval-spider': (judged) => deepRetrievalSpider(factsOf(judged)),
  },
  metricNames: ['executionAccuracy', 'valid', 'rowRecall', 'rowPrecision'],
  metrics: (result) =>
    result?.kind === 'ran'
      ? {
          executionAccuracy: result.isCorrect ? 1 : 0,
          valid: 1,
          rowRecall: result.rowRecall,
          rowPrecision: result.rowPrecision,
        }
      : { executionAccuracy: 0, valid: 0, rowRecall: 0, rowPrecision: 0 },
  failure: ({ problem }) => problem,
});

/** What rewards are paid on. */
function factsOf({ structure, answer, outcome }: Judged<SqlResult>): SqlFacts {
  const ran = outcome?.kind === 'ran' ? outcome : undefined;
  return {
    isWellFormed: structure.isValid,
    answer,
    loopholes: ran?.loopholes ?? [],
    execution: outcome?.kind ?? 'none',
    isCorrect: ran?.isCorrect === true,
    rowRecall: ran?.rowRecall ?? 0,
    rowPrecision: ran?.rowPrecision ?? 0,
  };
}
