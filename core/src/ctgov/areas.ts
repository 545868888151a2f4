import { editDistance } from '../text/index.ts';
import type { EnumerationName } from './enumerations.ts';

/** A search area, a group of weighted fields, or a single field of the study record. */
export interface Area {
  /** As ClinicalTrials.gov writes it, `ConditionSearch`. */
  readonly name: string;
  readonly kind: 'area' | 'field';
  readonly description: string;
  /** What its values are: text (with synonyms), an id, a closed list, or ordered values. */
  readonly type: 'text' | 'id' | 'date' | 'number' | 'age' | 'place' | 'point' | EnumerationName;
  /** Request parameter of the API whose default area it is, `query.cond`. */
  readonly parameter?: string;
}

/** name | parameter | description. Facts: ClinicalTrials.gov, "Search Areas" (2024-06-07). */
const AREAS = `
BasicSearch|query.term|What a query searches when no area is named: 57 fields, from ids and titles to outcomes and contacts.
ConditionSearch|query.cond|Conditions, titles, condition MeSH terms and their broader terms, keywords.
InterventionSearch|query.intr|Interventions, their types and other names, arms, titles, intervention MeSH terms, keywords.
InterventionNameSearch||Names and other names of interventions.
ObsoleteConditionSearch||Conditions, their MeSH terms, keywords; kept for older queries.
TitleSearch|query.titles|Brief title, official title and acronym.
OutcomeSearch|query.outc|Primary, secondary and other outcomes: measures and descriptions.
OutcomeNameSearch||Names of the outcome measures.
EligibilitySearch||Eligibility criteria and study population.
SponsorSearch|query.spons|Lead sponsor, collaborators, responsible organisation.
FunderTypeSearch||Classes of sponsor and collaborators.
LocationSearch|query.locn|City, state, country, facility and postal code of the locations.
ContactSearch||Names of officials and contacts.
ResponsiblePartySearch||Responsible party: names, titles, affiliations.
NCTIdSearch||NCT number, also a former one.
IdSearch|query.id|NCT number, acronym and all other ids.
ExternalIdsSearch||Ids of the organisation and secondary ids.
ExternalIdTypesSearch||Types of those ids.
PatientSearch|query.patient|47 fields that matter to patients.
`;

/** type | names, several to a row. Facts: ClinicalTrials.gov, "Study Data Structure" (API version 2). */
const FIELDS = `
text|BriefTitle OfficialTitle Acronym BriefSummary DetailedDescription Condition Keyword WhyStopped
text|InterventionName InterventionOtherName InterventionDescription ArmGroupLabel ArmGroupDescription ArmGroupInterventionName
text|PrimaryOutcomeMeasure PrimaryOutcomeDescription PrimaryOutcomeTimeFrame SecondaryOutcomeMeasure SecondaryOutcomeDescription SecondaryOutcomeTimeFrame
text|OtherOutcomeMeasure OtherOutcomeDescription OutcomeMeasureTitle OutcomeMeasureDescription OutcomeMeasurePopulationDescription
text|ConditionMeshTerm ConditionAncestorTerm InterventionMeshTerm InterventionAncestorTerm EligibilityCriteria StudyPopulation BioSpecDescription
text|LeadSponsorName CollaboratorName OrgFullName ResponsiblePartyInvestigatorFullName ResponsiblePartyInvestigatorTitle ResponsiblePartyInvestigatorAffiliation
text|ResponsiblePartyOldNameTitle ResponsiblePartyOldOrganization OverallOfficialName OverallOfficialAffiliation CentralContactName LocationContactName
text|ReferenceCitation SeeAlsoLinkLabel IPDSharingDescription GenderDescription DesignInterventionModelDescription DesignMaskingDescription
text|SeriousEventTerm OtherEventTerm BaselineMeasureTitle LimitationsAndCaveatsDescription
id|NCTId NCTIdAlias OrgStudyId SecondaryId ReferencePMID ConditionMeshId InterventionMeshId
date|StartDate PrimaryCompletionDate CompletionDate StatusVerifiedDate StudyFirstSubmitDate StudyFirstPostDate LastUpdateSubmitDate LastUpdatePostDate
date|ResultsFirstSubmitDate ResultsFirstPostDate DispFirstSubmitDate DispFirstPostDate
number|EnrollmentCount DesignNumberOfArms
age|MinimumAge MaximumAge
place|LocationCity LocationState LocationCountry LocationZip LocationFacility
point|LocationGeoPoint
Status|OverallStatus LastKnownStatus LocationStatus
Phase|Phase
StudyType|StudyType
Sex|Sex
StandardAge|StdAge
AgencyClass|LeadSponsorClass CollaboratorClass OrgClass
InterventionType|InterventionType
ArmGroupType|ArmGroupType
Allocation|DesignAllocation
InterventionModel|DesignInterventionModel
PrimaryPurpose|DesignPrimaryPurpose
Masking|DesignMasking
WhoMasked|DesignWhoMasked
ObservationalModel|DesignObservationalModel
TimePerspective|DesignTimePerspective
SamplingMethod|SamplingMethod
DateType|EnrollmentType StartDateType CompletionDateType PrimaryCompletionDateType
Boolean|HealthyVolunteers GenderBased HasResults IsFDARegulatedDrug IsFDARegulatedDevice OversightHasDMC HasExpandedAccess PatientRegistry DelayedPosting
`;

