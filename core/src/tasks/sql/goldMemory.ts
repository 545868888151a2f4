import type { Databases, SqlOutcome } from '../world.ts';

/** Cells of remembered results, all together, for one folder of databases: some 100 MB at most. */
const mostCells = 2_000_000;

interface Memory {
  /** The least recently used first. */
  readonly outcomes: Map<string, Promise<SqlOutcome>>;
  readonly cells: Map<string, number>;
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
    memory = { outcomes: new Map(), cells: new Map(), total: 0 };
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
      if (result.kind === 'rows') keep(memory, key, result.rows.length * result.columns.length);
      else outcomes.delete(key);
    },
    () => outcomes.delete(key),
  );
  return outcome;
}

function keep(memory: Memory, key: string, cells: number): void {
  // An empty result, and the statement itself, are not for nothing.
  memory.cells.set(key, cells + 20);
  memory.total += cells + 20;
  for (const oldest of memory.outcomes.keys()) {
    if (memory.total <= mostCells) return;
    const size = memory.cells.get(oldest);
    if (size === undefined) continue;
    memory.total -= size;
    memory.cells.delete(oldest);
    memory.outcomes.delete(oldest);
  }
}
