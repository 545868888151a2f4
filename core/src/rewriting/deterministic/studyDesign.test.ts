import { expect, it } from 'vitest';
import { CitationIndex } from '../../corpus/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { studyDesigns } from './studyDesign.ts';
import { Vocabulary } from './vocabulary.ts';

const texts = [
  'A randomized trial of exercise',
  'A placebo-controlled study of vitamin D',
  'Sensitivity and specificity of ultrasound',
  'Accuracy of a blood test',
  'Exercise in rats',
  'Running wheels and mice',
  'A systematic review of methods',
  'Exercise in women: a case report',
  'Exercise at home',
  'Exercise in water',
];
const vocabulary = Vocabulary.of(
  CitationIndex.build(texts.map((title, i) => citation({ id: String(i + 1), title }))),
);

function kinds(title: string, head: readonly number[]): readonly string[] {
  return studyDesigns({ title, details: '' }, head, vocabulary, undefined).map(({ feature }) => feature.name);
}

it('asks for trials where the topic is what is done for people, and the records bear it out', () => {
  expect(kinds('Exercise therapy for falls', [0, 1, 8])).toContain('controlled trials');
  expect(kinds('Exercise therapy for falls', [8, 9, 7, 8, 9])).not.toContain('controlled trials');
  expect(kinds('Prevalence of falls among people in therapy', [0, 1, 8])).not.toContain('controlled trials');
});

it('asks for diagnostic accuracy where the topic is a test', () => {
  expect(kinds('Ultrasound for the diagnosis of tears', [2, 3, 8])).toContain('diagnostic accuracy');
  expect(kinds('Ultrasound for the diagnosis of tears', [2, 3, 8])).not.toContain('controlled trials');
});

it('does not hold animals or reviews against records of a topic that is about them', () => {
  expect(kinds('Exercise therapy', [0, 1, 8, 9])).toEqual(
    expect.arrayContaining(['animals', 'reviews', 'case reports']),
  );
  expect(kinds('Exercise in rodents', [4, 5, 8])).not.toContain('animals');
  expect(kinds('Rigour of systematic reviews', [6, 6, 8])).not.toContain('reviews');
});

it('writes its words as search terms, phrases in quotes', () => {
  const [accuracy] = studyDesigns(
    { title: 'A test for tears', details: '' },
    [2, 3],
    vocabulary,
    undefined,
  ).slice(-1);
  expect(accuracy?.feature.terms).toEqual(
    expect.arrayContaining(['sensitivity[tiab]', '"predictive value*"[tiab]', 'diagnos*[ti]']),
  );
  expect([...(accuracy?.feature.docs.toArray() ?? [])]).toEqual([2, 3]);
});