const rows = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((row) => row.split('|'));

/** Every search area, then the fields that searchers use. ClinicalTrials.gov searches any field of its records; these are not all. */
export const areas: readonly Area[] = [
  ...rows(AREAS).map(([name = '', parameter = '', description = '']): Area => ({
    name,
    kind: 'area',
    description,
    type: 'text',
    ...(parameter === '' ? {} : { parameter }),
  })),
  ...rows(FIELDS).flatMap(([type = 'text', names = '']) =>
    names.split(' ').map((name): Area => ({
      name,
      kind: 'field',
      description: `The study field ${spaced(name)}.`,
      type: type as Area['type'],
    })),
  ),
];

/** `LocationCity` as "location city". */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/\b[A-Z][a-z]/g, (start) => start.toLowerCase());
}

const byName = new Map(areas.map((area) => [area.name.toLowerCase(), area]));

/** The area or field of that name, in any case; `:size` behind it (the number of values) is put aside. */
export function findArea(name: string): Area | undefined {
  return byName.get(
    name
      .trim()
      .replace(/:size$/i, '')
      .toLowerCase(),
  );
}

/** Names that people use for areas and fields, and what ClinicalTrials.gov calls them. */
const RENAMES: Readonly<Record<string, string>> = {
  title: 'TitleSearch',
  condition: 'ConditionSearch',
  conditions: 'ConditionSearch',
  intervention: 'InterventionSearch',
  interventions: 'InterventionSearch',
  drug: 'InterventionSearch',
  treatment: 'InterventionSearch',
  outcome: 'OutcomeSearch',
  outcomes: 'OutcomeSearch',
  sponsor: 'SponsorSearch',
  location: 'LocationSearch',
  country: 'LocationCountry',
  city: 'LocationCity',
  state: 'LocationState',
  status: 'OverallStatus',
  recruitmentstatus: 'OverallStatus',
  gender: 'Sex',
  enrollment: 'EnrollmentCount',
  age: 'StdAge',
  eligibility: 'EligibilitySearch',
  firstposted: 'StudyFirstPostDate',
  lastupdateposted: 'LastUpdatePostDate',
  nct: 'NCTId',
  id: 'IdSearch',
  keyword: 'Keyword',
  keywords: 'Keyword',
};

/** Up to three areas that the writer of an unknown name may have meant, likeliest first. */
export function similarAreas(name: string): readonly Area[] {
  const key = name
    .slice(0, 60)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const renamed = Object.hasOwn(RENAMES, key) ? byName.get((RENAMES[key] ?? '').toLowerCase()) : undefined;
  if (renamed !== undefined) return [renamed];
  const limit = Math.max(2, Math.floor(key.length / 4));
  return areas
    .map((area) => ({ area, distance: editDistance(key, area.name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ area }) => area);
}

/** Whether values of the area have an order, so that RANGE and TILT make sense. */
export function isOrdered({ type }: Area): boolean {
  return type === 'date' || type === 'number' || type === 'age';
}
