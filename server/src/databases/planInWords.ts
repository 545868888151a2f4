import type { SqlPlanStep } from '@querent/core/sqlSchema';

type Words = (...parts: string[]) => string;

/**
 * What SQLite says in `EXPLAIN QUERY PLAN`, and what it means; the first that fits is taken. Read in SQLite's own source (`wherecode.c`,
 * `select.c`, `where.c`). Costly is what reads all of something, sorts, or builds an index for this one statement.
 */
const sentences: readonly (readonly [pattern: RegExp, words: Words, isCostly: boolean])[] = [
  [/^SCAN (\d+ )?CONSTANT ROWS?$/u, (count) => `Takes ${count === '' ? 'a row' : `${count.trim()} rows`} that the statement itself holds.`, false],
  [/^SCAN (.+?) VIRTUAL TABLE INDEX .*$/u, (table) => `Asks the virtual table ${table}.`, false],
  [/^SCAN (.+?) USING COVERING INDEX (.+)$/u, (table, index) => `Reads all of ${table}, in the index ${index} alone.`, true],
  [/^SCAN (.+?) USING INDEX (.+)$/u, (table, index) => `Reads all of ${table}, in the order of the index ${index}.`, true],
  [/^SCAN (.+)$/u, (table) => `Reads all of ${table}.`, true],
  [/^SEARCH (.+?) VIRTUAL TABLE INDEX .*$/u, (table) => `Asks the virtual table ${table}.`, false],
  [/^SEARCH (.+?) USING AUTOMATIC (?:PARTIAL )?(?:COVERING )?INDEX \((.+)\)$/u, (table, on) => `Builds an index of ${table} for this statement alone, and looks up rows in it by ${keys(on)}. An index of its own would save that.`, true],
  [/^SEARCH (.+?) USING INTEGER PRIMARY KEY \((.+)\)$/u, (table, on) => `Looks up rows of ${table} by its key${on === 'rowid=?' ? '' : ` (${keys(on)})`}.`, false],
  [/^SEARCH (.+?) USING PRIMARY KEY \((.+)\)$/u, (table, on) => `Looks up rows of ${table} by its key, with ${keys(on)}.`, false],
  [/^SEARCH (.+?) USING COVERING INDEX (.+?) \((.+)\)$/u, (table, index, on) => `Looks up rows of ${table} in the index ${index} alone, by ${keys(on)}.`, false],
  [/^SEARCH (.+?) USING INDEX (.+?) \((.+)\)$/u, (table, index, on) => `Looks up rows of ${table} in the index ${index}, by ${keys(on)}.`, false],
  [/^SEARCH (.+?) USING (?:COVERING )?INDEX (.+)$/u, (table, index) => `Takes the first or last entry of the index ${index} of ${table}.`, false],
  [/^SEARCH (.+)$/u, (table) => `Takes the first or last row of ${table}.`, false],
  [/^USE TEMP B-TREE FOR LAST (?:(\d+) )?TERMS? OF ORDER BY$/u, (count) => `Sorts by the last ${count === '' ? 'term' : `${count} terms`} of ORDER BY; the first come in order.`, true],
  [/^USE TEMP B-TREE FOR (?:RIGHT PART|.* TERMS?) OF (.+)$/u, (clause) => `Sorts for a part of ${clause}.`, true],
  [/^USE TEMP B-TREE FOR ORDER BY$/u, () => 'Sorts all rows for ORDER BY.', true],
  [/^USE TEMP B-TREE FOR GROUP BY$/u, () => 'Sorts all rows for GROUP BY.', true],
  [/^USE TEMP B-TREE FOR DISTINCT$/u, () => 'Keeps the rows that it has seen, for DISTINCT.', true],
  [/^USE TEMP B-TREE FOR (.+)$/u, (what) => `Keeps the values that it has seen, for ${what}.`, true],
  [/^COMPOUND QUERY$/u, () => 'Puts several queries together:', false],
  [/^LEFT-MOST SUBQUERY$/u, () => 'The first query:', false],
  [/^UNION ALL$/u, () => 'UNION ALL with:', false],
  [/^(UNION|EXCEPT|INTERSECT) USING TEMP B-TREE$/u, (operator) => `${operator} with the next, which keeps the rows that it has seen:`, true],
  [/^MERGE \((.+)\)$/u, (operator) => `Merges two sorted queries by ${operator}:`, false],
  [/^LEFT$/u, () => 'The left query:', false],
  [/^RIGHT$/u, () => 'The right query:', false],
  [/^CO-ROUTINE (.+)$/u, (name) => `Takes the rows of ${name} one by one, as they are needed:`, false],
  [/^MATERIALIZE (.+)$/u, (name) => `Works out ${name} once, before the rest:`, false],
  [/^CORRELATED (SCALAR|LIST) SUBQUERY \d+$/u, () => 'Runs a subquery again for every row:', true],
  [/^(?:SCALAR|LIST) SUBQUERY \d+$/u, () => 'Runs a subquery once:', false],
  [/^REUSE (?:LIST|SCALAR) SUBQUERY \d+$/u, () => 'Takes the result of a subquery that was run before.', false],
  [/^REUSE SUBQUERY .*$/u, () => 'Takes the result of a subquery that was run before.', false],
  [/^USING (?:ROWID SEARCH|INTEGER PRIMARY KEY).* FOR IN-OPERATOR$/u, () => 'Looks into the key of a table for IN.', false],
  [/^USING INDEX (.+) FOR IN-OPERATOR$/u, (index) => `Looks into the index ${index} for IN.`, false],
  [/^CREATE BLOOM FILTER$/u, () => 'Makes a filter of values first, which spares lookups.', false],
  [/^BLOOM FILTER ON (.+?) \(.+\)$/u, (table) => `Passes over rows that the filter of ${table} rules out.`, false],
  [/^MULTI-INDEX OR$/u, () => 'Looks up each part of the OR by itself:', false],
  [/^INDEX (\d+)$/u, (number) => `Part ${number}:`, false],
  [/^SETUP$/u, () => 'The first rows of the recursion:', false],
  [/^RECURSIVE STEP$/u, () => 'The step that is repeated until it gives no more rows:', false],
  [/^RIGHT-JOIN (.+)$/u, (table) => `Adds the rows of ${table} that had no match:`, true],
]; // prettier-ignore

