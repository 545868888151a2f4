import type { PrepareRenameResult, WorkspaceEdit } from 'vscode-languageserver/node';
import { prepareRename, rename as renameAt } from '@querent/core/features';
import { UserFacingError } from '../runSafe.ts';
import { lspRange, offsetOf, workspaceEdit, type Feature } from '../services.ts';

/** Renumbers a line and every reference to it. */
export const rename: Feature = {
  register(services) {
    services.connection.onPrepareRename(async (params, token) =>
      services.onDocument<PrepareRenameResult | null>(
        'textDocument/prepareRename',
        params,
        token,
        null,
        (document) => {
          const found = prepareRename(document.strategy, offsetOf(document, params.position));
          if ('problem' in found) return null;
          return { range: lspRange(document, found.range), placeholder: found.placeholder };
        },
      ),
    );
    services.connection.onRenameRequest(async (params, token) =>
      services.onDocument<WorkspaceEdit | null>('textDocument/rename', params, token, null, (document) => {
        const edits = renameAt(
          document.strategy,
          offsetOf(document, params.position),
          String(params.newName),
        );
        if ('problem' in edits) throw new UserFacingError(edits.problem);
        return workspaceEdit(services, document, edits);
      }),
    );
  },
  capabilities(client) {
    const { prepareSupport } = client.textDocument?.rename ?? {};
    return { renameProvider: prepareSupport ? { prepareProvider: true } : true };
  },
};
