import { nodeSqlite } from '../library/nodeSqlite.ts';

/** Whether Node's own SQLite is here and gives rows with all their columns, also those of one name: Node 22.16 or later. */
export function hasNativeSqlite(): boolean {
  const sqlite = nodeSqlite();
  return sqlite !== undefined && 'setReturnArrays' in sqlite.StatementSync.prototype;
}
