import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isUnresolvable, resolveText } from '../strategy/index.ts';
import { CitationIndex } from './citationIndex.ts';
import { evaluate } from './evaluate.ts';
import { citation } from './testing/records.ts';

const words = ['heart', 'lung', 'transplant', 'of', 'the', 'covid', '19'];
const joined = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', '-')), { minLength: 1, maxLength: 4 })
  .map((pairs) =>
    pairs
      .map(([word, join]) => word + join)
      .join('')
      .replace(/[ -]$/, ''),
  );
const term = fc
  .tuple(joined, fc.boolean(), fc.constantFrom('[ti]', '[tiab]', '[tiab:~2]', '[ot]', ''))
  .map(([text, quoted, tag]) => (quoted || tag.includes('~') ? `"${text}"` : text) + tag);
const queryText = fc
  .array(fc.tuple(term, fc.constantFrom(' AND ', ' OR ', ' NOT ')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([text, operator], i) => (i === 0 ? text : operator + text)).join(''));

it('what was asked before changes no answer', () => {
  const records = fc
    .array(fc.tuple(joined, joined, joined), { minLength: 3, maxLength: 12 })
    .map((texts) =>
      texts.map(([title, abstract, keyword], i) =>
        citation({ id: String(i + 1), title, abstract, keywords: [keyword] }),
      ),
    );
  fc.assert(
    fc.property(records, fc.array(queryText, { minLength: 2, maxLength: 12 }), (citations, texts) => {
      const shared = CitationIndex.build(citations);
      const answer = (index: CitationIndex, text: string): unknown => {
        const query = resolveText(text);
        if (isUnresolvable(query)) return query.problem;
        try {
          return [...evaluate(index, query).docs.toArray()];
        } catch (error) {
          return (error as Error).message;
        }
      };
      for (const text of [...texts, ...texts])
        expect([text, answer(shared, text)]).toEqual([text, answer(new CitationIndex(shared.parts), text)]);
    }),
    { numRuns: 200 },
  );
});
