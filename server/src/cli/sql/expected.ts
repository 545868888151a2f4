import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SqlStatement } from '@querent/core/sql';
import type { SqlPreview } from '@querent/core/sqlSchema';
import type { OpenedDatabase } from '../../databases/index.ts';
import { expectationsOf, heldAgainst } from '../../sqlDocuments/index.ts';
import type { WireExpectation } from '../../sqlProtocol.ts';
import { EXIT } from '../../terminal/index.ts';
import type { SqlFile } from './sqlFile.ts';

/**
 * Holds the rows of a statement against what its file expects of it (`-- expect:`).
 * @returns undefined where nothing is expected
 * @throws SearchError as the database does
 */
export async function heldAgainstFile(
  { file, document }: SqlFile,
  statement: SqlStatement,
  ran: { readonly preview: Extract<SqlPreview, { kind: 'rows' }>; readonly database: OpenedDatabase },
  signal: AbortSignal,
): Promise<WireExpectation | undefined> {
  const uri = file === '-' ? 'untitled:sql' : pathToFileURL(resolve(file)).href;
  const placed = { parsed: document, uri };
  // Who names a file on the command line has chosen to read what it names.
  const world = { client: () => ({ trusted: true }), measuring: { folders: [process.cwd()] } };
  const expected = expectationsOf(placed, statement);
  return heldAgainst(world, placed, expected, { sql: statement.text, ...ran }, signal);
}

/** The comparison in one line. */
export function comparedInWords(compared: WireExpectation): string {
  if (compared.kind === 'problem') return `expected rows: ${compared.message}`;
  const { isMatch, recall, precision, difference } = compared;
  const words = isMatch
    ? 'as expected'
    : `not as expected: row recall ${percent(recall)}, row precision ${percent(precision)}`;
  return difference === undefined ? words : `${words}. ${difference}`;
}

/** The exit code that a comparison asks for: findings where rows differ, bad input where they cannot be compared. */
export function exitCodeOf(compared: WireExpectation | undefined): number {
  if (compared === undefined) return EXIT.fine;
  if (compared.kind === 'problem') return EXIT.badInput;
  return compared.isMatch ? EXIT.fine : EXIT.findings;
}

/** Rounded down, so that 100 % means all. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
