import { jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { element } from '../xml.ts';

/** The one link of a record that is known here, as ELink's `acheck` lists links. */
const NEIGHBOURS = [
  ['DbTo', 'pubmed'],
  ['LinkName', 'pubmed_pubmed'],
  ['MenuTag', 'Similar articles'],
  ['HtmlTag', 'Similar articles'],
  ['Priority', '1'],
] as const;

/**
 * What ELink tells beside neighbours: whether a record has some (`ncheck`), which kinds of links it has (`acheck`), and addresses of
 * publishers and libraries, of which none are known here.
 */
export function otherLinks(
  { citations }: Context,
  command: string,
  groups: readonly (readonly string[])[],
  isJson: boolean,
): ServiceAnswer {
  const ids = groups.flat();
  const yes = (id: string): 'Y' | 'N' => (citations.has(id) ? 'Y' : 'N');
  switch (command) {
    case 'ncheck':
    case 'lcheck': {
      const key = command === 'ncheck' ? 'HasNeighbor' : 'HasLinkOut';
      const told = (id: string): 'Y' | 'N' => (command === 'ncheck' ? yes(id) : 'N');
      return isJson
        ? linkSet({ idchecklist: { ids: ids.map((id) => ({ value: id, [key.toLowerCase()]: told(id) })) } })
        : xmlSet(
            element(
              'IdCheckList',
              ids.map((id) => element('Id', id, { [key]: told(id) })),
            ),
          );
    }
    case 'acheck':
      return isJson
        ? linkSet({
            idchecklist: {
              idlinksets: ids.map((id) => ({ id, linkinfos: citations.has(id) ? [infoJson()] : [] })),
            },
          })
        : xmlSet(
            element(
              'IdCheckList',
              ids.map((id) =>
                element('IdLinkSet', [element('Id', id), ...(citations.has(id) ? [infoXml()] : [])]),
              ),
            ),
          );
    default:
      return isJson
        ? linkSet({ idurllist: ids.map((id) => ({ id, objurls: [] })) })
        : xmlSet(
            element(
              'IdUrlList',
              ids.map((id) => element('IdUrlSet', [element('Id', id), element('Info', 'No addresses')])),
            ),
          );
  }
}

function linkSet(content: Readonly<Record<string, unknown>>): ServiceAnswer {
  return jsonAnswer('elink', { linksets: [{ dbfrom: 'pubmed', ...content }] });
}

function xmlSet(content: string): ServiceAnswer {
  return xmlAnswer('eLinkResult', element('LinkSet', [element('DbFrom', 'pubmed'), content]));
}

function infoXml(): string {
  return element(
    'LinkInfo',
    NEIGHBOURS.map(([name, value]) => element(name, value)),
  );
}

function infoJson(): Readonly<Record<string, string>> {
  return Object.fromEntries(NEIGHBOURS.map(([name, value]) => [name.toLowerCase(), value]));
}
