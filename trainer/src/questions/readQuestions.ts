import { RowError } from '@querent/core/tasks';
import { optionalText, rowId } from '../datasets/sources/fields.ts';
import { kindOf, readJsonLines } from '../datasets/sources/jsonLines.ts';

/** A question about a database, with the statements that are known to answer it. */
export interface Question {
  readonly id: string;
  /** Name of the database. */
  readonly db: string;
  readonly question: string;
  readonly gold: string;
  /** Statements that are as good. */
  readonly alternatives: readonly string[];
  /** What one has to know besides. */
  readonly evidence: string | undefined;
  /** Whether it is one of a subset that stands for all. */
  readonly isCore: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads a row `{id, db, question, gold_sql, gold_sql_alternatives?, evidence?, core?}`; other keys are ignored.
 * @throws RowError naming the field
 */
export function readQuestion(row: Row): Question {
  const core = row['core'] ?? false;
  if (typeof core !== 'boolean') throw new RowError(`“core” is ${kindOf(core)}. Write true or false.`);
  return {
    id: rowId(row),
    db: neededText(row, 'db', 'the name of a database'),
    question: neededText(row, 'question', 'what is asked'),
    gold: neededText(row, 'gold_sql', 'the statement that answers the question'),
    alternatives: readAlternatives(row['gold_sql_alternatives']),
    evidence: optionalText(row, 'evidence'),
    isCore: core,
  };
}

/** Reads a JSONL file of questions, in its order. @throws RowError naming file, line and field of the first row that cannot be used */
export async function readQuestions(path: string): Promise<readonly Question[]> {
  const questions: Question[] = [];
  const places = new Map<string, string>();
  for await (const line of readJsonLines(path)) {
    if ('fault' in line) throw new RowError(line.fault);
    const { place, row } = line;
    try {
      const question = readQuestion(row);
      const before = places.get(question.id);
      if (before !== undefined)
        throw new RowError(`“id” is “${question.id}”, as in ${before}. Give every row an id of its own.`);
      places.set(question.id, place);
      questions.push(question);
    } catch (error) {
      if (error instanceof RowError) throw new RowError(`${place}: ${error.message}`, error.code);
      throw error;
    }
  }
  if (questions.length === 0) throw new RowError(`${path} holds no question. Write one JSON object a line.`);
  return questions;
}

/** What the task `sql` asks. @param schema of the database, see `schemaText` */
export function questionInput({ question, db, evidence }: Question, schema: string): Row {
  return { question, db, schema, ...(evidence === undefined ? {} : { evidence }) };
}

/** What the task `sql` judges by. */
export function questionTarget({ db, gold, alternatives, question }: Question): Row {
  return { db, gold, ...(alternatives.length === 0 ? {} : { alternatives }), question };
}

function neededText(row: Row, key: string, what: string): string {
  const text = optionalText(row, key);
  if (text === undefined) throw new RowError(`“${key}” is ${kindOf(row[key])}. Write ${what} as text.`);
  return text;
}

function readAlternatives(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new RowError(`“gold_sql_alternatives” is ${kindOf(value)}. Write a list of statements.`);
  return value.map((entry: unknown, i) => {
    if (typeof entry === 'string' && entry.trim() !== '') return entry.trim();
    throw new RowError(
      `entry ${i + 1} of “gold_sql_alternatives” is ${kindOf(entry)}. Write a statement, or take it out.`,
    );
  });
}
