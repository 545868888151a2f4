import type { CitationRecord } from '@querent/core/corpus';

/** A piece of a study: where it stands in its JSON, by the names of the data model (https://clinicaltrials.gov/data-api/about-api/study-data-structure). */
interface Piece {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The pieces of a registration that a library keeps. */
function piecesOf(record: CitationRecord): readonly Piece[] {
  const { id, title, abstract, keywords, authors, date, year, more } = record;
  const identification = ['protocolSection', 'identificationModule'];
  const status = ['protocolSection', 'statusModule'];
  const posted = date ?? (year === undefined ? undefined : String(year));
  const others = more?.articleIds ?? [];
  const aliases = others.filter((one) => /^NCT\d{8}$/.test(one));
  const secondary = others.filter((one) => !/^NCT\d{8}$/.test(one)).map((one) => ({ id: one }));
  const some = (list: readonly unknown[]): readonly unknown[] | undefined =>
    list.length === 0 ? undefined : list;
  const [sponsor] = authors;
  const pieces: readonly Piece[] = [
    { name: 'NCTId', path: [...identification, 'nctId'], value: id },
    { name: 'NCTIdAlias', path: [...identification, 'nctIdAliases'], value: some(aliases) },
    { name: 'SecondaryIdInfo', path: [...identification, 'secondaryIdInfos'], value: some(secondary) },
    { name: 'BriefTitle', path: [...identification, 'briefTitle'], value: title },
    { name: 'OfficialTitle', path: [...identification, 'officialTitle'], value: title },
    {
      ...{ name: 'StudyFirstSubmitDate', path: [...status, 'studyFirstSubmitDate'] },
      value: more?.days?.crdt,
    },
    {
      ...{ name: 'StudyFirstPostDate', path: [...status, 'studyFirstPostDateStruct'] },
      value: posted === undefined ? undefined : { date: posted, type: 'ACTUAL' },
    },
    {
      ...{ name: 'LastUpdatePostDate', path: [...status, 'lastUpdatePostDateStruct'] },
      value: more?.days?.lr === undefined ? undefined : { date: more.days.lr, type: 'ACTUAL' },
    },
    {
      ...{ name: 'LeadSponsorName', path: ['protocolSection', 'sponsorCollaboratorsModule', 'leadSponsor'] },
      value: sponsor === undefined ? undefined : { name: sponsor },
    },
    {
      ...{ name: 'BriefSummary', path: ['protocolSection', 'descriptionModule', 'briefSummary'] },
      value: abstract === '' ? undefined : abstract,
    },
    {
      ...{ name: 'Keyword', path: ['protocolSection', 'conditionsModule', 'keywords'] },
      value: some(keywords),
    },
    { name: 'HasResults', path: ['hasResults'], value: false },
  ];
  return pieces.filter(({ value }) => value !== undefined);
}

/** Names that mean a piece, beside its own and those of the parts that it stands in. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  SecondaryIdInfo: ['SecondaryId'],
  StudyFirstPostDate: ['StudyFirstPostDateStruct'],
  LastUpdatePostDate: ['LastUpdatePostDateStruct'],
  LeadSponsorName: ['LeadSponsor'],
};

/**
 * A registration as `GET /studies` gives it. What the registry knows and a library does not is absent, as absent parts are there.
 * @param fields names of pieces or of parts (`NCTId`, `IdentificationModule`, `protocolSection.statusModule`); none means all
 */
export function studyJson(
  record: CitationRecord,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const wanted = new Set(fields.map((field) => (field.split('.').at(-1) ?? field).toLowerCase()));
  const study: Record<string, unknown> = {};
  for (const { name, path, value } of piecesOf(record)) {
    const names = [name, ...(ALSO[name] ?? []), ...path];
    if (wanted.size > 0 && !names.some((one) => wanted.has(one.toLowerCase()))) continue;
    let at = study;
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[path.at(-1) ?? ''] = value;
  }
  return study;
}

/** Names that `fields` may hold but that no registration here has: they are known, and empty. */
export function isField(name: string): boolean {
  return /^[A-Za-z][\w.]*$/.test(name);
}

/** Columns of the table that `format=csv` gives; those that a library does not know are empty. */
const COLUMNS: readonly (readonly [title: string, value: (record: CitationRecord) => string])[] = [
  ['NCT Number', ({ id }) => id],
  ['Study Title', ({ title }) => title],
  ['Study URL', ({ id }) => `https://clinicaltrials.gov/study/${id}`],
  ['Study Status', () => ''],
  ['Brief Summary', ({ abstract }) => abstract],
  ['Study Results', () => 'NO'],
  ['Conditions', ({ keywords }) => keywords.join('|')],
  ['Interventions', () => ''],
  ['Sponsor', ({ authors }) => authors[0] ?? ''],
  ['Other IDs', ({ more }) => (more?.articleIds ?? []).join('|')],
  ['First Posted', ({ date, year }) => date ?? String(year ?? '')],
  ['Last Update Posted', ({ more }) => more?.days?.lr ?? ''],
];

export function studiesCsv(records: readonly CitationRecord[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = records.map((record) => COLUMNS.map(([, value]) => cell(value(record))).join(','));
  return [COLUMNS.map(([title]) => title).join(','), ...rows, ''].join('\n');
}
