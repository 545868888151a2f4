import { statementMeant, type SqlStatement } from '@querent/core/sql';
import type { WirePosition } from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import { offsetOf, type Services } from '../services.ts';
import { tooLong } from './databases/databaseStatus.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';

/** The document of SQL that a request is about. @throws UserFacingError when it is not open, or too long, or SQL is off */
export function sqlDocument(services: Services, uri: string): OpenSqlDocument {
  if (!services.settings().sql.enabled)
    throw new UserFacingError('SQL is off. Turn it on with the setting querent.sql.enabled.');
  const characters = services.documents.longSql().get(uri);
  if (characters !== undefined) throw new UserFacingError(tooLong(characters));
  const document = services.documents.getSql(uri);
  if (document === undefined)
    throw new UserFacingError(`${String(uri)} is not open as SQL. Open it, and choose SQL as its language.`);
  return document;
}

/** The statement that a request is about; see {@link statementMeant}. @throws UserFacingError when there is none */
export function sqlStatement(document: OpenSqlDocument, position: WirePosition): SqlStatement {
  const offset = offsetOf(document, position ?? { line: 0, character: 0 });
  const statement = statementMeant(document.parsed, offset);
  if (statement !== undefined) return statement;
  const line = document.lines.positionAt(offset).line + 1;
  throw new UserFacingError(
    `Line ${line}: there is no statement here. Put the cursor into one, or write one.`,
  );
}
