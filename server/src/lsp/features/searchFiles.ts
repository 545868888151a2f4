import type { CancellationToken } from 'vscode-languageserver/node';
import {
  printSearchFile,
  readSearchFile,
  SearchFileError,
  toSearchFile,
  toStrategy,
} from '@querent/core/searchFile';
import {
  exportSearchFileMethod,
  importSearchFileMethod,
  type ExportSearchFileParams,
  type ExportSearchFileResult,
  type ImportSearchFileParams,
  type ImportSearchFileResult,
} from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature } from '../services.ts';

/** `querent/exportSearchFile` and `querent/importSearchFile`: strategies as JSON search files. */
export const searchFiles: Feature = {
  register(services) {
    const { connection, documents } = services;
    connection.onRequest(exportSearchFileMethod, (params: ExportSearchFileParams, token: CancellationToken) =>
      services.safely<ExportSearchFileResult | null>(exportSearchFileMethod, params?.uri, token, null, () => {
        const document = documents.get(params?.uri);
        if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
        if (document.language !== 'pubmed')
          throw new UserFacingError(
            'This is a search of ClinicalTrials.gov; only PubMed strategies are written as search files.',
          );
        const today = new Date().toISOString().slice(0, 10);
        return { text: inWords(() => printSearchFile(toSearchFile(document.strategy, today))) };
      }),
    );
    connection.onRequest(importSearchFileMethod, (params: ImportSearchFileParams, token: CancellationToken) =>
      services.safely<ImportSearchFileResult | null>(
        importSearchFileMethod,
        'a search file',
        token,
        null,
        () => {
          if (typeof params?.text !== 'string')
            throw new UserFacingError('Importing needs the text of a file.');
          return inWords(() => {
            const { file, notes } = readSearchFile(params.text);
            const strategy = toStrategy(file);
            return { text: strategy.text, notes: [...notes, ...strategy.notes] };
          });
        },
      ),
    );
  },
  capabilities: () => ({}),
};

/** What the file or the strategy lacks is told to the person; other errors are faults of ours and go to the log. */
function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SearchFileError) throw new UserFacingError(error.message);
    // A strategy too long to be written out.
    if (error instanceof Error && error.name === 'QueryTooLongError')
      throw new UserFacingError(error.message);
    throw error;
  }
}
