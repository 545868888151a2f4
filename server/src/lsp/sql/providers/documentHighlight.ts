import {
  DocumentHighlightKind,
  type DocumentHighlight,
  type DocumentHighlightParams,
} from 'vscode-languageserver/node';
import { sqlHighlights } from '@querent/core/features';
import { lspRange, offsetOf } from '../../services.ts';
import type { SqlProvider } from './index.ts';

const kinds = { read: DocumentHighlightKind.Read, write: DocumentHighlightKind.Write } as const;

/** The places of the name at the cursor. Asked at every move of it, so nothing is waited for. */
export const documentHighlightProvider: SqlProvider = {
  request: 'textDocument/documentHighlight',
  answer(services, document, { position }: DocumentHighlightParams): DocumentHighlight[] {
    const schema = services.sql.databases.schema(document);
    return sqlHighlights(document.parsed, offsetOf(document, position), schema).map(({ range, kind }) => ({
      range: lspRange(document, range),
      kind: kinds[kind],
    }));
  },
};
