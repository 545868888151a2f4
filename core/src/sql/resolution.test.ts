import fc from 'fast-check';
import type { Database } from 'sql.js';
import { beforeAll, expect, it } from 'vitest';
import { parseSqlDocument, referencesOf } from './index.ts';
import { anyQuery, queriedDatabase, queriedColumns as tables } from './testing/arbitraryQueries.ts';

let database: Database;
beforeAll(async () => {
  database = await queriedDatabase();
});

/** What SQLite says of a statement; undefined where it reads it. */
function refusal(sql: string): string | undefined {
  try {
    database.prepare(sql).free();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

it('no name is said to be missing or ambiguous where SQLite finds it, and those are that it does not find', () => {
  const seen = { read: 0, missing: 0, ambiguous: 0 };
  fc.assert(
    fc.property(anyQuery, (sql) => {
      const message = refusal(sql);
      const [statement] = parseSqlDocument(sql).statements;
      if (statement === undefined) throw new Error(sql);
      const references = referencesOf(statement, tables);
      const kinds = references.map(({ target }) => target.kind);
      const names = (kind: string): readonly string[] =>
        references.filter(({ target }) => target.kind === kind).map(({ name }) => name.text);
      if (message === undefined) {
        seen.read++;
        expect([...names('missing'), ...names('ambiguous')], sql).toEqual([]);
        return;
      }
      const [, what, name] =
        /^(no such column|ambiguous column name|no such table): (.*)$/u.exec(message) ?? [];
      // A star has no name in the text.
      if (what === undefined || name === undefined || sql.includes('*')) return;
      const last = name.split('.').at(-1);
      if (what === 'ambiguous column name') {
        seen.ambiguous++;
        expect(names('ambiguous'), `${sql}: ${message}`).toContain(last);
      } else {
        seen.missing++;
        expect(kinds.includes('missing') || kinds.includes('unknown'), `${sql}: ${message}`).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(seen.read, seen.missing, seen.ambiguous)).toBeGreaterThan(20);
});
