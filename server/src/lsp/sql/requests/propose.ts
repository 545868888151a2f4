import { ProgressType } from 'vscode-languageserver/node';
import { sqlProposeMethod, type SqlProposeParams, type SqlProposeResult } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Feature } from '../../services.ts';
import { fixedStatements, writtenStatements } from '../proposing/propose.ts';
import { sqlDocument } from '../subject.ts';

const partialResult = new ProgressType<SqlProposeResult>();

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
        const { partialResultToken: token } = params;
        const onEarly =
          token === undefined
            ? undefined
            : (result: SqlProposeResult): void =>
                // A client that is gone is no fault of ours.
                void services.connection.sendProgress(partialResult, token, result).catch(() => {});
        return propose(services, document, params.position, { signal, onStage: report, onEarly });
      },
    );
  },
  capabilities: () => ({}),
};
