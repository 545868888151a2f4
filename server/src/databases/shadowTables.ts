import { isWord, meaningful, scanSql, unquoted } from '@querent/core/sql';
import { foldedName } from '@querent/core/sqlSchema';

const ofFullText4 = ['content', 'segments', 'segdir', 'docsize', 'stat'];
const ofTree = ['node', 'rowid', 'parent'];

/**
 * What follows the name of a virtual table in the names of the tables in which its module keeps what it holds
 * (https://sqlite.org/fts3.html#shadow_tables, https://sqlite.org/fts5.html#fts5_data_structures, https://sqlite.org/rtree.html).
 */
const suffixes: ReadonlyMap<string, readonly string[]> = new Map([
  ['fts3', ofFullText4],
  ['fts4', ofFullText4],
  ['fts5', ['data', 'idx', 'content', 'docsize', 'config']],
  ['rtree', ofTree],
  ['rtree_i32', ofTree],
  ['geopoly', ofTree],
]);

/**
 * Names of the tables that virtual tables keep for themselves, folded. SQLite tells them only where it has the module, which WebAssembly has not for
 * FTS5 and R*Tree; so they are told by their names, as the modules do it.
 */
export function shadowTables(
  virtual: readonly { readonly name: string; readonly sql: string }[],
): ReadonlySet<string> {
  return new Set(
    virtual.flatMap(({ name, sql }) =>
      (suffixes.get(moduleOf(sql)) ?? []).map((suffix) => foldedName(`${name}_${suffix}`)),
    ),
  );
}

/** The module of `CREATE VIRTUAL TABLE name USING module(...)`, in small letters; empty for what is none. */
function moduleOf(sql: string): string {
  const words = meaningful(scanSql(sql));
  const module = words[words.findIndex((token) => isWord(token, 'USING')) + 1];
  return module === undefined ? '' : foldedName(unquoted(module));
}
