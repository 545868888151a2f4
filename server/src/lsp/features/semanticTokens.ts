import {
  SemanticTokensBuilder,
  type SemanticTokens,
  type SemanticTokensDelta,
} from 'vscode-languageserver/node';
import {
  semanticTokens as strategyTokens,
  sqlTokenTypes,
  tokenTypes,
  trialsTokens,
  type SemanticToken,
} from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import type { OpenText } from '../openText.ts';
import { SentTokens } from '../sentTokens.ts';
import { offsetsOf, type Feature } from '../services.ts';

/** Those of SQL behind those of searches; a type that both have stands once. */
const legend: readonly string[] = [...new Set<string>([...tokenTypes, ...sqlTokenTypes])];
const indexOf = new Map(legend.map((type, index) => [type, index]));
const none: SemanticTokens = { data: [] };

export const semanticTokens: Feature = {
  register(services) {
    const { semanticTokens: requests } = services.connection.languages;
    const sent = new SentTokens((uri) => services.documents.get(uri) !== undefined);
    requests.on(async (params, token) =>
      services.onDocument('textDocument/semanticTokens/full', params, token, none, (document) =>
        sent.full(document, encode(document, tokensOf(document)).data),
      ),
    );
    requests.onDelta(async (params, token) =>
      services.onDocument<SemanticTokens | SemanticTokensDelta>(
        'textDocument/semanticTokens/full/delta',
        params,
        token,
        none,
        (document) =>
          sent.delta(document, encode(document, tokensOf(document)).data, params.previousResultId),
      ),
    );
    requests.onRange(async (params, token) =>
      services.onDocument('textDocument/semanticTokens/range', params, token, none, (document) =>
        encode(document, tokensOf(document, offsetsOf(document, params.range))),
      ),
    );
  },
  capabilities: () => ({
    semanticTokensProvider: {
      legend: { tokenTypes: [...legend], tokenModifiers: [] },
      full: { delta: true },
      range: true,
    },
  }),
};

function tokensOf(
  { language, strategy }: OpenDocument,
  range?: ReturnType<typeof offsetsOf>,
): readonly SemanticToken[] {
  return language === 'ctgov' ? trialsTokens(strategy, range) : strategyTokens(strategy, range);
}

/** Tokens in LSP's numbers, in the order of the text. */
export function encode(
  document: OpenText,
  tokens: readonly { readonly start: number; readonly end: number; readonly type: string }[],
): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, type } of tokens) {
    const { line, character } = document.lines.positionAt(start);
    builder.push(line, character, end - start, indexOf.get(type) ?? 0, 0);
  }
  return { data: builder.build().data };
}
