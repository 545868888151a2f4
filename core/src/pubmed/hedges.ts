/** A search filter made to be combined with a subject search, with where it comes from (PRESS 6: cite the filter). */
export interface Hedge {
  /** Stable id in kebab-case. */
  readonly id: string;
  readonly name: string;
  /** A shorter name for lists, where the name is long. */
  readonly label?: string;
  /** Who made it and where it is published. */
  readonly source: string;
  readonly url?: string;
  /** Year of the published text or of its last revision. */
  readonly year?: number;
  /** The published text in PubMed's language; numbered lines of the source are joined. Its own parentheses are enough. */
  readonly query: string;
  /** How it goes behind a subject search: `(subject) AND query`, or `(subject) NOT query`. */
  readonly combine: 'AND' | 'NOT';
  /** What it is for: `Clinical Queries`, `Randomized trials`, `Systematic reviews`, `Species` ... */
  readonly group: string;
  /** Per cent of the relevant records that it finds, as published. */
  readonly sensitivity?: number;
  /** Per cent of the other records that it leaves out, as published. */
  readonly specificity?: number;
  readonly note?: string;
}

const GUIDE = 'NLM, PubMed User Guide (2024-04-16)';
const GUIDE_URL = 'https://pubmed.ncbi.nlm.nih.gov/help/';
const HAYNES = `${GUIDE}, Clinical Queries; Haynes RB et al., McMaster University`;

/** category | scope | sensitivity | specificity | query; as printed in the User Guide. */
const CLINICAL_QUERIES = `
Therapy|Broad|99|70|((clinical[Title/Abstract] AND trial[Title/Abstract]) OR clinical trials as topic[MeSH Terms] OR clinical trial[Publication Type] OR random*[Title/Abstract] OR random allocation[MeSH Terms] OR therapeutic use[MeSH Subheading])
Therapy|Narrow|93|97|(randomized controlled trial[Publication Type] OR (randomized[Title/Abstract] AND controlled[Title/Abstract] AND trial[Title/Abstract]))
Diagnosis|Broad|98|74|(sensitiv*[Title/Abstract] OR sensitivity and specificity[MeSH Terms] OR diagnose[Title/Abstract] OR diagnosed[Title/Abstract] OR diagnoses[Title/Abstract] OR diagnosing[Title/Abstract] OR diagnosis[Title/Abstract] OR diagnostic[Title/Abstract] OR diagnosis[MeSH:noexp] OR (diagnostic equipment[MeSH:noexp] OR diagnostic errors[MeSH:noexp] OR diagnostic imaging[MeSH:noexp] OR diagnostic services[MeSH:noexp]) OR diagnosis, differential[MeSH:noexp] OR diagnosis[Subheading:noexp])
Diagnosis|Narrow|64|98|(specificity[Title/Abstract])
Etiology|Broad|93|63|(risk*[Title/Abstract] OR risk*[MeSH:noexp] OR (risk adjustment[MeSH:noexp] OR risk assessment[MeSH:noexp] OR risk factors[MeSH:noexp] OR risk management[MeSH:noexp] OR risk taking[MeSH:noexp]) OR cohort studies[MeSH Terms] OR group[Text Word] OR groups[Text Word] OR grouped [Text Word])
Etiology|Narrow|51|95|((relative[Title/Abstract] AND risk*[Title/Abstract]) OR (relative risk[Text Word]) OR risks[Text Word] OR cohort studies[MeSH:noexp] OR (cohort[Title/Abstract] AND study[Title/Abstract]) OR (cohort[Title/Abstract] AND studies[Title/Abstract]))
Prognosis|Broad|90|80|(incidence[MeSH:noexp] OR mortality[MeSH Terms] OR follow up studies[MeSH:noexp] OR prognos*[Text Word] OR predict*[Text Word] OR course*[Text Word])
Prognosis|Narrow|52|94|(prognos*[Title/Abstract] OR (first[Title/Abstract] AND episode[Title/Abstract]) OR cohort[Title/Abstract])
Clinical Prediction Guides|Broad|96|79|(predict*[Title/Abstract] OR predictive value of tests[MeSH Terms] OR score[Title/Abstract] OR scores[Title/Abstract] OR scoring system[Title/Abstract] OR scoring systems[Title/Abstract] OR observ*[Title/Abstract] OR observer variation[MeSH Terms])
Clinical Prediction Guides|Narrow|54|99|(validation[Title/Abstract] OR validate[Title/Abstract])
`;

