import type { ReportResult } from '../../../protocol.ts';
import { sqlExplainMethod, type SqlExplainParams } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Feature } from '../../services.ts';
import { explained } from '../explain.ts';
import { sqlDocument, sqlStatement } from '../subject.ts';

/** `querent/sql/explain`: what the statement at a position does, in words. Nothing is run, and no model is asked. */
export const explainRequest: Feature = {
  register(services) {
    onLongRequest<SqlExplainParams, ReportResult>(
      services,
      sqlExplainMethod,
      'Explaining the statement',
      (params) => {
        const document = sqlDocument(services, params.uri);
        return Promise.resolve(explained(services, document, sqlStatement(document, params.position)));
      },
    );
  },
  capabilities: () => ({}),
};
