import { Command } from 'commander';
import { judgeSql } from '@querent/core/lint';
import { dialectOf, parseSqlDocument } from '@querent/core/sql';
import type { SqlDialect } from '@querent/core/sql';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { postgresProblems } from '../../../dialects/postgres.ts';
import { SchemaErrors } from '../../../sqlAssistant/index.ts';
import { note } from '../../../terminal/index.ts';
import { reportProblems, withReportOptions } from '../../checkReport.ts';
import type { ReportOptions } from '../../checkReport.ts';
import { inTerminal, readText } from '../../io.ts';
import { invalidTextProblem } from '../../problems.ts';
import type { CheckedFile } from '../../reports.ts';
import { dialectOption } from '../../sql/dialectOption.ts';
import { chosenDatabase, readSchema } from '../../sql/sqlDatabase.ts';

interface CheckOptions extends ReportOptions {
  readonly database?: string;
  readonly dialect: SqlDialect;
}

/** `querent sql check`. */
export function checkCommand(exit: (code: number) => void): Command {
  const command = new Command('check')
    .description('Find mistakes in SQL: what SQLite refuses, at its place, and what is doubtful.')
    .argument('<file...>', 'files of SQL; - for standard input')
    .option(
      '--database <file>',
      'SQLite file, or .sql file of CREATE statements, instead of the one that a file names (-- database: ...)',
    )
    .addOption(dialectOption())
    .addHelpText(
      'after',
      `
Nothing is run: SQLite prepares every statement over an empty copy of the schema. Without a database names are checked only where the file itself
creates tables. PostgreSQL's statements are read by its own parser, without a schema. Exit code 1 when any file has an error, or with --fail-on what is less; 2 when a file or database cannot be read. Lines and
characters count from 0 in JSON, from 1 in text. A comment "-- querent-disable-line RULE" takes a problem away.

Examples:
  querent sql check queries.sql --database shop.sqlite
  querent sql check queries.sql --database schema.sql --fail-on warning
  querent sql check report.sql --dialect postgresql
  querent sql check *.sql --format github                     # each over the database that it names`,
    )
    .action(async (files: string[], options: CheckOptions) => {
      const schemas = new Map<string, SqlSchema>();
      const errors = new SchemaErrors();
      try {
        await errors.load();
        const checked: CheckedFile[] = [];
        for (const file of files) checked.push(await checkFile(file, options, errors, schemas));
        reportProblems(checked, options, exit);
      } finally {
        errors.dispose();
      }
    });
  return withReportOptions(command);
}

/** @param schemas those that were read already, by path */
async function checkFile(
  file: string,
  options: CheckOptions,
  errors: SchemaErrors,
  schemas: Map<string, SqlSchema>,
): Promise<CheckedFile> {
  const input = await readText(file);
  const { name, text } = input;
  const document = parseSqlDocument(text);
  const { dialect, problems: outside } = dialectOf(document, options.dialect);
  if (dialect !== 'sqlite') {
    const found = judgeSql(document, { dialect, errors: await postgresProblems(text), outside });
    return { file: name, text, problems: [...invalidTextProblem(input), ...found] };
  }
  const chosen = await chosenDatabase({ name, file, document }, options.database);
  if (chosen.kind === 'none') note(`${name}: names are not checked. ${inTerminal(chosen.message)}`);
  const schema =
    chosen.kind === 'none' ? undefined : (schemas.get(chosen.path) ?? (await readSchema(chosen.path)));
  if (chosen.kind === 'file' && schema !== undefined) schemas.set(chosen.path, schema);
  const found = judgeSql(document, { schema, errors: errors.of({ parsed: document }, schema), outside });
  return { file: name, text, problems: [...invalidTextProblem(input), ...found] };
}
