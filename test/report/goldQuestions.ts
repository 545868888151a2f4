import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SqlCell, SqlSchema } from '@querent/core/sqlSchema';
import initSqlJs from 'sql.js';
import { ReportError } from './report.ts';

/** A question with the statement that answers it. */
export interface GoldQuestion {
  readonly id: string;
  readonly db: string;
  readonly question: string;
  readonly gold_sql: string;
}

const data = resolve(import.meta.dirname, '../..', process.env['QUERENT_DATA'] ?? '../shared/data');
const questionsFile = resolve(data, 'sql/questions.jsonl');

/** Why the questions cannot be read, or undefined where they can. */
export const missingQuestions: string | undefined = existsSync(questionsFile)
  ? undefined
  : `The questions are not here: ${questionsFile} (set QUERENT_DATA to the folder of the data).`;

/**
 * Every other database by name: the ranking was tuned on one half and is judged on the other.
 * @throws ReportError where the questions are missing
 */
export function databaseHalf(half: 'tuned' | 'judged'): readonly string[] {
  const names = [...new Set(questions().map(({ db }) => db))].sort();
  return names.filter((_, i) => (i % 2 === 0) === (half === 'tuned'));
}

/** So many questions, equally many of each database as far as it has them; the same ones for the same seed. */
export function sampleQuestions(
  databases: readonly string[],
  count: number,
  seed: number,
): readonly GoldQuestion[] {
  const random = randomOf(seed);
  const piles = databases.map((db) =>
    shuffled(
      questions().filter((question) => question.db === db),
      random,
    ),
  );
  const chosen: GoldQuestion[] = [];
  for (let round = 0; chosen.length < count && piles.some((pile) => pile.length > round); round++)
    for (const pile of piles) {
      const next = pile[round];
      if (next !== undefined && chosen.length < count) chosen.push(next);
    }
  return chosen;
}

/** Rows of a table that are looked at for its values, and values that are kept of a column. */
const examined = 1_000;
const kept = 10;

/** The schema of a database with what is in its columns. */
export async function goldSchema(db: string): Promise<SqlSchema> {
  const { Database } = await initSqlJs();
  const database = new Database(readFileSync(resolve(data, `sql/db/${db}.sqlite`)));
  const rows = (sql: string): readonly (readonly SqlCell[])[] => database.exec(sql)[0]?.values ?? [];
  try {
    const entries = rows(
      "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    );
    return {
      statements: entries.map(([, , sql]) => String(sql)),
      tables: entries.map(([name, kind]) =>
        readTable(rows, String(name), kind === 'view' ? 'view' : 'table'),
      ),
    };
  } finally {
    database.close();
  }
}

function readTable(
  rows: (sql: string) => readonly (readonly SqlCell[])[],
  name: string,
  kind: 'table' | 'view',
): SqlSchema['tables'][number] {
  const first = `(SELECT * FROM ${quoted(name)} LIMIT ${String(examined)})`;
  return {
    name,
    kind,
    columns: rows(`PRAGMA table_info(${quoted(name)})`).map(([, column, type, , , key]) => {
      const own = quoted(String(column));
      const [[all, filled, distinct] = []] = rows(
        `SELECT count(*), count(${own}), count(DISTINCT ${own}) FROM ${first}`,
      );
      return {
        name: String(column),
        type: String(type),
        isKey: key !== 0,
        values: {
          examined: Number(all),
          isComplete: Number(all) < examined,
          distinct: Number(distinct),
          nullShare: Number(all) === 0 ? 0 : 1 - Number(filled) / Number(all),
          samples: rows(
            `SELECT ${own} FROM ${first} WHERE ${own} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT ${String(kept)}`,
          ).flatMap(([value]) => (value === undefined ? [] : [value])),
        },
      };
    }),
    foreignKeys: rows(`PRAGMA foreign_key_list(${quoted(name)})`).map(([, , table, column, to]) => ({
      column: String(column),
      table: String(table),
      to: to === null ? '' : String(to),
    })),
  };
}

let known: readonly GoldQuestion[] | undefined;

function questions(): readonly GoldQuestion[] {
  if (missingQuestions !== undefined) throw new ReportError(missingQuestions);
  known ??= readFileSync(questionsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GoldQuestion);
  return known;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
