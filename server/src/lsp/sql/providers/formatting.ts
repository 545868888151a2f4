import type { DocumentFormattingParams, TextEdit } from 'vscode-languageserver/node';
import { sqlFormatting } from '@querent/core/features';
import { lspEdits } from '../../services.ts';
import type { SqlProvider } from './index.ts';

/** Lays out all statements, as the editor indents. */
export const formattingProvider: SqlProvider = {
  request: 'textDocument/formatting',
  answer: (_services, document, { options }: DocumentFormattingParams): TextEdit[] =>
    lspEdits(document, sqlFormatting(document.parsed, undefined, options)),
};
