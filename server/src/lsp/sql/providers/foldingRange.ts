import { FoldingRangeKind, type FoldingRange } from 'vscode-languageserver/node';
import { sqlFolds } from '@querent/core/features';
import { lspRange } from '../../services.ts';
import type { SqlProvider } from './index.ts';

/** Statements, common table expressions, subqueries, lists, CASE and comments. */
export const foldingRangeProvider: SqlProvider = {
  request: 'textDocument/foldingRange',
  answer: (_services, document): FoldingRange[] =>
    sqlFolds(document.parsed).map((fold) => {
      const { start, end } = lspRange(document, fold);
      return {
        startLine: start.line,
        endLine: end.line,
        ...(fold.kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
      };
    }),
};
