import type { TextEdit } from 'vscode-languageserver/node';
import { formatting as editsOf } from '@querent/core/features';
import { lspEdits, offsetsOf, type Feature } from '../services.ts';

export const formatting: Feature = {
  register(services) {
    services.connection.onDocumentFormatting(async (params, token) =>
      services.onDocument<TextEdit[]>('textDocument/formatting', params, token, [], (document) =>
        lspEdits(document, editsOf(document.strategy, undefined, services.settings().format)),
      ),
    );
    services.connection.onDocumentRangeFormatting(async (params, token) =>
      services.onDocument<TextEdit[]>('textDocument/rangeFormatting', params, token, [], (document) =>
        lspEdits(
          document,
          editsOf(document.strategy, offsetsOf(document, params.range), services.settings().format),
        ),
      ),
    );
  },
  capabilities: () => ({ documentFormattingProvider: true, documentRangeFormattingProvider: true }),
};
