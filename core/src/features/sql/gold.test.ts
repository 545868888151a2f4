import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSqlDocument, referencesOf } from '../../sql/index.ts';
import type { SqlDocument } from '../../sql/index.ts';
import { goldFolder, goldQuestions, hasGold } from '../../sql/testing/goldQuestions.ts';
import { readDdl } from '../../sqlSchema/index.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlDefinition } from './definition.ts';
import { sqlSymbols } from './documentSymbols.ts';
import { sqlHover } from './hover.ts';
import { tablesIn } from './locate.ts';
import { sqlPlaces } from './references.ts';
import { sqlRename } from './rename.ts';
import { partsOf } from './walk.ts';

/** Every so many queries are looked at; ALL_GOLD=1 looks at all. */
const EVERY = process.env['ALL_GOLD'] === '1' ? 1 : 12;

describe.skipIf(!hasGold)('the gold queries', () => {
  const questions = goldQuestions().filter((_, i) => i % EVERY === 0);
  const schemas = new Map<string, SqlSchema>();
  const databases = new Map<string, Database>();

  beforeAll(async () => {
    const sqlite = await initSqlJs();
    for (const name of new Set(questions.map(({ db }) => db))) {
      const database = new sqlite.Database(readFileSync(join(goldFolder, `${name}.sqlite`)));
      const [found] = database.exec("SELECT sql FROM sqlite_schema WHERE type IN ('table', 'view')");
      databases.set(name, database);
      schemas.set(name, readDdl((found?.values ?? []).map(([sql]) => `${String(sql)};`).join('\n')));
    }
  });

  afterAll(() => {
    for (const database of databases.values()) database.close();
  });

  function* documents(): Generator<{ document: SqlDocument; schema: SqlSchema; database: Database }> {
    for (const { db, gold_sql: sql } of questions) {
      const schema = schemas.get(db);
      const database = databases.get(db);
      if (schema !== undefined && database !== undefined) yield { document: parseSqlDocument(sql), schema, database };
    }
  } // prettier-ignore

  it('every name and every function has a hover, every name a definition that leads back', () => {
    const silent: string[] = [];
    const seen = { names: 0, functions: 0 };
    for (const { document, schema } of documents()) {
      expect(sqlSymbols(document, schema)).toHaveLength(document.statements.length);
      for (const statement of document.statements) {
        for (const { name, target } of referencesOf(statement, tablesIn(schema))) {
          const offset = statement.start + name.range.start;
          // Keywords are silent: TRUE, FALSE, CAST.
          if (target.kind === 'missing' || /^(?:sqlite_.*|true|false)$/iu.test(name.text)) continue;
          seen.names++;
          const definition = sqlDefinition(document, offset, schema);
          if (sqlHover(document, offset, schema) === undefined) silent.push(`${name.text} (${target.kind}): ${statement.text}`);
          if (definition === undefined && !['text', 'ambiguous', 'unknown'].includes(target.kind)) silent.push(`no definition of ${name.text}: ${statement.text}`);
          if (definition?.in !== 'document') continue;
          const uses = sqlPlaces(document, definition.targetSelection.start, schema)?.uses ?? [];
          if (definition.targetSelection.start !== offset) expect(uses.map(({ start }) => start)).toContain(offset);
        }
        for (const { name } of partsOf(statement.tree).calls) {
          if (/^cast$/iu.test(name.text)) continue;
          seen.functions++;
          if (sqlHover(document, statement.start + name.range.start, schema) === undefined) silent.push(`${name.text}(): ${statement.text}`);
        }
      }
    }
    if (EVERY === 1) console.log(seen);
    expect(silent).toEqual([]);
    expect(seen.names).toBeGreaterThan(1_000);
  }); // prettier-ignore

  it('whatever has a name of its own is renamed, and SQLite makes the same of it', () => {
    const refused: string[] = [];
    let renamed = 0;
    for (const { document, schema, database } of documents()) {
      const program = (sql: string): string =>
        JSON.stringify(database.exec(`EXPLAIN ${sql}`)[0]?.values.map(([, name, p1, p2, p3]) => [name, p1, p2, p3]));
      const [statement] = document.statements;
      for (const { name, isDefinition } of statement === undefined ? [] : referencesOf(statement, tablesIn(schema))) {
        if (!isDefinition) continue;
        const edits = sqlRename(document, (statement?.start ?? 0) + name.range.start, 'group 1', schema);
        if ('problem' in edits) refused.push(`${edits.problem} ${document.text}`);
        else {
          renamed++;
          const text = applyEdits(document.text, edits);
          expect([text, program(text)]).toEqual([text, program(document.text)]);
        }
      }
    }
    if (EVERY === 1) console.log({ renamed, refused: refused.length });
    expect(refused).toEqual([]);
    expect(renamed).toBeGreaterThan(100);
  }); // prettier-ignore
});