/** id | name | group | query; the boxes of PubMed's sidebar as the User Guide writes them out. */
const SIDEBAR = `
age-child|Child: birth to 18 years|Age|(infant[mh] OR child[mh] OR adolescent[mh])
age-newborn|Newborn: birth to 1 month|Age|infant, newborn[mh]
age-infant|Infant: birth to 23 months|Age|infant[mh]
age-infant-1-23|Infant: 1 to 23 months|Age|infant[mh:noexp]
age-preschool|Preschool child: 2 to 5 years|Age|child, preschool[mh]
age-child-6-12|Child: 6 to 12 years|Age|child[mh:noexp]
age-adolescent|Adolescent: 13 to 18 years|Age|adolescent[mh]
age-adult|Adult: 19 years and older|Age|adult[mh]
age-young-adult|Young adult: 19 to 24 years|Age|"young adult"[mh]
age-adult-19-44|Adult: 19 to 44 years|Age|adult[mh:noexp]
age-middle-aged-and-aged|Middle aged and aged: 45 years and older|Age|(middle aged[mh] OR aged[mh])
age-middle-aged|Middle aged: 45 to 64 years|Age|middle aged[mh]
age-aged|Aged: 65 years and older|Age|aged[mh]
age-80-and-over|80 years and older|Age|aged, 80 and over[mh]
species-humans|Humans|Species|humans[mh]
species-other-animals|Other animals|Species|"animals"[mh:noexp]
sex-female|Female|Sex|female[mh]
sex-male|Male|Sex|male[mh]
`;

const INDEXED_ONLY = 'Finds indexed records only: new records without MeSH are lost.';
const HANDBOOK =
  'Lefebvre C et al., Cochrane Handbook for Systematic Reviews of Interventions, Technical Supplement to Chapter 4';
const HANDBOOK_URL = 'https://training.cochrane.org/handbook/current/chapter-04-technical-supplement';

const TRIALS: readonly Hedge[] = [
  {
    id: 'cochrane-hsss-sensitive',
    name: 'Cochrane Highly Sensitive Search Strategy for randomized trials: sensitivity-maximizing version',
    label: 'Cochrane HSSS, sensitivity-maximizing',
    source: `${HANDBOOK}, Box 3.a (2008 revision, PubMed format)`,
    url: HANDBOOK_URL,
    year: 2008,
    group: 'Randomized trials',
    combine: 'AND',
    query:
      '((randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR placebo[tiab] OR drug therapy[sh] OR randomly[tiab] OR trial[tiab] OR groups[tiab]) NOT (animals[mh] NOT humans[mh]))',
    note: 'The version to begin with; lines 1 to 11 of the box in one.',
  },
  {
    id: 'cochrane-hsss-precise',
    name: 'Cochrane Highly Sensitive Search Strategy for randomized trials: sensitivity- and precision-maximizing version',
    label: 'Cochrane HSSS, sensitivity and precision',
    source: `${HANDBOOK}, Box 3.b (2008 revision, PubMed format)`,
    url: HANDBOOK_URL,
    year: 2008,
    group: 'Randomized trials',
    combine: 'AND',
    query:
      '((randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR placebo[tiab] OR clinical trials as topic[mesh:noexp] OR randomly[tiab] OR trial[ti]) NOT (animals[mh] NOT humans[mh]))',
    note: 'For when the sensitivity-maximizing version finds more than can be screened; lines 1 to 10 of the box in one.',
  },
];

