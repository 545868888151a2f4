/**
 * MeSH headings that say what kind of people, animals or study a record is of: check tags, and headings of study design and statistics
 * that indexers add in every field. Lower case. No record is on a topic because it has one of them.
 */
const general: ReadonlySet<string> = new Set(
  (
    'humans|animals|male|female|adult|aged|aged, 80 and over|middle aged|young adult|adolescent|child|child, preschool|infant|' +
    'infant, newborn|pregnancy|treatment outcome|follow-up studies|prospective studies|retrospective studies|risk factors|time factors|' +
    'double-blind method|single-blind method|random allocation|cross-over studies|cohort studies|case-control studies|' +
    'cross-sectional studies|longitudinal studies|randomized controlled trials as topic|clinical trials as topic|' +
    'reproducibility of results|sensitivity and specificity|predictive value of tests|age factors|sex factors|reference values|' +
    'severity of illness index|surveys and questionnaires|dose-response relationship, drug|drug administration schedule|pilot projects|' +
    'comorbidity|prognosis|incidence|prevalence|risk assessment|risk|united states|europe|united kingdom|' +
    'administration, oral|drug therapy, combination|analysis of variance|regression analysis|logistic models|odds ratio|' +
    'confidence intervals|statistics as topic|research design|evidence-based medicine|multivariate analysis|survival analysis|' +
    'proportional hazards models|kaplan-meier estimate|chi-square distribution|data interpretation, statistical|' +
    'feasibility studies|double blind method|acute disease|chronic disease|recurrence|sex distribution|age distribution|' +
    'statistics, nonparametric|roc curve|false positive reactions|false negative reactions|linear models|algorithms|' +
    'models, statistical|probability|observer variation|research|rats|mice|disease models, animal|placebos|patients|hospitals'
  ).split('|'),
);

/** Whether a heading (its name or the index's key) names no topic. */
export function isGeneralHeading(name: string): boolean {
  return general.has(name.toLowerCase());
}
