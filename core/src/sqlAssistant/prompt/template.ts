import { queryTemplates } from '../../prompting/index.ts';

const system =
  'You translate questions into SQL for SQLite. A good statement gives exactly the rows and columns that were asked for.';

const rules =
  'Write one SQLite statement that only reads (SELECT, or WITH and SELECT) and answers the question from the tables above. Give the columns ' +
  'that the question asks for, in its order, and no others.';

/** The wordings of SQL. */
export const sqlTemplates = queryTemplates('sql', 1, system, rules, 'sql');
