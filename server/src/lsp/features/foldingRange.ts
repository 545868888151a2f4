import { FoldingRangeKind, type FoldingRange } from 'vscode-languageserver/node';
import { foldingRanges } from '@querent/core/features';
import { lspRange, type Feature } from '../services.ts';

export const foldingRange: Feature = {
  register(services) {
    services.connection.onFoldingRanges(async (params, token) =>
      services.onDocument<FoldingRange[]>('textDocument/foldingRange', params, token, [], (document) =>
        foldingRanges(document.strategy).map((fold) => {
          const { start, end } = lspRange(document, fold);
          return {
            startLine: start.line,
            // A fold that ends at the start of a line does not cover that line.
            endLine: end.character === 0 && end.line > start.line ? end.line - 1 : end.line,
            ...(fold.kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
          };
        }),
      ),
    );
  },
  capabilities: () => ({ foldingRangeProvider: true }),
};
