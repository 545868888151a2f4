import { baselineSql } from '@querent/core/sqlAssistant';
import type { Databases } from '@querent/core/tasks';
import type { EvaluatedRewriter } from './rewriter.ts';
import { failed, queryOr } from './rewriter.ts';

/** The method of the house for SQL, which reads the names in a schema and never the data. */
export function sqlRewriter(name: string, databases: Databases): EvaluatedRewriter {
  return {
    name,
    samples: 1,
    identity: { rewriter: 'deterministic' },
    async attempt({ text, database }, _sample, signal) {
      if (text === undefined || database === undefined)
        return failed('no-query', 'The row names no database.');
      return queryOr(
        baselineSql(text, await databases.schema(database, signal)),
        'The question names nothing of the schema.',
      );
    },
  };
}
