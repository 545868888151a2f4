import { listOf, nameOf, neededTextIn, objectOf, textIn } from '../rows.ts';
import type { Row } from '../rows.ts';
import { RowError } from '../task.ts';

/** A question about a database. */
export interface SqlQuestion {
  readonly question: string;
  /** Name of the database. */
  readonly db: string;
  /** Its statements, as `schemaText` writes them: prompts are built where no database can be asked. */
  readonly schema: string;
  /** What one has to know besides, such as what a code means. */
  readonly evidence: string | undefined;
}

/** What is known to be right. */
export interface SqlTarget {
  readonly db: string;
  /** The trusted statement, then others that are as good. */
  readonly gold: readonly [string, ...string[]];
  /** The question, where it is known: a text that it holds is not remembered but read. */
  readonly question: string | undefined;
}

/** A schema of more text than this is none that fits a prompt, however it is cut. */
const longestSchema = 2_000_000;
const longestStatement = 50_000;

/** @throws RowError */
export function readQuestion(value: unknown): SqlQuestion {
  const row = objectOf(value, 'input');
  const schema = statementIn(row, 'schema', longestSchema);
  if (schema === undefined)
    throw new RowError('schema is missing. Write the CREATE statements of the database as text.');
  return {
    question: neededTextIn(row, 'question'),
    db: neededTextIn(row, 'db'),
    schema,
    evidence: textIn(row, 'evidence'),
  };
}

/**
 * Reads `{db, gold, alternatives?}`, or with the keys of the question files, `gold_sql` and `gold_sql_alternatives`.
 * @throws RowError
 */
export function readSqlTarget(value: unknown): SqlTarget {
  const row = objectOf(value, 'target');
  const key = Object.hasOwn(row, 'gold') ? 'gold' : 'gold_sql';
  const gold = statementIn(row, key);
  if (gold === undefined) throw new RowError('gold is missing: the statement that is known to be right.');
  const others = Object.hasOwn(row, 'alternatives') ? 'alternatives' : 'gold_sql_alternatives';
  const alternatives = listOf(row[others] ?? [], others).map((entry, i) => {
    const place = `${others}[${i}]`;
    const statement = statementIn({ [place]: entry }, place);
    if (statement === undefined) throw new RowError(`${place} is empty. Take it out.`);
    return statement;
  });
  return {
    db: neededTextIn(row, 'db'),
    gold: [gold, ...alternatives],
    question: textIn(row, 'question'),
  };
}

/** A text that must not be cut. @throws RowError */
function statementIn(row: Row, key: string, longest = longestStatement): string | undefined {
  const value = row[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new RowError(`${key} must be text, not ${nameOf(value)}.`);
  if (value.length > longest)
    throw new RowError(`${key} has ${value.length} characters, more than ${longest}.`);
  return value.trim() === '' ? undefined : value;
}
