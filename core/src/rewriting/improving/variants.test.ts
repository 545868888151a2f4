import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { Vocabulary } from '../deterministic/vocabulary.ts';
import { wordKey } from '../deterministic/wordForms.ts';
import { abbreviationsOf, isAbbreviationOf, longFormsOf } from './abbreviations.ts';
import { truncationOf } from './truncation.ts';
import { misspellingsOf, rehyphenated, variantsOf } from './variants.ts';
import { wordSequences } from './wordSequences.ts';

let engine: LocalEngine;
let vocabulary: Vocabulary;
beforeAll(() => {
  const titles = [
    'Chronic obstructive pulmonary disease (COPD) and exercise',
    'Chronic obstructive pulmonary disease (COPD) at home',
    'COPD exacerbations',
    'Peritoneal dialysis (PD) and peritonitis',
    'Peritoneal dialysis (PD) at home',
    'Parkinson disease (PD) and gait',
    'Parkinson disease (PD) and falls',
    'Post-traumatic stress',
    'Posttraumatic stress in nurses',
    'Post traumatic growth',
    ...Array.from({ length: 30 }, (_, i) => `Hemorrhage and transfusion ${i}`),
    'Hemorrage and transfusion in trauma',
    'Hemorrage and transfusion in children',
    'Vaccination and vaccinated infants',
    'Vaccinated adults, vaccination schedules and vaccines',
    'Vaccines and vaccination in schools',
    'Vacation of nurses',
    'Vaccinated nurses',
    'Vaccines at home',
  ];
  engine = memoryEngine(titles.map((title, i) => citation({ id: String(i), title })));
  vocabulary = Vocabulary.of(engine.index);
});

const keys = (text: string): string[] => text.split(' ').map(wordKey);

it('reads texts back from the index in order', () => {
  expect(wordSequences(engine.index, [0]).get(0)).toEqual(
    'chronic obstructive pulmonary disease copd and exercise'.split(' '),
  );
  expect(wordSequences(engine.index, [7]).get(7)).toEqual(['post', 'traumatic', 'stress']);
});

describe('abbreviations', () => {
  it.each([
    ['copd', 'chronic obstructive pulmonary disease', true],
    ['ptsd', 'posttraumatic stress disorder', true],
    ['qol', 'quality of life', true],
    ['nsaid', 'nonsteroidal antiinflammatory drug', true],
    ['t2dm', 'type 2 diabetes mellitus', true],
    ['ppi', 'proton pump inhibitor', true],
    ['copd', 'compared with placebo', false],
    ['pd', 'peritoneal', false],
    ['uti', 'urinary infection', false],
    ['ms', 'of multiple sclerosis', false],
    ['', 'a b', false],
  ])('%s of %s: %s', (short, long, expected) => {
    expect(isAbbreviationOf(short, long.split(' '))).toBe(expected);
  });

  it('are found in the records, both ways', () => {
    expect(abbreviationsOf(keys('chronic obstructive pulmonary disease'), vocabulary)).toMatchObject([
      { short: 'copd', definitions: 2 },
    ]);
    expect(longFormsOf('copd', vocabulary)).toMatchObject([
      { long: 'chronic obstructive pulmonary disease', definitions: 2 },
    ]);
  });

  it('are left out where they are ambiguous, and for what no record defines', () => {
    expect(abbreviationsOf(keys('peritoneal dialysis'), vocabulary)).toEqual([]);
    expect(longFormsOf('pd', vocabulary)).toEqual([]);
    expect(abbreviationsOf(keys('posttraumatic stress'), vocabulary)).toEqual([]);
    expect(abbreviationsOf([], vocabulary)).toEqual([]);
    expect(longFormsOf('and', vocabulary)).toEqual([]);
  });
});

describe('truncation', () => {
  it('takes the words of one stem and not those of a syllable', () => {
    expect(truncationOf('vaccination', vocabulary)?.term).toBe('vaccin*[tiab]');
    expect(truncationOf('vaccination', vocabulary)?.words).toContain('vaccines');
    expect(truncationOf('vaccination', vocabulary)?.words).not.toContain('vacation');
  });

  it.each(['gait', 'zyxwvut', 'copd', 'falls', '', '12', 'a b'])('is none for %j', (word) => {
    expect(truncationOf(word, vocabulary)).toBeUndefined();
  });

  it('has to add within the context', () => {
    const nurses = engine.index.docsOfTerm('tiab', 'nurses');
    const infants = engine.index.docsOfTerm('tiab', 'infants');
    expect(truncationOf('vaccination', vocabulary, nurses)?.term).toBe('vaccinat*[tiab]');
    expect(truncationOf('vaccination', vocabulary, infants)).toBeUndefined();
  });
});

it('joins and parts words where the records do', () => {
  expect(rehyphenated(keys('post traumatic'), vocabulary)).toEqual([['posttraumatic[tiab]']]);
  expect(rehyphenated(keys('posttraumatic'), vocabulary)).toEqual([['"post traumatic"[tiab]']]);
  expect(rehyphenated(keys('exercise'), vocabulary)).toEqual([]);
});

it('knows how a word is misspelt', () => {
  expect(misspellingsOf('hemorrhage', vocabulary)).toEqual([]);
  const more = memoryEngine([
    ...Array.from({ length: 300 }, (_, i) => citation({ id: String(i), title: 'Hemorrhage' })),
    ...['a', 'b'].map((id) => citation({ id, title: 'Hemorrage' })),
  ]);
  expect(misspellingsOf('hemorrhage', Vocabulary.of(more.index))).toEqual(['hemorrage']);
});

it('has none for truncated terms, proximity and other fields', () => {
  const tag = { range: { start: 0, end: 0 }, text: '', noExplode: false, proximity: undefined };
  expect(variantsOf({ text: 'vaccin*', tag: { ...tag, field: 'tiab' } }, engine)).toEqual([]);
  expect(variantsOf({ text: 'vaccination', tag: { ...tag, field: 'ta' } }, engine)).toEqual([]);
  expect(
    variantsOf({ text: 'post traumatic', tag: { ...tag, field: 'tiab', proximity: 2 } }, engine),
  ).toEqual([]);
  const found = variantsOf({ text: 'vaccination', tag: { ...tag, field: 'ti' } }, engine);
  expect(found.map(({ terms }) => terms)).toContainEqual(['vaccin*[ti]']);
});
