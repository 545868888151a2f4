import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A question of the shared data with the statement that is trusted to answer it. */
export interface GoldQuestion {
  readonly id: string;
  readonly db: string;
  readonly gold_sql: string;
  readonly gold_sql_alternatives?: readonly string[];
}

const root = join(import.meta.dirname, '../../../..');
const folder = resolve(root, process.env['QUERENT_DATA'] ?? '../shared/data', 'sql');
const file = join(folder, 'questions.jsonl');

/** Where the databases of the questions lie: `NAME.sqlite`. */
export const goldFolder = join(folder, 'db');

export const hasGold = existsSync(file);
if (!hasGold) console.warn(`Skipped: gold queries need ${folder} (set QUERENT_DATA).`);

/** All questions in the order of the file; none without the data. */
export function goldQuestions(): readonly GoldQuestion[] {
  if (!hasGold) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GoldQuestion);
}
