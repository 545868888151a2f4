import { stopwords } from '../pubmed/index.ts';
import type { Clause } from './clause.ts';
import { join, lookUp } from './clause.ts';
import { findJournal } from './journals.ts';
import type { Subject } from './subjects.ts';
import { americanSpelling } from './spelling.ts';
import { findSubject, wordForms } from './subjects.ts';
import type { Certainty, MappingFacts, TranslationNote } from './translation.ts';
import { headingText, indexText, nameInAllFields } from './words.ts';

/** Most words that are looked up as one name. */
const LONGEST_NAME = 12;
/** `Smith JA`, `van der Berg A`: a name and up to three initials. */
const AUTHOR = /^\p{Lu}[\p{L}'’-]+(?: \p{L}[\p{L}'’-]+){0,2} \p{Lu}{1,3}$/u;

/** A translation before it is printed. */
export interface Draft {
  readonly clause: Clause | undefined;
  readonly notes: readonly TranslationNote[];
  readonly certainty: Certainty;
}

/**
 * Automatic term mapping of words without tag, quotes and star (User Guide, "How PubMed works"): the whole is looked up as a subject,
 * then as a journal, then as an author. What is not found is taken apart: the longest beginning that is a subject or a journal, then the
 * rest likewise; words that are neither are searched in all fields, stop words among them are dropped, and all is joined by AND.
 */
export function mapWords(text: string, facts: MappingFacts): Draft {
  const tokens = text
    .replace(/\*/g, ' ')
    .split(/\s+/)
    .filter((token) => indexText(token) !== '')
    .map((token): Token => ({ text: token, american: americanSpelling(token) }));
  const certainty = facts.thesaurus === undefined ? 'unknown' : 'likely';
  const whole = findName(tokens, facts) ?? findAuthor(tokens);
  if (whole !== undefined) return { clause: whole.clause, notes: withForms(tokens, whole), certainty };
  const parts: Clause[] = [];
  const notes: TranslationNote[] = [];
  const plain: string[] = [];
  const dropped: string[] = [];
  for (let at = 0; at < tokens.length;) {
    const [length, subject] = longestName(tokens, at, facts);
    if (subject !== undefined) {
      parts.push(subject.clause);
      notes.push(...subject.notes);
    } else {
      const token = tokens[at]?.text ?? '';
      if (stopwords.has(token.toLowerCase())) dropped.push(token);
      else {
        plain.push(token);
        parts.push(...words(token, facts));
      }
    }
    at += length;
  }
  // A search of stop words alone is searched as it is.
  if (parts.length === 0) for (const token of dropped.splice(0)) parts.push(...words(token, facts));
  return {
    clause: join('and', parts),
    notes: [...splitNote(tokens, notes, plain, facts), ...notes, ...stopNote(dropped)],
    certainty,
  };
}

/** A word as written, and in American spelling, which is worked out once. */
interface Token {
  readonly text: string;
  readonly american: string;
}

const PUNCTUATION_AROUND = /^[,;.]+|[,;.]+$/g;

function findName(tokens: readonly Token[], facts: MappingFacts): Subject | undefined {
  const [name, american] = [tokens.map(({ text }) => text), tokens.map((token) => token.american)].map(
    (words) => words.join(' ').replace(PUNCTUATION_AROUND, ''),
  ) as [string, string];
  if (tokens.length === 1 && stopwords.has(american)) return undefined;
  return findSubject(name, american, facts) ?? journal(name, facts);
}

function longestName(
  tokens: readonly Token[],
  at: number,
  facts: MappingFacts,
): [number, Subject | undefined] {
  for (let length = Math.min(LONGEST_NAME, tokens.length - at); length > 0; length--) {
    const subject = findName(tokens.slice(at, at + length), facts);
    if (subject !== undefined) return [length, subject];
  }
  return [1, undefined];
}

function journal(name: string, facts: MappingFacts): Subject | undefined {
  const abbreviation = findJournal(name, facts);
  if (abbreviation === undefined) return undefined;
  const clause = join('or', [lookUp(headingText(abbreviation), 'ta'), nameInAllFields(name)]);
  return (
    clause && {
      clause,
      notes: [{ kind: 'journal', message: `"${name}" is the journal ${abbreviation}, which is added.` }],
    }
  );
}

function findAuthor(tokens: readonly Token[]): Subject | undefined {
  const name = tokens.map(({ text }) => text).join(' ');
  if (!AUTHOR.test(name)) return undefined;
  return {
    clause: lookUp(indexText(name), 'au'),
    notes: [
      {
        kind: 'author',
        message: `"${name}" looks like an author's name. Only PubMed's author index can tell.`,
      },
    ],
  };
}

/** A word that is no name, with its other spelling. */
function words(token: string, { thesaurus }: MappingFacts): Clause[] {
  const clause = join('or', [lookUp(indexText(token), 'all'), ...wordForms(token, undefined, thesaurus)]);
  return clause === undefined ? [] : [clause];
}

/** PubMed adds what its index holds of a single word's forms; that cannot be known from MeSH. */
function withForms(tokens: readonly Token[], { notes }: Subject): TranslationNote[] {
  const only = tokens[0]?.text;
  const isWord = tokens.length === 1 && only !== undefined && /^\p{L}+$/u.test(only);
  if (!isWord || !notes.some(({ kind }) => kind === 'heading' || kind === 'entry-term' || kind === 'variant'))
    return [...notes];
  return [
    ...notes,
    {
      kind: 'word-forms',
      message: `PubMed also adds forms of "${only}" that occur in its records. Only PubMed knows them.`,
    },
  ];
}

function splitNote(
  tokens: readonly Token[],
  found: readonly TranslationNote[],
  plain: readonly string[],
  { thesaurus }: MappingFacts,
): TranslationNote[] {
  const notes: TranslationNote[] = [];
  if (tokens.length > 1 && (found.length > 0 || plain.length > 1))
    notes.push({ kind: 'split', message: 'The phrase is taken apart and its parts are joined by AND.' });
  if (plain.length > 0) {
    const list =
      plain
        .slice(0, 5)
        .map((word) => `"${word}"`)
        .join(', ') + (plain.length > 5 ? ' …' : '');
    const verb = plain.length === 1 ? 'is' : 'are';
    const known =
      thesaurus === undefined ? '' : plain.length === 1 ? ', being no MeSH term' : ', being no MeSH terms';
    notes.push({ kind: 'all-fields', message: `${list} ${verb} searched in all fields${known}.` });
  }
  return notes;
}

function stopNote(dropped: readonly string[]): TranslationNote[] {
  if (dropped.length === 0) return [];
  const list = [...new Set(dropped.map((word) => word.toLowerCase()))].join(', ');
  return [{ kind: 'stop-words', message: `Ignored as stop words: ${list}.` }];
}
