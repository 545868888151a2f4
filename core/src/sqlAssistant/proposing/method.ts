import { baselineDrafts } from '../baseline/baseline.ts';
import type { SqlWriter } from './types.ts';

const nothing = 'The question names nothing of the schema that the method without a model could use.';

/** The method of the house as a writer: no model, no network, the same statements for the same question and schema. */
export const methodWriter: SqlWriter = {
  source: 'deterministic',
  weight: 1,
  write({ question = '', evidence, schema }) {
    const statements = baselineDrafts(question, schema, evidence);
    return Promise.resolve({ statements, isRanked: true, notes: statements.length === 0 ? [nothing] : [] });
  },
};
