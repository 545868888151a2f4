import { fold } from '../../corpus/index.ts';
import { hasAnswer } from '../../metrics/index.ts';
import { stopwords } from '../../pubmed/index.ts';

/**
 * The answers that a query holds. Passages are judged by spans, word for word; a ranking sees neither the order of words nor their endings, so
 * `Curie Marie`, `curies marie` and `Márie ... Curie` bring the same passages as the answer itself and are the same here: every word of the
 * answer that says something is there, in any order and number. An answer of signs, or of words that say nothing, is looked for as a span.
 */
export function answersIn(query: string, answers: readonly string[]): readonly string[] {
  const held = new Set(stemsOf(query));
  return answers.filter((answer) => {
    const wanted = stemsOf(answer);
    return wanted.length === 0 ? hasAnswer(query, [answer]) : wanted.every((each) => held.has(each));
  });
}

function stemsOf(text: string): readonly string[] {
  const words = fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length > 1 && !stopwords.has(word)).map(stem);
}

/** What plurals and verbs leave of a word: the common endings, as long as three letters stay. */
function stem(word: string): string {
  return word.replace(/(?<=\p{L}{3})(?:ies|ied|ing|es|ed|s|e|y)$/u, '');
}
