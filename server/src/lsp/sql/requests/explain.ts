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
      async (params, signal) => {
        const document = sqlDocument(services, params.uri);
        const statement = sqlStatement(document, params.position);
        // It tells of tables and doubts, for which the database has to be open.
        await services.sql.databases.settled(document, signal);
        return explained(services, document, statement);
      },
    );
  },
  capabilities: () => ({}),
};
