import { DocumentHighlightKind, type DocumentHighlight } from 'vscode-languageserver/node';
import { documentHighlights } from '@querent/core/features';
import { lspRange, offsetOf, type Feature } from '../services.ts';

const kinds = {
  read: DocumentHighlightKind.Read,
  write: DocumentHighlightKind.Write,
  text: DocumentHighlightKind.Text,
} as const;

export const documentHighlight: Feature = {
  register(services) {
    services.connection.onDocumentHighlight(async (params, token) =>
      services.onDocument<DocumentHighlight[]>(
        'textDocument/documentHighlight',
        params,
        token,
        [],
        (document) =>
          documentHighlights(document.strategy, offsetOf(document, params.position)).map(
            ({ range, kind }) => ({ range: lspRange(document, range), kind: kinds[kind] }),
          ),
      ),
    );
  },
  capabilities: () => ({ documentHighlightProvider: true }),
};
