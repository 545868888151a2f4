/**
 * What Ovid's limits mean in PubMed. PubMed's side is from NLM's User Guide (sidebar filters, Clinical
 * Queries); the names of Ovid's limits are general knowledge and have not been checked against its database guide.
 *
 * name | query | note where the two differ
 */
const ROWS = `
humans | "humans"[mh] |
human | "humans"[mh] |
animals | "animals"[mh] | Ovid's limit to animals leaves out some records that are about people too
animal | "animals"[mh] | Ovid's limit to animals leaves out some records that are about people too
female | "female"[mh] |
male | "male"[mh] |
english language | english[la] |
english | english[la] |
foreign language | NOT english[la] |
abstracts | hasabstract |
abstract | hasabstract |
full text | full text[sb] | what Ovid has in full text is not what PubMed has
ovid full text available | full text[sb] | what Ovid has in full text is not what PubMed has
free full text | free full text[sb] |
core clinical journals (aim) | jsubsetaim |
core clinical journals | jsubsetaim |
dental journals | jsubsetd |
nursing journals | jsubsetn |
systematic reviews | systematic[sb] | Ovid's and PubMed's filters for systematic reviews differ
"systematic review" | "systematic review"[pt] |
review articles | "review"[pt] |
reviews | "review"[pt] |
clinical trial, all | "clinical trial"[pt] |
clinical trial/all | "clinical trial"[pt] |
clinical trials all | "clinical trial"[pt] |
clinical trials, all | "clinical trial"[pt] |
consensus development conference, all | "consensus development conference"[pt] |
congresses | "congress"[pt] |
medline | medline[sb] |
in process | inprocess[sb] |
pubmed not medline | pubmednotmedline[sb] |
publisher | publisher[sb] |
yr=current | "last year"[dp] | the current year became the last year
latest update | "last 7 days"[edat] | Ovid's latest update became the last seven days
all infant (birth to 23 months) | "infant"[mh] |
all infant | "infant"[mh] |
all child (0 to 18 years) | "infant"[mh] OR "child"[mh] OR "adolescent"[mh] |
all child | "infant"[mh] OR "child"[mh] OR "adolescent"[mh] |
all adult (19 plus years) | "adult"[mh] |
all adult | "adult"[mh] |
newborn infant (birth to 1 month) | "infant, newborn"[mh] |
newborn infant | "infant, newborn"[mh] |
infant (1 to 23 months) | "infant"[mh:noexp] |
infant <1 to 23 months> | "infant"[mh:noexp] |
preschool child (2 to 5 years) | "child, preschool"[mh] |
preschool child | "child, preschool"[mh] |
child (6 to 12 years) | "child"[mh:noexp] |
child | "child"[mh:noexp] |
infant | "infant"[mh:noexp] |
adolescent (13 to 18 years) | "adolescent"[mh] |
adolescent | "adolescent"[mh] |
young adult (19 to 24 years) | "young adult"[mh] |
young adult | "young adult"[mh] |
adult (19 to 44 years) | "adult"[mh:noexp] |
adult | "adult"[mh:noexp] |
young adult and adult (19-24 and 19-44) | "young adult"[mh] OR "adult"[mh:noexp] |
middle age (45 to 64 years) | "middle aged"[mh] |
middle age | "middle aged"[mh] |
middle aged | "middle aged"[mh] |
middle aged (45 plus years) | "middle aged"[mh] OR "aged"[mh] |
all aged (65 and over) | "aged"[mh] |
all aged | "aged"[mh] |
aged (80 and over) | "aged, 80 and over"[mh] |
aged | "aged"[mh] |
therapy (maximizes sensitivity) | Therapy/Broad[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
therapy (maximizes specificity) | Therapy/Narrow[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
therapy (best balance of sensitivity and specificity) | Therapy/Broad[filter] | PubMed has no balanced form of this Clinical Query; the broad one was taken
diagnosis (maximizes sensitivity) | Diagnosis/Broad[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
diagnosis (maximizes specificity) | Diagnosis/Narrow[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
diagnosis (best balance of sensitivity and specificity) | Diagnosis/Broad[filter] | PubMed has no balanced form of this Clinical Query; the broad one was taken
prognosis (maximizes sensitivity) | Prognosis/Broad[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
prognosis (maximizes specificity) | Prognosis/Narrow[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
prognosis (best balance of sensitivity and specificity) | Prognosis/Broad[filter] | PubMed has no balanced form of this Clinical Query; the broad one was taken
causation-etiology (maximizes sensitivity) | Etiology/Broad[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
causation-etiology (maximizes specificity) | Etiology/Narrow[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
causation-etiology (best balance of sensitivity and specificity) | Etiology/Broad[filter] | PubMed has no balanced form of this Clinical Query; the broad one was taken
clinical prediction guides (maximizes sensitivity) | Clinical Prediction Guides/Broad[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
clinical prediction guides (maximizes specificity) | Clinical Prediction Guides/Narrow[filter] | the Clinical Queries of both sites go back to the same hedges, but differ in detail
reviews (maximizes sensitivity) | systematic[sb] | PubMed has its own filter for systematic reviews, which was taken
reviews (maximizes specificity) | systematic[sb] | PubMed has its own filter for systematic reviews, which was taken
reviews (best balance of sensitivity and specificity) | systematic[sb] | PubMed has its own filter for systematic reviews, which was taken
`;

/** One limit of Ovid in PubMed. */
export interface LimitValue {
  /** Terms joined by OR, or NOT and a term. */
  readonly query: string;
  /** Why the two differ; undefined where they are the same. */
  readonly difference: string | undefined;
}

const byName = new Map<string, LimitValue>(
  ROWS.trim()
    .split('\n')
    .map((row) => {
      const [name = '', query = '', difference = ''] = row.split('|').map((part) => part.trim());
      return [normalise(name), { query, difference: difference === '' ? undefined : difference }];
    }),
);

function normalise(name: string): string {
  return name.toLowerCase().replace(/["“”]/g, '').replace(/\s+/g, ' ').trim();
}

/** The limit of that name in any case; undefined when it is not known. */
export function findLimit(name: string): LimitValue | undefined {
  return byName.get(normalise(name));
}
