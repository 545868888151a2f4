import { sqlPreviewMethod, type SqlPreviewParams, type SqlPreviewResult } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Feature } from '../../services.ts';
import { previewStatement } from '../preview.ts';
import { sqlDocument, sqlStatement } from '../subject.ts';

/** `querent/sql/preview`: what the statement at a position gives. */
export const previewRequest: Feature = {
  register(services) {
    onLongRequest<SqlPreviewParams, SqlPreviewResult>(
      services,
      sqlPreviewMethod,
      'Running the statement',
      (params, signal) => {
        const document = sqlDocument(services, params.uri);
        const statement = sqlStatement(document, params.position);
        return previewStatement(services, document, statement, signal, params.rows);
      },
    );
  },
  capabilities: () => ({}),
};
