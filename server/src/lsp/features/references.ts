import type { Location } from 'vscode-languageserver/node';
import { references as referencesAt } from '@querent/core/features';
import { lspRange, offsetOf, type Feature } from '../services.ts';

export const references: Feature = {
  register(services) {
    services.connection.onReferences(async (params, token) =>
      services.onDocument<Location[]>('textDocument/references', params, token, [], (document) =>
        referencesAt(
          document.strategy,
          offsetOf(document, params.position),
          params.context?.includeDeclaration ?? false,
        ).map((range) => ({ uri: document.uri, range: lspRange(document, range) })),
      ),
    );
  },
  capabilities: () => ({ referencesProvider: true }),
};
