import type { SignatureHelp } from 'vscode-languageserver/node';
import type { Feature } from '../services.ts';

/** The arguments of SQL's functions, while they are typed; searches have none. */
export const signatureHelp: Feature = {
  register(services) {
    services.connection.onSignatureHelp(async (params, token) =>
      services.onDocument<SignatureHelp | null>(
        'textDocument/signatureHelp',
        params,
        token,
        null,
        () => null,
      ),
    );
  },
  capabilities: () => ({
    signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] },
  }),
};
