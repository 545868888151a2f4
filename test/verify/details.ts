import type { CitationDetails, CitationRecord } from '@querent/core/corpus';
import type { Random } from '../fuzz/random.ts';

/** Values that the inventions draw from; queries draw from them, too, through the records. */
const LAST =
  'Smith|Müller-Lüdenscheidt|van den Berg|O’Neill|Li|Ångström|García Lorca|D’Arcy|Nguyen|Özil'.split('|');
const FIRST = 'John A|Mary|Jean-Luc|X|Ana María|Karl Heinz|Zoë'.split('|');
const GROUPS = [
  'Falls Prevention Study Group',
  'WHO Working Group on Sleep',
  'COVID-19 Vaccine Trial Investigators',
];
const GRANTS = [
  'R01 HL012345/HL/NHLBI NIH HHS/United States',
  'MR/K006584/1/Medical Research Council/United Kingdom',
  'UL1-TR001422/TR/NCATS NIH HHS/United States',
];
const PLACES = ['England', 'United States', 'Germany', 'Korea (South)', 'Netherlands'];
const LANGUAGES = ['eng', 'ger', 'French', 'jpn', 'es'];
const STATUS = ['MEDLINE', 'Publisher', 'In-Process', 'PubMed-not-MEDLINE', 'In-Data-Review', 'OLDMEDLINE'];
const SUBSETS = ['IM', 'AIM', 'N', 'D', 'K', 'OM'];
const LINKS = ['RIN', 'ROF', 'EIN', 'EFR', 'CIN', 'CON', 'UIN', 'UOF', 'ECI', 'ECF', 'RPI', 'RPF'];
const TYPES = [
  'Journal Article',
  'Randomized Controlled Trial',
  'Clinical Trial, Phase II',
  'Review',
  'Systematic Review',
  'Meta-Analysis',
  'Case Reports',
  'Preprint',
  'Comment',
  "Research Support, Non-U.S. Gov't",
];
const SUBSTANCES = [
  'R16CO5Y76E (Aspirin)',
  '50-00-0 (Formaldehyde)',
  'EC 3.4.21.5 (Thrombin)',
  'IL6 protein, human',
  '0 (Anti-Bacterial Agents)',
  'Hemostatics',
];
const ADDRESSES = [
  'Department of Surgery, Royal Infirmary, Leeds, UK.',
  'Johns Hopkins Bloomberg School of Public Health, Baltimore, MD, USA. a.b@jhu.edu',
  'Universitätsklinikum Köln, Institut für Physiologie, Germany.',
];

/** The record, two in five times with facts that the real records lack, so that the fields for these are searched too. */
export function withDetails(record: CitationRecord, random: Random): CitationRecord {
  if (random.next() > 0.4) return record;
  const maybe = (share: number): boolean => random.next() < share;
  const some = <T>(values: readonly T[], most = 2): T[] =>
    Array.from({ length: 1 + random.below(most) }, () => random.pick(values));
  const person = (): string => `${random.pick(LAST)}, ${random.pick(FIRST)}`;
  const year = record.year ?? 1980 + random.below(45);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = (offset = 0): string =>
    `${year + offset}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
  const abbreviated = (name: string): string => name.replace(/(,\s*\p{L})[^,]*$/u, '$1').replace(',', '');
  const people = Array.from({ length: 1 + random.below(4) }, person);
  const groups = maybe(0.2) ? [random.pick(GROUPS)] : [];
  const days: NonNullable<CitationDetails['days']> = {
    ...(maybe(0.7) ? { epdat: maybe(0.8) ? day(random.below(3) - 1) : String(year) } : {}),
    ...(maybe(0.3) ? { ppdat: day() } : {}),
    ...(maybe(0.9) ? { edat: day(), crdt: day() } : {}),
    ...(maybe(0.5) ? { mhda: day(1), dcom: day(1), lr: day(2) } : {}),
  };
  const more: CitationDetails = {
    days,
    ...(maybe(0.5) ? { fullAuthors: people } : {}),
    ...(groups.length > 0 ? { collectiveAuthors: groups } : {}),
    ...(maybe(0.3) ? { authorIds: [`0000-000${random.below(10)}-1825-00${10 + random.below(90)}`] } : {}),
    ...(maybe(0.1) ? { editors: [person()] } : {}),
    ...(maybe(0.2) ? { investigators: [person(), abbreviated(person())] } : {}),
    ...(maybe(0.1) ? { personalSubjects: [person()] } : {}),
    ...(maybe(0.1) ? { transliteratedTitles: [`Zur Früh-Erkennung: ${record.title.slice(0, 60)}`] } : {}),
    ...(maybe(0.1) ? { otherAbstracts: ['Résumé: chutes chez les personnes âgées, essai contrôlé.'] } : {}),
    ...(maybe(0.5) ? { issns: [`${1000 + random.below(50)}-547X`] } : {}),
    ...(maybe(0.5) ? { nlmId: `29852${random.below(100)}R` } : {}),
    ...(maybe(0.5) ? { place: random.pick(PLACES) } : {}),
    ...(maybe(0.1) ? { publisher: 'Invented University Press', isbns: ['978-3-16-148410-0'] } : {}),
    ...(maybe(0.1) ? { bookTitle: 'The Big Book of Falls' } : {}),
    ...(maybe(0.3) ? { grants: some(GRANTS) } : {}),
    ...(maybe(0.3) ? { databankIds: [`ClinicalTrials.gov/NCT000000${10 + random.below(90)}`] } : {}),
    ...(maybe(0.3)
      ? { articleIds: [`S0140-6736(16)${30000 + random.below(500)}-6`, `PMC${1000 + random.below(500)}`] }
      : {}),
    ...(maybe(0.1) ? { articleIds: ['NIHMS98765'] } : {}),
    ...(maybe(0.8) ? { status: random.pick(STATUS) } : {}),
    ...(maybe(0.5) ? { subsets: some(SUBSETS) } : {}),
    ...(maybe(0.3) ? { links: some(LINKS) } : {}),
    ...(maybe(0.3)
      ? { conflictStatement: 'The authors declare that A. B. is an employee of Fall-Detectors Ltd.' }
      : {}),
  };
  const { publicationTypes, languages, substances, affiliations } = record;
  return {
    ...record,
    authors: maybe(0.5) ? [...people.map(abbreviated), ...groups] : record.authors,
    date: maybe(0.5) ? day() : maybe(0.5) ? `${year}-${two(1 + random.below(12))}` : String(year),
    year,
    publicationTypes: publicationTypes.length > 0 ? publicationTypes : some(TYPES, 3),
    languages: languages.length > 0 ? languages : some(LANGUAGES),
    substances: substances.length > 0 || maybe(0.5) ? substances : some(SUBSTANCES),
    affiliations: affiliations.length > 0 ? affiliations : some(ADDRESSES),
    volume: String(1 + random.below(60)),
    issue: random.pick(['1', '2', '12 Suppl 1', '3-4']),
    pages: random.pick(['1201-9', 'e12', '55-60, 72', 'S1–S20']),
    more,
  };
}
