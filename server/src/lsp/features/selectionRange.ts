import type { SelectionRange } from 'vscode-languageserver/node';
import { selectionRanges } from '@querent/core/features';
import { lspRange, offsetOf, type Feature } from '../services.ts';

/** What "Expand Selection" takes next: term, group, query, line, document. */
export const selectionRange: Feature = {
  register(services) {
    services.connection.onSelectionRanges(async (params, token) =>
      services.onDocument<SelectionRange[]>('textDocument/selectionRange', params, token, [], (document) =>
        params.positions.map((position) => {
          // From the widest inwards, since LSP links each range to the one around it. There is always one: the document.
          let around: SelectionRange | undefined;
          for (const range of selectionRanges(document.strategy, offsetOf(document, position)).toReversed())
            around = {
              range: lspRange(document, range),
              ...(around === undefined ? {} : { parent: around }),
            };
          return around ?? { range: { start: position, end: position } };
        }),
      ),
    );
  },
  capabilities: () => ({ selectionRangeProvider: true }),
};
