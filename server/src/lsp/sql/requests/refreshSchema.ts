import { sqlRefreshMethod, type SqlDatabaseStatus, type SqlRefreshParams } from '../../../sqlProtocol.ts';
import { onLongRequest } from '../../features/longRequest.ts';
import type { Feature } from '../../services.ts';
import { sqlDocument } from '../subject.ts';

/** Reads the database of a document again, whether its file changed or not. What is wrong with it then is in the answer. */
export const refreshSchemaRequest: Feature = {
  register(services) {
    onLongRequest<SqlRefreshParams, SqlDatabaseStatus>(
      services,
      sqlRefreshMethod,
      'Reading the database',
      async ({ uri }, signal) => {
        const document = sqlDocument(services, uri);
        await services.sql.databases.refresh(document, signal);
        return services.sql.status(document);
      },
    );
  },
  capabilities: () => ({}),
};
