import { SemanticTokensBuilder, type SemanticTokens } from 'vscode-languageserver/node';
import { semanticTokens as tokensOf, tokenTypes, type SemanticToken } from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import { offsetsOf, type Feature } from '../services.ts';

const indexOf = new Map(tokenTypes.map((type, index) => [type, index]));
const none: SemanticTokens = { data: [] };

export const semanticTokens: Feature = {
  register(services) {
    const { semanticTokens: requests } = services.connection.languages;
    requests.on(async (params, token) =>
      services.onDocument('textDocument/semanticTokens/full', params, token, none, (document) =>
        encode(document, tokensOf(document.strategy)),
      ),
    );
    requests.onRange(async (params, token) =>
      services.onDocument('textDocument/semanticTokens/range', params, token, none, (document) =>
        encode(document, tokensOf(document.strategy, offsetsOf(document, params.range))),
      ),
    );
  },
  capabilities: () => ({
    semanticTokensProvider: {
      legend: { tokenTypes: [...tokenTypes], tokenModifiers: [] },
      full: true,
      range: true,
    },
  }),
};

function encode(document: OpenDocument, tokens: readonly SemanticToken[]): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, type } of tokens) {
    const { line, character } = document.lines.positionAt(start);
    builder.push(line, character, end - start, indexOf.get(type) ?? 0, 0);
  }
  // Without a result id: deltas are not offered, the whole is small.
  return { data: builder.build().data };
}
