import type { DatabaseEngine } from './databaseServer.ts';
import { boundedConnection } from './memoryConnection.ts';
import type { SqlJs } from './memoryConnection.ts';
import { openDatabase } from './openDatabase.ts';
import { readDatabaseFile } from './readFile.ts';

/** Databases as copies in memory: what happens to their files later is of no account. @param heapBytes that a statement may take */
export function memoryEngine(sqlJs: SqlJs, heapBytes: number): DatabaseEngine {
  return {
    open: (file) => {
      const bytes = readDatabaseFile(file);
      return openDatabase(file, () => boundedConnection(sqlJs, bytes, heapBytes));
    },
    weightOf: ({ bytes }) => bytes,
    check: () => undefined,
    countedRows: Infinity,
  };
}
