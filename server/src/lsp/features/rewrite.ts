import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import {
  blockEditsMethod,
  rewriteMethod,
  type BlockEditsParams,
  type BlockEditsResult,
  type RewriteParams,
  type RewritePartial,
  type RewriteResult,
} from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { reportTo } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';

const partialResult = new ProgressType<RewritePartial>();

/** `querent/rewrite`: measured proposals for a strategy, a line or a block; `querent/blockEdits`: some blocks of one taken over. */
export const rewrite: Feature = {
  register(services) {
    const { connection } = services;
    connection.onRequest(rewriteMethod, async (params: RewriteParams, token: CancellationToken) =>
      services.safely<RewriteResult | null>(rewriteMethod, params?.uri, token, null, (signal) =>
        rewritten(services, opened(services, params?.uri), params, signal()),
      ),
    );
    connection.onRequest(blockEditsMethod, async (params: BlockEditsParams, token: CancellationToken) =>
      services.safely<BlockEditsResult | null>(blockEditsMethod, params?.uri, token, null, () =>
        services.rewriting.blockEdits(opened(services, params?.uri), params),
      ),
    );
  },
  capabilities: () => ({}),
};

function opened(services: Services, uri: string): OpenDocument {
  const document = services.documents.get(uri);
  if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
  return document;
}

async function rewritten(
  { connection, rewriting }: Services,
  document: OpenDocument,
  params: RewriteParams,
  signal: AbortSignal,
): Promise<RewriteResult> {
  const { workDoneToken, partialResultToken } = params;
  const progress =
    workDoneToken === undefined ? undefined : connection.window.attachWorkDoneProgress(workDoneToken);
  progress?.begin('Rewriting', 0, undefined, true);
  try {
    return await rewriting.rewrite(document, params, {
      signal,
      report: (message, percent) => reportTo(progress, message, percent),
      ...(partialResultToken === undefined
        ? {}
        : {
            partial: (partial: RewritePartial): void =>
              // A client that is gone is no fault of ours.
              void connection.sendProgress(partialResult, partialResultToken, partial).catch(() => {}),
          }),
    });
  } finally {
    progress?.done();
  }
}
