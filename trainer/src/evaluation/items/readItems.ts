import { basename } from 'node:path';
import { sha256 } from '@querent/core/prompting';
import { RowError } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { isObject, readJsonLines } from '../../datasets/sources/jsonLines.ts';
import { someOf } from '../someOf.ts';
import type { EvaluationItem, ReadItems } from './item.ts';
import { sourceOf } from './item.ts';
import { readTopicRow } from './readTopicRow.ts';
import type { SchemaOf, TopicRow } from './readTopicRow.ts';
import { drawSeeds } from './seeds.ts';

/** Which items of a file are taken, and how. */
export interface ItemOptions {
  /** Relevant records given to the rewriter, >= 0. */
  readonly seeds: number;
  /** What decides which. */
  readonly seed: number;
  /** Only items whose id holds this. */
  readonly only?: string;
  /** Only rows that have this key set to true: `core`. */
  readonly subset?: string;
  /** So many of what is left, drawn by `seed`; they stay in their order. */
  readonly sample?: number;
  /** The first so many of what is left then. */
  readonly limit?: number;
  /** Whether a record is held where it is searched, where that can be looked up. */
  readonly holds?: (id: string) => boolean;
  /** Leave out relevant records that are not held, and topics without any. */
  readonly heldOnly?: true;
  readonly schemaOf: SchemaOf;
}

/** A row with its place among all rows of its file. */
interface Placed {
  readonly row: TopicRow;
  readonly place: string;
  readonly position: number;
}

/**
 * Reads the items of a task from JSONL (also gzipped): review topics, PICO rows, questions with answers or judgements, questions for SQL,
 * rows of a dataset, or `{id, input, target}` for any task. Rows that know nothing to be right are left out and counted.
 * @throws CliError (exit code 2) naming file, line and field
 */
export async function readItems(file: string, task: Task, options: ItemOptions): Promise<ReadItems> {
  const { rows, empty } = await readAll(file, task, options);
  const notes: string[] = [];
  if (empty.length > 0)
    notes.push(
      `${empty.length === 1 ? '1 row knows' : `${empty.length} rows know`} nothing to be relevant and ${were(empty)} left out (${someOf(empty)}).`,
    );
  const groups = groupsOf(rows);
  const wanted = sampled(
    rows.filter(({ row }) => row.id.includes(options.only ?? '')),
    options,
  ).slice(0, options.limit ?? Infinity);
  if (wanted.length === 0)
    throw badInput(
      `${basename(file)} has no row ${options.subset === undefined ? '' : `of the subset ${options.subset} `}to evaluate${options.only === undefined ? '' : ` whose id holds “${options.only}”`}.`,
    );
  const { holds } = options;
  if (holds !== undefined && !wanted.some(({ row }) => row.relevant?.some(holds) ?? true))
    throw badInput(
      `None of the relevant records of ${basename(file)} is held where it is searched. Is it the library that they are from?`,
    );
  const absent: string[] = [];
  const tooFew: string[] = [];
  const items = wanted.flatMap(({ row, position }): EvaluationItem[] => {
    const held = options.heldOnly === true && holds !== undefined ? onlyHeld(row, holds) : row;
    if (held === undefined) absent.push(row.id);
    const drawn = held === undefined ? undefined : withSeeds(held, options, file);
    if (held !== undefined && drawn === undefined) tooFew.push(row.id);
    if (drawn === undefined) return [];
    const { seeds, target, relevant } = drawn;
    return [
      {
        question: questionOf(row, seeds, position),
        target,
        source: sourceOf(row.id),
        group: groups.get(row.id) ?? row.id,
        relevant: relevant?.length,
      },
    ];
  });
  if (absent.length > 0)
    notes.push(
      `${topicsHave(absent)} no relevant record that is held here and ${were(absent)} left out (${someOf(absent)}).`,
    );
  if (tooFew.length > 0)
    notes.push(
      `${topicsHave(tooFew)} no more than ${options.seeds} relevant records and ${were(tooFew)} left out, since with seeds nothing would be left to find (${someOf(tooFew)}).`,
    );
  if (items.length === 0)
    throw badInput(`No topic of ${basename(file)} is left to evaluate. ${notes.join(' ')}`);
  if (options.seeds > 0)
    notes.push(
      `${options.seeds} relevant records a topic were given to the rewriters (seed ${options.seed}); all figures are about the rest, and the given ones count as not relevant in precision.`,
    );
  return { items, notes };
}

