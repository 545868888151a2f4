import { isAbsolute } from 'node:path';
import { exportFormats } from '@querent/core/corpus';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import {
  exportRecordsMethod,
  type ExportRecordsParams,
  type ExportRecordsResult,
} from '../../liveProtocol.ts';
import type { Report } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';
import { lineSubject } from './lineSubject.ts';
import { onLongRequest } from './longRequest.ts';

/** `querent/exportRecords`: all records that a line finds, into a file. */
export const exportRecords: Feature = {
  register(services) {
    onLongRequest<ExportRecordsParams, ExportRecordsResult>(
      services,
      exportRecordsMethod,
      'Exporting records',
      (params, signal, report) => exported(services, params, signal, report),
    );
  },
  capabilities: () => ({}),
};

async function exported(
  services: Services,
  params: ExportRecordsParams,
  signal: AbortSignal,
  report: Report,
): Promise<ExportRecordsResult> {
  const { path, format, replace } = params;
  if (typeof path !== 'string' || !isAbsolute(path))
    throw new UserFacingError('Exporting needs the whole path of the file to write.');
  if (!exportFormats.includes(format))
    throw new UserFacingError(
      `Records are exported as ${exportFormats.join(', ')}, not as ${String(format)}.`,
    );
  const { document, query } = lineSubject(services, params.uri, params.label);
  const until = document.strategy.frontMatter?.until;
  const { exportRecords: write, ExportError } = await import('../../exporting/index.ts');
  // A document's language and its database go together; measuring refuses others.
  const engine = (await services.measuring.engine(document)) as SearchEngine<SearchQuery>;
  try {
    const done = await write(engine, query, {
      format,
      path,
      replace: replace === true,
      signal,
      onProgress: ({ done: written, total }) =>
        report(
          `${formatCount(written)} of ${formatCount(total)}`,
          total === 0 ? undefined : (written / total) * 100,
        ),
      ...(until === undefined ? {} : { until }),
    });
    return { path, ...done };
  } catch (error) {
    throw error instanceof ExportError ? new UserFacingError(error.message) : error;
  }
}
