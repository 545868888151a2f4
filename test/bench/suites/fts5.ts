import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CitationRecord } from '@querent/core/corpus';

/** SQLite's full-text search over the same four fields as our ranked search, in memory. */
export class Fts5 {
  #database = new DatabaseSync(':memory:');
  #select: StatementSync | undefined;
  #ids: readonly string[] = [];

  /** Builds the index anew; returns the seconds it took. */
  build(records: readonly CitationRecord[]): number {
    this.#database.close();
    const database = (this.#database = new DatabaseSync(':memory:'));
    const from = performance.now();
    database.exec(
      "CREATE VIRTUAL TABLE citation USING fts5(title, abstract, keywords, headings, content = '', tokenize = 'porter unicode61')",
    );
    const insert = database.prepare(
      'INSERT INTO citation (rowid, title, abstract, keywords, headings) VALUES (?, ?, ?, ?, ?)',
    );
    database.exec('BEGIN');
    records.forEach(({ title, abstract, keywords, substances, mesh }, i) =>
      insert.run(i + 1, title, abstract, [...keywords, ...substances].join(' ; '), mesh.join(' ; ')),
    );
    database.exec('COMMIT');
    database.exec("INSERT INTO citation (citation) VALUES ('optimize')");
    this.#ids = records.map(({ id }) => id);
    this.#select = database.prepare(
      'SELECT rowid FROM citation WHERE citation MATCH ? ORDER BY bm25(citation, 2, 1, 1, 1) LIMIT ?',
    );
    return (performance.now() - from) / 1000;
  }

  /** Bytes of the whole database. */
  get bytes(): number {
    const value = (pragma: string): number =>
      Number(Object.values(this.#database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
    return value('page_count') * value('page_size');
  }

  /** Ids of the records with any of the words, best first. */
  rank(words: readonly string[], limit: number): readonly string[] {
    const match = words.map((word) => `"${word}"`).join(' OR ');
    const rows = this.#select?.all(match, limit) ?? [];
    return rows.map(({ rowid }) => this.#ids[Number(rowid) - 1] ?? '');
  }

  close(): void {
    this.#database.close();
  }
}
