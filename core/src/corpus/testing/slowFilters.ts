import { hedges, publicationTypes } from '../../pubmed/index.ts';
import type { CitationRecord } from '../record.ts';
import { hasWords, simple } from './slowText.ts';

/** Limits that records answer by themselves. */
export type RecordTest = (record: CitationRecord) => boolean;

const hasLink =
  (kind: string): RecordTest =>
  ({ more }) =>
    (more?.links ?? []).some((link) => simple(link) === kind);
const hasStatus =
  (status: string): RecordTest =>
  ({ more }) =>
    more?.status !== undefined && simple(more.status) === status;

const tests: Readonly<Record<string, RecordTest>> = {
  hasabstract: ({ abstract }) => hasWords(abstract),
  fha: ({ abstract }) => hasWords(abstract),
  haskeyword: ({ keywords }) => keywords.length > 0,
  hascois: ({ more }) => more?.conflictStatement !== undefined,
  hasdatabanklist: ({ more }) => (more?.databankIds ?? []).length > 0,
  hasnihmsid: ({ more }) => (more?.articleIds ?? []).some((id) => /^nihms\d/i.test(id.trim())),
  hasretractionin: hasLink('rin'),
  hasretractionof: hasLink('rof'),
  haserratumin: hasLink('ein'),
  haserratumfor: hasLink('efr'),
  hascommentin: hasLink('cin'),
  hascommenton: hasLink('con'),
  hasupdatein: hasLink('uin'),
  hasupdateof: hasLink('uof'),
  hasexpressionofconcernin: hasLink('eci'),
  hasexpressionofconcernfor: hasLink('ecf'),
  hasrepublishedin: hasLink('rpi'),
  hasrepublishedfrom: hasLink('rpf'),
  medline: hasStatus('medline'),
  inprocess: hasStatus('in process'),
  'in process': hasStatus('in process'),
  publisher: hasStatus('publisher'),
  pubmednotmedline: hasStatus('pubmed not medline'),
  'in data review': hasStatus('in data review'),
  oldmedline: hasStatus('oldmedline'),
};

/** The limit `name`, where records can answer it. */
export function recordTest(name: string): RecordTest | undefined {
  const subset = /^jsubset([a-z]{1,4})$/.exec(name)?.[1];
  if (subset !== undefined) return ({ more }) => (more?.subsets ?? []).some((one) => simple(one) === subset);
  return Object.hasOwn(tests, name) ? tests[name] : undefined;
}

/** Untagged values that PubMed alone can answer. */
const remote =
  /^(?:hasassociateddata(?:set)?|hasnonenglishabstract|hasplainlanguagesummary|hasstructuredabstract|pubstatus(?:aheadofprint|nihms|pmcsd)|pmcbook(?:title|chapter)?|indexingmethod_(?:automated|curated)|owner\s?\+?\s?(?:nlm|nasa|pip|kie|hsr|hmd|sis|notnlm))$/;

/** Whether an untagged value is a limit, and not a word. */
export function isLimit(name: string): boolean {
  if (remote.test(name)) return true;
  return /^(?:has|jsubset)/.test(name) && recordTest(name) !== undefined;
}

const published: Readonly<Record<string, string>> = {
  systematic: 'nlm-systematic-reviews-2018',
  litcgeneral: 'litcovid-general',
};

const sidebar: Readonly<Record<string, string>> = {
  humans: 'humans[mh]',
  animal: 'animals[mh:noexp]',
  female: 'female[mh]',
  male: 'male[mh]',
  allchild: 'infant[mh] OR child[mh] OR adolescent[mh]',
  newborn: 'infant, newborn[mh]',
  allinfant: 'infant[mh]',
  infant: 'infant[mh:noexp]',
  preschoolchild: 'child, preschool[mh]',
  child: 'child[mh:noexp]',
  adolescent: 'adolescent[mh]',
  alladult: 'adult[mh]',
  youngadult: 'young adult[mh]',
  adult: 'adult[mh:noexp]',
  middleagedaged: 'middle aged[mh] OR aged[mh]',
  middleaged: 'middle aged[mh]',
  aged: 'aged[mh]',
  '80andover': 'aged, 80 and over[mh]',
  y_1: 'last 1 years[dp]',
  y_5: 'last 5 years[dp]',
  y_10: 'last 10 years[dp]',
};

/** The search that a filter stands for. */
export function filterText(name: string): string | undefined {
  if (Object.hasOwn(sidebar, name)) return sidebar[name];
  const id = Object.hasOwn(published, name)
    ? published[name]
    : `clinical-queries-${name.replaceAll(' ', '-').replace('/', '-')}`;
  const hedge = hedges.find((one) => one.id === id);
  if (hedge !== undefined) return hedge.query;
  const key = simple(name).replaceAll(' ', '');
  const type = publicationTypes.find((one) => simple(one.name).replaceAll(' ', '') === key);
  return type === undefined ? undefined : `"${type.name}"[pt]`;
}
