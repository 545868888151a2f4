import type { DatabaseEngine } from './databaseServer.ts';
import { requireUnchanged } from './fileState.ts';
import { databaseLimits } from './limits.ts';
import { nativeConnection } from './nativeConnection.ts';
import { openDatabase } from './openDatabase.ts';
import { requireReadable } from './readFile.ts';

/** Databases in place, which take no memory to speak of; an answer counts only where the file stayed as it was. */
export const nativeEngine: DatabaseEngine = {
  open: (file) => {
    requireReadable(file);
    return openDatabase(file, () => nativeConnection(file.path, file.log === undefined));
  },
  weightOf: () => 0,
  check: requireUnchanged,
  countedRows: databaseLimits.countedRows,
};
