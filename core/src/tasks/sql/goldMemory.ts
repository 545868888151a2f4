import type { SqlCell, SqlOutcome } from '../../sqlSchema/index.ts';
import type { Databases } from '../world.ts';

/** Bytes of remembered results, all together, for one folder of databases; see `sizeOf`. */
const mostBytes = 128 * 2 ** 20;

interface Memory {
  /** The least recently used first. */
  readonly outcomes: Map<string, Promise<SqlOutcome>>;
  /** Bytes of those that have come. */
  readonly sizes: Map<string, number>;
  total: number;
}

/** By the databases that answered, so that another folder with the same names answers anew. */
const memories = new WeakMap<Databases, Memory>();

/**
 * What a trusted statement gives: run once, while its rows are remembered, for the many completions of one question. Nobody's signal ends it,
 * since others wait for the same. Only rows are remembered: a timeout may pass.
 * @throws SearchError as the databases do
 */
export function rememberedGold(databases: Databases, db: string, sql: string): Promise<SqlOutcome> {
  let memory = memories.get(databases);
  if (memory === undefined) {
    memory = { outcomes: new Map(), sizes: new Map(), total: 0 };
    memories.set(databases, memory);
  }
  const { outcomes } = memory;
  const key = `${db}\0${sql}`;
  const known = outcomes.get(key);
  if (known !== undefined) {
    outcomes.delete(key);
    outcomes.set(key, known);
    return known;
  }
  const outcome = databases.run(db, sql);
  outcomes.set(key, outcome);
  outcome.then(
    (result) => {
      if (result.kind === 'rows') keep(memory, key, sizeOf(key, result.rows));
      else outcomes.delete(key);
    },
    () => outcomes.delete(key),
  );
  return outcome;
}

function keep(memory: Memory, key: string, size: number): void {
  memory.sizes.set(key, size);
  memory.total += size;
  for (const oldest of memory.outcomes.keys()) {
    if (memory.total <= mostBytes) return;
    const before = memory.sizes.get(oldest);
    if (before === undefined) continue;
    memory.total -= before;
    memory.sizes.delete(oldest);
    memory.outcomes.delete(oldest);
  }
}

/** About what a result takes in memory, in bytes: an empty one, and its statement, are not for nothing. */
function sizeOf(key: string, rows: readonly (readonly SqlCell[])[]): number {
  let bytes = 500 + 2 * key.length;
  for (const row of rows) {
    bytes += 32 + 16 * row.length;
    for (const cell of row)
      if (typeof cell === 'string') bytes += 2 * cell.length;
      else if (cell instanceof Uint8Array) bytes += cell.length;
  }
  return bytes;
}
