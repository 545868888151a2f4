import type { DocumentRangeFormattingParams, TextEdit } from 'vscode-languageserver/node';
import { sqlFormatting } from '@querent/core/features';
import { lspEdits, offsetsOf } from '../../services.ts';
import type { SqlProvider } from './index.ts';

/** Lays out the statements that a range touches. */
export const rangeFormattingProvider: SqlProvider = {
  request: 'textDocument/rangeFormatting',
  answer: (_services, document, { range, options }: DocumentRangeFormattingParams): TextEdit[] =>
    lspEdits(document, sqlFormatting(document.parsed, offsetsOf(document, range), options)),
};
