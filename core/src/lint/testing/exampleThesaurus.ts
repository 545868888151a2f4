import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadThesaurus } from '../../mesh/index.ts';
import type { DescriptorJson, Thesaurus } from '../../mesh/index.ts';

const samples = join(import.meta.dirname, '../../../../samples/thesaurus.jsonl');

/** More narrower headings than a heading has that is told to be large. */
const MANY = 150;
/** As many terms as a word must have to be one that others may be misspellings of. */
const FREQUENT = 20;

/** Headings that the samples do not have, for the examples of docs/rules: names as in MeSH, all other facts invented. */
const more: readonly DescriptorJson[] = [
  {
    ui: 'X900001',
    name: 'Neoplasms',
    entry: ['Tumors', 'Cancer'],
    tree: ['C04'],
    subheadings: ['DT', 'SU', 'TH'],
  },
  { ui: 'X900002', name: 'Lung Neoplasms', entry: ['Lung Cancer'], tree: ['C04.588'] },
  { ui: 'X900003', name: 'Cardiovascular Diseases', tree: ['C14'] },
  { ui: 'X900004', name: 'Breast Feeding', entry: ['Breastfeeding', 'Breastfed'], tree: ['G07.203'] },
  { ui: 'X900005', name: 'Randomized Controlled Trial', tree: ['V03.175'] },
  { ui: 'X900006', name: 'Randomized Controlled Trials as Topic', tree: ['E05.318'] },
  { ui: 'X900007', name: 'Infant, Newborn', entry: ['Newborn'], tree: ['M01.060.703'] },
  { ui: 'X900008', name: 'Telerehabilitation', tree: ['E02.831'], established: '2018-01-01' },
  { ui: 'X900009', name: 'Intellectual Disability', tree: ['C10.597'], previous: ['Mental Retardation'] },
  { ui: 'X900010', name: 'Child', entry: ['Children'], tree: ['M01.060.406'] },
  { ui: 'X900011', name: 'Animals', tree: ['B01.050'] },
  { ui: 'X900012', name: 'Female' },
  { ui: 'X900013', name: 'Wounds and Injuries', entry: ['Injuries'], tree: ['C26'] },
  { ui: 'X900014', name: 'Nurses', entry: ['Nurse'], tree: ['M01.526.485.650'] },
  ...Array.from({ length: MANY }, (_, i) => ({
    ui: `X91${i}`,
    name: `Cardiovascular Disease ${i + 1}`,
    tree: [`C14.${1000 + i}`],
  })),
  ...Array.from({ length: FREQUENT }, (_, i) => ({
    ui: `X92${i}`,
    name: `Laparoscopic Procedure ${i + 1}`,
    tree: [`E04.${100 + i}`],
  })),
];

/** A small MeSH that the examples of docs/rules speak of: the samples, and some headings more. */
export function exampleThesaurus(): Thesaurus {
  return loadThesaurus([...readFileSync(samples, 'utf8').trim().split('\n'), ...more]);
}
