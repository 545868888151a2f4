import { sqlProposeMethod, type SqlProposeParams, type SqlProposeResult } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Feature } from '../../services.ts';
import { fixedStatements, writtenStatements } from '../proposing/propose.ts';
import { sqlDocument } from '../subject.ts';

/** `querent/sql/propose`: statements for the question, or for the broken statement, at a position. */
export const proposeRequest: Feature = {
  register(services) {
    onLongRequest<SqlProposeParams, SqlProposeResult>(
      services,
      sqlProposeMethod,
      'Writing SQL',
      (params, signal, report) => {
        const document = sqlDocument(services, params.uri);
        const propose = params.kind === 'fix' ? fixedStatements : writtenStatements;
        return propose(services, document, params.position, { signal, onStage: report });
      },
    );
  },
  capabilities: () => ({}),
};
