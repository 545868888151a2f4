import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pluralForms } from './plural.ts';
import { americanSpelling, spellingVariants } from './spelling.ts';

/** British and American, in both directions. */
const PAIRS = `
tumour tumor|oedema edema|papilloedema papilledema|oesophagus esophagus|gastro-oesophageal gastroesophageal|haemorrhage hemorrhage
haemodialysed hemodialyzed|analysed analyzed|randomised randomized|behaviour behavior|colour color|centre center|programme program
foetal fetal|diarrhoea diarrhea|apnoea apnea|orthopaedic orthopedic|paediatric pediatric|caesarean cesarean|paralysed paralyzed
anaemic anemic|fibre fiber|leukaemia leukemia|leucocyte leukocyte|gynaecology gynecology|ageing aging|manoeuvre maneuver
signalling signaling|aetiology etiology|sulphate sulfate|coeliac celiac|paraesthesia paresthesia|catheterisation catheterization
analogue analog|aluminium aluminum|haemophilia hemophilia|oestradiol estradiol|hospitalisations hospitalizations|goitre goiter
uraemic uremic|faecal fecal|haem heme|multicentre multicenter|chest-tumour chest-tumor|labelled labeled|counsellor counselor
`;
const pairs = PAIRS.trim()
  .split(/[|\n]/)
  .map((row): [string, string] => row.split(' ') as [string, string]);

describe('spelling', () => {
  it.each(pairs)('knows %s and %s', (british, american) => {
    expect(spellingVariants(british)).toEqual([american]);
    expect(spellingVariants(american)).toEqual([british]);
  });

  it.each(
    `colorectal laboratory diameter restriction mesophilic sequestration imaging exercise analyses analysis epidemic academic measurement
     mathematics schematic chemoperfusion chemostat erythematosus metapneumovirus haemophilus faecalis gonorrhoeae forest size wise humoral vaporware check tire`.split(
      /\s+/,
    ),
  )('leaves %s alone', (word) => expect(spellingVariants(word)).toEqual([]));

  it('takes single words in any case, and nothing else', () => {
    expect(spellingVariants(' Tumour ')).toEqual(['tumor']);
    expect(spellingVariants('brain tumour')).toEqual([]);
    expect(spellingVariants('')).toEqual([]);
    expect(americanSpelling('Oesophageal Tumours, foetal')).toBe('esophageal tumors, fetal');
  });

  it('never throws, and never gives the word itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        expect(spellingVariants(word)).not.toContain(word.trim().toLowerCase());
        pluralForms(word);
      }),
    );
  });
});

describe('plural', () => {
  it.each([
    ['cancer', 'cancers'],
    ['diagnosis', 'diagnoses'],
    ['child', 'children'],
    ['study', 'studies'],
    ['virus', 'viruses'],
    ['hypothesis', 'hypotheses'],
    ['tooth', 'teeth'],
    ['index', 'indices'],
    ['process', 'processes'],
    ['disease', 'diseases'],
    ['box', 'boxes'],
    ['bacterium', 'bacteria'],
    ['prosthesis', 'prostheses'],
    ['phase', 'phases'],
    ['database', 'databases'],
    ['stenosis', 'stenoses'],
    ['mycosis', 'mycoses'],
    ['dose', 'doses'],
    ['hexose', 'hexoses'],
    ['mongoose', 'mongooses'],
    ['cause', 'causes'],
    ['excuse', 'excuses'],
    ['sinus', 'sinuses'],
    ['gas', 'gases'],
    ['bias', 'biases'],
    ['lens', 'lenses'],
    ['pancreas', 'pancreases'],
  ])('%s and %s', (one, many) => {
    expect(pluralForms(one)).toEqual([many]);
    expect(pluralForms(many)).toEqual([one]);
  });

  it.each(['diabetes', 'arthritis', 'genetics', 'series', 'menses', 'a', '12', 'two words'])(
    '%s has none',
    (word) => expect(pluralForms(word)).toEqual([]),
  );
});
