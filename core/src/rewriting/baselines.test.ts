import { expect, it } from 'vitest';
import { memoryEngine } from '../connectors/index.ts';
import { citation } from '../corpus/testing/records.ts';
import { parseQuery } from '../pubmed/index.ts';
import { rarestWordsQuery, titleWordsQuery } from './baselines.ts';

const title = 'Angiography or resonance, and not surgery, for the aneurysm: a systematic review';

it('the words of a title are a query without errors: operators in it are no words', () => {
  const query = titleWordsQuery(title) ?? '';
  expect(query).toBe('angiography[tiab] AND resonance[tiab] AND surgery[tiab] AND aneurysm[tiab]');
  expect(parseQuery(query).problems).toEqual([]);
  expect(titleWordsQuery('or')).toBeUndefined();
});

it('the rarest words are those that the library has', () => {
  const { index } = memoryEngine(
    ['Surgery or not', 'Surgery and angiography', 'Angiography of an aneurysm', 'Surgery'].map((text, i) =>
      citation({ id: String(i + 1), title: text }),
    ),
  );
  expect(rarestWordsQuery(title, index)).toBe('aneurysm[tiab] OR angiography[tiab] OR surgery[tiab]');
  expect(rarestWordsQuery('Something else', index)).toBeUndefined();
});
