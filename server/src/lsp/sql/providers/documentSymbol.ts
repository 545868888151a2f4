import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver/node';
import { sqlSymbols, type SqlOutlineSymbol } from '@querent/core/features';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { lspRange } from '../../services.ts';
import type { SqlProvider } from './index.ts';

const kinds: Readonly<Record<SqlOutlineSymbol['kind'], SymbolKind>> = {
  query: SymbolKind.Function,
  write: SymbolKind.Event,
  create: SymbolKind.Struct,
  other: SymbolKind.Object,
  commonTable: SymbolKind.Interface,
};

/** The outline: a statement each, with its common table expressions. */
export const documentSymbolProvider: SqlProvider = {
  request: 'textDocument/documentSymbol',
  answer: (services, document): DocumentSymbol[] =>
    sqlSymbols(document.parsed, services.sql.databases.schema(document)).map((symbol) =>
      toSymbol(document, symbol),
    ),
};

function toSymbol(document: OpenSqlDocument, symbol: SqlOutlineSymbol): DocumentSymbol {
  const { name, detail, kind, range, selectionRange, children } = symbol;
  return {
    // LSP forbids empty names.
    name: name.trim() === '' ? '(no name)' : name,
    detail,
    kind: kinds[kind],
    range: lspRange(document, range),
    selectionRange: lspRange(document, selectionRange),
    children: children.map((child) => toSymbol(document, child)),
  };
}
