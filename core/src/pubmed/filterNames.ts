import type { TermNode } from './tree.ts';

/**
 * Values of `[sb]` and `[filter]`, and the values that are searched without a tag. Sources: NLM, PubMed User Guide of 2024-04-16
 * (subsets, filters, LitCovid, "has" values, PMC) and the names that PubMed itself writes into the search details when a box of its
 * sidebar is ticked.
 */

/** A ready-made limit of PubMed. */
export interface FilterName {
  readonly name: string;
  /** Field tags that it is searched with, the usual one first; empty for values that are written without a tag. */
  readonly tags: readonly string[];
  /** Where it belongs, `Age`. */
  readonly group: string;
  readonly description: string;
}

/** `group: tags`, then `name | description` lines. Tags `-` are values without a tag. */
const ROWS = `
Text availability: sb filter
free full text | Full text is free somewhere.
full text | A link to full text exists.
ffrft | Full text is free somewhere (the sidebar's name).
fft | A link to full text exists (the sidebar's name).
fha | Has an abstract (the sidebar's name).
pubmed pmc | Full text is in PubMed Central.
pubmed pmc open access | Full text is in PubMed Central's open-access set.
pubmed pmc local | Full text is in PubMed Central.
pmc cc license | Full text in PubMed Central under a Creative Commons licence.
author manuscript | Author manuscripts in PubMed Central.
author manuscript all | All author manuscripts.
Text availability: -
hasabstract | Has an abstract.
Article attribute: sb filter
data | Has associated data (data banks, repositories, figshare and so on).
booksdocs | Books and documents (the sidebar's name).
pubmed books | Books and documents.
Article attribute: -
hascois | Has a conflict of interest statement.
haskeyword | Has author keywords.
hasdatabanklist | Names a data bank, such as a trial registry.
hasassociateddata | Has associated data.
hasassociateddataset | Has associated data.
hasnihmsid | Has an NIH manuscript number.
hasnonenglishabstract | Has an abstract in a language other than English.
hasplainlanguagesummary | Has a plain-language summary.
hasstructuredabstract | Has a structured abstract.
hasretractionin | Was retracted.
hasretractionof | Is the retraction notice of another article.
haserratumin | An erratum was published.
haserratumfor | Is the erratum of another article.
hascommentin | Was commented on.
hascommenton | Is a comment on another article.
hasupdatein | Was updated by a later article.
hasupdateof | Updates an earlier article.
hasexpressionofconcernin | An expression of concern was published.
hasexpressionofconcernfor | Is an expression of concern about another article.
hasrepublishedin | Was republished.
hasrepublishedfrom | Is republished from another article.
Record status: sb filter
medline | Indexed for MEDLINE.
inprocess | Being indexed with MeSH.
in process | Being indexed with MeSH.
publisher | As supplied by the publisher.
pubmednotmedline | In PubMed, not to be indexed for MEDLINE.
in data review | Citation data being checked.
oldmedline | Records of before 1966.
preprint | Preprints.
excludepreprints | Everything but preprints (the sidebar's name).
Record status: -
pubstatusaheadofprint | Published online ahead of print.
pubstatusnihms | Author manuscript of NIH.
pubstatuspmcsd | Deposited in PubMed Central.
pmcbook | Books of the Bookshelf.
pmcbooktitle | Whole books of the Bookshelf.
pmcbookchapter | Chapters of books of the Bookshelf.
indexingmethod_automated | MeSH terms given by NLM's indexing program.
indexingmethod_curated | MeSH terms of the program, reviewed by a person.
Journal subset: -
jsubsetaim | Core clinical journals (Abridged Index Medicus).
jsubsetd | Dental journals.
jsubsetn | Nursing journals.
jsubsetim | Index Medicus journals.
jsubsetk | Consumer health journals.
jsubsete | Bioethics journals.
jsubsetq | History of medicine journals.
jsubsets | Space life sciences journals.
jsubsett | Health technology assessment journals.
jsubsetx | AIDS journals.
jsubsetom | Journals of OLDMEDLINE.
Subject: sb filter
systematic | Systematic reviews, NLM's strategy.
aids | AIDS.
bioethics | Bioethics.
cancer | Cancer.
cam | Complementary medicine.
dietsuppl | Dietary supplements.
history | History of medicine.
space | Space life sciences.
tox | Toxicology.
veterinary | Veterinary science.
Clinical Queries: filter sb
Therapy/Broad | Therapy, sensitive: 99 % sensitivity, 70 % specificity.
Therapy/Narrow | Therapy, specific: 93 % sensitivity, 97 % specificity.
Diagnosis/Broad | Diagnosis, sensitive: 98 % sensitivity, 74 % specificity.
Diagnosis/Narrow | Diagnosis, specific: 64 % sensitivity, 98 % specificity.
Etiology/Broad | Etiology, sensitive: 93 % sensitivity, 63 % specificity.
Etiology/Narrow | Etiology, specific: 51 % sensitivity, 95 % specificity.
Prognosis/Broad | Prognosis, sensitive: 90 % sensitivity, 80 % specificity.
Prognosis/Narrow | Prognosis, specific: 52 % sensitivity, 94 % specificity.
Clinical Prediction Guides/Broad | Prediction guides, sensitive: 96 % sensitivity, 79 % specificity.
Clinical Prediction Guides/Narrow | Prediction guides, specific: 54 % sensitivity, 99 % specificity.
LitCovid: filter sb
LitCGeneral | COVID-19.
LitCTransmission | COVID-19 and transmission.
LitCDiagnosis | COVID-19 and diagnosis.
LitCMechanism | COVID-19 and mechanism.
LitCTreatment | COVID-19 and treatment.
LitCPrevention | COVID-19 and prevention.
LitCCaseReport | COVID-19 case reports.
LitCForecasting | COVID-19 forecasting.
LitCLongCOVID | Long COVID.
Species: filter sb
humans | Humans: only records that are indexed with MeSH.
animal | Other animals: only records that are indexed with MeSH.
Sex: filter sb
female | Female: only records that are indexed with MeSH.
male | Male: only records that are indexed with MeSH.
Age: filter sb
allchild | Child: birth to 18 years.
newborn | Newborn: birth to 1 month.
allinfant | Infant: birth to 23 months.
infant | Infant: 1 to 23 months.
preschoolchild | Preschool child: 2 to 5 years.
child | Child: 6 to 12 years.
adolescent | Adolescent: 13 to 18 years.
alladult | Adult: 19 years and older.
youngadult | Young adult: 19 to 24 years.
adult | Adult: 19 to 44 years.
middleagedaged | Middle aged and aged: 45 years and older.
middleaged | Middle aged: 45 to 64 years.
aged | Aged: 65 years and older.
80andover | 80 years and older.
Date: filter sb
y_1 | Published in the last year.
y_5 | Published in the last 5 years.
y_10 | Published in the last 10 years.
Article type: filter sb
casereports | Case reports.
clinicaltrial | Clinical trials.
clinicaltrialphasei | Clinical trials, phase I.
clinicaltrialphaseii | Clinical trials, phase II.
clinicaltrialphaseiii | Clinical trials, phase III.
clinicaltrialphaseiv | Clinical trials, phase IV.
controlledclinicaltrial | Controlled clinical trials.
clinicalstudy | Clinical studies.
comparativestudy | Comparative studies.
evaluationstudy | Evaluation studies.
guideline | Guidelines.
journalarticle | Journal articles.
letter | Letters.
editorial | Editorials.
meta-analysis | Meta-analyses.
multicenterstudy | Multicentre studies.
observationalstudy | Observational studies.
practiceguideline | Practice guidelines.
pragmaticclinicaltrial | Pragmatic clinical trials.
randomizedcontrolledtrial | Randomized controlled trials.
review | Reviews.
systematicreview | Systematic reviews.
twinstudy | Twin studies.
validationstudy | Validation studies.
Language: filter sb
english | Articles in English; every language's name works.
`;

