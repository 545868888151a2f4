import { baselineDrafts } from '../baseline/baseline.ts';
import type { SqlWriter } from './types.ts';

const nothing = 'The question names nothing of the schema that the method without a model could use.';

function leftOut(words: readonly string[]): string {
  return `The method without a model made nothing of these words of the question: ${words.map((word) => `\`${word}\``).join(', ')}. Its statements may answer another question.`;
}

/** The method of the house as a writer: no model, no network, the same statements for the same question and schema. */
export const methodWriter: SqlWriter = {
  source: 'deterministic',
  weight: 1,
  write({ question = '', evidence, schema }) {
    const { statements, unread } = baselineDrafts(question, schema, evidence);
    const notes = statements.length === 0 ? [nothing] : unread.length > 0 ? [leftOut(unread)] : [];
    return Promise.resolve({ statements, isRanked: true, notes });
  },
};
