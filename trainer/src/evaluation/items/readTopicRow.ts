import { RowError } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { looksLikeRow, readRow } from '../../datasets/readRows.ts';
import { optionalText, readDay, rowId, rowIds } from '../../datasets/sources/fields.ts';
import { isObject, kindOf } from '../../datasets/sources/jsonLines.ts';
import { readQa } from '../../datasets/sources/qa.ts';
import { readReview } from '../../datasets/sources/reviews.ts';
import { questionInput, questionTarget, readQuestion } from '../../questions/readQuestions.ts';

/** A row of a file of topics or questions, in the form of its task. */
export interface TopicRow {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly target: unknown;
  /** Relevant records; undefined where the target is something else. */
  readonly relevant: readonly string[] | undefined;
  readonly until: string | undefined;
  readonly nearDuplicateOf: readonly string[];
  /** As a dataset names it. */
  readonly group: string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** The statements of a database, for prompts. @throws SearchError when there is no such database */
export type SchemaOf = (database: string) => Promise<string>;

/**
 * Reads a row for `task`: a row of a dataset; `{id, input, target, until?}`; for ranked tasks `{id, question, answers}` and `{id, question |
 * title, relevant}`; for SQL
 * `{id, db, question, gold_sql, ...}`; else `{id, title?, pico?, relevant_pmids | relevant, until?, near_duplicate_of?}`.
 * @param line of the row in its file, from 1
 * @throws RowError, with code `no-relevant` for a row that knows nothing to be right; CliError for a damaged row of a dataset
 */
export async function readTopicRow(
  row: Row,
  line: number,
  task: Task,
  schemaOf: SchemaOf,
): Promise<TopicRow> {
  if (looksLikeRow(row)) return fromDataset(row, line, task);
  if (row['input'] !== undefined && row['target'] !== undefined) return asItIs(row);
  if (task.id === 'sql') {
    const question = readQuestion(row);
    const input = questionInput(question, await schemaOf(question.db));
    return plain(question.id, input, questionTarget(question));
  }
  if (task.id === 'qa') {
    const { id, input, target } = readQa(row, line);
    return {
      id,
      input,
      target,
      relevant: undefined,
      until: undefined,
      nearDuplicateOf: [],
      group: undefined,
    };
  }
  if (task.id === 'ir') return judged(row, line);
  const key =
    row['relevant_pmids'] === undefined && row['relevant'] !== undefined ? 'relevant' : 'relevant_pmids';
  // The ids are read here, so that a message names the key under which they are.
  const { id, input, nearDuplicateOf = [] } = readReview({ ...row, relevant_pmids: [1], until: null }, line);
  const relevant = rowIds(row, key);
  return {
    id,
    input,
    target: { relevant },
    relevant,
    until: readDay(row, row['until'] === undefined ? 'pub_date' : 'until').until,
    nearDuplicateOf,
    group: undefined,
  };
}

function plain(id: string, input: Row, target: unknown): TopicRow {
  return { id, input, target, relevant: undefined, until: undefined, nearDuplicateOf: [], group: undefined };
}

/** What a question of ranked retrieval is judged by: relevant records, or grades by record; of a review its title is the question. */
function judged(row: Row, line: number): TopicRow {
  const id = rowId(row);
  const question = optionalText(row, 'question') ?? optionalText(row, 'query') ?? optionalText(row, 'title');
  if (question === undefined)
    throw new RowError(
      '“question” is missing, and so is “title”. One of them has to say what is looked for.',
    );
  const key =
    row['relevant'] === undefined && row['relevant_pmids'] !== undefined ? 'relevant_pmids' : 'relevant';
  const given = row[key];
  const grades = isObject(given) ? gradesOf(given, key) : undefined;
  const relevant =
    grades === undefined
      ? rowIds(row, key)
      : Object.keys(grades).filter((record) => (grades[record] ?? 0) > 0);
  if (relevant.length === 0)
    throw new RowError(`“${key}” has no grade above 0: nothing is known to be relevant.`, 'no-relevant');
  const { nearDuplicateOf = [] } = readReview(
    { id, title: question, relevant_pmids: [1], near_duplicate_of: row['near_duplicate_of'] },
    line,
  );
  return {
    id,
    input: { question },
    target: { relevant: grades ?? relevant },
    relevant,
    until: undefined,
    nearDuplicateOf,
    group: undefined,
  };
}

function gradesOf(given: Row, key: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(given).map(([record, grade]) => {
      if (typeof grade !== 'number' || !Number.isFinite(grade))
        throw new RowError(
          `the grade of ${record} in “${key}” is ${kindOf(grade)}. Write a number, 0 for what is not relevant.`,
        );
      return [record, grade];
    }),
  );
}

function fromDataset(row: Row, line: number, task: Task): TopicRow {
  const { topic, row: whole } = readRow(row, `line ${line}`);
  if (topic.task !== task.id)
    throw new RowError(`it is a row for the task ${topic.task}, not ${task.id}. Name that with --task.`);
  return {
    id: topic.id,
    input: topic.input,
    target: topic.target,
    relevant: relevantIn(topic.target),
    until: topic.until,
    nearDuplicateOf: topic.nearDuplicateOf ?? [],
    group: whole.extra_info.group === '' ? undefined : whole.extra_info.group,
  };
}

function asItIs(row: Row): TopicRow {
  const { input, target } = row;
  if (!isObject(input)) throw new RowError(`“input” is ${kindOf(input)}. Write an object.`);
  return {
    id: rowId(row),
    input,
    target,
    relevant: relevantIn(target),
    until: readDay(row, 'until').until,
    nearDuplicateOf: [],
    group: optionalText(row, 'group'),
  };
}

function relevantIn(target: unknown): readonly string[] | undefined {
  const relevant = isObject(target) ? target['relevant'] : target;
  if (isObject(relevant)) return Object.keys(relevant).filter((id) => Number(relevant[id]) > 0);
  return Array.isArray(relevant) ? rowIds({ relevant }, 'relevant') : undefined;
}
