import fc from 'fast-check';
import lunr from 'lunr';
import { expect, it } from 'vitest';
import type { CitationRecord } from '../../corpus/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { RankedClause } from './clauses.ts';
import { lunrScores } from './lunrScores.ts';
import { RankedIndexBuilder, textsOf } from './rankedBuilder.ts';
import type { RankedIndex } from './rankedIndex.ts';
import { BM25, FIELD } from './rankedIndex.ts';
import { termOf, wordsOf } from './words.ts';
import { atOnce } from './testing/atOnce.ts';

/** Several forms of a word, stop words, words in no record, words outside ASCII. */
const vocabulary = [
  'fall',
  'falls',
  'falling',
  'exercise',
  'exercises',
  'the',
  'of',
  'older',
  'people',
  'β',
  'Behçet',
  'vitamin',
  'D',
  '19', // prettier-ignore
];
const text = fc.array(fc.constantFrom(...vocabulary), { maxLength: 12 }).map((words) => words.join(' '));
const corpus = fc.array(fc.tuple(text, text, text, text), { minLength: 1, maxLength: 15 }).map((rows) =>
  rows.map(([title, abstract, keyword, heading], i) =>
    citation({
      id: String(500 + i),
      title,
      abstract,
      keywords: keyword === '' ? [] : [keyword],
      mesh: heading === '' ? [] : [heading],
    }),
  ),
);
const clauses = fc
  .uniqueArray(
    fc.record({
      term: fc.constantFrom(
        ...new Set(
          [...vocabulary, 'nowhere'].flatMap(wordsOf).map(termOf).filter(Boolean), // prettier-ignore
        ),
      ),
      weight: fc.integer({ min: 1, max: 3 }),
      presence: fc.constantFrom('optional', 'optional', 'required', 'excluded'),
    } satisfies { [K in keyof RankedClause]: fc.Arbitrary<RankedClause[K]> }),
    { selector: ({ term }) => term, minLength: 1, maxLength: 5 },
  )
  // A query of nothing but excluded words is refused before it gets here.
  .filter((all) => all.some(({ presence }) => presence !== 'excluded'));

/** lunr's own index of whole records. */
function lunrIndex(records: readonly CitationRecord[]): lunr.Index {
  const builder = new lunr.Builder();
  builder.tokenizer = ((text: string) =>
    wordsOf(text).map((word) => new lunr.Token(word, {}))) as unknown as typeof lunr.tokenizer;
  builder.pipeline.add(lunr.stopWordFilter, lunr.stemmer);
  builder.k1(BM25.k1);
  builder.b(BM25.b);
  builder.field(FIELD);
  records.forEach((record, doc) =>
    builder.add({
      id: String(doc),
      [FIELD]: textsOf(record)
        .flatMap(([text, weight]) => Array.from({ length: weight }, () => text))
        .join(' '),
    }),
  );
  return builder.build();
}

function ourIndex(records: readonly CitationRecord[]): RankedIndex {
  const builder = new RankedIndexBuilder();
  for (const record of records) builder.add(record.id, record);
  return atOnce(builder.finish());
}

const presences = {
  optional: lunr.Query.presence.OPTIONAL,
  required: lunr.Query.presence.REQUIRED,
  excluded: lunr.Query.presence.PROHIBITED,
};

it('finds the documents that lunr finds, with its scores, in its order', () => {
  fc.assert(
    fc.property(corpus, clauses, fc.integer({ min: 1, max: 16 }), (records, query, most) => {
      const expected = lunrIndex(records).query((all) => {
        for (const { term, weight, presence } of query)
          all.clause({ term, boost: weight, presence: presences[presence], usePipeline: false } as never);
      });
      const index = ourIndex(records);
      const { count, docs } = index.best(query, most, () => undefined);
      const scores = lunrScores(index, query, docs);
      expect(count).toBe(expected.length);
      expect(docs).toHaveLength(Math.min(most, count));
      const scoreOf = new Map(expected.map(({ ref, score }) => [Number(ref), score]));
      docs.forEach((doc, i) => expect(scores[i]).toBeCloseTo(scoreOf.get(doc) ?? -1, 9));
      const best = expected.map(({ score }) => score).slice(0, most);
      best.forEach((score, i) => expect(scores[i]).toBeCloseTo(score, 9));
    }),
    { numRuns: 400 },
  );
});

it('of equal documents the first comes first', () => {
  const records = [3, 1, 2].map((id) => citation({ id: String(id), title: 'Falls' }));
  const { docs } = ourIndex(records).best([{ term: 'fall', weight: 1, presence: 'optional' }], 2, () => undefined); // prettier-ignore
  expect([...docs]).toEqual([0, 1]);
});
