/** The answers of EInfo, EPost, ESpell and ELink. */
import { SearchError } from '../../../search/index.ts';
import type { DatabaseField, DatabaseInfo } from '../services.ts';
import { countOf, errorsOf, refuse } from './answer.ts';
import type { EutilsAnswer } from './answer.ts';
import type { HistoryPlace } from './esearch.ts';
import { object, objects, text, texts } from './json.ts';
import type { Json } from './json.ts';
import { nodesAt, textAt, textsAt } from './xmlTree.ts';
import type { XmlNode } from './xmlTree.ts';

/** EInfo of a database. @throws SearchError, also for a list of databases, which EInfo gives when it is not told which is meant */
export function readEinfo(answer: EutilsAnswer): DatabaseInfo {
  const read = answer.kind === 'json' ? infoFromJson(answer.value) : infoFromXml(answer.root);
  const records = countOf(read?.records ?? '');
  if (read === undefined || records === undefined) refuse(answer, 'does not say what it holds');
  return { ...read, records };
}

/** EInfo without a database: the names of all. @throws SearchError */
export function readDatabases(answer: EutilsAnswer): readonly string[] {
  const names =
    answer.kind === 'json'
      ? texts(object(answer.value['einforesult'])?.['dblist'])
      : textsAt(answer.root.name === 'eInfoResult' ? answer.root : undefined, 'DbList', 'DbName');
  if (names.length === 0) refuse(answer, 'does not say which databases there are');
  return names;
}

type RawInfo = Omit<DatabaseInfo, 'records'> & { readonly records: string };

function infoFromJson(answer: Json): RawInfo | undefined {
  const told = object(answer['einforesult'])?.['dbinfo'];
  // A list of one since 2015, the thing itself before.
  const info = object(told) ?? objects(told)[0];
  if (info === undefined) return undefined;
  return {
    records: text(info['count']),
    lastUpdate: text(info['lastupdate']),
    fields: objects(info['fieldlist']).map((field) => toField((name) => text(field[name.toLowerCase()]))),
  };
}

function infoFromXml(root: XmlNode): RawInfo | undefined {
  const [info] = root.name === 'eInfoResult' ? nodesAt(root, 'DbInfo') : [];
  if (info === undefined) return undefined;
  return {
    records: textAt(info, 'Count'),
    lastUpdate: textAt(info, 'LastUpdate'),
    fields: nodesAt(info, 'FieldList', 'Field').map((field) => toField((name) => textAt(field, name))),
  };
}

function toField(value: (name: string) => string): DatabaseField {
  return {
    name: value('Name'),
    fullName: value('FullName'),
    description: value('Description'),
    isDate: value('IsDate') === 'Y',
    isHidden: value('IsHidden') === 'Y',
  };
}

/** EPost: where the ids were put. Ids that are none were left out, which is no error. @throws SearchError */
export function readEpost(answer: EutilsAnswer): HistoryPlace {
  const place =
    answer.kind === 'json'
      ? placeFromJson(object(answer.value['epostresult']) ?? {})
      : { webEnv: textAt(answer.root, 'WebEnv'), queryKey: textAt(answer.root, 'QueryKey') };
  if (place.webEnv === '' || place.queryKey === '') refuse(answer, 'did not keep the list of records');
  return place;
}

function placeFromJson(result: Json): HistoryPlace {
  return { webEnv: text(result['webenv']), queryKey: text(result['querykey']) };
}

/** ESpell: the better spelling, undefined where it knows none. @throws SearchError */
export function readEspell(answer: EutilsAnswer): string | undefined {
  const result = answer.kind === 'json' ? object(answer.value['espellresult']) : undefined;
  const isWhole = answer.kind === 'json' ? result !== undefined : answer.root.name === 'eSpellResult';
  if (!isWhole || errorsOf(answer).length > 0) refuse(answer, 'gave no spelling');
  const corrected =
    answer.kind === 'json' ? text(result?.['correctedquery']) : textAt(answer.root, 'CorrectedQuery');
  return corrected.trim() === '' ? undefined : corrected.trim();
}

/**
 * ELink from PubMed to PubMed: neighbours by id, the most similar first. An id without neighbours has none; a check that only says
 * whether there are some (`cmd=ncheck`), or addresses of publishers, is refused.
 * @throws SearchError
 */
export function readElink(answer: EutilsAnswer): ReadonlyMap<string, readonly string[]> {
  const sets = answer.kind === 'json' ? linksFromJson(answer.value) : linksFromXml(answer.root);
  if (sets === undefined || errorsOf(answer).length > 0) refuse(answer, 'gave no similar articles');
  const links = new Map<string, readonly string[]>();
  for (const { ids, linked } of sets)
    for (const id of ids)
      links.set(
        id,
        [...new Set(linked)].filter((other) => other !== id),
      );
  if (sets.length > 0 && sets.every(({ isNeighbours }) => !isNeighbours))
    throw new SearchError('unsupported', 'PubMed gave links of another kind than similar articles.');
  return links;
}

interface LinkSet {
  readonly ids: readonly string[];
  readonly linked: readonly string[];
  /** It is a list of neighbours, were it empty. */
  readonly isNeighbours: boolean;
}

const NEIGHBOURS = 'pubmed_pubmed';

function linksFromJson(answer: Json): readonly LinkSet[] | undefined {
  if (!Array.isArray(answer['linksets'])) return undefined;
  return objects(answer['linksets']).map((set) => {
    const [neighbours] = objects(set['linksetdbs']).filter((db) => db['linkname'] === NEIGHBOURS);
    const linked = (Array.isArray(neighbours?.['links']) ? neighbours['links'] : []) as readonly unknown[];
    return {
      ids: texts(set['ids']),
      // With scores (cmd=neighbor_score) each is an object.
      linked: linked.map((link) => text(object(link)?.['id'] ?? link)).filter((id) => id !== ''),
      isNeighbours: set['idchecklist'] === undefined && set['idurllist'] === undefined,
    };
  });
}

function linksFromXml(root: XmlNode): readonly LinkSet[] | undefined {
  if (root.name !== 'eLinkResult') return undefined;
  return nodesAt(root, 'LinkSet').map((set) => {
    const [neighbours] = nodesAt(set, 'LinkSetDb').filter((db) => textAt(db, 'LinkName') === NEIGHBOURS);
    return {
      ids: textsAt(set, 'IdList', 'Id'),
      linked: textsAt(neighbours, 'Link', 'Id'),
      isNeighbours:
        nodesAt(set, 'IdCheckList').length + nodesAt(set, 'IdUrlList').length === 0 &&
        (neighbours !== undefined || nodesAt(set, 'LinkSetDb').length === 0),
    };
  });
}