/** The names above; values that follow a pattern (`ownernasa`, LinkOut providers, languages) are known to `findFilterName` only. */
export const filterNames: readonly FilterName[] = readRows();

function readRows(): FilterName[] {
  const found: FilterName[] = [];
  let group = '';
  let tags: readonly string[] = [];
  for (const row of ROWS.trim().split('\n')) {
    const [name = '', description] = row.split(' | ');
    if (description !== undefined) {
      found.push({ name, tags, group, description });
      continue;
    }
    const [heading = '', written = ''] = row.split(': ');
    group = heading;
    tags = written === '-' ? [] : written.split(' ');
  }
  return found;
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

const byName = new Map(filterNames.map((filter) => [normalise(filter.name), filter]));

/** Values that follow a pattern. */
const PATTERNS: readonly (readonly [RegExp, FilterName])[] = [
  [
    /^owner\s?\+?\s?(?:nlm|nasa|pip|kie|hsr|hmd|sis|notnlm)$/,
    {
      name: 'owner+X',
      tags: [],
      group: 'Record status',
      description: 'The organisation that made the record.',
    },
  ],
  [
    /^jsubset\w{1,4}$/,
    { name: 'jsubsetX', tags: [], group: 'Journal subset', description: 'Journals of one subset of NLM.' },
  ],
  [
    /^(?:loprov|loattr|lib)\w+$/,
    {
      name: 'loprovX',
      tags: ['sb', 'filter'],
      group: 'LinkOut',
      description: 'Records with a link from one provider.',
    },
  ],
];

/** The filter that `text` (without tag) names in any case; undefined when it is none that is known here. */
export function findFilterName(text: string): FilterName | undefined {
  const name = normalise(text);
  return byName.get(name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether an untagged term is a value such as `hasabstract` that PubMed takes as a limit, not as a word of the text. */
export function isPseudoTerm(term: TermNode): boolean {
  return term.tag === undefined && findFilterName(term.text)?.tags.length === 0;
}
