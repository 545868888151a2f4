import type { CitationRecord } from '../record.ts';

/** A record with nothing in it but what is given. */
export function citation(facts: Partial<CitationRecord> & { readonly id: string }): CitationRecord {
  return {
    title: '',
    abstract: '',
    mesh: [],
    authors: [],
    affiliations: [],
    substances: [],
    publicationTypes: [],
    languages: [],
    keywords: [],
    ...facts,
  };
}

/** Invented citations that between them have every field and the awkward spellings. */
export const inventedRecords: readonly CitationRecord[] = [
  citation({
    id: '101',
    title: 'Desmopressin for COVID-19: a randomised, double-blind trial',
    abstract:
      'Quality of life improved. Patients with Alzheimer’s disease were excluded. The vitamin D3 level was low.',
    mesh: ['Humans', '*Deamino Arginine Vasopressin/therapeutic use', 'Hemorrhage/*prevention & control'],
    date: '2016-09-30',
    year: 2016,
    journal: 'The Lancet (London, England)',
    journalAbbreviation: 'Lancet',
    authors: ['Smith, John A.', 'Börsch, G', 'Van den Berg J'],
    affiliations: [
      'Department of Surgery, Royal Hospital, Leeds, UK',
      'Institute of Public Health, Hopkins School, Baltimore',
    ],
    substances: ['16679-58-6 (Deamino Arginine Vasopressin)', 'Hemostatics'],
    publicationTypes: ['Journal Article', 'Randomized Controlled Trial'],
    languages: ['eng'],
    keywords: ['blood loss', 'non-small-cell'],
    doi: '10.1000/ABC.1',
    volume: '388',
    issue: '10',
    pages: '1201-9',
  }),
  citation({
    id: '102',
    title: 'Quality-of-life in non-small-cell lung cancer',
    abstract:
      'We measured life quality of patients. Breast feeding was not studied; breast-fed infants were not either.',
    mesh: ['Lung Neoplasms/drug therapy/*psychology', 'Quality of Life', 'Humans'],
    date: '2016-08',
    journal: 'Cladistics : the international journal',
    authors: ['Smith J', 'Smithers JA', 'Jane Doe'],
    publicationTypes: ['Review'],
    languages: ['English', 'German'],
    doi: 'https://doi.org/10.1000/abc.2',
  }),
  citation({
    id: '103',
    title: 'Lung neoplasms and benzo(a)pyrene',
    abstract: 'Exposure to benzo[a]pyrene increases the risk of neoplasms in rats.',
    mesh: ['*Benzo(a)pyrene/adverse effects', 'Neoplasms', 'Animals'],
    year: 2015,
    authors: ['Ludwig van Beethoven', 'Li, X'],
    languages: ['ger'],
    publicationTypes: ['Clinical Trial'],
    volume: '12',
  }),
  citation({
    id: '104',
    title: 'Bleeding after surgery',
    abstract: '',
    year: 2010,
    authors: ['Smith JA Jr'],
    keywords: ['Surgery', 'aspirin'],
  }),
  citation({
    id: '105',
    title: 'Life: of quality',
    abstract: 'A randomized trial of aspirin in haemorrhage. Naïve Ångström µm.',
  }),
  citation({
    id: '106',
    title: 'Vaccination schedules in infants',
    abstract: 'Vaccine scheduling and the vaccinated schedule. WHO-QOL BREF was used. Pain and pain relief.',
    date: '2021-01-05',
    mesh: ['Vaccination', 'Infant'],
    languages: ['jpn'],
  }),
];
