import type { SelectionRange, SelectionRangeParams } from 'vscode-languageserver/node';
import { sqlSelectionRanges } from '@querent/core/features';
import { lspRange, offsetOf } from '../../services.ts';
import type { SqlProvider } from './index.ts';

/** What "Expand Selection" takes next: name, call, item, clause, subquery, statement, document. */
export const selectionRangeProvider: SqlProvider = {
  request: 'textDocument/selectionRange',
  answer: (_services, document, { positions }: SelectionRangeParams): SelectionRange[] =>
    positions.map((position) => {
      // From the widest inwards, since LSP links each range to the one around it. There is always one: the document.
      let around: SelectionRange | undefined;
      for (const range of sqlSelectionRanges(document.parsed, offsetOf(document, position)).toReversed())
        around = { range: lspRange(document, range), ...(around === undefined ? {} : { parent: around }) };
      return around ?? { range: { start: position, end: position } };
    }),
};
