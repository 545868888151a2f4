import { sqlDiagnostics } from '../../features/diagnostics.ts';
import type { SqlProvider } from './index.ts';

/** Problems of a document of SQL, pulled by the client; pushed ones are made in `features/diagnostics.ts`. */
export const diagnosticsProvider: SqlProvider = {
  request: 'textDocument/diagnostic',
  answer: async (services, { uri }) => {
    await services.sql.problems.ready();
    // While the engine was loaded, the document may have changed, or be closed.
    const document = services.documents.getSql(uri);
    return { kind: 'full', items: document === undefined ? [] : sqlDiagnostics(services, document) };
  },
};
