import { editDistance, TextMemory } from '../../text/index.ts';

/** SQLite's keywords (sqlite.org/lang_keywords). */
export const sqlKeywords: ReadonlySet<string> = new Set(
  (
    'ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE CAST CHECK ' +
    'COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT ' +
    'DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FILTER ' +
    'FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER ' +
    'INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL ' +
    'NULLS OF OFFSET ON OR ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES ' +
    'REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN ' +
    'TIES TO TRANSACTION TRIGGER UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT'
  ).split(' '),
);

const remembered = new TextMemory<readonly string[]>(200_000);

/** Keywords that a word may be a slip of, nearest first. Of a word that is a keyword, others as near are not guessed. */
export function nearKeywords(word: string): readonly string[] {
  const upper = word.toUpperCase();
  if (sqlKeywords.has(upper) || upper.length < 2 || upper.length > longest + 2) return [];
  const before = remembered.get(upper);
  if (before !== undefined) return before;
  const found = nearestKeywords(upper);
  remembered.set(upper, found);
  return found;
}

const longest = Math.max(...[...sqlKeywords].map(({ length }) => length));

function nearestKeywords(upper: string): readonly string[] {
  const most = upper.length < 5 ? 1 : 2;
  return [...sqlKeywords]
    .filter((keyword) => Math.abs(keyword.length - upper.length) <= most && keyword.length > 1)
    .map((keyword) => ({ keyword, distance: editDistance(upper, keyword) }))
    .filter(({ keyword, distance }) => distance <= most && distance < keyword.length)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 4)
    .map(({ keyword }) => keyword);
}

/** A keyword in the case of the word in whose place it comes. */
export function inCaseOf(word: string, keyword: string): string {
  return word === word.toLowerCase() ? keyword.toLowerCase() : keyword;
}
