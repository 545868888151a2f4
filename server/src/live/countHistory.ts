import { randomUUID } from 'node:crypto';
import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hex, makeFolder } from '../library/cacheFiles.ts';
import { dayOf } from './freshness.ts';

/** What a line found at a time. */
export interface CountRecord {
  /** When the database answered, ISO 8601. */
  readonly at: string;
  /** See `Provenance.engine`. */
  readonly engine: string;
  /** Label of the line: `3`. */
  readonly label: string;
  /** Canonical key of its query, which tells whether the line was changed. */
  readonly key: string;
  readonly count: number;
  /** Seeds that it found, and seeds that were looked for; both 0 without seeds. */
  readonly seedsFound: number;
  readonly seeds: number;
}

/** What the lines of strategies found over time, kept on disk for all processes of the machine. Faults of the disk cost memories, no answer. */
export interface CountHistory {
  /**
   * Notes what lines found, but for what says the same as the last note of the line on the same day. Offline answers are none of its business.
   * @param document Its address; only a hash of it is written down
   */
  add(document: string, records: readonly CountRecord[]): Promise<void>;
  /** Everything that is known of a document, oldest first. */
  read(document: string): Promise<readonly CountRecord[]>;
}

/** A note takes about 200 bytes: a year of a strategy of 60 lines that is measured daily is 4 MB. */
const MAX_BYTES = 4 * 1024 * 1024;

const recordSchema = z.object({
  at: z.string(),
  engine: z.string(),
  label: z.string(),
  key: z.string(),
  count: z.number().int().nonnegative(),
  seedsFound: z.number().int().nonnegative(),
  seeds: z.number().int().nonnegative(),
}) satisfies z.ZodType<CountRecord>;

/**
 * The history in `folder`: a file of JSON lines for each document, readable for its owner only.
 * @param options.maxBytes most bytes of a document; when they are reached the older half is forgotten
 */
export function countHistory(folder: string, options: { readonly maxBytes?: number } = {}): CountHistory {
  const { maxBytes = MAX_BYTES } = options;
  const pathOf = (document: string): string => join(folder, `${hex(document)}.jsonl`);
  /** Notes on the way, so that two of the same process do not note the same twice. */
  let last: Promise<void> = Promise.resolve();

  const read = async (document: string): Promise<readonly CountRecord[]> => {
    const text = await readFile(pathOf(document), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => recordOf(line) ?? []);
  };
  const add = async (document: string, records: readonly CountRecord[]): Promise<void> => {
    const known = await read(document);
    const fresh = records.filter((record) => !repeats(record, known));
    if (fresh.length === 0) return;
    await makeFolder(folder);
    const path = pathOf(document);
    // One write with a line's end on either side: a line that another process left half-written spoils none of ours.
    await appendFile(path, `\n${fresh.map((record) => JSON.stringify(pick(record))).join('\n')}\n`, {
      mode: 0o600,
    });
    const { size } = await stat(path);
    if (size > maxBytes) await shorten(path, await read(document));
  };
  return {
    read,
    add: (document, records) => {
      last = last.then(() => add(document, records)).catch(() => undefined);
      return last;
    },
  };
}

/**
 * What `key` found before the answer of the time `at`: the last note of the same query in the same database that is older, whatever the
 * label of its line was; undefined where there is none. A count that jumped is told from it.
 */
export function previousCount(
  history: readonly CountRecord[],
  { key, engine, at }: Pick<CountRecord, 'key' | 'engine' | 'at'>,
): CountRecord | undefined {
  return latest(history.filter((record) => record.key === key && record.engine === engine && record.at < at));
}

/** One step of a line: what it found, and why that differs from the step before. */
export interface CountStep {
  readonly record: CountRecord;
  /** `query`: the line was changed; `database`: the same query found another number; `seeds`: only its seeds; `none`: all is as before; `first` */
  readonly changed: 'first' | 'query' | 'database' | 'seeds' | 'none';
}

/** The steps of each line, oldest first; lines in the order in which they were first noted. */
export function countSteps(history: readonly CountRecord[]): ReadonlyMap<string, readonly CountStep[]> {
  const lines = new Map<string, CountStep[]>();
  for (const record of [...history].sort((one, other) => compare(one.at, other.at))) {
    const steps = lines.get(record.label) ?? [];
    lines.set(record.label, [...steps, { record, changed: changeOf(steps.at(-1)?.record, record) }]);
  }
  return lines;
}

function changeOf(before: CountRecord | undefined, record: CountRecord): CountStep['changed'] {
  if (before === undefined || before.engine !== record.engine) return 'first';
  if (before.key !== record.key) return 'query';
  if (before.count !== record.count) return 'database';
  return before.seeds !== record.seeds || before.seedsFound !== record.seedsFound ? 'seeds' : 'none';
}

function repeats(record: CountRecord, known: readonly CountRecord[]): boolean {
  const before = latest(
    known.filter(({ label, engine }) => label === record.label && engine === record.engine),
  );
  if (before === undefined) return false;
  if (before.at === record.at && before.key === record.key) return true;
  return changeOf(before, record) === 'none' && dayOf(before.at) === dayOf(record.at);
}

function latest(records: readonly CountRecord[]): CountRecord | undefined {
  return records.reduce<CountRecord | undefined>(
    (last, record) => (last === undefined || record.at >= last.at ? record : last),
    undefined,
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Forgets the older half. */
async function shorten(path: string, records: readonly CountRecord[]): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const kept = records.slice(Math.floor(records.length / 2));
  await writeFile(draft, kept.map((record) => `${JSON.stringify(record)}\n`).join(''), { mode: 0o600 });
  await rename(draft, path);
}

/** The fields of a record and no others. */
function pick({ at, engine, label, key, count, seedsFound, seeds }: CountRecord): CountRecord {
  return { at, engine, label, key, count, seedsFound, seeds };
}

function recordOf(line: string): CountRecord | undefined {
  if (line === '') return undefined;
  try {
    return recordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // cut off, or spoilt
  }
}
