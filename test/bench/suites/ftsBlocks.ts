import { DatabaseSync } from 'node:sqlite';
import type { CitationRecord } from '@querent/core/corpus';
import initSqlJs from 'sql.js';
import type { BlockQuery } from './booleanQueries.ts';
import { asFts } from './booleanQueries.ts';

/** Stands between keywords, so that no phrase runs from one into the next. */
const separator = ' zzkeyword ';

/** An engine that counts what block queries find. */
export interface BlockCounter {
  count(query: BlockQuery): number;
  readonly bytes: number;
  readonly buildSeconds: number;
  close(): void;
}

/** SQLite's FTS5 through Node, in memory, merged into one segment; without the text, which it need not keep. */
export function fts5Blocks(records: readonly CitationRecord[]): BlockCounter {
  const database = new DatabaseSync(':memory:');
  const started = performance.now();
  database.exec(
    "CREATE VIRTUAL TABLE citation USING fts5(title, abstract, keywords, content = '', tokenize = 'unicode61 remove_diacritics 0'); BEGIN",
  );
  const insert = database.prepare(
    'INSERT INTO citation (rowid, title, abstract, keywords) VALUES (?, ?, ?, ?)',
  );
  records.forEach(({ title, abstract, keywords }, i) =>
    insert.run(i + 1, title, abstract, keywords.join(separator)),
  );
  database.exec("COMMIT; INSERT INTO citation (citation) VALUES ('optimize')");
  const buildSeconds = (performance.now() - started) / 1000;
  const select = database.prepare('SELECT count(*) AS n FROM citation WHERE citation MATCH ?');
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return {
    count: (query) => Number(select.get(asFts(query, 5))?.['n']),
    bytes: pragma('page_count') * pragma('page_size'),
    buildSeconds,
    close: () => database.close(),
  };
}

/** SQLite's FTS4 as sql.js has it. */
export async function fts4Blocks(records: readonly CitationRecord[]): Promise<BlockCounter> {
  const { Database } = await initSqlJs();
  const database = new Database();
  const started = performance.now();
  database.exec(
    'CREATE VIRTUAL TABLE citation USING fts4(content="", title, abstract, keywords, tokenize=simple); BEGIN',
  );
  const insert = database.prepare(
    'INSERT INTO citation (docid, title, abstract, keywords) VALUES (?, ?, ?, ?)',
  );
  records.forEach(({ title, abstract, keywords }, i) =>
    insert.run([i + 1, title, abstract, keywords.join(separator)]),
  );
  insert.free();
  database.exec("COMMIT; INSERT INTO citation (citation) VALUES ('optimize')");
  const buildSeconds = (performance.now() - started) / 1000;
  const select = database.prepare('SELECT count(*) FROM citation WHERE citation MATCH ?');
  return {
    count: (query) => {
      select.bind([asFts(query, 4)]);
      select.step();
      const [count] = select.get();
      select.reset();
      return Number(count);
    },
    bytes:
      Number(database.exec('PRAGMA page_count')[0]?.values[0]?.[0]) *
      Number(database.exec('PRAGMA page_size')[0]?.values[0]?.[0]),
    buildSeconds,
    close: () => {
      select.free();
      database.close();
    },
  };
}
