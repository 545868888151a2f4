import {
  SemanticTokensBuilder,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SemanticTokensEdit,
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
import { offsetsOf, type Feature, type Services } from '../services.ts';

/** Those of SQL behind those of searches; a type that both have stands once. */
const legend: readonly string[] = [...new Set<string>([...tokenTypes, ...sqlTokenTypes])];
const indexOf = new Map(legend.map((type, index) => [type, index]));
const none: SemanticTokens = { data: [] };

export const semanticTokens: Feature = {
  register(services) {
    const { semanticTokens: requests } = services.connection.languages;
    const sent = new SentTokens(services);
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

/** The tokens sent last, of every open document, so that after an edit only what changed crosses the wire. */
class SentTokens {
  readonly #services: Services;
  readonly #last = new Map<string, { readonly id: string; readonly data: readonly number[] }>();
  #count = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  full({ uri }: OpenDocument, data: number[]): SemanticTokens {
    for (const known of this.#last.keys())
      if (this.#services.documents.get(known) === undefined) this.#last.delete(known);
    const id = String(++this.#count);
    this.#last.set(uri, { id, data });
    return { resultId: id, data };
  }

  /** What changed since result `id`; everything when that is not the last one sent. */
  delta(document: OpenDocument, data: number[], id: string): SemanticTokens | SemanticTokensDelta {
    const before = this.#last.get(document.uri);
    const now = this.full(document, data);
    if (before?.id !== id) return now;
    return { resultId: now.resultId ?? '', edits: difference(before.data, data) };
  }
}

/** The one edit that makes `after` of `before`: what stands between their common beginning and their common end. */
function difference(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const deleteCount = before.length - start - end;
  const data = after.slice(start, after.length - end);
  return deleteCount === 0 && data.length === 0 ? [] : [{ start, deleteCount, data }];
}
