import { expect, it } from 'vitest';
import { DocSet } from '../../corpus/index.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import { isConceptual } from './conceptual.ts';
import type { Feature } from './feature.ts';

const thesaurus = loadThesaurus([
  { ui: 'D1', name: 'Double-Blind Method', tree: ['E05.318.370.300', 'N05.715.360.330.240'] },
  { ui: 'D2', name: 'Male' },
  { ui: 'D3', name: 'Stroke', tree: ['C10.228.140.300.775'] },
]);

it.each([
  ['heading', 'Stroke', true],
  ['heading', 'Male', false],
  ['heading', 'Double-Blind Method', false],
  ['word', 'accuracy', false],
  ['word', 'diseases', false],
  ['word', 'stroke', true],
  ['phrase', 'predictive values', false],
  ['phrase', 'liver disease', true],
  ['design', 'controlled trials', false],
  ['concept', 'Double-Blind Method', true],
] as const)('%s %s: %s', (kind, name, expected) => {
  const feature: Feature = {
    kind,
    name,
    source: kind === 'concept' ? 'topic' : 'feedback',
    terms: [],
    docs: new DocSet(1),
    count: 1,
  };
  expect(isConceptual(feature, thesaurus)).toBe(expected);
});
