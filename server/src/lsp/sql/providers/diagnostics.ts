import { sqlDiagnostics } from '../../features/diagnostics.ts';
import type { SqlProvider } from './index.ts';

/** Problems of a document of SQL, pulled by the client; pushed ones are made in `features/diagnostics.ts`. */
export const diagnosticsProvider: SqlProvider = {
  request: 'textDocument/diagnostic',
  answer: async (services, document, _params, signal) => ({
    kind: 'full',
    items: await sqlDiagnostics(services, document, signal()),
  }),
};
