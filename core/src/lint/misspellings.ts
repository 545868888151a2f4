import { pluralForms, spellingVariants } from '../mapping/index.ts';
import { perThesaurus } from '../mesh/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import { wordCounts } from './vocabulary.ts';

/** Shorter words have too many neighbours that are words, too. */
export const SHORTEST_MISSPELT = 8;
const LONGEST = 40;
/** Remembered answers; a strategy has some hundred words. */
const MAXIMUM_REMEMBERED = 10_000;
/** Terms of MeSH that have a word before another one counts as a misspelling of it. */
const FREQUENT = 15;
/** Words that are no mistakes, found among 60,000 abstracts. */
const WORDS = new Set(['deceased', 'inflection', 'inducting', 'infraction', 'heterogenous']);
/** Words whose neighbours are worked out between two slices. */
const SLICE = 300;
/** Inflections differ here, mistakes anywhere. */
const ENDING = 3;

/** Frequent words of MeSH by their texts with one letter left out, which finds all neighbours at edit distance 1 by look-ups. */
const neighbours = perThesaurus(function* (thesaurus) {
  const found = new Map<string, string[]>();
  let done = 0;
  for (const [word, count] of yield* wordCounts.prepare(thesaurus)) {
    if (count < FREQUENT || word.length < SHORTEST_MISSPELT) continue;
    for (const form of [word, ...shortened(word)]) {
      const known = found.get(form);
      if (known === undefined) found.set(form, [word]);
      else known.push(word);
    }
    if (++done % SLICE === 0) yield;
  }
  return found;
});

/** Makes what {@link misspelt} looks up in slices. */
export function* prepareMisspellings(thesaurus: Thesaurus): Generator<void> {
  yield* neighbours.prepare(thesaurus);
}

function* shortened(word: string): Generator<string> {
  for (let i = 0; i < word.length; i++) yield word.slice(0, i) + word.slice(i + 1);
}

/**
 * The frequent word of MeSH that `written` is most likely a misspelling of: one letter is missing, too many or swapped with its
 * neighbour, not in the ending, and MeSH does not have the word as written in any form. Undefined otherwise.
 */
export function misspelt(written: string, thesaurus: Thesaurus): string | undefined {
  if (written.length < SHORTEST_MISSPELT || written.length > LONGEST) return undefined;
  const word = written.toLowerCase();
  let known = remembered.get(thesaurus);
  if (known === undefined) remembered.set(thesaurus, (known = new Map<string, Answer>()));
  let answer = known.get(word);
  if (answer === undefined) {
    if (known.size >= MAXIMUM_REMEMBERED) known.clear();
    known.set(word, (answer = { right: rightOf(word, thesaurus) }));
  }
  return answer.right;
}

interface Answer {
  readonly right: string | undefined;
}

const remembered = new WeakMap<Thesaurus, Map<string, Answer>>();

function rightOf(word: string, thesaurus: Thesaurus): string | undefined {
  if (WORDS.has(word) || isKnown(word, thesaurus)) return undefined;
  const near = neighbours(thesaurus);
  for (const form of [word, ...shortened(word)])
    for (const candidate of near.get(form) ?? []) if (isSlip(word, candidate)) return candidate;
  return undefined;
}

function isKnown(word: string, thesaurus: Thesaurus): boolean {
  const counts = wordCounts(thesaurus);
  const forms = [word, ...pluralForms(word), ...spellingVariants(word)];
  return forms.some((form) => counts.has(form));
}

/** Whether one letter was left out, added or swapped before the ending. */
function isSlip(word: string, candidate: string): boolean {
  let from = 0;
  while (from < word.length && word[from] === candidate[from]) from++;
  let ends = 0;
  while (
    ends < Math.min(word.length, candidate.length) - from &&
    word[word.length - 1 - ends] === candidate[candidate.length - 1 - ends]
  )
    ends++;
  const [a, b] = [word.length - from - ends, candidate.length - from - ends];
  // The first letters are prefixes with a meaning of their own: hyper and hypo, inter and intra.
  if (from < 2 || ends < ENDING) return false;
  // Exchanged letters make too many other words: granting is no grafting.
  if (a + b === 1) return true;
  return a === 2 && b === 2 && word[from] === candidate[from + 1] && word[from + 1] === candidate[from];
}
