import type { CitationRecord, RecordDay } from '../../corpus/index.ts';
import type { CitationSummary } from '../../search/index.ts';
import { array, moduleOf, object, text, texts } from './answers.ts';
import type { Study } from './answers.ts';

/** Names of fields, as the parameter `fields` takes them: what lists of results show. */
export const SUMMARY_FIELDS = [
  ...['NCTId', 'NCTIdAlias', 'BriefTitle', 'OfficialTitle'],
  ...['StudyFirstPostDate', 'LeadSponsorName'],
] as const;

/** What whole records are made of. */
export const RECORD_FIELDS = [
  ...SUMMARY_FIELDS,
  ...['BriefSummary', 'Condition', 'Keyword', 'InterventionName'],
  ...['StudyFirstSubmitDate', 'LastUpdatePostDate', 'SecondaryId'],
] as const;

/** Where studies are registered: what stands where a citation names its journal. */
const REGISTRY = 'ClinicalTrials.gov';

/** @param id the number that was asked for; a study may have it as an alias */
export function toSummary(study: Study, id: string): CitationSummary {
  const { title, date, sponsor } = facts(study);
  return {
    id,
    title: title === '' ? id : title,
    ...(date === '' ? {} : { year: Number(date.slice(0, 4)) }),
    journal: REGISTRY,
    authors: sponsor === '' ? [] : [sponsor],
  };
}

/**
 * A registration as a citation: its brief title (else the official one), its brief summary, and as keywords its conditions, the
 * registry's keywords and the interventions. Its date is that of its first posting; its author is the lead sponsor.
 * @param id the number that was asked for; a study may have it as an alias
 */
export function toRecord(study: Study, id: string): CitationRecord {
  const { json } = study;
  const { title, date, sponsor } = facts(study);
  const conditions = moduleOf(json, 'conditionsModule');
  const interventions = array(moduleOf(json, 'armsInterventionsModule')['interventions']).map((one) =>
    text(object(one)?.['name']),
  );
  const keywords = [...texts(conditions['conditions']), ...texts(conditions['keywords']), ...interventions];
  const articleIds = [...new Set([study.id, ...study.aliases, ...secondaryIds(json)])].filter(
    (one) => one !== id,
  );
  const days = daysOf(json);
  return {
    id,
    title: title === '' ? id : title,
    abstract: text(moduleOf(json, 'descriptionModule')['briefSummary']),
    mesh: [],
    ...(date === '' ? {} : { date, year: Number(date.slice(0, 4)) }),
    journal: REGISTRY,
    authors: sponsor === '' ? [] : [sponsor],
    affiliations: [],
    substances: [],
    publicationTypes: [],
    languages: [],
    keywords: distinct(keywords),
    more: {
      databankIds: [`${REGISTRY}/${study.id}`],
      ...(articleIds.length === 0 ? {} : { articleIds }),
      ...(sponsor === '' ? {} : { collectiveAuthors: [sponsor] }),
      ...(Object.keys(days).length === 0 ? {} : { days }),
    },
  };
}

function facts({ json }: Study): { title: string; date: string; sponsor: string } {
  const { briefTitle, officialTitle } = moduleOf(json, 'identificationModule');
  const sponsors = moduleOf(json, 'sponsorCollaboratorsModule');
  return {
    title: text(briefTitle) || text(officialTitle),
    date: day(moduleOf(json, 'statusModule')['studyFirstPostDateStruct']),
    sponsor: text(object(sponsors['leadSponsor'])?.['name']),
  };
}

function daysOf(json: Study['json']): Partial<Record<RecordDay, string>> {
  const status = moduleOf(json, 'statusModule');
  const created = day({ date: status['studyFirstSubmitDate'] });
  const revised = day(status['lastUpdatePostDateStruct']);
  return { ...(created === '' ? {} : { crdt: created }), ...(revised === '' ? {} : { lr: revised }) };
}

/** `2021-08-19` or `2021-08`; empty where there is none. */
function day(struct: unknown): string {
  const date = text(object(struct)?.['date']);
  return /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(date) ? date : '';
}

function secondaryIds(json: Study['json']): readonly string[] {
  return array(moduleOf(json, 'identificationModule')['secondaryIdInfos']).map((one) =>
    text(object(one)?.['id']),
  );
}

/** Each once, whatever its case; none empty. */
function distinct(values: readonly string[]): readonly string[] {
  const known = new Map<string, string>();
  for (const value of values)
    if (value !== '' && !known.has(value.toLowerCase())) known.set(value.toLowerCase(), value);
  return [...known.values()];
}
