import { jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { element, escapeXml, textElement } from '../xml.ts';

/** A record that is linked to, and how near it is. */
export interface Link {
  readonly id: string;
  /** A whole number, the larger the nearer; the record itself has the largest. */
  readonly score: number;
}

/** The links of one record, or of several taken together. */
export interface LinkSet {
  readonly ids: readonly string[];
  readonly links: readonly Link[];
}

interface Form {
  readonly dbTo: string;
  readonly name: string;
  readonly withScores: boolean;
}

/** Links in JSON. */
export function linksJson(sets: readonly LinkSet[], { dbTo, name, withScores }: Form): ServiceAnswer {
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

/** Links in XML. */
export function linksXml(sets: readonly LinkSet[], { dbTo, name, withScores }: Form): ServiceAnswer {
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
export function keptLinks(
  { slot }: Context,
  sets: readonly LinkSet[],
  { dbTo, name, isJson }: { readonly dbTo: string; readonly name: string; readonly isJson: boolean },
): ServiceAnswer {
  const ids = sets.flatMap((set) => set.ids);
  const links = [...new Set(sets.flatMap((set) => set.links.map(({ id }) => id)))];
  if (slot === undefined || links.length === 0)
    return isJson
      ? linksJson([{ ids, links: [] }], { dbTo, name, withScores: false })
      : linksXml([{ ids, links: [] }], { dbTo, name, withScores: false });
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
