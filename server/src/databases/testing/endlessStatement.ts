/** A program that waits for a statement without an end, on a database in place: `node endlessStatement.ts FILE`. */
import { openDatabaseFile } from '../index.ts';

const [, , path = ''] = process.argv;
const database = await openDatabaseFile(path, { inPlaceFrom: 0, timeMs: 600_000 });
await database.schema();
process.stdout.write('begun\n');
await database.run('WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n');
