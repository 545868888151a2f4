import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A citation as it stands in a JSONL file. */
export interface Citation {
  readonly pmid: string;
  readonly title: string;
}

/** A topic as `dataset build` reads it. */
interface SmallTopic {
  readonly id: string;
  readonly title: string;
  readonly relevant_pmids: readonly string[];
}

/** What a model of some hundred thousand parameters can learn from in a minute: real citations, and questions of few different words. */
export interface SmallWorld {
  readonly topics: readonly SmallTopic[];
  /** Questions that are no topics, with any words of theirs as the query: they show the form of an answer and nothing of what is good. */
  readonly pairs: readonly { readonly title: string; readonly query: string }[];
}

/** Every so-manieth line of a gzipped JSONL file, as it stands there. */
export async function everyNth(file: string, n: number): Promise<string[]> {
  const lines: string[] = [];
  let at = 0;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) }))
    if (at++ % n === 0) lines.push(line);
  return lines;
}

const STOP = new Set(
  (
    'the of in and a for to with on by an from as at or is are its after during between among using versus vs study patients trial ' +
    'effect effects not'
  ).split(' '),
);

/**
 * Topics are titles cut down to words that many titles have; relevant are the other records that have three of them in their title.
 * @param fewest titles that a word must stand in
 */
export function smallWorld(
  citations: readonly Citation[],
  topicCount: number,
  pairCount: number,
  fewest = 60,
): SmallWorld {
  const random = generator(7);
  const titles = citations.map(({ title }) => wordsOf(title));
  const records = new Map<string, Set<number>>();
  titles.forEach((words, at) =>
    words.forEach((word) => records.set(word, (records.get(word) ?? new Set()).add(at))),
  );
  const known = new Map([...records].filter(([, of]) => of.size >= fewest));
  const topics: SmallTopic[] = [];
  const others: string[][] = [];
  const seen = new Set<string>();
  for (const at of shuffled([...titles.keys()], random)) {
    const words = (titles[at] ?? []).filter((word) => known.has(word)).slice(0, 6);
    const key = [...words].sort().join(' ');
    if (words.length < 4 || seen.has(key)) continue;
    seen.add(key);
    const relevant = together(words, known).filter((other) => other !== at);
    if (topics.length < topicCount && relevant.length >= 3 && relevant.length <= 60)
      topics.push({
        id: `small/${citations[at]?.pmid}`,
        title: words.join(' '),
        relevant_pmids: relevant.map((other) => citations[other]?.pmid ?? ''),
      });
    else others.push(words);
  }
  const pairs = Array.from({ length: pairCount }, () => {
    const words = shuffled(others[Math.floor(random() * others.length)] ?? [], random);
    const picked = words.filter((_, index) => index === 0 || random() < 0.45).slice(0, 4);
    // A space before every word: a word is then the same token as in the question.
    const query = picked.map((word) => ` ${word}[tiab]`).join(random() < 0.25 ? ' OR' : ' AND');
    return { title: words.join(' '), query: `(${query})` };
  });
  return { topics, pairs };
}

function wordsOf(title: string): string[] {
  return [...new Set(title.toLowerCase().match(/[a-z]{3,}/g) ?? [])].filter((word) => !STOP.has(word));
}

/** Records with at least three of the words. */
function together(words: readonly string[], records: ReadonlyMap<string, ReadonlySet<number>>): number[] {
  const counts = new Map<number, number>();
  for (const word of words)
    for (const at of records.get(word) ?? []) counts.set(at, (counts.get(at) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 3).map(([at]) => at);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