async function readAll(
  file: string,
  task: Task,
  { subset, schemaOf }: ItemOptions,
): Promise<{ readonly rows: readonly Placed[]; readonly empty: readonly string[] }> {
  const rows: Placed[] = [];
  const empty: string[] = [];
  const places = new Map<string, string>();
  let position = -1;
  for await (const line of readJsonLines(file)) {
    position++;
    if ('fault' in line) throw badInput(line.fault);
    const { row: value, place } = line;
    if (subset !== undefined && value[subset] !== true) continue;
    try {
      const row = await readTopicRow(value, position + 1, task, schemaOf);
      const before = places.get(row.id);
      if (before !== undefined)
        throw new RowError(
          `the id “${row.id}” is that of ${before} already. Give every row an id of its own.`,
        );
      places.set(row.id, place);
      task.checkTarget(row.target);
      rows.push({ row, place, position });
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      if (error.code !== 'no-relevant') throw badInput(`${place}: ${error.message}`, error);
      empty.push(typeof value['id'] === 'string' ? value['id'] : place);
    }
  }
  return { rows, empty };
}

/** Draws rows: those whose SHA-256 with the seed is smallest, so that it does not depend on what else is in the file but by rank. */
function sampled(rows: readonly Placed[], { sample, seed }: ItemOptions): readonly Placed[] {
  if (sample === undefined || rows.length <= sample) return rows;
  const drawn = new Set(
    rows
      .map(({ row: { id } }) => ({ id, hash: sha256(JSON.stringify([seed, id])) }))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .slice(0, sample)
      .map(({ id }) => id),
  );
  return rows.filter(({ row }) => drawn.has(row.id));
}

/** Near-duplicates, and theirs, under the least of their ids. */
function groupsOf(rows: readonly Placed[]): ReadonlyMap<string, string> {
  const parent = new Map(rows.map(({ row }) => [row.id, row.id]));
  const rootOf = (id: string): string => {
    let root = id;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    return root;
  };
  for (const { row } of rows)
    for (const other of [
      ...row.nearDuplicateOf,
      ...(row.group === undefined ? [] : [`group:${row.group}`]),
    ]) {
      if (!parent.has(other)) parent.set(other, other);
      const [a, b] = [rootOf(row.id), rootOf(other)].sort();
      if (a !== undefined && b !== undefined && a !== b) parent.set(b, a);
    }
  return new Map(rows.map(({ row }) => [row.id, rootOf(row.id)]));
}

function onlyHeld(row: TopicRow, holds: (id: string) => boolean): TopicRow | undefined {
  if (row.relevant === undefined) return row;
  const relevant = row.relevant.filter(holds);
  return relevant.length === 0 ? undefined : { ...row, relevant, target: withRelevant(row.target, relevant) };
}

function withSeeds(
  { id, target, relevant }: TopicRow,
  { seeds, seed }: ItemOptions,
  file: string,
):
  | {
      readonly seeds: readonly string[];
      readonly target: unknown;
      readonly relevant: readonly string[] | undefined;
    }
  | undefined {
  if (seeds === 0) return { seeds: [], target, relevant };
  if (relevant === undefined)
    throw badInput(
      `${basename(file)}: “${id}” has no list of relevant records to take seeds from. Leave out --seeds.`,
    );
  const drawn = drawSeeds(relevant, seeds, id, seed);
  return drawn === undefined
    ? undefined
    : { seeds: drawn.seeds, target: withRelevant(target, drawn.rest), relevant: drawn.rest };
}

/** A target with fewer relevant records; grades of the others stay. */
function withRelevant(target: unknown, ids: readonly string[]): unknown {
  if (!isObject(target)) return ids;
  const { relevant } = target;
  if (!isObject(relevant)) return { ...target, relevant: ids };
  return { ...target, relevant: Object.fromEntries(ids.map((id) => [id, relevant[id]])) };
}

function questionOf(
  { id, input, until }: TopicRow,
  seeds: readonly string[],
  position: number,
): EvaluationItem['question'] {
  const text = input['title'] ?? input['question'];
  const database = input['database'] ?? input['db'];
  return {
    id,
    text: typeof text === 'string' && text.trim() !== '' ? text : undefined,
    pico: isObject(input['pico']) ? input['pico'] : undefined,
    until,
    seeds,
    database: typeof database === 'string' ? database : undefined,
    input,
    position,
  };
}

function topicsHave({ length }: readonly string[]): string {
  return length === 1 ? '1 topic has' : `${length} topics have`;
}

function were({ length }: readonly string[]): string {
  return length === 1 ? 'was' : 'were';
}
