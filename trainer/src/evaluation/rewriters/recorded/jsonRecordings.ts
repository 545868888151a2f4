import { badInput } from '@querent/server/terminal';
import { isObject, kindOf, readJsonLines } from '../../../datasets/sources/jsonLines.ts';
import { Attempts } from './records.ts';
import type { RecordedAttempt, Recording } from './records.ts';

/**
 * One JSON document: our own result (`evaluate --json`, or `summary.json` of a run), or the file of DeepRetrieval's `eval_pubmed.py` and
 * `eval_ctgov.py`: `{"0": {"reasoning", "generated_query", ...}}`, by the place of the topic in the test file; what failed there is not in it.
 * Undefined when it is neither.
 */
export function readDocument(value: unknown, file: string): Recording | undefined {
  const document: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isObject(document)) return undefined;
  const attempts = new Attempts();
  if (Array.isArray(document.perTopic)) {
    document.perTopic.forEach((row: unknown, index) => {
      const place = `${file}, entry ${index + 1} of "perTopic"`;
      if (!isObject(row) || typeof row.id !== 'string') throw badInput(`${place} has no "id".`);
      attempts.add(row.id, attemptIn(row, place));
    });
    return attempts.recording('result of an evaluation');
  }
  const entries = Object.entries(document);
  if (entries.length === 0 || !entries.every(([key, row]) => /^\d+$/.test(key) && isObject(row)))
    return undefined;
  for (const [key, row] of entries) {
    const query = (row as Record<string, unknown>).generated_query;
    if (typeof query !== 'string')
      throw badInput(`${file}, entry "${key}": "generated_query" is ${kindOf(query)}. Write a text.`);
    attempts.add(key, { kind: 'query', query });
  }
  return attempts.recording('DeepRetrieval', true);
}

/**
 * One JSON object a line: `{id, query}`, `{id, completion}`, rows of a run's results.jsonl, or AutoBool's `{topicid, response,
 * boolean_query}`. Several rows with one id are samples of it.
 * @throws CliError naming line and field
 */
export async function readRows(file: string): Promise<Recording> {
  const attempts = new Attempts();
  let isAutoBool = false;
  for await (const line of readJsonLines(file)) {
    if ('fault' in line) throw badInput(line.fault);
    const { row, place } = line;
    const id = row['id'] ?? row['topicid'];
    isAutoBool ||= row['id'] === undefined && row['topicid'] !== undefined;
    if ((typeof id !== 'string' || id === '') && typeof id !== 'number')
      throw badInput(`${place}: "id" is ${kindOf(id)}. Write the id of the topic.`);
    attempts.add(String(id), attemptIn(row, place));
  }
  return attempts.recording(isAutoBool ? 'AutoBool' : 'recorded rows');
}

/** A query that is null is an empty one: it is known from the file that there was none. */
function attemptIn(row: Readonly<Record<string, unknown>>, place: string): RecordedAttempt {
  const { completion } = row;
  if (typeof completion === 'string') return { kind: 'completion', completion };
  if (completion !== undefined && completion !== null)
    throw badInput(`${place}: "completion" is ${kindOf(completion)}. Write a text.`);
  const query = row.query ?? row.boolean_query;
  if (typeof query === 'string') return { kind: 'query', query };
  if (query !== undefined && query !== null)
    throw badInput(`${place}: "query" is ${kindOf(query)}. Write a text.`);
  if (!['query', 'boolean_query', 'completion'].some((key) => key in row))
    throw badInput(`${place} has neither "query" nor "completion".`);
  return { kind: 'query', query: '' };
}
