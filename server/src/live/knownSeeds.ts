/** Seeds that were looked for at one time: which of them a query finds. */
export interface SeedBatch {
  /** ISO 8601. */
  readonly at: string;
  readonly found: readonly string[];
  readonly missed: readonly string[];
}

/** Seeds of which something is kept for a query, at most; the oldest are forgotten. */
const MOST_SEEDS = 5_000;

/** What is known of `ids` by the answers that `holds` accepts; of several the newest counts. */
export function lookUp(
  batches: readonly SeedBatch[],
  ids: readonly string[],
  holds: (at: string) => boolean,
): { readonly found: ReadonlySet<string>; readonly unknown: readonly string[] } {
  const known = new Map<string, boolean>();
  for (const { at, found, missed } of batches) {
    if (!holds(at)) continue;
    for (const id of found) if (!known.has(id)) known.set(id, true);
    for (const id of missed) if (!known.has(id)) known.set(id, false);
  }
  return {
    found: new Set(ids.filter((id) => known.get(id) === true)),
    unknown: [...new Set(ids)].filter((id) => !known.has(id)),
  };
}

/** `batches`, newest first, with one more; no seed is in two of them. */
export function withBatch(batches: readonly SeedBatch[], batch: SeedBatch): readonly SeedBatch[] {
  const replaced = new Set([...batch.found, ...batch.missed]);
  const kept: SeedBatch[] = [batch];
  let room = MOST_SEEDS - replaced.size;
  for (const { at, found, missed } of batches) {
    const rest = {
      at,
      found: found.filter((id) => !replaced.has(id)),
      missed: missed.filter((id) => !replaced.has(id)),
    };
    const size = rest.found.length + rest.missed.length;
    room -= size;
    if (room < 0) break;
    if (size > 0) kept.push(rest);
  }
  return kept;
}
