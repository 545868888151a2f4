import { promptTemplate } from '../../prompting/index.ts';
import type { PromptTemplate, Variant } from '../../prompting/index.ts';

const system =
  'You translate questions into SQL for SQLite. A good statement gives exactly the rows and columns that were asked for.';

const rules =
  'Write one SQLite statement that only reads (SELECT, or WITH and SELECT) and answers the question from the tables above. Give the columns ' +
  'that the question asks for, in its order, and no others.';

const example = '{"sql": "..."}';

/** The wordings of SQL: with reasoning, after DeepRetrieval (Jiang et al., 2025; arXiv 2503.00223), and without. */
export const sqlTemplates: Readonly<Record<Variant, PromptTemplate>> = {
  reasoning: promptTemplate(
    'sql/1',
    system,
    `${rules} Think briefly in <think> tags, then give the statement as JSON in <answer> tags, like this:\n` +
      `<think>...</think>\n<answer>${example}</answer>`,
  ),
  direct: promptTemplate(
    'sql-direct/1',
    system,
    `${rules} Give the statement as JSON in <answer> tags, like this:\n<answer>${example}</answer>`,
  ),
};
