import type { Descriptor } from './descriptor.ts';
import { wordsOf } from './termIndex.ts';

/** `Type 2 Diabetes Mellitus` for `Diabetes Mellitus, Type 2`: an inverted term in the order of speech. Lists (`A, B, and C`) stay. */
export function naturalOrder(term: string): string {
  return /,\s+and\s/i.test(term) ? term : term.split(/,\s+/).reverse().join(' ');
}

/**
 * The name of a heading as authors write it: without `as Topic`, which only indexers say, and in the order of speech, by an entry term of
 * the same words where MeSH has one.
 */
export function naturalName({ name, entryTerms, permutedTerms }: Descriptor): string {
  const topic = name.replace(/ as Topic$/, '');
  if (!topic.includes(', ')) return topic;
  const key = sortedWords(topic);
  const natural = [...entryTerms, ...permutedTerms].find(
    (term) => !term.includes(',') && sortedWords(term) === key,
  );
  return natural ?? naturalOrder(topic);
}

function sortedWords(term: string): string {
  return wordsOf(term).sort().join(' ');
}
