import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import { sqlReferences } from '@querent/core/features';
import { lspRange, offsetOf } from '../../services.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** The places of a table or column in the document, of other names in their statement. */
export const referencesProvider: SqlProvider = {
  request: 'textDocument/references',
  async answer(services, document, { position, context }: ReferenceParams): Promise<Location[]> {
    const schema = await schemaSoon(services, document);
    const isWithDeclaration = context?.includeDeclaration ?? false;
    return sqlReferences(document.parsed, offsetOf(document, position), isWithDeclaration, schema).map(
      (range) => ({ uri: document.uri, range: lspRange(document, range) }),
    );
  },
};
