/**
 * Closed lists of values of study fields, by name. Facts: ClinicalTrials.gov, "Study Data Structure" (API version 2). The older written
 * forms ("Active, not recruiting", "Phase 2/Phase 3") mean the same.
 */
const enumerations = {
  Status:
    'ACTIVE_NOT_RECRUITING COMPLETED ENROLLING_BY_INVITATION NOT_YET_RECRUITING RECRUITING SUSPENDED TERMINATED WITHDRAWN AVAILABLE NO_LONGER_AVAILABLE TEMPORARILY_NOT_AVAILABLE APPROVED_FOR_MARKETING WITHHELD UNKNOWN',
  Phase: 'NA EARLY_PHASE1 PHASE1 PHASE2 PHASE3 PHASE4',
  StudyType: 'INTERVENTIONAL OBSERVATIONAL EXPANDED_ACCESS',
  Sex: 'ALL FEMALE MALE',
  StandardAge: 'CHILD ADULT OLDER_ADULT',
  AgencyClass: 'NIH FED OTHER_GOV INDIV INDUSTRY NETWORK AMBIG OTHER UNKNOWN',
  InterventionType:
    'BEHAVIORAL BIOLOGICAL COMBINATION_PRODUCT DEVICE DIAGNOSTIC_TEST DIETARY_SUPPLEMENT DRUG GENETIC PROCEDURE RADIATION OTHER',
  ArmGroupType: 'EXPERIMENTAL ACTIVE_COMPARATOR PLACEBO_COMPARATOR SHAM_COMPARATOR NO_INTERVENTION OTHER',
  Allocation: 'RANDOMIZED NON_RANDOMIZED NA',
  InterventionModel: 'SINGLE_GROUP PARALLEL CROSSOVER FACTORIAL SEQUENTIAL',
  PrimaryPurpose:
    'TREATMENT PREVENTION DIAGNOSTIC ECT SUPPORTIVE_CARE SCREENING HEALTH_SERVICES_RESEARCH BASIC_SCIENCE DEVICE_FEASIBILITY OTHER',
  Masking: 'NONE SINGLE DOUBLE TRIPLE QUADRUPLE',
  WhoMasked: 'PARTICIPANT CARE_PROVIDER INVESTIGATOR OUTCOMES_ASSESSOR',
  ObservationalModel:
    'COHORT CASE_CONTROL CASE_ONLY CASE_CROSSOVER ECOLOGIC_OR_COMMUNITY FAMILY_BASED DEFINED_POPULATION NATURAL_HISTORY OTHER',
  TimePerspective: 'RETROSPECTIVE PROSPECTIVE CROSS_SECTIONAL OTHER',
  SamplingMethod: 'PROBABILITY_SAMPLE NON_PROBABILITY_SAMPLE',
  DateType: 'ACTUAL ESTIMATED',
  Boolean: 'true false',
} as const;

/** Name of a closed list. */
export type EnumerationName = keyof typeof enumerations;

/** The values of a closed list, in the order of the source; none for a name that is no list. */
export function valuesOf(name: string): readonly string[] {
  return isEnumeration(name) ? enumerations[name].split(' ') : [];
}

/** Whether `name` is a closed list. */
export function isEnumeration(name: string): name is EnumerationName {
  return Object.hasOwn(enumerations, name);
}

const normalise = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Written forms that differ from the value by more than case and punctuation. */
const OTHER_FORMS: Readonly<Record<string, string>> = {
  notapplicable: 'NA',
  earlyphase1: 'EARLY_PHASE1',
  phase0: 'EARLY_PHASE1',
  yes: 'true',
  no: 'false',
  unknownstatus: 'UNKNOWN',
  openlabel: 'NONE',
  crossover: 'CROSSOVER',
  childbirth17: 'CHILD',
};

/** Whether `text`, in any written form, is a value of the list. Several values joined by a slash are (`Phase 2/Phase 3`). */
export function isValueOf(name: EnumerationName, text: string): boolean {
  const known = new Set(valuesOf(name).map(normalise));
  return text.split('/').every((part) => {
    const value = normalise(part);
    return known.has(value) || known.has(normalise(OTHER_FORMS[value] ?? ''));
  });
}
