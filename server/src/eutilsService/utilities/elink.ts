import type { CitationRecord } from '@querent/core/corpus';
import { SearchError } from '@querent/core/search';
import { errorElement, jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { selectedIds } from '../selection.ts';
import { TermFault } from '../terms.ts';
import { keptLinks, linksJson, linksXml } from './linkSets.ts';
import type { Link, LinkSet } from './linkSets.ts';
import { otherLinks } from './otherLinks.ts';

/** Neighbours of one record, at most; PubMed has some hundred. */
const mostNeighbours = 100;
/** Records that may be asked about at once: each is a ranking of its own. */
const mostRecords = 200;
/** NCBI's scores are large whole numbers. */
const scale = 1_000_000;

/** Commands that tell of neighbours, and those that tell whether there are any, or where else an article is. */
const COMMANDS = [
  'neighbor',
  'neighbor_score',
  'neighbor_history',
  'ncheck',
  'acheck',
  'prlinks',
  'llinks',
  'llinkslib',
  'lcheck',
];

/**
 * ELink (E-utilities In-Depth, "ELink"): `pubmed_pubmed`, similar articles, by the library's own ranking. Other links, other databases and
 * addresses of publishers have the empty shape: nothing is known of them here. One `id` parameter a record gives one set each, a list in one
 * parameter a set together.
 */
export async function elink(context: Context): Promise<ServiceAnswer> {
  const { parameters } = context;
  const isJson = parameters.text('retmode')?.toLowerCase() === 'json';
  const dbFrom = parameters.text('dbfrom') ?? 'pubmed';
  const dbTo = parameters.text('db') ?? 'pubmed';
  const command = parameters.text('cmd') ?? 'neighbor';
  const name = parameters.text('linkname') ?? `${dbFrom}_${dbTo}`;
  try {
    if (dbFrom !== 'pubmed') throw new TermFault(`Invalid db name specified: ${dbFrom}`);
    if (!COMMANDS.includes(command))
      throw new TermFault(`The command ${command} is not known. There are ${COMMANDS.join(', ')}.`);
    const groups = await groupsOf(context);
    if (groups.flat().length > mostRecords)
      throw new TermFault(`Too many UIDs in request. Maximum number of UIDs is ${mostRecords}.`);
    if (!command.startsWith('neighbor')) return otherLinks(context, command, groups, isJson);
    const sets: LinkSet[] = [];
    for (const ids of groups)
      sets.push({ ids, links: name === 'pubmed_pubmed' ? await neighbours(context, ids) : [] });
    if (command === 'neighbor_history') return keptLinks(context, sets, { dbTo, name, isJson });
    const withScores = command === 'neighbor_score';
    return isJson ? linksJson(sets, { dbTo, name, withScores }) : linksXml(sets, { dbTo, name, withScores });
  } catch (error) {
    if (!(error instanceof TermFault)) throw error;
    return isJson
      ? jsonAnswer('elink', { ERROR: error.message })
      : xmlAnswer('eLinkResult', errorElement(error.message));
  }
}

/** Each `id` parameter is a group; a set on the history server is one. */
async function groupsOf(context: Context): Promise<readonly (readonly string[])[]> {
  const { parameters } = context;
  const isSet = parameters.text('WebEnv') !== undefined && parameters.text('query_key') !== undefined;
  const groups = isSet
    ? [await selectedIds(context, mostRecords + 1)]
    : parameters.all('id').map((value) => value.split(/[\s,]+/).filter((id) => id !== ''));
  const written = groups
    .map((ids) => ids.filter((id) => /^\d{1,18}$/.test(id)))
    .filter((ids) => ids.length > 0);
  if (written.length === 0) throw new TermFault('Neither query_key nor id specified');
  return written;
}

/** Similar articles of all `ids`, the nearest first; of a record that is near to several the best score counts. */
async function neighbours(context: Context, ids: readonly string[]): Promise<readonly Link[]> {
  const { citations, signal } = context;
  const best = new Map<string, number>();
  for (const [id, record] of citations.records(ids)) {
    if (signal.aborted) throw new SearchError('aborted', 'The client went away.');
    for (const { id: other, score } of await similarTo(context, record)) {
      const value = other === id ? Infinity : score;
      best.set(other, Math.max(best.get(other) ?? 0, value));
    }
    best.set(id, Infinity);
  }
  const highest = Math.max(0, ...[...best.values()].filter(Number.isFinite));
  return [...best]
    .filter(([id]) => citations.has(id))
    .map(([id, score]) => ({
      id,
      score: Math.round((Number.isFinite(score) ? score : highest * 1.5 + 1) * scale),
    }))
    .sort((a, b) => b.score - a.score);
}

async function similarTo(
  { citations }: Context,
  { title, mesh, keywords }: CitationRecord,
): Promise<readonly Link[]> {
  // The title, and the headings without their subheadings, as PubMed's own measure weighs them (PubMed Related Articles, 2007).
  const headings = mesh.map((heading) => (heading.split('/')[0] ?? '').replaceAll('*', ''));
  const question = [title, ...headings, ...keywords].join(' ').replace(/[^\p{L}\p{N}\s]/gu, ' ');
  try {
    return (await citations.ranked.rank(question, { limit: mostNeighbours })).hits;
  } catch (error) {
    // A record without a word to rank by has no neighbours.
    if (error instanceof SearchError && error.code === 'rejected') return [];
    throw error;
  }
}
