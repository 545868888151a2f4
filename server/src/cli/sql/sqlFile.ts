import { parseSqlDocument, statementMeant } from '@querent/core/sql';
import type { SqlDocument, SqlStatement } from '@querent/core/sql';
import { LineIndex } from '@querent/core/text';
import { badInput } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';

/** A file of SQL that a command was given. */
export interface SqlFile {
  /** For messages: the path as given, or `<stdin>`. */
  readonly name: string;
  /** The path as given; `-` for standard input. */
  readonly file: string;
  readonly document: SqlDocument;
}

/** Which statement of a file is meant; both count from 1. */
export interface StatementChoice {
  readonly statement?: number;
  readonly line?: number;
}

/**
 * Reads a file of SQL, or standard input for `-`.
 * @throws CliError when it cannot be read or is not UTF-8
 */
export async function readSqlFile(file: string): Promise<SqlFile> {
  const { name, text } = await readUtf8(file);
  return { name, file, document: parseSqlDocument(text) };
}

/**
 * The statement that is meant: by its number, by a line that it is on (or that of the comments above it), or the only one.
 * @throws CliError when there is none, or it is not clear which
 */
export function chosenStatement(sqlFile: SqlFile, { statement, line }: StatementChoice): SqlStatement {
  const { name, document } = sqlFile;
  const { statements } = document;
  const [only] = statements;
  if (only === undefined) throw badInput(`${name} holds no statement.`);
  if (statement !== undefined && line !== undefined)
    throw badInput('Give either --statement or --line, not both.');
  if (statement !== undefined) {
    const found = statements[statement - 1];
    if (found === undefined)
      throw badInput(
        `--statement ${statement}: ${name} holds ${statements.length === 1 ? '1 statement' : `${statements.length} statements`}.`,
      );
    return found;
  }
  if (line !== undefined) return onLine(sqlFile, line);
  if (statements.length > 1)
    throw badInput(
      `${name} holds ${statements.length} statements. Say which is meant: --statement 1 to ${statements.length}, or --line N for the one on a line.`,
    );
  return only;
}

function onLine(sqlFile: SqlFile, line: number): SqlStatement {
  const found = statementMeant(sqlFile.document, offsetOfLine(sqlFile, line));
  if (found === undefined)
    throw badInput(`--line ${line}: there is no statement on this line of ${sqlFile.name}, nor below it.`);
  return found;
}

/**
 * Where the text of a line begins, in UTF-16 units; behind its spaces.
 * @param line from 1
 * @throws CliError when the file has fewer lines
 */
export function offsetOfLine({ name, document: { text } }: SqlFile, line: number): number {
  const index = new LineIndex(text);
  const lines = index.positionAt(text.length).line + 1;
  if (line > lines) throw badInput(`--line ${line}: ${name} has ${lines} lines.`);
  const start = index.offsetAt({ line: line - 1, character: 0 });
  return start + (/^[^\S\n]*/u.exec(text.slice(start))?.[0].length ?? 0);
}
