import { spellingVariants } from '../mapping/index.ts';
import type { Descriptor } from '../mesh/index.ts';

/** Terms under one word that are compared with a heading. */
const MAXIMUM_LISTED = 50;

/** Plural endings off, so that `strokes` and `stroke` are one word; good enough to see whether a concept is expressed. */
function folded(word: string): string {
  if (word.endsWith('*')) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}

function wordsOf(term: string): string[] {
  return (term.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map(folded);
}

/** The forms of a text word or phrase that are compared with headings: both spellings, without plural endings; stars stay. */
export function comparableForms(words: readonly string[]): readonly (readonly string[])[] {
  const own = words.map(folded);
  const other = words.map((word) => folded(respell(word)));
  return other.some((word, i) => word !== own[i]) ? [own, other] : [own];
}

/** The text words of an OR group, to ask whether they express a heading. */
export class TextWordIndex {
  readonly #single = new Set<string>();
  readonly #stems = new Set<string>();
  #longestStem = 0;
  readonly #byWord = new Map<string, (readonly string[])[]>();
  readonly #truncated: (readonly string[])[] = [];

  /** Adds a text word or phrase in one of the forms that {@link comparableForms} gives. */
  add(words: readonly string[]): void {
    const [word = ''] = words;
    if (words.length > 1) {
      for (const one of words.some((w) => !w.endsWith('*')) ? words : []) {
        if (one.endsWith('*')) continue;
        const list = this.#byWord.get(one);
        if (list === undefined) this.#byWord.set(one, [words]);
        else if (list.length < MAXIMUM_LISTED) list.push(words);
      }
      if (words.every((w) => w.endsWith('*')) && this.#truncated.length < MAXIMUM_LISTED)
        this.#truncated.push(words);
    } else if (word.endsWith('*')) {
      this.#stems.add(word.slice(0, -1));
      this.#longestStem = Math.max(this.#longestStem, word.length - 1);
    } else this.#single.add(word);
  }

  /**
   * Whether a text word names the heading: it finds texts with the heading's name or one of its entry terms, or is such a term with more words around.
   */
  expresses({ name, entryTerms, permutedTerms }: Descriptor): boolean {
    return (
      this.#expresses(wordsOf(name)) ||
      entryTerms.some((term) => this.#expresses(wordsOf(term))) ||
      permutedTerms.some((term) => this.#expresses(wordsOf(term)))
    );
  }

  #expresses(term: readonly string[]): boolean {
    for (const word of term) {
      if (this.#single.has(word)) return true;
      for (let end = Math.min(word.length, this.#longestStem); end > 2; end--)
        if (this.#stems.has(word.slice(0, end))) return true;
    }
    const lists = [...term.map((word) => this.#byWord.get(word) ?? []), this.#truncated];
    for (const list of lists)
      for (const words of list) {
        if (words.every((pattern) => term.some((word) => findsWord(pattern, word)))) return true;
        if (term.every((word) => words.some((pattern) => findsWord(pattern, word)))) return true;
      }
    return false;
  }
}

/** Whether `pattern`, with or without a star at its end, finds the word `word`, which may be truncated itself. */
function findsWord(pattern: string, word: string): boolean {
  if (!pattern.endsWith('*')) return pattern === word;
  return word.startsWith(pattern.slice(0, -1));
}

const respelt = new Map<string, string>();

/** The other spelling of a word, British or American, or the word itself. */
function respell(word: string): string {
  const known = respelt.get(word);
  if (known !== undefined) return known;
  if (respelt.size > 20_000) respelt.clear();
  const star = word.endsWith('*') ? '*' : '';
  const [variant] = spellingVariants(star === '' ? word : word.slice(0, -1));
  const result = variant === undefined ? word : variant + star;
  respelt.set(word, result);
  return result;
}

/** The heading as authors write it: `type 2 diabetes mellitus` for `Diabetes Mellitus, Type 2`. */
export function naturalName({ name, entryTerms, permutedTerms }: Descriptor): string {
  const topic = name.replace(/ as Topic$/, '');
  if (!topic.includes(', ')) return topic;
  const key = [...wordsOf(topic)].sort().join(' ');
  const natural = [...entryTerms, ...permutedTerms].find(
    (term) => !term.includes(',') && [...wordsOf(term)].sort().join(' ') === key,
  );
  return natural ?? topic.split(', ').reverse().join(' ');
}
