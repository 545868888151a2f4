import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { unboundParameter } from '@querent/core/sql';
import type { SqlDialect, SqlStatement } from '@querent/core/sql';
import type { SqlFailure, SqlPreview } from '@querent/core/sqlSchema';
import { formatCount } from '@querent/core/text';
import type { OpenedDatabase } from '../../../databases/index.ts';
import { SchemaErrors } from '../../../sqlAssistant/index.ts';
import { badInput, CliError, EXIT, note, print } from '../../../terminal/index.ts';
import { interruptible } from '../../interrupt.ts';
import { inTerminal } from '../../io.ts';
import { atLeastOne } from '../../options.ts';
import { problemLines } from '../../problems.ts';
import { cellJson, tableLines } from '../../sql/cells.ts';
import { dialectOption, onlySqlite } from '../../sql/dialectOption.ts';
import { comparedInWords, exitCodeOf, heldAgainstFile } from '../../sql/expected.ts';
import { exportTo } from '../../sql/exportTo.ts';
import { chosenDatabase, openForRunning } from '../../sql/sqlDatabase.ts';
import { chosenStatement, readSqlFile } from '../../sql/sqlFile.ts';
import type { SqlFile, StatementChoice } from '../../sql/sqlFile.ts';
import { timeoutOption } from '../../sql/timeoutOption.ts';

/** Rows that are printed unless told otherwise: what a person reads, and what a program is given. */
const defaultRows = { table: 100, json: 10_000 };
const mostRows = 1_000_000;
/** Rows that are compared with expected ones. */
const comparedRows = 10_000;
/** Milliseconds after which a person is told that a statement is still running. */
const patienceMs = 1_000;

type Rows = Extract<SqlPreview, { kind: 'rows' }>;