const OTHERS: readonly Hedge[] = [
  {
    id: 'nlm-systematic-reviews',
    name: 'Systematic reviews: systematic[sb]',
    source: `${GUIDE}, Clinical Queries and article types`,
    url: 'https://www.nlm.nih.gov/bsd/pubmed_subsets/sysreviews_strategy.html',
    group: 'Systematic reviews',
    combine: 'AND',
    query: 'systematic[sb]',
    note: "NLM's own strategy, kept up to date by NLM; its text of 2018 is nlm-systematic-reviews-2018.",
  },
  {
    id: 'nlm-systematic-reviews-2018',
    name: 'Systematic reviews: the text of systematic[sb]',
    source: 'NLM, Search Strategy Used to Create the PubMed Systematic Reviews Filter (December 2018)',
    url: 'https://www.nlm.nih.gov/bsd/pubmed_subsets/sysreviews_strategy.html',
    year: 2018,
    group: 'Systematic reviews',
    combine: 'AND',
    query:
      '((((systematic review[ti] OR systematic literature review[ti] OR systematic scoping review[ti] OR systematic narrative review[ti] OR systematic qualitative review[ti] OR systematic evidence review[ti] OR systematic quantitative review[ti] OR systematic meta-review[ti] OR systematic critical review[ti] OR systematic mixed studies review[ti] OR systematic mapping review[ti] OR systematic cochrane review[ti] OR systematic search and review[ti] OR systematic integrative review[ti]) NOT comment[pt] NOT (protocol[ti] OR protocols[ti])) NOT MEDLINE [subset]) OR (Cochrane Database Syst Rev[ta] AND review[pt]) OR systematic review[pt])',
    note: 'For documentation: systematic[sb] is shorter and stays up to date.',
  },
  {
    id: 'animals-not-humans',
    name: 'Leave out studies of animals only (double negative)',
    source: `${HANDBOOK}, part of Boxes 3.a and 3.b`,
    url: HANDBOOK_URL,
    year: 2008,
    group: 'Species',
    combine: 'NOT',
    query: '(animals[mh] NOT humans[mh])',
    note: 'Behind NOT: leaves out records indexed with animals and not with humans, and keeps records that are not indexed.',
  },
  {
    id: 'litcovid-general',
    name: 'COVID-19: the text of LitCGeneral[filter]',
    source: `${GUIDE}, LitCovid filters`,
    url: GUIDE_URL,
    year: 2024,
    group: 'COVID-19',
    combine: 'AND',
    query:
      '("COVID-19" OR "COVID-19"[MeSH Terms] OR "COVID-19 Vaccines" OR "COVID-19 Vaccines"[MeSH Terms] OR "COVID-19 serotherapy" OR "COVID-19 serotherapy"[Supplementary Concept] OR "COVID-19 Nucleic Acid Testing" OR "covid-19 nucleic acid testing"[MeSH Terms] OR "COVID-19 Serological Testing" OR "covid-19 serological testing"[MeSH Terms] OR "COVID-19 Testing" OR "covid-19 testing"[MeSH Terms] OR "SARS-CoV-2" OR "sars-cov-2"[MeSH Terms] OR "Severe Acute Respiratory Syndrome Coronavirus 2" OR "NCOV" OR "2019 NCOV" OR (("coronavirus"[MeSH Terms] OR "coronavirus" OR "COV") AND 2019/11/01[PDAT] : 3000/12/31[PDAT]))',
  },
];

/** Validated and official filters, ready to be put behind a subject search. */
export const hedges: readonly Hedge[] = [...clinicalQueries(), ...TRIALS, ...OTHERS, ...sidebar()];

function clinicalQueries(): Hedge[] {
  return CLINICAL_QUERIES.trim()
    .split('\n')
    .map((row) => {
      const [category = '', scope = '', sensitivity, specificity, ...query] = row.split('|');
      return {
        id: `clinical-queries-${category}-${scope}`.toLowerCase().replaceAll(' ', '-'),
        name: `Clinical Queries: ${category}, ${scope.toLowerCase()}`,
        source: HAYNES,
        url: `${GUIDE_URL}#clinical-study-category-filters`,
        year: 2024,
        group: 'Clinical Queries',
        combine: 'AND',
        query: query.join('|'),
        sensitivity: Number(sensitivity),
        specificity: Number(specificity),
        note: `The same as ${category}/${scope}[filter].`,
      };
    });
}

function sidebar(): Hedge[] {
  return SIDEBAR.trim()
    .split('\n')
    .map((row) => {
      const [id = '', name = '', group = '', query = ''] = row.split('|');
      return {
        id,
        name,
        source: `${GUIDE}, filters of the sidebar`,
        url: GUIDE_URL,
        year: 2024,
        group,
        combine: 'AND',
        query,
        note: INDEXED_ONLY,
      };
    });
}
