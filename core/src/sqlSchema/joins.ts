import { joinGraph } from './joinGraph.ts';
import type { SqlJoin } from './joinGraph.ts';
import { foldedName } from './schema.ts';
import type { SqlSchema } from './schema.ts';

/** What a guessed step is worth in steps by keys: three keys in a row are trusted as much as one guess. */
const guessedSteps = 3;
/** Most steps of a path, guesses weighed. */
const longestPath = 9;

/** The joins that begin at a table, those by keys first, then guessed ones. Empty for a table that is not there. */
export function joinsOf(schema: SqlSchema, table: string): readonly SqlJoin[] {
  return joinGraph(schema).get(foldedName(table)) ?? [];
}

/**
 * The shortest ways from one of some tables to another table: all of the fewest steps, a guess counting as three, up to `most`.
 * @param from tables that are joined already, in their order
 * @returns paths in the order of the tables they begin at; empty without any, or when the table is among them
 */
export function joinPaths(
  schema: SqlSchema,
  from: readonly string[],
  to: string,
  most = 5,
): readonly (readonly SqlJoin[])[] {
  const graph = joinGraph(schema);
  const target = foldedName(to);
  const starts = [...new Set(from.map(foldedName))].filter((name) => graph.has(name));
  if (starts.includes(target)) return [];
  const distances = new Map(starts.map((name) => [name, 0]));
  const arriving = new Map<string, SqlJoin[]>();
  // Steps are small whole numbers: what is reached in so many waits in a list of its own.
  const waiting: string[][] = [starts];
  for (let distance = 0; distance < waiting.length && distance <= longestPath; distance++) {
    // Nothing that is as far away leads to it by a shorter way.
    if (distance >= (distances.get(target) ?? Number.POSITIVE_INFINITY)) break;
    for (const name of waiting[distance] ?? []) {
      if (distances.get(name) !== distance) continue;
      for (const join of graph.get(name) ?? []) {
        const next = foldedName(join.to);
        const reached = distance + (join.kind === 'key' ? 1 : guessedSteps);
        const before = distances.get(next) ?? Number.POSITIVE_INFINITY;
        if (reached > before || next === name) continue;
        if (reached < before) {
          distances.set(next, reached);
          arriving.set(next, []);
          (waiting[reached] ??= []).push(next);
        }
        arriving.get(next)?.push(join);
      }
    }
  }
  const paths: SqlJoin[][] = [];
  const walk = (name: string, behind: readonly SqlJoin[]): void => {
    if (paths.length >= most) return;
    const joins = arriving.get(name);
    if (joins === undefined || distances.get(name) === 0) {
      if (behind.length > 0) paths.push([...behind]);
      return;
    }
    for (const join of joins) walk(foldedName(join.from), [join, ...behind]);
  };
  walk(target, []);
  const order = (path: readonly SqlJoin[]): number => starts.indexOf(foldedName(path[0]?.from ?? ''));
  return paths.sort((a, b) => order(a) - order(b));
}

/**
 * Joins that put some tables into one query, over others where needed: each new table by the shortest way from those that are in already.
 * @returns the joins in an order in which each begins at a table that is in; undefined when a table cannot be reached
 */
export function joinTables(schema: SqlSchema, tables: readonly string[]): readonly SqlJoin[] | undefined {
  const [first, ...others] = [...new Map(tables.map((name) => [foldedName(name), name])).values()];
  if (first === undefined) return [];
  const inside = [first];
  const joins: SqlJoin[] = [];
  let left = others;
  while (left.length > 0) {
    const candidates = left.map((name) => ({ name, path: joinPaths(schema, inside, name, 1)[0] }));
    const [nearest] = candidates
      .filter(({ path }) => path !== undefined)
      .sort((a, b) => stepsOf(a.path) - stepsOf(b.path));
    if (nearest?.path === undefined) return undefined;
    for (const join of nearest.path) {
      joins.push(join);
      inside.push(join.to);
    }
    const reached = new Set(inside.map(foldedName));
    left = left.filter((name) => !reached.has(foldedName(name)));
  }
  return joins;
}

function stepsOf(path: readonly SqlJoin[] | undefined): number {
  return (path ?? []).reduce((sum, { kind }) => sum + (kind === 'key' ? 1 : guessedSteps), 0);
}
