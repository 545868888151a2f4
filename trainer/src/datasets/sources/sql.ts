import { RowError, schemaText } from '@querent/core/tasks';
import type { Databases } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import type { SourceItem } from '../topic.ts';
import { optionalText, rowId } from './fields.ts';
import { kindOf, readJsonLines } from './jsonLines.ts';
import { item } from './rows.ts';

/**
 * Questions for SQL: `{id, db, question, gold_sql, gold_sql_alternatives?, evidence?}`. The schema comes from the database itself, so that
 * prompts can be read where there is none.
 * @param databases undefined where no prompts are made: the schema is then left out
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
    const db = typeof row['db'] === 'string' ? row['db'] : '';
    if (databases !== undefined && db !== '' && !schemas.has(db))
      schemas.set(db, await schemaOf(databases, db, signal));
    const schema = schemas.get(db);
    yield item(place, () => {
      const id = rowId(row);
      const [question, gold, evidence] = ['question', 'gold_sql', 'evidence'].map((key) =>
        optionalText(row, key),
      );
      if (db === '') throw new RowError(`“db” is ${kindOf(row['db'])}. Write the name of a database.`);
      if (question === undefined)
        throw new RowError(`“question” is ${kindOf(row['question'])}. Write a text.`);
      if (gold === undefined)
        throw new RowError('“gold_sql” is missing: no statement is known to be right.', 'no-relevant');
      if (schema instanceof RowError) throw schema;
      const alternatives = row['gold_sql_alternatives'] ?? [];
      return {
        id,
        task: 'sql',
        input: {
          question,
          db,
          ...(schema === undefined ? {} : { schema }),
          ...(evidence === undefined ? {} : { evidence }),
        },
        target: { db, gold, alternatives, question },
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
