import type { CitationIndex, CitationRecord } from '@querent/core/corpus';
import { stopwords } from '@querent/core/pubmed';
import { normalised } from '../similarText.ts';
import type { MadeTopic, MakingOptions } from './madeTopic.ts';
import { shuffled } from './random.ts';

/** A word that more than this share of the records have says little about any of them. */
const COMMONEST = 0.01;
/** A title needs so many telling words; the rarest ones are taken. */
const FEWEST_WORDS = 3;
const MOST_WORDS = 8;
/** A neighbour has words of the title that weigh so much of all of them, and two at least. */
const SHARED_WEIGHT = 0.5;
const SHARED_WORDS = 2;
const LONGEST_TITLE = 300;

/**
 * Topics from neighbourhoods: the title of a record is what is asked, and relevant are the other records whose title or abstract has most
 * of its rare words (weighed by inverse document frequency). This is no citation and no judgement: it says what is written alike.
 */
export async function* neighbourTopics(
  index: CitationIndex,
  records: readonly (CitationRecord | undefined)[],
  { relevant: [fewest, most], signal }: Pick<MakingOptions, 'relevant' | 'signal'>,
  random: () => number,
): AsyncGenerator<MadeTopic> {
  const postings = new Map<string, Uint32Array>();
  const docsOf = (word: string): Uint32Array => {
    const known = postings.get(word);
    if (known !== undefined) return known;
    const { docs } = index.postings('tiab', word);
    postings.set(word, docs);
    return docs;
  };
  const weights = new Float64Array(index.documentCount);
  const counts = new Uint8Array(index.documentCount);
  for (const [tried, doc] of shuffled([...records.keys()], random).entries()) {
    // Ctrl-C is only noticed where the event loop runs.
    if (tried % 500 === 499) await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
    const record = records[doc];
    const title = record?.title.replace(/^\[|\]?\.?$/g, '').trim() ?? '';
    if (record === undefined || title.length > LONGEST_TITLE) continue;
    const telling = [...new Set(normalised(title).split(' '))]
      .filter((word) => word.length > 2 && /\p{L}/u.test(word) && !stopwords.has(word))
      .map((word) => ({ word, docs: docsOf(word) }))
      .filter(({ docs }) => docs.length > 1 && docs.length <= Math.max(10, COMMONEST * index.documentCount))
      .sort((a, b) => a.docs.length - b.docs.length || (a.word < b.word ? -1 : 1))
      .slice(0, MOST_WORDS);
    if (telling.length < FEWEST_WORDS) continue;
    let all = 0;
    const touched: number[] = [];
    for (const { docs } of telling) {
      const weight = Math.log(index.documentCount / docs.length);
      all += weight;
      for (const each of docs) {
        if (counts[each] === 0) touched.push(each);
        counts[each] = (counts[each] ?? 0) + 1;
        weights[each] = (weights[each] ?? 0) + weight;
      }
    }
    const neighbours = touched.filter(
      (each) =>
        each !== doc && (weights[each] ?? 0) >= SHARED_WEIGHT * all && (counts[each] ?? 0) >= SHARED_WORDS,
    );
    for (const each of touched) [weights[each], counts[each]] = [0, 0];
    if (neighbours.length < fewest || neighbours.length > most) continue;
    yield {
      method: 'neighbours',
      key: record.id,
      title,
      docs: neighbours.sort((a, b) => a - b),
    };
  }
}
