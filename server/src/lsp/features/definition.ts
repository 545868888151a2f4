import type { Definition, DefinitionLink } from 'vscode-languageserver/node';
import { definition as definitionAt } from '@querent/core/features';
import { lspRange, offsetOf, type Feature } from '../services.ts';

export const definition: Feature = {
  register(services) {
    services.connection.onDefinition(async (params, token) =>
      services.onDocument<Definition | DefinitionLink[] | null>(
        'textDocument/definition',
        params,
        token,
        null,
        (document) => {
          const found = definitionAt(document.strategy, offsetOf(document, params.position));
          if (found === undefined) return null;
          const targetSelectionRange = lspRange(document, found.targetSelection);
          const linkSupport = services.client().capabilities.textDocument?.definition?.linkSupport;
          if (!linkSupport) return { uri: document.uri, range: targetSelectionRange };
          return [
            {
              originSelectionRange: lspRange(document, found.origin),
              targetUri: document.uri,
              targetRange: lspRange(document, found.target),
              targetSelectionRange,
            },
          ];
        },
      ),
    );
  },
  capabilities: () => ({ definitionProvider: true }),
};