interface RunOptions extends StatementChoice {
  readonly database?: string;
  readonly rows?: number;
  readonly timeout: number;
  readonly dialect: SqlDialect;
  readonly plan?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `querent sql run`. */
export function runCommand(exit: (code: number) => void): Command {
  return new Command('run')
    .description('Run one statement that reads, on a copy of a SQLite database, and print its rows.')
    .argument('<file>', 'a file of SQL; - for standard input')
    .option('--database <file>', 'the SQLite file, instead of the one that the file names (-- database: ...)')
    .option('--statement <n>', 'number of the statement in the file, from 1', atLeastOne)
    .option('--line <n>', 'the statement on this line, from 1', atLeastOne)
    .option(
      '--rows <n>',
      `most rows that are printed; ${defaultRows.table}, or ${formatCount(defaultRows.json)} with --json`,
      rowLimit,
    )
    .addOption(timeoutOption())
    .addOption(dialectOption())
    .option(
      '--out <file>',
      'write all rows into a file, as CSV (.csv) or JSON (.json), instead of printing them',
    )
    .option('--force', 'replace the file of --out')
    .option('--plan', 'tell how SQLite finds the rows, on stderr')
    .option(
      '--json',
      'print {columns, rows, rowCount, isCounted, isCut, seconds, database, sql, expectation}',
    )
    .addHelpText(
      'after',
      `
Only SELECT, VALUES and WITH are run; the file is never changed. rowCount counts all rows, also those that are not printed, or at least so many (isCounted
false) when counting takes long. In JSON integers have all their digits, and BLOBs are {"blob": "00FF"}. Where the file says what the statement should
return (-- expect: ...), the rows are held against that.

Exit code 1 when the rows are not as expected, 2 when the statement is wrong or not one that reads, 3 when it took too long. A statement that failed never looks like one without rows.

Examples:
  querent sql run query.sql --database shop.sqlite
  querent sql run query.sql --database shop.sqlite --out rows.csv   # all of them
  querent sql run queries.sql --line 12                       # in the database that the file names
  echo 'SELECT count(*) FROM orders' | querent sql run - --database shop.sqlite --json`,
    )
    .action(async (file: string, options: RunOptions) => {
      const sqlFile = await readSqlFile(file);
      const statement = chosenStatement(sqlFile, options);
      const { text } = statement;
      onlySqlite(sqlFile, options.dialect);
      const isJson = options.json === true;
      const rows = options.rows ?? (isJson ? defaultRows.json : defaultRows.table);
      const limits = { timeMs: options.timeout * 1_000, rows: Math.max(rows, comparedRows), threads: 1 };
      const database = await openForRunning(await chosenDatabase(sqlFile, options.database), limits);
      try {
        const parameter = unboundParameter(statement);
        if (parameter !== undefined) throw badInput(parameter.message);
        await interruptible(async ({ signal }) => {
          if (options.out !== undefined)
            return exportTo(options.out, text, database, {
              ...{ force: options.force === true, rows: options.rows, signal },
            });
          const preview = await withPatience(database.preview(text, { rows, signal }), options.timeout);
          if (preview.kind !== 'rows') {
            if (preview.kind === 'error') await notePlaces(sqlFile, statement, database);
            throw failed(preview);
          }
          if (options.plan === true) preview.plan.forEach((step) => note(`${'  '.repeat(step.depth)}${step.text}`)); // prettier-ignore
          const compared = await heldAgainstFile(sqlFile, statement, { preview, database }, signal);
          if (isJson)
            process.stdout.write(`${rowsJson(preview, { database: database.path, sql: text, expectation: compared ?? null })}\n`); // prettier-ignore
          else printRows(preview, database.path, rows);
          if (compared !== undefined) note(inTerminal(comparedInWords(compared)));
          return exit(exitCodeOf(compared));
        });
      } finally {
        await database.close();
      }
    });
}

/** Tells where in the file the errors of a statement are, with what was perhaps meant: the database's message has no place. */
async function notePlaces(
  { name, document }: SqlFile,
  { start, end }: SqlStatement,
  database: OpenedDatabase,
): Promise<void> {
  const errors = new SchemaErrors();
  try {
    await errors.load();
    const found = errors.of({ parsed: document }, await database.schema()) ?? [];
    const own = found.filter(({ range }) => start <= range.start && range.start <= end);
    problemLines(name, document.text, own).forEach(note);
  } finally {
    errors.dispose();
  }
}

/** Says once that a statement takes its time, and how it ends. */
async function withPatience(preview: Promise<SqlPreview>, timeout: number): Promise<SqlPreview> {
  const timer = setTimeout(
    () => note(`still running; it is stopped after ${timeout} s (--timeout), or with Ctrl-C`),
    patienceMs,
  );
  return preview.finally(() => clearTimeout(timer));
}

/** Written by hand, since `JSON.stringify` has no integers beyond 2^53. */
function rowsJson(preview: Rows, more: object): string {
  const { columns, rows, total, isCounted, ms } = preview;
  const lines = rows.map((row) => `[${row.map(cellJson).join(',')}]`).join(',');
  const rest = { rowCount: total, isCounted, isCut: rows.length < total, seconds: secondsOf(ms), ...more };
  return `{"columns":${JSON.stringify(columns)},"rows":[${lines}],${JSON.stringify(rest).slice(1)}`;
} // prettier-ignore

/** @param limit rows that were asked for; where fewer are there, they take more memory than an answer may */
function printRows({ columns, rows, total, isCounted, ms }: Rows, database: string, limit: number): void {
  print(...tableLines(columns, rows));
  const count = `${isCounted ? '' : 'at least '}${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`;
  const reason = rows.length < limit ? 'more take too much memory' : '--rows';
  const shown = rows.length < total ? `, the first ${formatCount(rows.length)} shown (${reason})` : '';
  note(`${count}${shown}; ${secondsOf(ms)} s in ${basename(database)}`);
}

function failed(failure: SqlFailure): CliError {
  if (failure.kind === 'timeout')
    return new CliError(
      EXIT.engineFailed,
      `The statement was stopped after ${failure.ms / 1_000} s; what it would have given is not known. Narrow it, or raise --timeout.`,
    );
  return badInput(`The statement was not run: ${failure.message}`);
}

/** Milliseconds as seconds, to the tenth of one. */
function secondsOf(ms: number): number {
  return Math.round(ms * 10) / 10_000;
}

function rowLimit(text: string): number {
  const rows = atLeastOne(text);
  if (rows > mostRows)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${formatCount(mostRows)}.`);
  return rows;
}
