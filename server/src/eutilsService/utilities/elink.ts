import type { CitationRecord } from '@querent/core/corpus';
import { SearchError } from '@querent/core/search';
import { errorElement, jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { selectedIds } from '../selection.ts';
import { TermFault } from '../terms.ts';
import { element, escapeXml, textElement } from '../xml.ts';
import { otherLinks } from './otherLinks.ts';

/** A record that is linked to, and how near it is. */
interface Link {
  readonly id: string;
  /** A whole number, the larger the nearer; the record itself has the largest. */
  readonly score: number;
}

/** The links of one record, or of several taken together. */
interface LinkSet {
  readonly ids: readonly string[];
  readonly links: readonly Link[];
}

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
    if (command === 'neighbor_history') return kept(context, sets, { dbTo, name, isJson });
    const withScores = command === 'neighbor_score';
    return isJson ? asJson(sets, { dbTo, name, withScores }) : asXml(sets, { dbTo, name, withScores });
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

interface Form {
  readonly dbTo: string;
  readonly name: string;
  readonly withScores: boolean;
}

function asJson(sets: readonly LinkSet[], { dbTo, name, withScores }: Form): ServiceAnswer {
  return jsonAnswer('elink', {
    linksets: sets.map(({ ids, links }) => ({
      dbfrom: 'pubmed',
      ids,
      ...(links.length === 0
        ? {}
        : {
            linksetdbs: [
              {
                dbto: dbTo,
                linkname: name,
                links: links.map(({ id, score }) => (withScores ? { id, score: String(score) } : id)),
              },
            ],
          }),
    })),
  });
}

function asXml(sets: readonly LinkSet[], { dbTo, name, withScores }: Form): ServiceAnswer {
  return xmlAnswer(
    'eLinkResult',
    sets.map(({ ids, links }) =>
      element('LinkSet', [
        element('DbFrom', 'pubmed'),
        element(
          'IdList',
          ids.map((id) => element('Id', id)),
        ),
        ...(links.length === 0
          ? []
          : [
              element('LinkSetDb', [
                element('DbTo', escapeXml(dbTo)),
                element('LinkName', escapeXml(name)),
                ...links.map(({ id, score }) =>
                  element('Link', [
                    element('Id', id),
                    ...textElement('Score', withScores ? String(score) : undefined),
                  ]),
                ),
              ]),
            ]),
      ]),
    ),
  );
}

/** Neighbours of all sets together, kept on the history server, where one request makes one set. */
function kept(
  { slot }: Context,
  sets: readonly LinkSet[],
  { dbTo, name, isJson }: { readonly dbTo: string; readonly name: string; readonly isJson: boolean },
): ServiceAnswer {
  const ids = sets.flatMap((set) => set.ids);
  const links = [...new Set(sets.flatMap((set) => set.links.map(({ id }) => id)))];
  if (slot === undefined || links.length === 0)
    return isJson
      ? asJson([{ ids, links: [] }], { dbTo, name, withScores: false })
      : asXml([{ ids, links: [] }], { dbTo, name, withScores: false });
  const more = { keep: { kind: 'ids', db: 'pubmed', ids: links } } as const;
  if (isJson)
    return jsonAnswer(
      'elink',
      {
        linksets: [
          {
            dbfrom: 'pubmed',
            ids,
            linksetdbhistories: [{ dbto: dbTo, linkname: name, querykey: slot.queryKey }],
            webenv: slot.webEnv,
          },
        ],
      },
      more,
    );
  return xmlAnswer(
    'eLinkResult',
    element('LinkSet', [
      element('DbFrom', 'pubmed'),
      element(
        'IdList',
        ids.map((id) => element('Id', id)),
      ),
      element('LinkSetDbHistory', [
        element('DbTo', escapeXml(dbTo)),
        element('LinkName', escapeXml(name)),
        element('QueryKey', slot.queryKey),
      ]),
      element('WebEnv', slot.webEnv),
    ]),
    more,
  );
}
