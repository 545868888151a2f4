import { Option } from 'commander';
import { dialectOf } from '@querent/core/sql';
import type { SqlDialect } from '@querent/core/sql';
import { badInput } from '../../terminal/index.ts';
import type { SqlFile } from './sqlFile.ts';

/** `--dialect`, for commands that read SQL. */
export function dialectOption(): Option {
  return new Option('--dialect <dialect>', 'of files that name none (-- dialect: postgresql)')
    .choices(['sqlite', 'postgresql'])
    .default('sqlite');
}

/**
 * Refuses PostgreSQL where statements are run: SQLite would answer differently, or not at all.
 * @throws CliError
 */
export function onlySqlite({ name, document }: SqlFile, option: SqlDialect): void {
  if (dialectOf(document, option).dialect !== 'sqlite')
    throw badInput(
      `${name} is PostgreSQL, which is checked (querent sql check) and not run: databases are SQLite files.`,
    );
}
