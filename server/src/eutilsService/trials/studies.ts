import type { CitationRecord } from '@querent/core/corpus';
import { textAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { Parameters } from '../parameters.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { docsOf, findStudies, StudiesFault } from './expression.ts';
import { isField, studiesCsv, studyJson } from './study.ts';

/** The largest page; larger ones are cut down to it (https://clinicaltrials.gov/data-api/api). */
const LARGEST_PAGE = 1_000;
const DEFAULT_PAGE = 10;

/** Queries, and the search area that each stands for. */
const QUERIES: Readonly<Record<string, string | undefined>> = {
  'query.term': undefined,
  'query.cond': 'ConditionSearch',
  'query.intr': 'InterventionSearch',
  'query.titles': 'TitleSearch',
  'query.outc': 'OutcomeSearch',
  'query.spons': 'SponsorSearch',
  'query.lead': 'LeadSponsorName',
  'query.id': 'IdSearch',
  'query.patient': 'PatientSearch',
};
const ADVANCED = ['filter.advanced', 'postFilter.advanced'];
const IDS = ['filter.ids', 'postFilter.ids'];
/** Parameters that ask for what registrations in a library do not tell. */
const UNTOLD = ['query.locn', 'filter.overallStatus', 'filter.geo', 'aggFilters', 'geoDecay'];
const KNOWN = new Set([
  ...Object.keys(QUERIES),
  ...ADVANCED,
  ...IDS,
  ...['format', 'markupFormat', 'fields', 'sort', 'countTotal', 'pageSize', 'pageToken'],
]);

/** `GET /api/v2/studies` */
export function studies(context: Context): ServiceAnswer {
  return orFault(() => page(context));
}

/** `GET /api/v2/studies/NCT00000102` */
export function study({ parameters, request, trials }: Context): ServiceAnswer {
  return orFault(() => {
    const id = (request.path ?? '').toUpperCase();
    if (!/^NCT\d{8}$/.test(id)) throw new StudiesFault(`${request.path ?? ''} is not an NCT number`);
    const record = trials.records([id]).get(id);
    if (record === undefined) return textAnswer(`NCT number ${id} not found`, { status: 404 });
    return json(studyJson(record, fieldsIn(parameters)));
  });
}

/** What is wrong with a request is told in plain text. */
function orFault(answer: () => ServiceAnswer): ServiceAnswer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof StudiesFault) return textAnswer(error.message, { status: 400 });
    throw error;
  }
}

function page({ parameters, request, trials, signal }: Context): ServiceAnswer {
  for (const [name] of request.parameters)
    if (UNTOLD.includes(name.replace(/^postFilter/, 'filter')))
      throw new StudiesFault(
        `\`${name}\` cannot be asked of a library of trial records, which does not tell it. Leave it out.`,
      );
    else if (!KNOWN.has(name)) throw new StudiesFault(`\`${name}\` is unknown parameter`);
  const fields = fieldsIn(parameters);
  const format = parameters.text('format') ?? 'json';
  if (format !== 'json' && format !== 'csv') throw new StudiesFault(`\`format\` ${format} is not supported`);
  const size = Math.min(pageSize(parameters), LARGEST_PAGE);
  const from = offsetOf(parameters.text('pageToken'));
  const docs = found({ parameters, trials, signal });
  const { index } = trials.engine;
  const total = docs.count();
  const ids = ordered(trials, docs, parameters.text('sort')).slice(from, from + size);
  const records = trials.records(ids.map((doc) => index.idOf(doc)));
  const own = ids.flatMap((doc): CitationRecord[] => {
    const record = records.get(index.idOf(doc));
    return record === undefined ? [] : [record];
  });
  const next = from + size < total ? tokenOf(from + size) : undefined;
  const isCounted = parameters.text('countTotal') === 'true' && from === 0;
  if (format === 'csv')
    return {
      status: 200,
      type: 'text/csv; charset=UTF-8',
      body: studiesCsv(own),
      headers: {
        ...(next === undefined ? {} : { 'x-next-page-token': next }),
        ...(isCounted ? { 'x-total-count': String(total) } : {}),
      },
    };
  return json({
    ...(isCounted ? { totalCount: total } : {}),
    studies: own.map((record) => studyJson(record, fields)),
    ...(next === undefined ? {} : { nextPageToken: next }),
  });
}

/** Whether a text holds nothing but NCT numbers: then filters are ignored, as the documentation says. */
function idsAlone(text: string): readonly string[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => /^NCT\d{8}$/i.test(word))
    ? words.map((word) => word.toUpperCase())
    : undefined;
}

function found({ parameters, trials, signal }: Pick<Context, 'parameters' | 'trials' | 'signal'>) {
  let docs = trials.members;
  let isFiltered = true;
  for (const [name, area] of Object.entries(QUERIES)) {
    const text = parameters.text(name);
    if (text === undefined) continue;
    const ids = idsAlone(text);
    if (ids !== undefined) isFiltered = false;
    const own =
      ids === undefined
        ? findStudies(trials, { name, text: area === undefined ? text : `AREA[${area}](${text})` }, signal)
        : docsOf(trials, ids);
    docs = docs.and(own);
  }
  if (!isFiltered) return docs;
  for (const name of ADVANCED) {
    const text = parameters.text(name);
    if (text !== undefined) docs = docs.and(findStudies(trials, { name, text }, signal));
  }
  for (const name of IDS) {
    const text = parameters.text(name);
    if (text === undefined) continue;
    const ids = text.split(/[\s,|]+/).filter((id) => id !== '');
    for (const id of ids)
      if (!/^NCT\d{8}$/i.test(id))
        throw new StudiesFault(`\`${name}\` has incorrect format: ${id} is not an NCT number`);
    docs = docs.and(
      docsOf(
        trials,
        ids.map((id) => id.toUpperCase()),
      ),
    );
  }
  return docs;
}

/** Newest first unless asked for the oldest; relevance has no order here, and is the same. */
function ordered(trials: Context['trials'], docs: Context['trials']['members'], sort: string | undefined) {
  const newest = trials.engine.index.newest(docs, 0, Infinity);
  return sort !== undefined && /:asc$/i.test(sort) ? [...newest].reverse() : newest;
}

function fieldsIn(parameters: Parameters): readonly string[] {
  const fields = (parameters.text('fields') ?? '').split(/[,|]/).filter((field) => field !== '');
  const wrong = fields.find((field) => !isField(field.trim()));
  if (wrong !== undefined) throw new StudiesFault(`\`fields\` has unknown field: ${wrong}`);
  return fields.map((field) => field.trim());
}

function pageSize(parameters: Parameters): number {
  const text = parameters.text('pageSize');
  if (text === undefined) return DEFAULT_PAGE;
  if (!/^\d{1,9}$/.test(text)) throw new StudiesFault('`pageSize` has incorrect format');
  return Number(text) === 0 ? DEFAULT_PAGE : Number(text);
}

/** Page tokens say where the page begins; nobody is to read them. */
function tokenOf(from: number): string {
  return Buffer.from(`studies:${from}`).toString('base64url');
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const from = /^studies:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1];
  if (from === undefined) throw new StudiesFault('`pageToken` has incorrect format');
  return Number(from);
}

function json(value: unknown): ServiceAnswer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}