/** One step in a sentence; what no sentence fits is told in SQLite's own words. */
export function stepInWords(detail: string): Pick<SqlPlanStep, 'text' | 'isCostly'> {
  // An outer join says so at the end of its step.
  const isOuter = detail.endsWith(' LEFT-JOIN');
  const plain = detail.replace(/ (?:LEFT-JOIN|EXISTS)$/u, '');
  for (const [pattern, words, isCostly] of sentences) {
    const match = pattern.exec(plain);
    if (match === null) continue;
    const text = words(...match.slice(1).map((part: string | undefined) => part ?? ''));
    return { text: isOuter ? text.replace(/\.$/u, ', and keeps rows without a match.') : text, isCostly };
  }
  return { text: `SQLite: ${detail}`, isCostly: false };
}

/** The rows of `EXPLAIN QUERY PLAN` as sentences. A plan is a tree: rows name their parent, which stands before them. */
export function planInWords(rows: readonly (readonly unknown[])[]): readonly SqlPlanStep[] {
  const depths = new Map<unknown, number>();
  return rows.map(([id, parent, , detail]) => {
    const depth = (depths.get(parent) ?? -1) + 1;
    depths.set(id, depth);
    return { depth, detail: String(detail), ...stepInWords(String(detail)) };
  });
}

/** `a=? AND b>?` as people say it: `a and b`. */
function keys(on: string): string {
  const names = on.split(' AND ').map((term) => term.replace(/^ANY\((.+)\)$/u, '$1').replace(/[=<>]+\?$/u, ''));
  const different = [...new Set(names)];
  return different.length < 2 ? different.join('') : `${different.slice(0, -1).join(', ')} and ${different.at(-1)}`;
} // prettier-ignore
