import { readFileSync } from 'node:fs';
import { nodesOf, parseQuery } from '@querent/core/pubmed';
import type { Thesaurus } from '@querent/core/mesh';
import type { ScoreItem } from '@querent/core/tasks';
import { Random } from '../../fuzz/random.ts';
import { realStrategies, realThesaurus } from '../../report/realData.ts';

/** A topic, and the terms that somebody who writes queries for it may think of. */
interface TopicTerms {
  readonly relevant: readonly string[];
  readonly concepts: readonly (readonly string[])[];
  /** Words of its title and its PICO. */
  readonly words: readonly string[];
}

const fewestTerms = 3;
const mostTerms = 60;
/** Strategies whose terms a topic is lent: those that share most words with it. */
const strategiesEach = 5;
/** Relevant records whose titles lend phrases to a topic. */
const titlesEach = 100;
const stopWords = new Set(
  'the and for with without from that this were was are has have been their which who whom whose than then into onto over under between during after before about only also such other both each more most less least very including include included studies study trials trial review reviews participants people patients adults assess effects compared comparison versus using used use any all not but its our'.split(
    ' ',
  ),
);

/**
 * Completions as a model writes them while it learns: for each of the 32 real topics two to four blocks of terms, 3 to 60 of them, made of
 * the words and phrases of its title and PICO, of the titles of its relevant records, of the names and entry terms of MeSH headings that it
 * names, and of the terms of the real strategies nearest to it, with tags of different kinds; in front of the query some reasoning. One in
 * twelve is spoilt as models spoil them: no answer, broken JSON, a parenthesis that is never closed. All are different; the same seed
 * gives the same ones.
 *
 * @param titlesOf titles of records
 */
export function* completions(
  topicsFile: string,
  seed: number,
  titlesOf: (ids: readonly string[]) => readonly string[],
): Generator<ScoreItem> {
  const random = new Random(seed);
  const topics = topicTerms(topicsFile, titlesOf);
  const seen = new Set<string>();
  for (let n = 0; ; n++) {
    const topic = random.pick(topics);
    const completion = completed(topic, random);
    if (seen.has(completion)) continue;
    seen.add(completion);
    yield { id: `${seed}-${n}`, task: 'publication', completion, target: { relevant: topic.relevant } };
  }
}

/** How many terms a query has: small numbers more often than large ones. */
function termCount(random: Random): number {
  return Math.round(fewestTerms * (mostTerms / fewestTerms) ** random.next());
}

function completed(topic: TopicTerms, random: Random): string {
  const query = spoilt(blocks(topic, random), random);
  const reasoning = Array.from({ length: 20 + random.below(100) }, () => random.pick(topic.words)).join(' ');
  const completion = `<think>${reasoning}</think>\n<answer>${JSON.stringify({ query })}</answer>`;
  switch (random.below(36)) {
    case 0:
      return reasoning;
    case 1:
      return completion.slice(0, -12);
    default:
      return completion;
  }
}

function spoilt(query: string, random: Random): string {
  return random.below(36) === 0 ? query.replace(/\)(?=[^)]*$)/u, '') : query;
}

function blocks({ concepts }: TopicTerms, random: Random): string {
  const terms = termCount(random);
  const count = Math.min(2 + random.below(3), concepts.length, Math.ceil(terms / 2));
  const chosen = new Set<readonly string[]>();
  while (chosen.size < count) chosen.add(random.pick(concepts));
  return [...chosen]
    .map((concept) => {
      const block = new Set<string>();
      const wanted = Math.min(Math.ceil(terms / count), concept.length);
      while (block.size < wanted) block.add(random.pick(concept));
      return `(${[...block].map((term) => tagged(term, random)).join(' OR ')})`;
    })
    .join(' AND ');
}

function tagged(term: string, random: Random): string {
  if (term.includes('[')) return term;
  const written = term.includes(' ') ? `"${term}"` : term;
  const truncated = !term.includes(' ') && term.length > 6 && random.below(4) === 0;
  if (truncated) return `${term.slice(0, -2)}*[tiab]`;
  return `${written}${random.pick(['[tiab]', '[tiab]', '[Title/Abstract]', '[tw]', '[ti]', ''])}`;
}

function topicTerms(
  file: string,
  titlesOf: (ids: readonly string[]) => readonly string[],
): readonly TopicTerms[] {
  const thesaurus = realThesaurus();
  const strategies = realStrategies().map(({ query }) => ({
    words: new Set(wordsOf(query)),
    terms: strategyTerms(query),
  }));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): TopicTerms => {
      const row = JSON.parse(line) as Row;
      const texts = [row.title, ...Object.values(row.pico ?? {})].filter((text) => typeof text === 'string');
      const words = [...new Set(texts.flatMap(wordsOf))];
      const nearest = strategies
        .map(({ words: others, terms }) => ({
          terms,
          shared: words.filter((word) => others.has(word)).length,
        }))
        .sort((a, b) => b.shared - a.shared)
        .slice(0, strategiesEach)
        .map(({ terms }) => terms);
      const titles = titlesOf(row.relevant_pmids.slice(0, titlesEach)).flatMap(phrasesOf);
      const concepts = [
        ...texts.map((text) => [...wordsOf(text), ...phrasesOf(text)]),
        ...headings(wordsOf(row.title), texts.flatMap(phrasesOf), thesaurus),
        ...Array.from({ length: Math.ceil(titles.length / 50) }, (_, i) => titles.slice(50 * i, 50 * i + 50)),
        ...nearest,
      ];
      return {
        relevant: row.relevant_pmids,
        words,
        concepts: concepts.map((terms) => [...new Set(terms)]).filter((terms) => terms.length >= 3),
      };
    });
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly pico?: Readonly<Record<string, unknown>>;
  readonly relevant_pmids: readonly string[];
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z][a-z-]{2,}/gu) ?? []).filter((word) => !stopWords.has(word));
}

/** Two words side by side that are no stop words. */
function phrasesOf(text: string): string[] {
  // A look-ahead, so that each word may end one phrase and begin the next.
  return [...text.toLowerCase().matchAll(/\b(?=([a-z][a-z-]{2,} [a-z][a-z-]{2,})\b)/gu)]
    .map(([, phrase = '']) => phrase)
    .filter((phrase) => phrase.split(' ').every((word) => !stopWords.has(word)));
}

/** For each heading that the words or phrases name: itself, and its entry terms. */
function headings(
  words: readonly string[],
  phrases: readonly string[],
  thesaurus: Thesaurus | undefined,
): string[][] {
  const found = [...phrases, ...words].flatMap((term) => thesaurus?.byTerm(term) ?? []);
  return [...new Set(found)].map(({ name, entryTerms }) => [
    `"${name}"[mh]`,
    name.toLowerCase().replaceAll(',', ''),
    ...entryTerms.map((term) => term.toLowerCase().replaceAll(',', '')),
  ]);
}

/** The text terms of a strategy. */
function strategyTerms(query: string): string[] {
  const { root } = parseQuery(query);
  if (root === undefined) return [];
  return nodesOf(root).flatMap((node) =>
    node.kind === 'term' && /^[a-z0-9][a-z0-9 -]{2,40}$/iu.test(node.text.trim())
      ? [node.text.trim().toLowerCase()]
      : [],
  );
}
