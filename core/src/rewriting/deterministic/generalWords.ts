/** Words that fit topics of all kinds: what is done about a problem, how well, to whom and how it was found out. Singular, lower case. */
const words =
  'prevention preventing prevent preventive treatment treating therapy therapies therapeutic management diagnosis diagnosing diagnostic detection ' +
  'detecting effectiveness efficacy efficacious safety use impact role benefit risk intervention program care clinical older people adult ' +
  'community chronic acute disease disorder condition drug agent symptom lesion sensitivity specificity accuracy accurate predictive negative positive value curve article criterion outcome ' +
  'receiver operating characteristic double single male female man men woman age aged old young count plain level test testing technique ' +
  'quality research searched database pubmed medline embase early stage acting potential comparison differential image images common ' +
  'organization thickness computed culture assay';

/** Words that name no concept by themselves. */
export const generalWords: ReadonlySet<string> = new Set(words.split(' '));
