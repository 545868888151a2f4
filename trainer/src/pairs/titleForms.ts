import { fold } from '@querent/core/corpus';
import type { LocalEngine } from '@querent/core/connectors';
import { sha256 } from '@querent/core/prompting';
import { stopwords } from '@querent/core/pubmed';
import { isUnresolvable, resolveText } from '@querent/core/strategy';

/** One way to make a short query of a title. */
export interface TitleForm {
  readonly form: string;
  readonly query: string;
}

/** What is in a title and not what it is about; what joins its concepts. */
const joining = new Set(
  (
    'for in of with during and after before versus vs or on by to from the a an as at into among between using use effect effects role study ' +
    'studies trial trials randomized randomised controlled comparison evaluation analysis systematic review treatment patients results ' +
    'clinical novel associated against without within through via than that is are not their its case report cases experience management ' +
    'new how what does'
  ).split(' '),
);
/** A word that more than this share of the records has says nothing of a topic. */
const COMMONEST = 0.1;
const LONGEST = 150;
const MOST_WORDS = 3;
const MOST_SYNONYMS = 2;
const LONGEST_SYNONYM = 24;

/**
 * Short queries of the words of a title, without field tags: its two or three rarest concepts as phrases, with synonyms, or word by word, and its rarest
 * words joined by OR. Nothing but the words' counts is looked at, so they are of very different worth: a model that has learnt them all can learn from
 * rewards which pay.
 */
export function titleForms(title: string, { index, thesaurus }: LocalEngine): readonly TitleForm[] {
  const size = index.documentCount;
  const count = (word: string): number => index.postings('tiab', fold(word)).docs.length;
  const isTelling = (word: string): boolean => count(word) > 1 && count(word) < COMMONEST * size;
  const concepts = segments(title)
    .filter((words) => words.some(isTelling))
    .map((words) => ({
      phrase: words.join(' '),
      telling: words.filter(isTelling),
      rare: Math.min(...words.map((word) => count(word) || size)),
    }));
  const byRarity = [...concepts].sort((a, b) => a.rare - b.rare);
  const inOrder = (most: number): typeof concepts => {
    const kept = new Set(byRarity.slice(0, most));
    return concepts.filter((each) => kept.has(each));
  };
  const withSynonyms = (phrase: string): string => group([phrase, ...synonyms(phrase)]);
  const forms: TitleForm[] = [];
  const add = (form: string, ...parts: readonly string[]): void => {
    const query = parts.join(' AND ');
    if (query.length <= LONGEST && !forms.some((each) => each.query === query)) forms.push({ form, query });
  };
  const two = inOrder(2);
  if (two.length === 2) {
    add('phrases', ...two.map(({ phrase }) => phrase));
    add('synonyms', ...two.map(({ phrase }) => withSynonyms(phrase)));
    add('words', ...two.map(({ telling }) => group(telling)));
  }
  const three = inOrder(3);
  if (three.length === 3) {
    const [rarest, ...others] = byRarity.slice(0, 3);
    add('three', ...three.map(({ phrase }) => phrase));
    add('either', withSynonyms(rarest?.phrase ?? ''), group(others.map(({ phrase }) => phrase)));
  }
  const words = [...new Set(concepts.flatMap(({ telling }) => telling))].sort((a, b) => count(a) - count(b));
  if (words.length >= 2) add('two-rarest', words.slice(0, 2).join(' OR '));
  if (words.length >= 3) add('three-rarest', words.slice(0, 3).join(' OR '));
  if (words.length >= 4) add('rarest-with-others', group(words.slice(0, 2)), group(words.slice(2, 6)));
  const [first] = byRarity;
  if (first !== undefined) add('rarest', withSynonyms(first.phrase));
  return forms;

  function synonyms(phrase: string): readonly string[] {
    const found = thesaurus?.byTerm(phrase);
    if (found === undefined) return [];
    const rarest = (term: string): number => Math.min(...term.split(/[\s-]+/u).map(count));
    return [...new Set([found.name, ...found.entryTerms].map((term) => term.toLowerCase()))]
      .filter((term) => !term.includes(',') && term.length <= LONGEST_SYNONYM)
      .filter((term) => !term.includes(phrase) && !phrase.includes(term) && rarest(term) > 2)
      .sort((a, b) => rarest(b) - rarest(a))
      .slice(0, MOST_SYNONYMS);
  }
}

/**
 * One of the forms of a title that finds something within the budget; which one the seed and the id of the topic decide alone.
 * @param budget most records
 */
export async function titleQuery(
  title: string,
  engine: LocalEngine,
  { id, seed, budget }: { readonly id: string; readonly seed: number; readonly budget: number },
): Promise<TitleForm | undefined> {
  const fitting: TitleForm[] = [];
  for (const each of titleForms(title, engine)) {
    const resolved = resolveText(each.query);
    if (isUnresolvable(resolved)) continue;
    const { count } = await engine.count(resolved);
    if (count >= 1 && count <= budget) fitting.push(each);
  }
  const draw = Number.parseInt(sha256(JSON.stringify([seed, id, 'title form'])).slice(0, 8), 16);
  return fitting[draw % Math.max(1, fitting.length)];
}

/** The runs of words between those that join them, in lower case, the last few words of each. */
function segments(title: string): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const part of title.split(/\s+|(?<=[,;:.()/–—])/u)) {
    const word = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase();
    const isJoining = word.length < 2 || joining.has(word) || stopwords.has(word) || /^\d+$/u.test(word);
    if (!isJoining) runs.at(-1)?.push(word);
    if (isJoining || /[,;:.()]$/u.test(part)) runs.push([]);
  }
  return runs.filter((run) => run.length > 0).map((run) => run.slice(-MOST_WORDS));
}

function group(terms: readonly string[]): string {
  return terms.length > 1 ? `(${terms.join(' OR ')})` : (terms[0] ?? '');
}
