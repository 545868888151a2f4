import { schemaText } from '@querent/core/sqlSchema';
import { RowError } from '@querent/core/tasks';
import type { Databases } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import { questionInput, questionTarget, readQuestion } from '../../questions/readQuestions.ts';
import type { SourceItem } from '../topic.ts';
import { readJsonLines } from './jsonLines.ts';
import { item } from './rows.ts';

/**
 * Questions for SQL, as `readQuestion` reads them. The schema comes from the database itself, so that prompts can be read where there is
 * none.
 * @param databases undefined where no prompts are made: the schema is then empty
 */
export async function* readSqlQuestions(
  path: string,
  source: string,
  databases: Databases | undefined,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const schemas = new Map<string, string | RowError>();
  for await (const line of readJsonLines(path)) {
    if ('fault' in line) {
      yield { kind: 'excluded', reason: 'bad-row', message: line.fault };
      continue;
    }
    const { place, row } = line;
    const { db } = row;
    if (databases !== undefined && typeof db === 'string' && db.trim() !== '' && !schemas.has(db.trim()))
      schemas.set(db.trim(), await schemaOf(databases, db.trim(), signal));
    yield item(place, () => {
      const question = readQuestion(row);
      const schema = schemas.get(question.db) ?? '';
      if (schema instanceof RowError) throw schema;
      return {
        id: question.id,
        task: 'sql',
        input: { ...questionInput(question, schema) },
        target: { ...questionTarget(question) },
        source,
      };
    });
  }
}

async function schemaOf(databases: Databases, db: string, signal?: AbortSignal): Promise<string | RowError> {
  try {
    return schemaText(await databases.schema(db, signal));
  } catch (error) {
    if (error instanceof SearchError && error.code !== 'aborted')
      return new RowError(`“db”: ${error.message}`);
    throw error;
  }
}
