import { stopwords } from '../../pubmed/index.ts';
import type { Loophole } from '../../rewards/index.ts';
import { injectionIn } from '../../rewriting/index.ts';

/** More words than these are a text of its own, and not a question; rankings use the rarest 500 at most. */
const mostWords = 512;
/** Rankings count a word twenty times at most. */
const mostRepeats = 20;

/** The words of a text, lower case, in their order. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Why a query is refused, and the loopholes that one is paid for. */
export interface JudgedQuestion {
  /** Undefined when it may be asked. */
  readonly problem: string | undefined;
  readonly loopholes: readonly Loophole[];
  readonly words: number;
}

/**
 * Judges a query that ranks.
 * @param original the question before it was rewritten, where it is known: what stood in it already is no fault of the rewrite
 * @param holdsKnowledge whether the query holds what it should find, and the question did not
 */
export function judgeQuestion(
  query: string,
  original: string | undefined,
  holdsKnowledge: boolean,
): JudgedQuestion {
  const words = wordsOf(query);
  const injection =
    original !== undefined && injectionIn(original) !== undefined ? undefined : injectionIn(query);
  const loopholes: Loophole[] = [];
  if (injection !== undefined) loopholes.push('injection');
  if (holdsKnowledge) loopholes.push('knowledge');
  if (words.length > mostWords || isRepeated(words)) loopholes.push('endless');
  return { problem: injection?.reason, loopholes, words: words.length };
}

function isRepeated(words: readonly string[]): boolean {
  if (words.length <= mostRepeats) return false;
  const counts = new Map<string, number>();
  // Words such as `the`, which any text has often, are no words to rankings.
  for (const word of words) if (!stopwords.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts.values()].some((count) => count > mostRepeats);
}
