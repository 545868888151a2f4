import type { SemanticTokens, SemanticTokensDelta, SemanticTokensEdit } from 'vscode-languageserver/node';

/** The semantic tokens sent last, of every open document, so that after an edit only what changed crosses the wire. */
export class SentTokens {
  readonly #isOpen: (uri: string) => boolean;
  readonly #last = new Map<string, { readonly id: string; readonly data: readonly number[] }>();
  #count = 0;

  /** @param isOpen whether a document is still open: tokens of others are forgotten */
  constructor(isOpen: (uri: string) => boolean) {
    this.#isOpen = isOpen;
  }

  full({ uri }: { readonly uri: string }, data: number[]): SemanticTokens {
    for (const known of this.#last.keys()) if (!this.#isOpen(known)) this.#last.delete(known);
    const id = String(++this.#count);
    this.#last.set(uri, { id, data });
    return { resultId: id, data };
  }

  /** What changed since result `id`; everything when that is not the last one sent. */
  delta(
    document: { readonly uri: string },
    data: number[],
    id: string,
  ): SemanticTokens | SemanticTokensDelta {
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
