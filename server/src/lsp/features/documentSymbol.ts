import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver/node';
import { documentSymbols, type OutlineSymbol } from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import { lspRange, type Feature } from '../services.ts';

const kinds = {
  frontMatter: SymbolKind.Module,
  section: SymbolKind.Namespace,
  line: SymbolKind.Field,
} as const;

export const documentSymbol: Feature = {
  register(services) {
    services.connection.onDocumentSymbol(async (params, token) =>
      services.onDocument<DocumentSymbol[]>('textDocument/documentSymbol', params, token, [], (document) =>
        documentSymbols(document.strategy).map((symbol) => toSymbol(document, symbol)),
      ),
    );
  },
  capabilities: () => ({ documentSymbolProvider: true }),
};

function toSymbol(document: OpenDocument, symbol: OutlineSymbol): DocumentSymbol {
  return {
    // LSP forbids empty names.
    name: symbol.name.trim() === '' ? '(empty)' : symbol.name,
    detail: symbol.detail,
    kind: kinds[symbol.kind],
    range: lspRange(document, symbol.range),
    selectionRange: lspRange(document, symbol.selectionRange),
    children: symbol.children.map((child) => toSymbol(document, child)),
  };
}
