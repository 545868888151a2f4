import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RowError } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import type { DatasetRow } from './row.ts';
import { isObject, kindOf, readJsonLines } from './sources/jsonLines.ts';
import { optionalText } from './sources/fields.ts';
import { splitNames } from './topic.ts';
import type { SplitName, Topic } from './topic.ts';

/** A row as it was read: the row itself, and the topic that it holds. */
export interface ReadRow {
  readonly row: DatasetRow;
  readonly topic: Topic;
  /** `train.jsonl, line 3` */
  readonly place: string;
}

/**
 * Reads the rows of a split (`train.jsonl`, also gzipped), for trainers and evaluation. A dataset is written by a program, so a bad row is
 * no matter of course and ends the reading.
 * @throws CliError (exit code 2) that names file, line and field
 */
export async function readRows(path: string): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  for await (const line of readJsonLines(path)) {
    if ('fault' in line) throw badInput(line.fault);
    rows.push(readRow(line.row, line.place));
  }
  return rows;
}

/** Reads the split `name` of a dataset's folder; none when there is no such file. @throws as {@link readRows} */
export async function readSplit(folder: string, name: SplitName): Promise<readonly ReadRow[]> {
  const path = join(folder, `${name}.jsonl`);
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? [] : readRows(path);
}

/** Whether the first row of a file looks like a row of a dataset rather than a topic. */
export function looksLikeRow(row: Readonly<Record<string, unknown>>): boolean {
  return row['data_source'] !== undefined && row['reward_model'] !== undefined;
}

/** Reads one row. @throws CliError (exit code 2) */
export function readRow(value: Readonly<Record<string, unknown>>, place: string): ReadRow {
  try {
    const { prompt, reward_model: reward, extra_info: extra } = value;
    if (!isObject(reward)) throw new RowError(`“reward_model” is ${kindOf(reward)}. Write an object.`);
    if (!isObject(extra)) throw new RowError(`“extra_info” is ${kindOf(extra)}. Write an object.`);
    checkPrompt(prompt);
    const split = needed(extra, 'split');
    if (!isSplit(split))
      throw new RowError(`“extra_info.split” is “${split}”. There are ${splitNames.join(', ')}.`);
    const until = optionalText(extra, 'until');
    const flags = optionalText(extra, 'flags');
    needed(extra, 'source');
    const topic: Topic = {
      id: needed(extra, 'id'),
      task: needed(value, 'data_source'),
      input: parsed(value, 'input'),
      target: parsed(reward, 'ground_truth'),
      source: needed(extra, 'source'),
      split,
      ...(until === undefined ? {} : { until }),
      flags: flags?.split(',') ?? [],
    };
    return { row: value as unknown as DatasetRow, topic, place };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    throw badInput(
      `${place}: ${error.message} Build the dataset again with: querent-trainer dataset build`,
      error,
    );
  }
}

function isSplit(text: string): text is SplitName {
  return (splitNames as readonly string[]).includes(text);
}

function needed(row: Readonly<Record<string, unknown>>, key: string): string {
  const text = optionalText(row, key);
  if (text === undefined) throw new RowError(`“${key}” is ${kindOf(row[key])}. Write a text.`);
  return text;
}

function parsed(row: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(needed(row, key));
  } catch (error) {
    if (error instanceof RowError) throw error;
    throw new RowError(`“${key}” is not JSON.`);
  }
  if (!isObject(value)) throw new RowError(`“${key}” holds ${kindOf(value)}. Write a JSON object as text.`);
  return value;
}

function checkPrompt(prompt: unknown): void {
  const isTurn = (turn: unknown): boolean =>
    isObject(turn) && typeof turn['role'] === 'string' && typeof turn['content'] === 'string';
  if (!Array.isArray(prompt) || prompt.length === 0 || !prompt.every(isTurn))
    throw new RowError(`“prompt” is ${kindOf(prompt)}. Write a list of {"role", "content"}.`);
}
