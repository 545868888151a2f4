import type { SearchWarning } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { RankedIndex } from './rankedIndex.ts';
import { readQuestion } from './question.ts';
import { termOf, wordsOf } from './words.ts';

/** One word of a ranked query, as lunr's query API takes it. */
export interface RankedClause {
  /** A term of the index, see `termOf`. */
  readonly term: string;
  /** How often the word was given, at most {@link MOST_WEIGHT}: repeating a word weighs it more. */
  readonly weight: number;
  readonly presence: 'optional' | 'required' | 'excluded';
}

/** A question as it is asked of the index. */
export interface RankedQuery {
  readonly clauses: readonly RankedClause[];
  /** The words as they are searched for, `exercis fall^2 +older -children`. */
  readonly translation: string;
  readonly warnings: readonly SearchWarning[];
}

/** Words of a question that are used; of longer ones the rarest. It keeps scores whole numbers below 2^53 and answers quick. */
const MOST_TERMS = 500;
/** A word that is repeated more often counts no more. */
const MOST_WEIGHT = 20;
/** More words than these are not named in a message. */
const MOST_NAMED = 8;

/**
 * Makes clauses of a question, a bag of words or a Boolean query.
 * @throws SearchError `rejected` when no word is left to rank by.
 */
export function clausesOf(
  index: RankedIndex,
  question: string,
  require: readonly string[] = [],
  exclude: readonly string[] = [],
): RankedQuery {
  const read = readQuestion(question);
  const warnings: SearchWarning[] = [...read.warnings];
  const clauses = new Map<string, RankedClause>();
  /** A word as it was written, for messages. */
  const written = new Map<string, string>();
  const add = (text: string, presence: RankedClause['presence']): void => {
    for (const word of wordsOf(text)) {
      const term = termOf(word);
      if (term === '') continue;
      if (!written.has(term)) written.set(term, word);
      const known = clauses.get(term);
      clauses.set(term, {
        term,
        weight: Math.min((known?.weight ?? 0) + 1, MOST_WEIGHT),
        presence: presence === 'optional' ? (known?.presence ?? presence) : presence,
      });
    }
  };
  // Excluded last: a word that is asked for and excluded is excluded.
  for (const text of read.texts) add(text, 'optional');
  for (const text of require) add(text, 'required');
  for (const text of exclude) add(text, 'excluded');
  const wanted = [...clauses.values()].filter(({ presence }) => presence !== 'excluded');
  if (wanted.length === 0) throw nothingToRankBy(question, require, exclude);
  const unknown = wanted.filter(({ term }) => index.termNumber(term) < 0);
  if (unknown.length > 0)
    warnings.push({
      code: 'word-not-found',
      message: `${unknown.length === wanted.length ? 'No record has any of the words' : 'No record has'} ${named(unknown.map(({ term }) => written.get(term) ?? term))}.`,
    });
  const used = rarest(index, [...clauses.values()]);
  if (used.length < clauses.size)
    warnings.push({
      code: 'question-too-long',
      message: `The question has ${formatCount(clauses.size)} different words; the ${MOST_TERMS} rarest are used.`,
    });
  return { clauses: used, translation: used.map(show).join(' '), warnings };
}

/** All that are required or excluded, and of the others the rarest that some record has; in the order given. */
function rarest(index: RankedIndex, clauses: readonly RankedClause[]): readonly RankedClause[] {
  if (clauses.length <= MOST_TERMS) return clauses;
  const documents = (term: string): number => {
    const [start, end] = index.postings(index.termNumber(term));
    return end - start;
  };
  const rarity = ({ term, presence }: RankedClause): number =>
    presence === 'optional' ? documents(term) || Infinity : 0;
  const kept = new Set([...clauses].sort((a, b) => rarity(a) - rarity(b)).slice(0, MOST_TERMS));
  return clauses.filter((clause) => kept.has(clause));
}

function nothingToRankBy(
  question: string,
  require: readonly string[],
  exclude: readonly string[],
): SearchError {
  if (question.trim() === '' && require.length === 0 && exclude.length === 0)
    return new SearchError('rejected', 'The question is empty. Write what the records should be about.');
  return new SearchError(
    'rejected',
    exclude.length > 0
      ? 'Only words to exclude are left. Write what the records should be about, too.'
      : 'The question has only words that say nothing of the subject, such as “what”, “is” and “the”. Write what the records should be about.',
  );
}

function named(words: readonly string[]): string {
  const shown = words.slice(0, MOST_NAMED).map((word) => `“${word}”`);
  const more = words.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${formatCount(more)} more` : shown.join(', ');
}

function show({ term, weight, presence }: RankedClause): string {
  const sign = { optional: '', required: '+', excluded: '-' }[presence];
  return `${sign}${term}${weight > 1 ? `^${weight}` : ''}`;
}
