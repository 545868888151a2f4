import type { CancellationToken } from 'vscode-languageserver/node';
import { rewriteMethod, type RewriteParams, type RewriteResult } from '../../protocol.ts';
import { reportTo } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature } from '../services.ts';

/** `querent/rewrite`: measured proposals for a line, with progress. */
export const rewrite: Feature = {
  register(services) {
    services.connection.onRequest(rewriteMethod, async (params: RewriteParams, token: CancellationToken) =>
      services.safely<RewriteResult | null>(rewriteMethod, params?.uri, token, null, async (signal) => {
        const document = services.documents.get(params?.uri);
        if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
        const progress =
          params.workDoneToken === undefined
            ? undefined
            : services.connection.window.attachWorkDoneProgress(params.workDoneToken);
        progress?.begin('Rewriting', 0, undefined, true);
        try {
          return await services.rewriting.rewrite(document, params.label, {
            signal: signal(),
            report: (message, percent) => reportTo(progress, message, percent),
          });
        } finally {
          progress?.done();
        }
      }),
    );
  },
  capabilities: () => ({}),
};
