import { baselineSql } from '../baseline/baseline.ts';
import type { SqlWriter } from './types.ts';

/** The method of the house as a writer: no model, no network, the same statement for the same question and schema. */
export const methodWriter: SqlWriter = {
  source: 'deterministic',
  weight: 1,
  write({ question = '', schema }) {
    const sql = baselineSql(question, schema);
    return Promise.resolve({
      statements: sql === undefined ? [] : [sql],
      notes: sql === undefined ? ['The question names nothing of the schema that the method without a model could use.'] : [],
    }); // prettier-ignore
  },
};
