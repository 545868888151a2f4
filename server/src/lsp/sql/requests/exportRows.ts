import { isAbsolute } from 'node:path';
import { formatCount } from '@querent/core/text';
import { isSameFile } from '../../../exporting/sameFile.ts';
import { sqlExportMethod, type SqlExportParams, type SqlExportResult } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Report } from '../../progress.ts';
import { UserFacingError } from '../../runSafe.ts';
import type { Feature, Services } from '../../services.ts';
import { databaseToRun, refuseParameters } from '../preview.ts';
import { sqlDocument, sqlStatement } from '../subject.ts';

/** `querent/sql/export`: all rows of the statement at a position, into a file. */
export const exportRowsRequest: Feature = {
  register(services) {
    onLongRequest<SqlExportParams, SqlExportResult>(
      services,
      sqlExportMethod,
      'Exporting rows',
      (params, signal, report) => exported(services, params, signal, report),
    );
  },
  capabilities: () => ({}),
};

async function exported(
  services: Services,
  params: SqlExportParams,
  signal: AbortSignal,
  report: Report,
): Promise<SqlExportResult> {
  const { path, format, replace } = params;
  if (typeof path !== 'string' || !isAbsolute(path))
    throw new UserFacingError('Exporting needs the whole path of the file to write.');
  if (format !== 'csv' && format !== 'json')
    throw new UserFacingError(`Rows are exported as csv or json, not as ${String(format)}.`);
  const document = sqlDocument(services, params.uri);
  const statement = sqlStatement(document, params.position);
  refuseParameters(statement);
  const { database } = await databaseToRun(services, document, signal);
  if (await isSameFile(path, database.path))
    throw new UserFacingError(`${path} is the database itself. Choose another name for the exported rows.`);
  const { exportRows, ExportError } = await import('../../../exporting/index.ts');
  try {
    const done = await exportRows(database.stream(statement.text, { signal }), {
      ...{ format, path, signal },
      replace: replace === true,
      onProgress: (rows) => report(`${formatCount(rows)} rows`),
    });
    return { path, ...done };
  } catch (error) {
    throw error instanceof ExportError ? new UserFacingError(error.message) : error;
  }
}
