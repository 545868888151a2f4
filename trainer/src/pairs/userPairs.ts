import type { Template, Variant } from '@querent/core/prompting';
import { parseAnswer } from '@querent/core/prompting';
import { readPubMedQuery, RowError } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { optionalText, readDay, rowPico } from '../datasets/sources/fields.ts';
import { isObject, kindOf, readJsonLines } from '../datasets/sources/jsonLines.ts';
import type { Topic } from '../datasets/topic.ts';
import { completionOf } from './completion.ts';
import { promptRow } from './promptRow.ts';
import type { PairRow } from './promptRow.ts';

/** Pairs of a team's own file, and what they are about, to be compared with what is held out. */
export interface UserPairs {
  readonly rows: readonly PairRow[];
  readonly topics: readonly Topic[];
}

/**
 * Reads `{id?, title?, pico?, input?, query, reasoning?, until?}` from JSONL (also gzipped): a question and the query that a person wrote for it.
 * Every row must be usable: what people wrote themselves is mended rather than left out.
 * @throws CliError (exit code 2) naming file, line and field
 */
export async function readUserPairs(
  file: string,
  options: { readonly task: Task; readonly template: Template; readonly variant: Variant },
): Promise<UserPairs> {
  const rows: PairRow[] = [];
  const topics: Topic[] = [];
  let number = 0;
  for await (const line of readJsonLines(file)) {
    number++;
    if ('fault' in line) throw badInput(line.fault);
    try {
      const { pair, topic } = readPair(line.row, `pairs/${number}`, options);
      rows.push(pair);
      topics.push(topic);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      throw badInput(`${line.place}: ${error.message}`, error);
    }
  }
  if (rows.length === 0)
    throw badInput(`${file} has no pair. Each line is an object {"title": "...", "query": "..."}.`);
  return { rows, topics };
}

function readPair(
  row: Readonly<Record<string, unknown>>,
  name: string,
  {
    task,
    template,
    variant,
  }: { readonly task: Task; readonly template: Template; readonly variant: Variant },
): { readonly pair: PairRow; readonly topic: Topic } {
  const query = optionalText(row, 'query');
  if (query === undefined)
    throw new RowError(`“query” is ${kindOf(row['query'])}. Write the query as a text.`);
  const input = inputOf(row);
  const id = optionalText(row, 'id') ?? name;
  const { until } = readDay(row, 'until');
  const completion = completionOf(query, optionalText(row, 'reasoning'), { task, template, variant });
  const context = { variant, ...(until === undefined ? {} : { until }) };
  const prompt = promptRow({ id, input, target: {}, context, group: id }, task, variant, template);
  checkQuery(`${prompt.opened}${completion}`, task);
  return {
    pair: { ...prompt, completion, from: 'file' },
    topic: { id, task: task.id, input, target: {}, source: name },
  };
}

function inputOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (row['input'] !== undefined) {
    if (isObject(row['input'])) return row['input'];
    throw new RowError(`“input” is ${kindOf(row['input'])}. Write an object, as the task's rows have it.`);
  }
  const title = optionalText(row, 'title');
  const pico = rowPico(row);
  if (title === undefined && pico === undefined)
    throw new RowError('“title” is missing, and so is “pico”. Write what the query answers.');
  return { ...(title === undefined ? {} : { title }), ...(pico === undefined ? {} : { pico }) };
}

/** A model must not be taught what would be refused. */
function checkQuery(completion: string, task: Task): void {
  const answer = parseAnswer(completion, task.answerKey);
  if ('problem' in answer) throw new RowError(`“query” cannot be an answer: ${answer.problem}`);
  if (task.id !== 'publication') return;
  const { query } = readPubMedQuery(answer.query);
  if ('problem' in query) throw new RowError(`“query”: ${query.problem}`);
}
