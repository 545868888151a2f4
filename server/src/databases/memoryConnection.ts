import type { SqlCell } from '@querent/core/sqlSchema';
import type { loadSqlJs } from '../library/sqlJs.ts';
import type { Connection, Statement } from './connection.ts';

export type SqlJs = Awaited<ReturnType<typeof loadSqlJs>>;
type SqlJsStatement = ReturnType<InstanceType<SqlJs['Database']>['prepare']>;

interface ExactStatement {
  get(parameters: null, config: { readonly useBigInt: boolean }): readonly SqlCell[];
}

/**
 * SQLite as WebAssembly on a copy in memory. Its heap, sorting included, is bounded: the limit can be lowered later, by nobody be raised.
 * @throws Error of the engine
 */
export function boundedConnection(sqlJs: SqlJs, bytes: Uint8Array, heapBytes: number): Connection {
  const connection = memoryConnection(new sqlJs.Database(bytes));
  try {
    connection.run(`PRAGMA hard_heap_limit = ${heapBytes}`);
    connection.run('PRAGMA temp_store = MEMORY');
    connection.run('PRAGMA trusted_schema = OFF');
    connection.run('PRAGMA query_only = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A database of sql.js, as it is. */
export function memoryConnection(database: InstanceType<SqlJs['Database']>): Connection {
  return {
    run: (sql) => void database.run(sql),
    prepare: (sql) => memoryStatement(database.prepare(sql)),
    close: () => database.close(),
  };
}

function memoryStatement(statement: SqlJsStatement): Statement {
  return {
    step: () => statement.step(),
    row: () => readRow(statement),
    columns: () => statement.getColumnNames(),
    free: () => void statement.free(),
  };
}

/** Integers that a double cannot hold are read once more, exactly. */
function readRow(statement: SqlJsStatement): SqlCell[] {
  const row = statement.get();
  if (!row.some((cell) => typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER)) return row;
  // The types of sql.js do not know its second argument yet.
  const exact = (statement as unknown as ExactStatement).get(null, { useBigInt: true });
  return row.map((cell, i) => {
    const whole = exact[i];
    return typeof whole === 'bigint' && Math.abs(cell as number) > Number.MAX_SAFE_INTEGER ? whole : cell;
  });
}
