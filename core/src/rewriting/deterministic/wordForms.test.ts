import { describe, expect, it } from 'vitest';
import { plurals, wordKey } from './wordForms.ts';

describe('word forms', () => {
  it.each([
    ['tumours', 'tumor'],
    ['haemorrhage', 'hemorrhages'],
    ['anaesthesia', 'anesthesia'],
    ['randomised', 'randomized'],
    ['paediatric', 'pediatric'],
    ['oesophageal', 'esophageal'],
    ['oestrogens', 'estrogen'],
    ['diarrhoea', 'diarrhea'],
    ['ischaemic', 'ischemic'],
    ['centre', 'centers'],
    ['labelled', 'labeled'],
    ['behavioural', 'behavioral'],
    ['analysed', 'analyzed'],
    ['sulphasalazine', 'sulfasalazine'],
    ['leucocytes', 'leukocyte'],
    ['biopsies', 'biopsy'],
    ['metastases', 'metastasis'],
    ['varices', 'varix'],
    ['women', 'woman'],
    ['churches', 'church'],
  ])('brings %s and %s together', (one, other) => expect(wordKey(one)).toBe(wordKey(other)));

  it.each([
    ['pets', 'pet'],
    ['diabetes', 'diabete'],
    ['exercise', 'exercize'],
    ['disease', 'diseaze'],
    ['aids', 'aid'],
    ['virus', 'viru'],
    ['sepsis', 'sepsi'],
    ['four', 'for'],
    ['precise', 'precize'],
    ['analysis', 'analysi'],
  ])('keeps %s and %s apart', (one, other) => expect(wordKey(one)).not.toBe(wordKey(other)));

  it('is its own key', () => {
    for (const word of ['tumours', 'randomisation', 'oedema', 'biopsies', 'x', '2019', 'β'])
      expect(wordKey(wordKey(word))).toBe(wordKey(word));
  });

  it.each([
    ['biopsy', 'biopsies'],
    ['metastasis', 'metastases'],
    ['virus', 'viruses'],
    ['child', 'childs'],
  ])('forms the plural of %s by rule', (word, plural) => expect(plurals(word)).toEqual([plural]));
});
