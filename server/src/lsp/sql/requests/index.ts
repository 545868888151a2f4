import type { Feature } from '../../services.ts';
import { databasesRequest } from './databases.ts';
import { explainRequest } from './explain.ts';
import { exportRowsRequest } from './exportRows.ts';
import { previewRequest } from './preview.ts';
import { proposeRequest } from './propose.ts';
import { refreshSchemaRequest } from './refreshSchema.ts';

/** Querent's own requests about documents of SQL (`sqlProtocol.ts`); a new one is a file and a line here. */
export const sqlRequests: readonly Feature[] = [
  databasesRequest,
  explainRequest,
  exportRowsRequest,
  previewRequest,
  proposeRequest,
  refreshSchemaRequest,
];
