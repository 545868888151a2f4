import { isRaw, promptOf, promptPart, rawPrompt, withoutMarkup } from '../../prompting/index.ts';
import type { RawTemplate } from '../../prompting/index.ts';
import { deepRetrievalBird, deepRetrievalSpider, querentSql } from '../../rewards/index.ts';
import type { SqlFacts } from '../../rewards/index.ts';
import { prunedSchema } from '../../sqlSchema/index.ts';
import type { Judged } from '../task.ts';
import { defineTask, need } from '../task.ts';
import { readQuestion, readSqlTarget } from './rows.ts';
import type { SqlQuestion, SqlTarget } from './rows.ts';
import { runSql } from './run.ts';
import type { SqlResult } from './run.ts';
import { sqlTemplates } from './template.ts';

const longestQuestion = 2_000;
/** Schemas are pruned to less. */
const longestSchema = 20_000;

/** Questions in words about a database, answered by one SQL statement whose rows are compared with those of a trusted one. */
export const sql = defineTask<SqlQuestion, SqlTarget, SqlResult>({
  id: 'sql',
  title: 'SQL',
  ability: 'sql_generation',
  answerKey: 'sql',
  templates: sqlTemplates,
  readInput: readQuestion,
  readTarget: readSqlTarget,
  prompt: ({ question, schema, evidence }, variant, template = sqlTemplates[variant]) => {
    const tables = prunedSchema(schema, `${question} ${evidence ?? ''}`);
    if (isRaw(template))
      return rawPrompt(
        template,
        { question, schema: publishedSchema(tables, template), knowledge: evidence },
        { question: longestQuestion, schema: longestSchema, knowledge: longestQuestion },
        ['schema'],
      );
    return promptOf(
      [
        ...tables.map(withoutMarkup),
        promptPart('Known', evidence, longestQuestion),
        promptPart('Question', question, longestQuestion),
      ],
      template,
    );
  },
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

/** As published: an empty line between two tables, and no semicolon behind those of BIRD, which come from `sqlite_master`. */
function publishedSchema(tables: readonly string[], { text }: RawTemplate): string {
  const isBird = text.includes('{{knowledge}}');
  return tables.map((table) => (isBird ? table.replace(/;$/u, '') : table)).join('\n\n');
}

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
