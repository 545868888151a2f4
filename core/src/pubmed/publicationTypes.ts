/** Source: NLM, PubMed User Guide of 2024-04-16, "Publication types". */
const NAMES = `
Adaptive Clinical Trial | Address | Autobiography | Bibliography | Biography | Case Reports
| Classical Article | Clinical Conference | Clinical Study | Clinical Trial
| Clinical Trial, Phase I | Clinical Trial, Phase II | Clinical Trial, Phase III
| Clinical Trial, Phase IV | Clinical Trial Protocol | Clinical Trial, Veterinary | Collected Work
| Comment | Comparative Study | Congress | Consensus Development Conference
| Consensus Development Conference, NIH | Controlled Clinical Trial
| Corrected and Republished Article | Dataset | Dictionary | Directory | Duplicate Publication
| Editorial | Electronic Supplementary Materials | English Abstract | Equivalence Trial
| Evaluation Study | Expression of Concern | Festschrift | Government Publication | Guideline
| Historical Article | Interactive Tutorial | Interview | Introductory Journal Article
| Journal Article | Lecture | Legal Case | Legislation | Letter | Meta-Analysis | Multicenter Study
| News | Newspaper Article | Observational Study | Observational Study, Veterinary | Overall
| Patient Education Handout | Periodical Index | Personal Narrative | Portrait | Practice Guideline
| Preprint | Pragmatic Clinical Trial | Published Erratum | Randomized Controlled Trial
| Randomized Controlled Trial, Veterinary | Research Support, American Recovery and Reinvestment Act
| Research Support, N.I.H., Extramural | Research Support, N.I.H., Intramural
| Research Support, Non-U.S. Gov't | Research Support, U.S. Gov't, Non-P.H.S.
| Research Support, U.S. Gov't, P.H.S. | Retracted Publication | Retraction of Publication | Review
| Scientific Integrity Review | Systematic Review | Technical Report | Twin Study | Validation Study
| Video-Audio Media | Webcast
`;

/**
 * Names that PubMed's index does not hold any more, and what to use instead. ESearch answers 0 with "quoted phrase not found" for
 * "Retraction of Publication"; retraction notices carry it only in old exports.
 */
const RETIRED: Readonly<Record<string, string>> = {
  'Retraction of Publication': 'hasretractionof',
};

/** Names that NLM gave up, which older strategies use, with their present names. */
const FORMER: Readonly<Record<string, string>> = {
  'Evaluation Studies': 'Evaluation Study',
  'Validation Studies': 'Validation Study',
  Addresses: 'Address',
  'Collected Works': 'Collected Work',
  Congresses: 'Congress',
  'Legal Cases': 'Legal Case',
  Lectures: 'Lecture',
  'Personal Narratives': 'Personal Narrative',
  Biographies: 'Biography',
  Guidelines: 'Guideline',
  'Case Report': 'Case Reports',
  'Meta Analysis': 'Meta-Analysis',
  'Randomised Controlled Trial': 'Randomized Controlled Trial',
};

/** A publication type of PubMed, for `[pt]`. */
export interface PublicationType {
  readonly name: string;
  /** PubMed's index does not hold it any more: a search for it finds nothing. */
  readonly retired?: string;
}

/** All publication types of the User Guide, in its order; the list of 2024, so types made later are missing. */
export const publicationTypes: readonly PublicationType[] = NAMES.replace(/\n/g, ' ')
  .split('|')
  .map((name) => name.trim())
  .map((name) => {
    const retired = RETIRED[name];
    return retired === undefined ? { name } : { name, retired };
  });

/** PubMed ignores case, commas and points of a publication type. */
function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[.,\s-]+/g, ' ')
    .trim();
}

const bySpelling = new Map(publicationTypes.map((type) => [normalise(type.name), type]));
for (const [former, name] of Object.entries(FORMER)) {
  const type = bySpelling.get(normalise(name));
  if (type !== undefined) bySpelling.set(normalise(former), type);
}

/** The publication type that `text` names in any case, by its present or a former name; undefined when there is none. */
export function findPublicationType(text: string): PublicationType | undefined {
  return bySpelling.get(normalise(text));
}
