/**
 * Hits by answer span, as evidence seeking is judged: a passage counts when it contains one of the known answers, word for word.
 * The rules are those of DPR (Karpukhin et al., EMNLP 2020; `has_answer` and `SimpleTokenizer`), which Pyserini's
 * `evaluate_dpr_retrieval` repeats: canonical decomposition (NFD), tokens, lower case, and the tokens of the answer in a row.
 */

/** A run of letters, digits and marks, or any other single character that is neither white space nor a control character. */
const token = /[\p{L}\p{N}\p{M}]+|[^\p{Z}\p{C}]/gu;

/**
 * The tokens that spans are compared by, each between two marks, so that tokens in a row are one piece of text. Punctuation is a token:
 * `H.I.V.` is six, and `HIV` is not among them. Empty for a text without any.
 */
function spanOf(text: string): string {
  const tokens =
    text
      .normalize('NFD')
      .match(token)
      ?.map((each) => each.toLowerCase()) ?? [];
  return tokens.length === 0 ? '' : `${mark}${tokens.join(mark)}${mark}`;
}

/** In no token. */
const mark = '\u0001';

/** An answer without any token is in no text: the reference's code finds it in every one. */
function spansOf(answers: readonly string[]): readonly string[] {
  return answers.map(spanOf).filter((span) => span !== '');
}

function holds(text: string, spans: readonly string[]): boolean {
  const whole = spanOf(text);
  return spans.some((span) => whole.includes(span));
}

/** Whether `text` contains one of `answers`. */
export function hasAnswer(text: string, answers: readonly string[]): boolean {
  return holds(text, spansOf(answers));
}

/** Rank (from 1) of the first of `texts`, best first, that contains one of `answers`; undefined when none does. */
export function answerRank(texts: readonly string[], answers: readonly string[]): number | undefined {
  const spans = spansOf(answers);
  const at = texts.findIndex((text) => holds(text, spans));
  return at < 0 ? undefined : at + 1;
}

/**
 * Hits@k by answer span: 1 when one of the first `k` texts contains an answer, else 0. The mean over questions is the "top-k accuracy" of
 * DPR. Undefined when no answer has a token, since then nothing could be found.
 */
export function answerSpanHit(
  texts: readonly string[],
  answers: readonly string[],
  k: number,
): 0 | 1 | undefined {
  if (spansOf(answers).length === 0) return undefined;
  return answerRank(texts.slice(0, Math.max(0, k)), answers) === undefined ? 0 : 1;
}
