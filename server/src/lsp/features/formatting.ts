import type { TextEdit } from 'vscode-languageserver/node';
import { formatting as strategyFormatting, trialsFormatting } from '@querent/core/features';
import type { TextEdit as CoreEdit } from '@querent/core/text';
import type { OpenDocument } from '../documents.ts';
import { lspEdits, offsetsOf, type Feature, type Services } from '../services.ts';

export const formatting: Feature = {
  register(services) {
    services.connection.onDocumentFormatting(async (params, token) =>
      services.onDocument<TextEdit[]>('textDocument/formatting', params, token, [], (document) =>
        lspEdits(document, editsOf(services, document)),
      ),
    );
    services.connection.onDocumentRangeFormatting(async (params, token) =>
      services.onDocument<TextEdit[]>('textDocument/rangeFormatting', params, token, [], (document) =>
        lspEdits(document, editsOf(services, document, offsetsOf(document, params.range))),
      ),
    );
  },
  capabilities: () => ({ documentFormattingProvider: true, documentRangeFormattingProvider: true }),
};

function editsOf(
  services: Services,
  { language, strategy }: OpenDocument,
  range?: ReturnType<typeof offsetsOf>,
): readonly CoreEdit[] {
  if (language === 'pubmed') return strategyFormatting(strategy, range, services.settings().format);
  const edits = trialsFormatting(strategy);
  if (range === undefined) return edits;
  return edits.filter((edit) => edit.range.start >= range.start && edit.range.end <= range.end);
}
